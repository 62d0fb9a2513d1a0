import { readLogTails } from './evidence/log-tails.ts';
import type { RunManifest } from './evidence/manifest.ts';
import { recoverDeadRuns } from './evidence/recovery.ts';
import { createRedactor, type Redactor } from './evidence/redaction.ts';
import { type RunPaths, taskDirectory } from './evidence/run-directory.ts';
import type { ReportFile } from './evidence/run-end.ts';
import { judgeRun, UNANSWERED } from './evidence/run-judgement.ts';
import { beginRun, type RunRecord } from './evidence/run-record.ts';
import { scrubEnvironment } from './host/environment.ts';
import type { Cancellation, Clock, Git } from './host/ports.ts';
import type { SystemProcessHost } from './host/process-host.ts';
import type { GateFailure } from './kernel/failure.ts';
import { ok, type Result } from './kernel/result.ts';
import { buildReport } from './report/gate-report.ts';
import { SUMMARY_MAX_BYTES } from './report/limits.ts';
import { renderMarkdown } from './report/markdown.ts';
import { renderSarif } from './report/sarif.ts';
import { builtinSourceOf } from './request/builtin-source.ts';
import type { GateRequest } from './request/gate-request.ts';
import type { Preparation } from './request/preparation.ts';
import { prepareRun } from './request/prepare.ts';
import { runFactsOf } from './request/run-facts.ts';
import type { BuiltinStage } from './run/builtin-stage.ts';
import type { RunListener } from './run/events.ts';
import { type RunOutcome, runPlan } from './run/run-plan.ts';
import { loadBuiltins } from './stages/builtin-stages.ts';

/** The outside world of one gate. */
export interface GateHost {
  readonly git: Git;
  readonly clock: Clock;
  readonly processes: SystemProcessHost;
  readonly cancellation: Cancellation;
}

/** A run that has begun, for whoever shows it. */
export interface BegunRun {
  readonly manifest: RunManifest;
  readonly paths: RunPaths;
  readonly redactor: Redactor;
}

/** What a run gave. */
export interface GateAnswer {
  readonly manifest: RunManifest;
  readonly paths: RunPaths;
  readonly exitCode: number;
  /** The evidence could not be recorded; the exit code is 3. */
  readonly failure: GateFailure | null;
}

/**
 * The whole product: reads the change, plans, records the dead runs of the task, executes the plan, judges, and
 * leaves the evidence. A failure means that nothing was run. Rejects on bugs only; the manifest says so then.
 */
export async function runGate(
  request: GateRequest,
  host: GateHost,
  observe: (begun: BegunRun) => RunListener,
): Promise<Result<GateAnswer>> {
  const { clock, cancellation } = host;
  const startedAtMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const [prepared] = await Promise.all([prepareRun(request, host.git), host.processes.prepare()]);
  if (!prepared.ok) return prepared;
  const { plan, reading, runsDir, taskId, root, redaction } = prepared.value;
  try {
    const kinds = plan.stages.flatMap(({ skip, settings }) => (skip === null ? [settings.kind] : []));
    const builtins = await loadBuiltins(kinds);
    const recovered = await recoverDeadRuns(taskDirectory(runsDir, taskId), { ...host, root });
    const facts = runFactsOf(request, prepared.value, startedAtMs, recovered);
    const redactor = createRedactor(redaction);
    const begun = beginRun({ root, runsDir, facts, redactor, clock });
    if (!begun.ok) return begun;
    const record = begun.value;
    const { paths } = record;
    const elapsed = () => ({ completedAtMs: clock.wallMs(), durationMs: clock.monotonicMs() - startedMs });

    const show = observe({ manifest: record.manifest, paths, redactor });
    const outcome = await execute(request, prepared.value, host, builtins, record, show).catch(
      (bug: unknown) => {
        const detail = 'an error in the gate itself ended the run; please report it';
        const nothing = { childProcesses: 0, outputBytes: 0, warnings: [] };
        record.finish({ ...UNANSWERED, ...elapsed(), ...nothing, detail }, () => []);
        throw bug;
      },
    );
    const { end, exitCode } = judgeRun(plan, outcome, record.verifyUntouched(), {
      strict: request.strict,
      unproven: prepared.value.unproven,
      violation: prepared.value.violation,
    });
    const { childProcesses, outputBytes } = outcome;
    const finished = record.finish(
      { ...end, ...elapsed(), childProcesses, outputBytes, warnings: [] },
      (manifest) => renderReports(paths, manifest),
    );
    const failure = outcome.failure ?? (finished.ok ? null : finished.error);
    const code = failure === null ? exitCode(cancellation.signal) : 3;
    return ok({ manifest: record.manifest, paths, exitCode: code, failure });
  } finally {
    if (reading.measured) await reading.change.snapshot.close();
  }
}

/** Executes the plan; every start and end of a stage goes into the record first. */
function execute(
  request: GateRequest,
  prepared: Preparation,
  host: GateHost,
  builtins: ReadonlyMap<string, BuiltinStage>,
  record: RunRecord,
  show: RunListener,
): Promise<RunOutcome> {
  return runPlan(prepared.plan, {
    ...host,
    execution: prepared.config.execution,
    environment: scrubEnvironment(request.environment),
    directory: prepared.directory,
    runId: record.manifest.run_id,
    builtins,
    builtinSource: builtinSourceOf(prepared, host.clock),
    openLog(stage) {
      const saved = record.stageStarted(stage, host.clock.wallMs());
      return saved.ok ? record.openLog(stage) : saved;
    },
    listener(event) {
      if (event.type === 'stage_finished') record.stageFinished(event.stage, event.result);
      show(event);
    },
  });
}

/** The reports that are kept with the evidence. */
function renderReports(paths: RunPaths, manifest: RunManifest): ReportFile[] {
  const report = buildReport(manifest, { logTails: readLogTails(paths.runDir, manifest) });
  const room = { maxChars: SUMMARY_MAX_BYTES, maxBytes: SUMMARY_MAX_BYTES };
  return [
    { name: 'report.md', text: renderMarkdown(report, room) },
    { name: 'findings.sarif', text: renderSarif(manifest), isJson: true },
  ];
}
