/** The zod schemas of what stands on disk. Made when the file is loaded: only what reads evidence loads it. */
import * as z from 'zod/mini';

const count = z.int().check(z.minimum(0));
const countOrNull = z.nullable(count);
const text = z.string();
const textOrNull = z.nullable(text);
const time = z.iso.datetime();
const sha256 = z.string().check(z.regex(/^[0-9a-f]{64}$/));

const counters = z.object({
  manifest_writes: count,
  child_processes: count,
  output_bytes: count,
  github_requests: count,
});

const attempt = z.object({
  attempt: count,
  status: z.enum(['passed', 'failed', 'cancelled', 'not_evaluated']),
  reason: textOrNull,
  duration_ms: count,
  exit_code: z.nullable(z.int()),
  signal: textOrNull,
});

const stage = z.object({
  index: count,
  id: text,
  title: text,
  kind: z.enum(['command', 'spec-guard', 'docs', 'diff-budget', 'review']),
  required: z.boolean(),
  status: z.enum([
    ...(['pending', 'running', 'passed', 'failed'] as const),
    ...(['skipped', 'cancelled', 'not_run', 'not_evaluated'] as const),
  ]),
  reason: textOrNull,
  detail: textOrNull,
  origin: text,
  command: textOrNull,
  cwd: textOrNull,
  started_at: z.nullable(time),
  completed_at: z.nullable(time),
  duration_ms: countOrNull,
  cpu_ms: countOrNull,
  max_rss_bytes: countOrNull,
  exit_code: z.nullable(z.int()),
  signal: textOrNull,
  attempts: z.array(attempt),
  log: z.nullable(z.object({ path: text, bytes: count, total_bytes: count, truncated: z.boolean(), sha256 })),
  tests: z.nullable(
    z.object({ executed: count, passed: count, failed: count, skipped: count, source: text }),
  ),
  findings: z.object({ p0: count, p1: count, p2: count, p3: count }),
  reused_from: textOrNull,
  strays: count,
});

const finding = z.object({
  stage: text,
  rule_id: text,
  title: text,
  body: text,
  priority: z.literal([0, 1, 2, 3]),
  confidence: z.nullable(z.number().check(z.minimum(0), z.maximum(1))),
  path: textOrNull,
  start_line: countOrNull,
  end_line: countOrNull,
  side: z.enum(['new', 'old']),
  suggestion: textOrNull,
  fingerprint: text,
  source: z.object({ id: text, version: text, model: textOrNull }),
});

/** What a run was about and where it ran. */
const context = {
  process: z.object({ pid: count, start_ticks: countOrNull, boot_id: textOrNull }),
  change: z.object({
    base_sha: textOrNull,
    head_sha: textOrNull,
    merge_base_sha: textOrNull,
    base_source: textOrNull,
    branch: textOrNull,
    event: textOrNull,
    pr_number: countOrNull,
    from_fork: z.nullable(z.boolean()),
    dirty: z.nullable(z.boolean()),
    files: countOrNull,
    added: countOrNull,
    deleted: countOrNull,
    diff_digest: textOrNull,
  }),
  policy: z.object({
    source: z.enum(['base', 'working_tree', 'defaults']),
    ref: textOrNull,
    path: textOrNull,
    digest: textOrNull,
    changed_in_change: z.boolean(),
    settings_changed: z.array(text),
    stage_commands_changed: z.array(text),
  }),
  runner: z.object({
    class: text,
    os: text,
    arch: text,
    cpu_model: text,
    cores: count,
    memory_bytes: count,
    node: text,
    image: textOrNull,
  }),
  notes: z.object({ goal: text, summary: text, risks: text, questions: text }),
};

/** What `manifest.json` of a run holds. */
export const manifest = z.object({
  schema_version: z.literal(1),
  tool: z.object({ name: text, version: text, commit: textOrNull }),
  run_id: text,
  task_id: text,
  attempt: count,
  parent_run_id: textOrNull,
  pipeline: z.object({ id: text, title: text }),
  status: z.enum(['in_progress', 'succeeded', 'failed', 'cancelled', 'aborted']),
  verdict: z.nullable(z.enum(['passed', 'failed', 'not_evaluated', 'cancelled'])),
  status_detail: textOrNull,
  started_at: time,
  updated_at: time,
  heartbeat_at: time,
  completed_at: z.nullable(time),
  duration_ms: countOrNull,
  ...context,
  stages: z.array(stage),
  findings: z.array(finding),
  waivers: z.array(z.object({ kind: text, reason: text, actor: textOrNull, source: text })),
  warnings: z.array(text),
  resume_events: z.array(z.object({ at: time, actor: textOrNull, reason: text, outcome: text })),
  comparison: z.array(z.record(text, z.unknown())),
  counters: counters,
  isolation: z.enum(['none', 'split']),
  evidence: z.array(z.object({ path: text, bytes: count, sha256, uploaded: z.boolean() })),
});

/** What one line of a task's `metrics.json` holds. */
export const metrics = z.object({
  schema_version: z.literal(1),
  run_id: text,
  task_id: text,
  pipeline: text,
  attempt: count,
  recorded_at: time,
  started_at: time,
  head_sha: textOrNull,
  base_sha: textOrNull,
  branch: textOrNull,
  event: textOrNull,
  verdict: z.enum(['passed', 'failed', 'not_evaluated', 'cancelled', 'aborted']),
  duration_ms: countOrNull,
  runner_class: text,
  stages: z.array(
    z.object({
      id: text,
      status: text,
      duration_ms: countOrNull,
      cpu_ms: countOrNull,
      max_rss_bytes: countOrNull,
      command_digest: textOrNull,
      reused: z.boolean(),
    }),
  ),
  counters: counters,
});

/** What zod says of a document that is no manifest, in English: zod/mini comes without words. */
export const describeIssue = z.locales.en().localeError;
