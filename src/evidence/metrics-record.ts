/** One line of `metrics.json` (NDJSON), about 1 KB: what the history keeps of a run. */
export interface MetricsRecord {
  readonly schema_version: 1;
  readonly run_id: string;
  readonly task_id: string;
  readonly pipeline: string;
  readonly attempt: number;
  readonly recorded_at: string;
  readonly started_at: string;
  readonly head_sha: string | null;
  readonly base_sha: string | null;
  readonly branch: string | null;
  readonly event: string | null;
  /** `aborted` for a run whose gate died. */
  readonly verdict: 'passed' | 'failed' | 'not_evaluated' | 'cancelled' | 'aborted';
  readonly duration_ms: number | null;
  readonly runner_class: string;
  readonly stages: readonly {
    readonly id: string;
    readonly status: string;
    readonly duration_ms: number | null;
    readonly cpu_ms: number | null;
    readonly max_rss_bytes: number | null;
    /** SHA-256 of the command line, first 16 hex: durations of different commands are never compared. */
    readonly command_digest: string | null;
    readonly reused: boolean;
  }[];
  readonly counters: {
    readonly manifest_writes: number;
    readonly child_processes: number;
    readonly output_bytes: number;
    readonly github_requests: number;
  };
}
