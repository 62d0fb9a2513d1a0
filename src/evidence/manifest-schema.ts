import { readFileBounded } from '../host/durable-file.ts';
import { type GateFailure, storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { RunManifest } from './manifest.ts';

/** A larger manifest is not read. The gate's own stay far below. */
export const MAX_MANIFEST_BYTES = 16 * 1_048_576;

type Zod = typeof import('zod');
type Schemas = ReturnType<typeof buildSchemas>;

let loading: Promise<Schemas> | null = null;

/** The zod schemas of what stands on disk. Loads zod at the first call: see {@link preloadSchemas}. */
export function loadSchemas(): Promise<Schemas> {
  loading ??= import('zod').then(buildSchemas);
  return loading;
}

/** Loads everything that reading evidence needs, before the first stage could change it on disk. */
export async function preloadSchemas(): Promise<void> {
  await loadSchemas();
}

function buildParts(z: Zod) {
  const count = z.int().min(0);
  const time = z.iso.datetime();
  const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
  const text = z.string();
  return { count, time, sha256, text, textOrNull: text.nullable(), countOrNull: count.nullable() };
}

type Parts = ReturnType<typeof buildParts>;

function buildCounters(z: Zod, { count }: Parts) {
  return z.object({
    manifest_writes: count,
    child_processes: count,
    output_bytes: count,
    github_requests: count,
  });
}

function buildStage(z: Zod, parts: Parts) {
  const { count, countOrNull, text, textOrNull, time, sha256 } = parts;
  const attempt = z.object({
    attempt: count,
    status: z.enum(['passed', 'failed', 'cancelled', 'not_evaluated']),
    reason: textOrNull,
    duration_ms: count,
    exit_code: z.int().nullable(),
    signal: textOrNull,
  });
  return z.object({
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
    started_at: time.nullable(),
    completed_at: time.nullable(),
    duration_ms: countOrNull,
    cpu_ms: countOrNull,
    max_rss_bytes: countOrNull,
    exit_code: z.int().nullable(),
    signal: textOrNull,
    attempts: z.array(attempt),
    log: z
      .object({ path: text, bytes: count, total_bytes: count, truncated: z.boolean(), sha256 })
      .nullable(),
    tests: z
      .object({ executed: count, passed: count, failed: count, skipped: count, source: text })
      .nullable(),
    findings: z.object({ p0: count, p1: count, p2: count, p3: count }),
    reused_from: textOrNull,
    strays: count,
  });
}

function buildFinding(z: Zod, { text, textOrNull, countOrNull }: Parts) {
  return z.object({
    stage: text,
    rule_id: text,
    title: text,
    body: text,
    priority: z.literal([0, 1, 2, 3]),
    confidence: z.number().min(0).max(1).nullable(),
    path: textOrNull,
    start_line: countOrNull,
    end_line: countOrNull,
    side: z.enum(['new', 'old']),
    suggestion: textOrNull,
    fingerprint: text,
    source: z.object({ id: text, version: text, model: textOrNull }),
  });
}

function buildContext(z: Zod, { count, countOrNull, text, textOrNull }: Parts) {
  return {
    process: z.object({ pid: count, start_ticks: countOrNull, boot_id: textOrNull }),
    change: z.object({
      base_sha: textOrNull,
      head_sha: textOrNull,
      merge_base_sha: textOrNull,
      base_source: textOrNull,
      branch: textOrNull,
      event: textOrNull,
      pr_number: countOrNull,
      from_fork: z.boolean().nullable(),
      dirty: z.boolean().nullable(),
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
}

function buildManifest(z: Zod, parts: Parts) {
  const { count, countOrNull, text, textOrNull, time, sha256 } = parts;
  return z.object({
    schema_version: z.literal(1),
    tool: z.object({ name: text, version: text, commit: textOrNull }),
    run_id: text,
    task_id: text,
    attempt: count,
    parent_run_id: textOrNull,
    pipeline: z.object({ id: text, title: text }),
    status: z.enum(['in_progress', 'succeeded', 'failed', 'cancelled', 'aborted']),
    verdict: z.enum(['passed', 'failed', 'not_evaluated', 'cancelled']).nullable(),
    status_detail: textOrNull,
    started_at: time,
    updated_at: time,
    heartbeat_at: time,
    completed_at: time.nullable(),
    duration_ms: countOrNull,
    ...buildContext(z, parts),
    stages: z.array(buildStage(z, parts)),
    findings: z.array(buildFinding(z, parts)),
    waivers: z.array(z.object({ kind: text, reason: text, actor: textOrNull, source: text })),
    warnings: z.array(text),
    resume_events: z.array(z.object({ at: time, actor: textOrNull, reason: text, outcome: text })),
    comparison: z.array(z.record(text, z.unknown())),
    counters: buildCounters(z, parts),
    isolation: z.enum(['none', 'split']),
    evidence: z.array(z.object({ path: text, bytes: count, sha256, uploaded: z.boolean() })),
  });
}

function buildMetrics(z: Zod, parts: Parts) {
  const { count, countOrNull, text, textOrNull, time } = parts;
  return z.object({
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
    counters: buildCounters(z, parts),
  });
}

function buildSchemas(z: Zod) {
  const parts = buildParts(z);
  return { z, manifest: buildManifest(z, parts), metrics: buildMetrics(z, parts) };
}

/** JSON Schema (draft 2020-12) of `manifest.json`. Readers accept fields that later versions add. */
export async function jsonSchemaOfManifest(): Promise<object> {
  const { z, manifest } = await loadSchemas();
  const about = { title: 'Implementation gate run manifest', description: 'manifest.json of one run' };
  return z.toJSONSchema(manifest.meta(about), { io: 'input' });
}

/** JSON Schema (draft 2020-12) of one line of a task's `metrics.json`. */
export async function jsonSchemaOfMetrics(): Promise<object> {
  const { z, metrics } = await loadSchemas();
  const about = { title: 'Implementation gate metrics record', description: 'One line of metrics.json' };
  return z.toJSONSchema(metrics.meta(about), { io: 'input' });
}

/** Reads a manifest that may come from anywhere: bounded, no links, checked field by field. */
export async function readManifest(file: string): Promise<Result<RunManifest>> {
  const bytes = readFileBounded(file, MAX_MANIFEST_BYTES);
  return bytes.ok ? parseManifest(bytes.value, file) : bytes;
}

/** Checks the bytes of a manifest; `where` names them in the failure. Fields it does not know are left out. */
export async function parseManifest(bytes: Buffer, where: string): Promise<Result<RunManifest>> {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    return err(storageFailure('is no JSON: damaged or cut off', { where }));
  }
  const version = versionOf(document);
  if (version > 1) {
    const mend = 'read it with that version';
    return err(
      storageFailure(`was written by a newer gate (schema ${version}, this one reads 1)`, { where, mend }),
    );
  }
  const { manifest } = await loadSchemas();
  const parsed = manifest.safeParse(document);
  return parsed.success ? ok(parsed.data) : err(notAManifest(parsed.error.issues[0], where));
}

function versionOf(document: unknown): number {
  if (typeof document !== 'object' || document === null || !('schema_version' in document)) return 0;
  return typeof document.schema_version === 'number' ? document.schema_version : 0;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function notAManifest(issue: Issue | undefined, where: string): GateFailure {
  const place =
    issue === undefined ? '' : ` at ${clip(oneLine(issue.path.map(String).join('.')), 200) || 'the top'}`;
  const what = issue === undefined ? '' : `: ${clip(oneLine(issue.message), 300)}`;
  return storageFailure(`is no run manifest${place}${what}`, { where });
}
