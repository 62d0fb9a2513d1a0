import type { ChangeReading, Notes } from '../change/change.ts';
import type { ProcessIdentity } from '../host/process-identity.ts';
import type { RunnerFacts } from '../host/runner.ts';
import { TOOL } from '../kernel/tool.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type {
  ManifestChange,
  ManifestPolicy,
  ManifestRunner,
  ManifestStage,
  RunManifest,
} from './manifest.ts';

/** Warnings kept in a manifest. */
export const MAX_WARNINGS = 200;

/** ISO 8601 UTC of a wall-clock time, ms since the epoch; null stays null. */
export function isoTime(wallMs: number): string;
export function isoTime(wallMs: number | null): string | null;
export function isoTime(wallMs: number | null): string | null {
  return wallMs === null ? null : new Date(wallMs).toISOString();
}

/** What is known of a run before its first stage. */
export interface RunFacts {
  readonly runId: string;
  readonly taskId: string;
  readonly pipeline: { readonly id: string; readonly title: string };
  readonly startedAtMs: number;
  readonly process: ProcessIdentity;
  readonly change: ManifestChange;
  readonly policy: ManifestPolicy;
  readonly runner: RunnerFacts;
  readonly notes: Notes;
  readonly stages: readonly PlannedStage[];
  readonly warnings: readonly string[];
  /** Commit the gate itself was built from; null when unknown. */
  readonly toolCommit?: string | null;
}

/** Where a run happens, as far as a CI says; null where it does not. */
export interface EventFacts {
  readonly event: string | null;
  readonly prNumber: number | null;
  readonly fromFork: boolean | null;
}

/** The change of a run as the manifest holds it, also when it could not be measured. */
export function manifestChange(reading: ChangeReading, event: EventFacts): ManifestChange {
  const from = { event: event.event, pr_number: event.prNumber, from_fork: event.fromFork };
  if (!reading.measured) {
    const { headSha, branch } = reading.unmeasured;
    return {
      ...{ base_sha: null, head_sha: headSha, merge_base_sha: null, base_source: null, branch, ...from },
      ...{ dirty: null, files: null, added: null, deleted: null, diff_digest: null },
    };
  }
  const { change } = reading;
  return {
    base_sha: change.baseSha,
    head_sha: change.headSha,
    merge_base_sha: change.mergeBaseSha,
    base_source: change.baseSource,
    branch: change.branch,
    ...from,
    dirty: change.dirty,
    files: change.files.length,
    added: change.added,
    deleted: change.deleted,
    diff_digest: change.diffDigest,
  };
}

/** The machine of a run as the manifest holds it. */
export function manifestRunner(runner: RunnerFacts): ManifestRunner {
  const { os, arch, cores, node, image } = runner;
  return {
    class: runner.class,
    os,
    arch,
    cpu_model: runner.cpuModel,
    cores,
    memory_bytes: runner.memoryBytes,
    node,
    image,
  };
}

/** A planned stage that has not begun. */
function pendingStage({ index, settings, origin }: PlannedStage): ManifestStage {
  const command = settings.kind === 'command' ? settings : null;
  return {
    index,
    id: settings.id,
    title: settings.title,
    kind: settings.kind,
    required: settings.required,
    status: 'pending',
    reason: null,
    detail: null,
    origin,
    command: command?.run ?? null,
    cwd: command?.cwd ?? null,
    started_at: null,
    completed_at: null,
    duration_ms: null,
    cpu_ms: null,
    max_rss_bytes: null,
    exit_code: null,
    signal: null,
    attempts: [],
    log: null,
    tests: null,
    findings: { p0: 0, p1: 0, p2: 0, p3: 0 },
    reused_from: null,
    strays: 0,
  };
}

/** The manifest of a run that is about to begin: every stage pending, nothing written yet. */
export function newManifest(facts: RunFacts): RunManifest {
  const startedAt = isoTime(facts.startedAtMs);
  const { pid, startTicks, bootId } = facts.process;
  return {
    schema_version: 1,
    tool: { ...TOOL, commit: facts.toolCommit ?? null },
    run_id: facts.runId,
    task_id: facts.taskId,
    attempt: 1,
    parent_run_id: null,
    pipeline: facts.pipeline,
    status: 'in_progress',
    verdict: null,
    status_detail: null,
    started_at: startedAt,
    updated_at: startedAt,
    heartbeat_at: startedAt,
    completed_at: null,
    duration_ms: null,
    process: { pid, start_ticks: startTicks, boot_id: bootId },
    change: facts.change,
    policy: facts.policy,
    runner: manifestRunner(facts.runner),
    notes: facts.notes,
    stages: facts.stages.map(pendingStage),
    findings: [],
    waivers: [],
    warnings: facts.warnings.slice(0, MAX_WARNINGS),
    resume_events: [],
    comparison: [],
    counters: { manifest_writes: 0, child_processes: 0, output_bytes: 0, github_requests: 0 },
    isolation: 'none',
    evidence: [],
  };
}
