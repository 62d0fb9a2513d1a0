import { createHash } from 'node:crypto';
import { closeSync, lstatSync, readSync } from 'node:fs';
import path from 'node:path';
import { appendLineDurably, openRegularFile } from '../host/durable-file.ts';
import { describeErrno } from '../host/errno.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { ManifestStage, RunManifest } from './manifest.ts';
import type { MetricsRecord } from './metrics-record.ts';
import { parseMetricsRecord } from './metrics-record-parser.ts';
import { METRICS_FILE } from './run-directory.ts';

const READ_BYTES = 1_048_576;

/** A longer line is no record. */
const MAX_LINE_BYTES = 1_048_576;

const LF = 0x0a;
const BYTE_ORDER_MARK = '\ufeff';

/** The list of a task's records, one JSON document per line. */
export function metricsFile(taskDir: string): string {
  return path.join(taskDir, METRICS_FILE);
}

function stageRecord(stage: ManifestStage): MetricsRecord['stages'][number] {
  const { id, status, duration_ms, cpu_ms, max_rss_bytes, command, reused_from } = stage;
  const digest = command === null ? null : createHash('sha256').update(command).digest('hex').slice(0, 16);
  return {
    id,
    status,
    duration_ms,
    cpu_ms,
    max_rss_bytes,
    command_digest: digest,
    reused: reused_from !== null,
  };
}

/** What the history keeps of a run that has ended. */
export function metricsOf(manifest: RunManifest): MetricsRecord {
  const { change } = manifest;
  return {
    schema_version: 1,
    run_id: manifest.run_id,
    task_id: manifest.task_id,
    pipeline: manifest.pipeline.id,
    attempt: manifest.attempt,
    recorded_at: manifest.updated_at,
    started_at: manifest.started_at,
    head_sha: change.head_sha,
    base_sha: change.base_sha,
    branch: change.branch,
    event: change.event,
    verdict: manifest.status === 'aborted' ? 'aborted' : (manifest.verdict ?? 'not_evaluated'),
    duration_ms: manifest.duration_ms,
    runner_class: manifest.runner.class,
    stages: manifest.stages.map(stageRecord),
    counters: manifest.counters,
  };
}

/** Adds a record to the list of its task, whole and lasting; other gates may do the same at this moment. */
export function appendMetrics(taskDir: string, record: MetricsRecord): Result<void> {
  return appendLineDurably(metricsFile(taskDir), JSON.stringify(record));
}

/** What a list of records holds. */
export interface MetricsReading {
  /** One per run, a later line replacing an earlier one of the same run; in order of their last lines. */
  readonly records: readonly MetricsRecord[];
  /** Lines that are no record: torn, garbage, too long. Blank ones do not count. */
  readonly damaged: number;
  /** Lines of a later version of the gate. */
  readonly newer: number;
}

/** Reads a list of records; a missing one is empty. Holds the records in memory, never the file. */
export function readMetrics(file: string): Result<MetricsReading> {
  const records = new Map<string, MetricsRecord>();
  let damaged = 0;
  let newer = 0;
  const done = readLines(file, (line) => {
    if (line === null) {
      damaged += 1;
      return;
    }
    const text = line.trim();
    if (text === '' || text === BYTE_ORDER_MARK) return;
    const parsed = parseMetricsRecord(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text);
    if (parsed === 'damaged') damaged += 1;
    else if (parsed === 'newer') newer += 1;
    else {
      records.delete(parsed.run_id);
      records.set(parsed.run_id, parsed);
    }
  });
  return done.ok ? ok({ records: [...records.values()], damaged, newer }) : done;
}

/** Whether the list has a whole record of the run. */
export function hasMetricsOf(taskDir: string, runId: string): Result<boolean> {
  let found = false;
  const done = readLines(metricsFile(taskDir), (line) => {
    if (found || line === null || !line.includes(runId)) return;
    const parsed = parseMetricsRecord(line.trim());
    found = typeof parsed === 'object' && parsed.run_id === runId;
  });
  return done.ok ? ok(found) : done;
}

/** Calls back with each line of a file, also a last one without its break; null: a line too long to be a record. */
function readLines(file: string, onLine: (line: string | null) => void): Result<void> {
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return ok(undefined);
    const descriptor = openRegularFile(file);
    try {
      readChunks(descriptor, onLine);
    } finally {
      closeSync(descriptor);
    }
    return ok(undefined);
  } catch (error) {
    return err(storageFailure(`cannot read: ${describeErrno(error)}`, { where: file }));
  }
}

function readChunks(descriptor: number, onLine: (line: string | null) => void): void {
  const chunk = Buffer.allocUnsafe(READ_BYTES);
  let rest: Buffer = Buffer.alloc(0);
  let tooLong = false;
  const finish = (line: Buffer) => {
    onLine(tooLong || line.length > MAX_LINE_BYTES ? null : line.toString('utf8'));
    tooLong = false;
  };
  for (let size = readSync(descriptor, chunk); size > 0; size = readSync(descriptor, chunk)) {
    const data = rest.length === 0 ? chunk.subarray(0, size) : Buffer.concat([rest, chunk.subarray(0, size)]);
    let start = 0;
    for (let lf = data.indexOf(LF); lf !== -1; lf = data.indexOf(LF, start)) {
      finish(data.subarray(start, lf));
      start = lf + 1;
    }
    rest = Buffer.from(data.subarray(start));
    if (rest.length > MAX_LINE_BYTES) {
      rest = Buffer.alloc(0);
      tooLong = true;
    }
  }
  if (rest.length > 0 || tooLong) finish(rest);
}
