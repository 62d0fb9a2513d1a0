import type { RunManifest } from '../evidence/manifest.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import { comparisonRows } from './comparison-rows.ts';
import { buildFailures, buildHints } from './failure-rows.ts';
import { buildHeadline } from './headline.ts';
import { describeEdit, describePolicy } from './policy-words.ts';
import type { ChangeFacts, GateReport, LabelledText, PolicyFacts } from './report-model.ts';
import { comparedSha, rerunCommands, shortSha } from './rerun-commands.ts';
import { buildStageRow, buildTotal } from './stage-rows.ts';
import { outcomeOf } from './status-words.ts';

export type { GateReport } from './report-model.ts';

/** What a report may know beyond the manifest. */
export interface ReportOptions {
  /** Ends of the stages' logs by stage id, raw text as captured. */
  readonly logTails?: ReadonlyMap<string, string>;
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
  return {
    words: describePolicy(policy),
    digest: policy.digest,
    edit: policy.changed_in_change ? describeEdit(policy) : null,
    settingsChanged: policy.settings_changed,
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
  const comparison = comparisonRows(manifest);
  const compared = new Map(comparison.map((row) => [row.stage, row]));
  const stages = manifest.stages.map((stage) => buildStageRow(stage, compared.get(stage.id) ?? null));
  const total = buildTotal(manifest, compared.get('total') ?? null);
  return {
    outcome: outcomeOf(manifest),
    headline: buildHeadline(manifest),
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
