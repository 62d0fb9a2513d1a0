import type { CommandStage } from '../config/gate-config.ts';
import type { ProcessExit } from '../host/ports.ts';
import { describeFailure } from '../kernel/failure.ts';
import { plural } from '../kernel/text.ts';
import type { PlannedStage } from '../plan/plan.ts';
import { AttemptLog } from './attempt-log.ts';
import { type AttemptJudgement, judgeExit, timeoutOf } from './command-outcome.ts';
import type { OutputSink } from './output-sink.ts';
import type { RunDependencies, StageEnd } from './run-dependencies.ts';
import { resolveStageDirectory } from './stage-directory.ts';
import {
  type AttemptRecord,
  cancelled,
  failed,
  notEvaluated,
  passed,
  type StageFacts,
  type StageMeasures,
  type StageResult,
  type TestCounts,
} from './stage-result.ts';
import { sealStage, unrecordedStage } from './stage-seal.ts';
import { judgeTests, readTests } from './test-proof.ts';

/** A command stage whose command is known. */
export type RunnableCommand = CommandStage & { readonly run: string };

interface Attempt {
  readonly exit: ProcessExit;
  readonly judgement: AttemptJudgement;
  readonly tests: TestCounts | null;
}

/** One command stage on its way through its attempts. */
class CommandRun {
  readonly attempts: Attempt[] = [];
  readonly log: AttemptLog;
  readonly #settings: RunnableCommand;
  readonly #deps: RunDependencies;
  readonly #cwd: string;

  constructor(settings: RunnableCommand, deps: RunDependencies, cwd: string, sink: OutputSink) {
    this.#settings = settings;
    this.#deps = deps;
    this.#cwd = cwd;
    this.log = new AttemptLog(sink);
  }

  async attempt(): Promise<Attempt> {
    const { clock, processes, execution, cancellation, environment, directory, runId } = this.#deps;
    const settings = this.#settings;
    this.log.beginAttempt();
    const notBeforeMs = clock.wallMs();
    const exit = await processes.run({
      commandLine: settings.run,
      cwd: this.#cwd,
      env: { ...environment, ...settings.env },
      timeoutMs: timeoutOf({ settings, execution }),
      graceMs: execution.graceMs,
      runMarker: runId,
      cancellation,
      onOutput: (chunk) => this.log.write(chunk),
    });
    const tail = this.log.tail();
    const cancelSignal = cancellation.signal;
    const byExit = judgeExit(exit, { settings, execution, cancelSignal, tail, commandLine: settings.run });
    const counts =
      exit.outcome === 'exited' ? await readTests(settings, { directory, tail, notBeforeMs }) : null;
    const byTests = byExit.status === 'passed' && counts !== null ? judgeTests(settings, counts) : null;
    const attempt = { exit, judgement: byTests ?? byExit, tests: counts?.ok ? counts.value : null };
    this.attempts.push(attempt);
    return attempt;
  }

  /** A cancelled stage is never tried again, nor one whose tests cannot be counted: that stays as it is. */
  mayRetry({ judgement }: Attempt): boolean {
    const isRetriable = judgement.status === 'failed' || judgement.reason === 'spawn_failed';
    const isLeft = this.attempts.length <= this.#settings.retries;
    return isRetriable && isLeft && this.#deps.cancellation.level === 'none';
  }
}

function recordAttempt({ exit, judgement }: Attempt, index: number): AttemptRecord {
  return {
    attempt: index + 1,
    status: judgement.status,
    reason: judgement.reason,
    durationMs: exit.durationMs,
    exitCode: exit.exitCode,
    signal: exit.signal,
  };
}

/** Sum and maximum over what is known; null when nothing is. */
function combine(values: readonly (number | null)[], join: (a: number, b: number) => number): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce(join);
}

const add = (a: number, b: number) => a + b;

function measure(
  attempts: readonly Attempt[],
  last: Attempt,
  startedAtMs: number,
  durationMs: number,
): StageMeasures {
  const exits = attempts.map(({ exit }) => exit);
  return {
    startedAtMs,
    // Not the wall clock again: it may have been set meanwhile.
    completedAtMs: startedAtMs + durationMs,
    durationMs,
    cpuMs: combine(
      exits.map(({ cpuMs }) => cpuMs),
      add,
    ),
    maxRssBytes: combine(
      exits.map(({ maxRssBytes }) => maxRssBytes),
      Math.max,
    ),
    exitCode: last.exit.exitCode,
    signal: last.exit.signal,
    attempts: attempts.map(recordAttempt),
    log: null,
    tests: last.tests,
    strays: exits.map(({ strays }) => strays).reduce(add, 0),
  };
}

function toResult({ judgement }: Attempt, attempts: number, facts: StageFacts): StageResult {
  const { status, reason } = judgement;
  const detail = judgement.detail ?? '';
  switch (status) {
    case 'passed':
      return attempts === 1
        ? passed(facts)
        : passed(facts, 'flaky', `passed on attempt ${attempts}, not before`);
    case 'cancelled':
      return cancelled(detail, facts);
    case 'not_evaluated':
      return notEvaluated(reason === 'spawn_failed' ? reason : 'could_not_evaluate', detail, facts);
    case 'failed':
      return failed(
        reason ?? 'exit_nonzero',
        attempts === 1 ? detail : `${detail} (attempt ${attempts})`,
        facts,
      );
  }
}

/** Runs a command stage with its retries; what it printed goes to the log of the stage. */
export async function runCommandStage(
  stage: PlannedStage,
  settings: RunnableCommand,
  deps: RunDependencies,
): Promise<StageEnd> {
  const cwd = resolveStageDirectory(deps.directory, settings.id, settings.cwd);
  if (!cwd.ok) {
    const result = notEvaluated('could_not_evaluate', describeFailure(cwd.error));
    return { result, failure: null, childProcesses: 0, outputBytes: 0 };
  }
  const sink = deps.openLog(stage);
  if (!sink.ok) return unrecordedStage(sink.error);

  const startedAtMs = deps.clock.wallMs();
  const startedMs = deps.clock.monotonicMs();
  deps.listener({ type: 'stage_started', stage, startedAtMs });
  const run = new CommandRun(settings, deps, cwd.value, sink.value);
  let last = await run.attempt();
  while (run.mayRetry(last)) {
    const attempt = run.attempts.length;
    const left = settings.retries + 1 - attempt;
    deps.listener({ type: 'attempt_failed', stage, attempt, left, detail: last.judgement.detail ?? '' });
    last = await run.attempt();
  }
  const measures = measure(run.attempts, last, startedAtMs, deps.clock.monotonicMs() - startedMs);
  const warnings =
    measures.strays === 0
      ? []
      : [
          `${plural(measures.strays, 'process', 'processes')} of ${settings.id} outlived it and had to be killed`,
        ];
  const result = toResult(last, run.attempts.length, { measures, warnings });
  return {
    ...sealStage(sink.value, result),
    childProcesses: run.attempts.filter(({ exit }) => exit.outcome !== 'spawn_failed').length,
    outputBytes: run.log.outputBytes,
  };
}
