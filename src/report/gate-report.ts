import type { RunManifest } from '../evidence/manifest.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import { comparisonRows } from './comparison-rows.ts';
import { buildFailures, buildHints } from './failure-rows.ts';
import type { ChangeFacts, GateReport, Headline, LabelledText, PolicyFacts } from './report-model.ts';
import { comparedSha, rerunCommands, shortSha } from './rerun-commands.ts';
import { buildStageRow, buildTotal } from './stage-rows.ts';
import { type Outcome, outcomeOf } from './status-words.ts';

export type { GateReport } from './report-model.ts';

/** What a report may know beyond the manifest. */
export interface ReportOptions {
  /** Ends of the stages' logs by stage id, raw text as captured. */
  readonly logTails?: ReadonlyMap<string, string>;
}

/** Statuses that decide each outcome; the stages named in the headline. */
const DECIDING: Readonly<Record<Outcome, readonly string[]>> = {
  passed: [],
  failed: ['failed'],
  not_evaluated: ['not_evaluated'],
  cancelled: ['cancelled'],
  in_progress: ['running'],
  aborted: ['running'],
};

function buildHeadline(manifest: RunManifest, outcome: Outcome): Headline {
  const stages = manifest.stages
    .filter((stage) => DECIDING[outcome].includes(stage.status))
    .filter((stage) => stage.required || outcome === 'in_progress' || outcome === 'aborted')
    .map((stage) => stage.id);
  const why = manifest.status_detail?.trim() ?? '';
  return { stages, why: why === '' || repeatsNames(why, stages) ? null : why };
}

/** A status detail like `failed: build, test` says what the headline says already. */
function repeatsNames(why: string, stages: readonly string[]): boolean {
  const words = why
    .toLowerCase()
    .replace(/[^\p{L}\p{N}_-]+/gu, ' ')
    .trim();
  const names = stages.join(' ').toLowerCase();
  return words === names || words === `failed ${names}`.trim() || words === 'cancelled';
}

function buildChange(manifest: RunManifest): ChangeFacts {
  const { change } = manifest;
  return {
    headSha: shortSha(change.head_sha),
    baseSha: shortSha(comparedSha(manifest)),
    baseSource: change.base_source,
    branch: change.branch,
    pullRequest: change.pr_number,
    fromFork: change.from_fork === true,
    dirty: change.dirty === true,
    size:
      change.files === null
        ? null
        : `${plural(change.files, 'file')}, +${change.added ?? 0} −${change.deleted ?? 0}`,
  };
}

function buildPolicy(manifest: RunManifest): PolicyFacts {
  const { policy } = manifest;
  const path = policy.path ?? 'the configuration';
  const at = policy.ref === null ? '' : ` at ${shortSha(policy.ref) ?? policy.ref}`;
  const words = {
    base: `${path} of the base counted${at}`,
    working_tree: `${path} of the working tree counted`,
    defaults: 'no configuration file; the defaults counted',
  }[policy.source];
  return {
    words,
    digest: policy.digest,
    changedInChange: policy.changed_in_change,
    commandsChanged: policy.stage_commands_changed,
  };
}

function buildNotes(manifest: RunManifest): LabelledText[] {
  const { goal, summary, risks, questions } = manifest.notes;
  return [
    { label: 'Goal', text: goal },
    { label: 'Summary', text: summary },
    { label: 'Risks', text: risks },
    { label: 'Questions', text: questions },
  ].filter(({ text }) => text.trim() !== '');
}

/** Where and with what the run was measured; numbers of other machines are not comparable. */
function buildEnvironment(manifest: RunManifest, cpuMs: number | null): LabelledText[] {
  const { runner, tool, counters } = manifest;
  return [
    {
      label: 'Machine',
      text: `${runner.os} ${runner.arch}, ${plural(runner.cores, 'core')}, ${formatByteSize(runner.memory_bytes)} memory`,
    },
    { label: 'CPU', text: runner.cpu_model },
    { label: 'Runner class', text: runner.class },
    ...(runner.image === null ? [] : [{ label: 'Image', text: runner.image }]),
    { label: 'Node', text: runner.node },
    { label: 'Gate', text: `${tool.name} ${tool.version}${tool.commit === null ? '' : ` (${tool.commit})`}` },
    {
      label: 'Isolation',
      text:
        manifest.isolation === 'split'
          ? 'split: the process that ran the stages held no tokens'
          : 'none: stages ran beside the gate, as the same user',
    },
    {
      label: 'Cost',
      text: `${cpuMs === null ? '' : `${formatDuration(cpuMs)} CPU in stages, `}${plural(counters.child_processes, 'child process', 'child processes')}, ${formatByteSize(counters.output_bytes)} output, ${plural(counters.manifest_writes, 'manifest write')}`,
    },
  ];
}

/**
 * The one model behind every rendering, from a manifest alone, so that a live run and `gate report`
 * say the same. Pure; never throws on a manifest that its schema accepts.
 */
export function buildReport(manifest: RunManifest, options: ReportOptions = {}): GateReport {
  const outcome = outcomeOf(manifest);
  const comparison = comparisonRows(manifest);
  const compared = new Map(comparison.map((row) => [row.stage, row]));
  const stages = manifest.stages.map((stage) => buildStageRow(stage, compared.get(stage.id) ?? null));
  const total = buildTotal(manifest, compared.get('total') ?? null);
  return {
    outcome,
    headline: buildHeadline(manifest, outcome),
    run: {
      runId: manifest.run_id,
      taskId: manifest.task_id,
      attempt: manifest.attempt,
      parentRunId: manifest.parent_run_id,
      pipeline: manifest.pipeline.id,
      startedAt: manifest.started_at,
      completedAt: manifest.completed_at,
      durationMs: manifest.duration_ms,
      tool: `${manifest.tool.name} ${manifest.tool.version}`,
    },
    change: buildChange(manifest),
    stages,
    total,
    failures: buildFailures(manifest, stages, options.logTails ?? new Map()),
    hints: buildHints(manifest),
    comparison,
    notes: buildNotes(manifest),
    policy: buildPolicy(manifest),
    waivers: manifest.waivers,
    warnings: manifest.warnings,
    environment: buildEnvironment(manifest, total.cpuMs),
    evidence: {
      files: manifest.evidence,
      totalBytes: manifest.evidence.reduce((total, file) => total + file.bytes, 0),
    },
    commands: rerunCommands(manifest),
  };
}
