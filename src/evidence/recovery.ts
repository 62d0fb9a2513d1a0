import { lstatSync, readdirSync, rmdirSync, rmSync, statSync } from 'node:fs';
import path from 'node:path';
import { isTemporaryName, readFileBounded, writeFileDurably } from '../host/durable-file.ts';
import { describeErrno, errnoOf } from '../host/errno.ts';
import type { Clock, ProcessHost } from '../host/ports.ts';
import { currentProcessIdentity, type ProcessIdentity, processPresence } from '../host/process-identity.ts';
import { describeFailure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { digestFile } from './file-digest.ts';
import type { ManifestEvidence, RunManifest } from './manifest.ts';
import { MAX_MANIFEST_BYTES, readManifest } from './manifest-schema.ts';
import { manifestBytes } from './manifest-store.ts';
import { withEvidence, withRunAborted } from './manifest-updates.ts';
import { appendMetrics, hasMetricsOf, metricsOf } from './metrics-log.ts';
import { isoTime } from './new-manifest.ts';
import { claimRun, listOpenRuns, markFinished, type OpenRun } from './open-runs.ts';
import { filesOfRun, isBelow, LOGS_FOLDER, METRICS_FILE, type RunFiles } from './run-directory.ts';
import { metricsText, writeEvidence, writeManifestDigest } from './run-end.ts';

/** A gate that cannot be seen from here and has not touched its manifest for this long is dead: 12 missed beats. */
const SILENCE_MS = 60_000;

/** A run whose gate had died, and what was done about it. */
export interface RecoveredRun {
  readonly runId: string;
  /**
   * `aborted`: marked so. `completed`: it had ended, its records are complete now. `never_started`: it left
   * nothing to record. `unrecorded`: could not be recovered, see `detail`.
   */
  readonly outcome: 'aborted' | 'completed' | 'never_started' | 'unrecorded';
  /** Processes of the run that were still alive and were killed. */
  readonly strays: number;
  /** One line when something needs a look; else null. */
  readonly detail: string | null;
}

/** What recovery needs of the outside. */
export interface RecoveryHost {
  /** Root of the repository: folders below it are not followed through links. */
  readonly root: string;
  readonly processes: Pick<ProcessHost, 'sweep'>;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Who recovers; this process by default. */
  readonly self?: ProcessIdentity;
}

/**
 * Takes care of the runs of a task whose gate is gone: their stray processes are killed, the manifest says
 * `aborted`, the metrics record is written. Looks at open runs only, so its cost does not grow with the
 * history. Safe to do in several gates at once: each dead run is taken over by one of them.
 */
export async function recoverDeadRuns(taskDirectory: string, host: RecoveryHost): Promise<RecoveredRun[]> {
  if (!isRealBelow(taskDirectory, host.root)) return [];
  const self = host.self ?? currentProcessIdentity();
  const open = listOpenRuns(taskDirectory);
  if (!open.ok) return [unrecorded('of this task', 0, describeFailure(open.error))];
  const recovered: RecoveredRun[] = [];
  for (const run of open.value) {
    if (!isDead(taskDirectory, run, host.clock.wallMs())) continue;
    const claimed = claimRun(run, self);
    if (!claimed.ok) recovered.push(unrecorded(run.runId, 0, describeFailure(claimed.error)));
    else if (claimed.value !== null) recovered.push(await recoverOne(taskDirectory, claimed.value, host));
  }
  return recovered;
}

function runDirectory(taskDir: string, runId: string): string {
  return path.join(taskDir, 'cli', runId);
}

/** No link on the way to the task's folder and in it, as far as the repository reaches. */
function isRealBelow(taskDir: string, root: string): boolean {
  const top = isBelow(taskDir, root) ? root : path.dirname(taskDir);
  const names = path.relative(top, path.join(taskDir, 'cli')).split(path.sep);
  return names.every((_, index) => {
    const folder = path.join(top, ...names.slice(0, index + 1));
    return lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() === true;
  });
}

function isDead(taskDir: string, open: OpenRun, nowMs: number): boolean {
  const presence = processPresence(open.owner);
  if (presence !== 'unknown') return presence === 'gone';
  const { manifest } = filesOfRun(runDirectory(taskDir, open.runId));
  const seen =
    lstatSync(manifest, { throwIfNoEntry: false }) ?? lstatSync(open.file, { throwIfNoEntry: false });
  return seen !== undefined && Math.abs(nowMs - seen.mtimeMs) > SILENCE_MS;
}

function unrecorded(runId: string, strays: number, detail: string): RecoveredRun {
  return { runId, outcome: 'unrecorded', strays, detail: `run ${runId} could not be recovered: ${detail}` };
}

/** As {@link recoverClaimed}; a disk that does not let itself be read or written is no bug. */
async function recoverOne(taskDir: string, open: OpenRun, host: RecoveryHost): Promise<RecoveredRun> {
  const strays = await host.processes.sweep(open.runId);
  try {
    return await recoverClaimed(taskDir, open, strays, host.clock.wallMs());
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return unrecorded(open.runId, strays, describeErrno(error));
  }
}

async function recoverClaimed(
  taskDir: string,
  open: OpenRun,
  strays: number,
  nowMs: number,
): Promise<RecoveredRun> {
  const { runId } = open;
  const files = filesOfRun(runDirectory(taskDir, runId));
  const entry = lstatSync(files.runDir, { throwIfNoEntry: false });
  if (entry !== undefined && !entry.isDirectory()) {
    // What the run has put in the place of its folder is neither read nor written through.
    markFinished(open);
    return unrecorded(runId, strays, 'its folder is not a real one any more');
  }
  removeTemporaries(files.runDir);
  if (lstatSync(files.manifest, { throwIfNoEntry: false }) === undefined) {
    removeEmpty(files.logsDir, files.runDir);
    markFinished(open);
    return { runId, outcome: 'never_started', strays, detail: null };
  }
  const read = await readManifest(files.manifest);
  if (!read.ok || read.value.run_id !== runId) {
    // Nothing can be made of it, now or later: the run is closed, its files stay for people to look at.
    markFinished(open);
    return unrecorded(
      runId,
      strays,
      read.ok ? 'its manifest is of another run' : describeFailure(read.error),
    );
  }
  const inProgress = read.value.status === 'in_progress';
  const ended = inProgress ? recordAborted(files, read.value, nowMs) : ok(read.value);
  const done = ended.ok ? completeRecords(taskDir, ended.value) : ended;
  const closed = done.ok ? markFinished(open) : done;
  if (!closed.ok) return unrecorded(runId, strays, describeFailure(closed.error));
  return { runId, outcome: inProgress ? 'aborted' : 'completed', strays, detail: null };
}

function recordAborted(files: RunFiles, manifest: RunManifest, nowMs: number): Result<RunManifest> {
  const ended = withRunAborted(manifest, statSync(files.manifest).mtimeMs);
  const aborted = {
    ...ended,
    updated_at: isoTime(nowMs),
    counters: { ...ended.counters, manifest_writes: ended.counters.manifest_writes + 1 },
  };
  const metrics = writeEvidence(files, METRICS_FILE, metricsText(aborted));
  if (!metrics.ok) return metrics;
  const last = withEvidence(aborted, [...collectLogs(files.runDir, aborted), metrics.value]);
  const saved = writeFileDurably(files.manifest, manifestBytes(last));
  return saved.ok ? ok(last) : saved;
}

/** Logs as recorded, and those of stages that were cut off as they stand now. */
function collectLogs(runDir: string, manifest: RunManifest): ManifestEvidence[] {
  const recorded = manifest.stages.flatMap(({ log }): ManifestEvidence[] =>
    log === null ? [] : [{ path: log.path, bytes: log.bytes, sha256: log.sha256, uploaded: true }],
  );
  const known = new Set(recorded.map((entry) => entry.path));
  const others = filesIn(path.join(runDir, LOGS_FOLDER))
    .map((name) => `${LOGS_FOLDER}/${name}`)
    .filter((name) => !known.has(name));
  return [
    ...recorded,
    ...others.map((name) => ({ path: name, ...digestFile(path.join(runDir, name)), uploaded: true })),
  ];
}

/** What follows the last manifest write of a run, as far as it is missing. */
function completeRecords(taskDir: string, manifest: RunManifest): Result<void> {
  const files = filesOfRun(runDirectory(taskDir, manifest.run_id));
  if (!manifest.evidence.some((entry) => entry.path === METRICS_FILE)) {
    const written = writeFileDurably(files.metrics, metricsText(manifest));
    if (!written.ok) return written;
  }
  const bytes = readFileBounded(files.manifest, MAX_MANIFEST_BYTES);
  const sealed = bytes.ok ? writeManifestDigest(files, bytes.value) : bytes;
  if (!sealed.ok) return sealed;
  const recorded = hasMetricsOf(taskDir, manifest.run_id);
  if (!recorded.ok) return recorded;
  return recorded.value ? ok(undefined) : appendMetrics(taskDir, metricsOf(manifest));
}

function filesIn(directory: string): string[] {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => entry.name);
}

/** Files that a write left behind when its gate was killed. */
function removeTemporaries(runDir: string): void {
  for (const name of filesIn(runDir).filter(isTemporaryName))
    rmSync(path.join(runDir, name), { force: true });
}

/** A folder in which something lies after all stays. */
function removeEmpty(...directories: readonly string[]): void {
  for (const directory of directories) {
    const entry = lstatSync(directory, { throwIfNoEntry: false });
    if (entry?.isDirectory() === true && readdirSync(directory).length === 0) rmdirSync(directory);
  }
}
