/**
 * The run manifest, schema_version 1, as it stands on disk (JSON, snake_case).
 * Durations are integer milliseconds of the monotonic clock, times ISO 8601 UTC, paths relative to the
 * run directory or the repository's root, digests SHA-256 in hex.
 */
export interface RunManifest {
  readonly schema_version: 1;
  readonly tool: { readonly name: string; readonly version: string; readonly commit: string | null };
  readonly run_id: string;
  readonly task_id: string;
  readonly attempt: number;
  readonly parent_run_id: string | null;
  readonly pipeline: { readonly id: string; readonly title: string };
  readonly status: RunStatus;
  readonly verdict: ManifestVerdict | null;
  /** One line for people: which stages failed, what is missing; null on a plain pass. */
  readonly status_detail: string | null;
  readonly started_at: string;
  readonly updated_at: string;
  /** Of the last write; between writes the file's modification time is the heartbeat. */
  readonly heartbeat_at: string;
  readonly completed_at: string | null;
  readonly duration_ms: number | null;
  /** The gate's process, to tell a dead run from a living one. */
  readonly process: ManifestProcess;
  readonly change: ManifestChange;
  readonly policy: ManifestPolicy;
  readonly runner: ManifestRunner;
  readonly notes: {
    readonly goal: string;
    readonly summary: string;
    readonly risks: string;
    readonly questions: string;
  };
  readonly stages: readonly ManifestStage[];
  readonly findings: readonly ManifestFinding[];
  readonly waivers: readonly ManifestWaiver[];
  readonly warnings: readonly string[];
  readonly resume_events: readonly {
    readonly at: string;
    readonly actor: string | null;
    readonly reason: string;
    readonly outcome: string;
  }[];
  /** Filled by the before/after comparison; empty without history. */
  readonly comparison: readonly Readonly<Record<string, unknown>>[];
  readonly counters: {
    readonly manifest_writes: number;
    readonly child_processes: number;
    readonly output_bytes: number;
    readonly github_requests: number;
  };
  /** `split`: the process that ran the stages held no tokens. */
  readonly isolation: 'none' | 'split';
  readonly evidence: readonly ManifestEvidence[];
}

export type RunStatus = 'in_progress' | 'succeeded' | 'failed' | 'cancelled' | 'aborted';
export type ManifestVerdict = 'passed' | 'failed' | 'not_evaluated' | 'cancelled';

export interface ManifestProcess {
  readonly pid: number;
  /** Start time of the process in clock ticks since boot (Linux); null elsewhere. */
  readonly start_ticks: number | null;
  /** Which boot the ticks belong to; null where unknown. */
  readonly boot_id: string | null;
}

export interface ManifestChange {
  readonly base_sha: string | null;
  readonly head_sha: string | null;
  readonly merge_base_sha: string | null;
  /** Where the base came from, for people; null when the change was not measured. */
  readonly base_source: string | null;
  readonly branch: string | null;
  readonly event: string | null;
  readonly pr_number: number | null;
  readonly from_fork: boolean | null;
  readonly dirty: boolean | null;
  readonly files: number | null;
  readonly added: number | null;
  readonly deleted: number | null;
  readonly diff_digest: string | null;
}

export interface ManifestPolicy {
  readonly source: 'base' | 'working_tree' | 'defaults';
  readonly ref: string | null;
  readonly path: string | null;
  readonly digest: string | null;
  readonly changed_in_change: boolean;
  /** What the change would do to the settings in effect: `stages.diff-budget.max_lines: 800 → 5000`. */
  readonly settings_changed: readonly string[];
  /** What the change does to scripts, targets and runner configurations behind the stages. */
  readonly stage_commands_changed: readonly string[];
}

export interface ManifestRunner {
  /** Machines of one class may be compared: OS, architecture, CPU model, cores. */
  readonly class: string;
  readonly os: string;
  readonly arch: string;
  readonly cpu_model: string;
  readonly cores: number;
  readonly memory_bytes: number;
  readonly node: string;
  readonly image: string | null;
}

export type ManifestStageStatus =
  | 'pending'
  | 'running'
  | 'passed'
  | 'failed'
  | 'skipped'
  | 'cancelled'
  | 'not_run'
  | 'not_evaluated';

export interface ManifestStage {
  readonly index: number;
  readonly id: string;
  readonly title: string;
  readonly kind: 'command' | 'spec-guard' | 'docs' | 'diff-budget' | 'review';
  readonly required: boolean;
  readonly status: ManifestStageStatus;
  /** A code of the closed list in `run/stage-result.ts`. */
  readonly reason: string | null;
  /** The reason for people, one line, with what to do. */
  readonly detail: string | null;
  /** Where the stage comes from: a file and line, a detected script, `built in`. */
  readonly origin: string;
  readonly command: string | null;
  readonly cwd: string | null;
  readonly started_at: string | null;
  readonly completed_at: string | null;
  readonly duration_ms: number | null;
  readonly cpu_ms: number | null;
  readonly max_rss_bytes: number | null;
  readonly exit_code: number | null;
  readonly signal: string | null;
  readonly attempts: readonly ManifestAttempt[];
  readonly log: ManifestLog | null;
  readonly tests: ManifestTests | null;
  readonly findings: { readonly p0: number; readonly p1: number; readonly p2: number; readonly p3: number };
  readonly reused_from: string | null;
  readonly strays: number;
}

export interface ManifestAttempt {
  readonly attempt: number;
  readonly status: 'passed' | 'failed' | 'cancelled' | 'not_evaluated';
  readonly reason: string | null;
  readonly duration_ms: number;
  readonly exit_code: number | null;
  readonly signal: string | null;
}

export interface ManifestLog {
  readonly path: string;
  readonly bytes: number;
  readonly total_bytes: number;
  readonly truncated: boolean;
  readonly sha256: string;
}

export interface ManifestTests {
  readonly executed: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly source: string;
}

export interface ManifestFinding {
  /** Id of the stage that found it. */
  readonly stage: string;
  readonly rule_id: string;
  readonly title: string;
  readonly body: string;
  readonly priority: 0 | 1 | 2 | 3;
  readonly confidence: number | null;
  readonly path: string | null;
  readonly start_line: number | null;
  readonly end_line: number | null;
  readonly side: 'new' | 'old';
  readonly suggestion: string | null;
  readonly fingerprint: string;
  readonly source: { readonly id: string; readonly version: string; readonly model: string | null };
}

export interface ManifestWaiver {
  readonly kind: string;
  readonly reason: string;
  readonly actor: string | null;
  readonly source: string;
}

/** A file of the run directory with its digest; `uploaded: false`: left out of the artifact on purpose. */
export interface ManifestEvidence {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  readonly uploaded: boolean;
}
