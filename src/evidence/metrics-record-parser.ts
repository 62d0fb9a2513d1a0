import { isRunId } from '../kernel/ids.ts';
import type { MetricsRecord } from './metrics-record.ts';

const VERDICTS = ['passed', 'failed', 'not_evaluated', 'cancelled', 'aborted'] as const;

/** Larger than any duration, size or count that is meant: a record with such a number is damaged. */
const MAX_NUMBER = 1e15;
const MAX_STAGES = 1_000;
const MAX_TEXT_CHARS = 1_024;

type Fields = Readonly<Record<string, unknown>>;
type StageRecord = MetricsRecord['stages'][number];

/** Signals a field that is not what the schema says; caught in {@link parseMetricsRecord}. */
class NotARecord extends Error {}

function fieldsOf(value: unknown): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new NotARecord();
  return { ...value };
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value.length > MAX_TEXT_CHARS) throw new NotARecord();
  return value;
}

function textOrNull(value: unknown): string | null {
  return value === null || value === undefined ? null : text(value);
}

function count(value: unknown): number {
  if (typeof value !== 'number' || !(value >= 0 && value <= MAX_NUMBER)) throw new NotARecord();
  return value;
}

function countOrNull(value: unknown): number | null {
  return value === null || value === undefined ? null : count(value);
}

function verdict(value: unknown): MetricsRecord['verdict'] {
  const known = VERDICTS.find((name) => name === value);
  if (known === undefined) throw new NotARecord();
  return known;
}

function runId(value: unknown): string {
  if (typeof value !== 'string' || !isRunId(value)) throw new NotARecord();
  return value;
}

function stage(value: unknown): StageRecord {
  const fields = fieldsOf(value);
  return {
    id: text(fields['id']),
    status: text(fields['status']),
    duration_ms: countOrNull(fields['duration_ms']),
    cpu_ms: countOrNull(fields['cpu_ms']),
    max_rss_bytes: countOrNull(fields['max_rss_bytes']),
    command_digest: textOrNull(fields['command_digest']),
    reused: fields['reused'] === true,
  };
}

function stages(value: unknown): StageRecord[] {
  if (!Array.isArray(value) || value.length > MAX_STAGES) throw new NotARecord();
  return value.map(stage);
}

function record(fields: Fields): MetricsRecord {
  const counters = fieldsOf(fields['counters']);
  return {
    schema_version: 1,
    run_id: runId(fields['run_id']),
    task_id: text(fields['task_id']),
    pipeline: text(fields['pipeline']),
    attempt: count(fields['attempt']),
    recorded_at: text(fields['recorded_at']),
    started_at: text(fields['started_at']),
    head_sha: textOrNull(fields['head_sha']),
    base_sha: textOrNull(fields['base_sha']),
    branch: textOrNull(fields['branch']),
    event: textOrNull(fields['event']),
    verdict: verdict(fields['verdict']),
    duration_ms: countOrNull(fields['duration_ms']),
    runner_class: text(fields['runner_class']),
    stages: stages(fields['stages']),
    counters: {
      manifest_writes: count(counters['manifest_writes']),
      child_processes: count(counters['child_processes']),
      output_bytes: count(counters['output_bytes']),
      github_requests: count(counters['github_requests']),
    },
  };
}

/**
 * One line of a history: the record, `newer` when a later version of the gate wrote it, `damaged` when it
 * is none. Written by hand, as a history may have a million lines; unknown fields are left out.
 */
export function parseMetricsRecord(line: string): MetricsRecord | 'newer' | 'damaged' {
  try {
    const fields = fieldsOf(JSON.parse(line));
    const version = fields['schema_version'];
    if (typeof version === 'number' && Number.isInteger(version) && version > 1) return 'newer';
    return version === 1 ? record(fields) : 'damaged';
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof NotARecord) return 'damaged';
    throw error;
  }
}
