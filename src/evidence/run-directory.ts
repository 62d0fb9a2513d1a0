import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { makeDirectories } from '../host/directory.ts';
import { isTemporaryName, writeFileDurably } from '../host/durable-file.ts';
import { describeErrno } from '../host/errno.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** The files inside one run directory. All absolute. */
export interface RunFiles {
  readonly runDir: string;
  readonly logsDir: string;
  readonly manifest: string;
  /** `sha256sum -c` checks the manifest by it; written with the last manifest of a run. */
  readonly manifestDigest: string;
  /** The run's own metrics record, from which the task's list can be rebuilt. */
  readonly metrics: string;
}

/** Where the evidence of one run lies. */
export interface RunPaths extends RunFiles {
  /** Links are refused below this folder: the repository, or the runs folder itself when it is elsewhere. */
  readonly guardRoot: string;
  readonly runsDir: string;
  readonly taskDir: string;
}

/** Names inside a run directory. */
export const MANIFEST_FILE = 'manifest.json';
export const MANIFEST_DIGEST_FILE = 'manifest.sha256';
export const METRICS_FILE = 'metrics.json';
export const LOGS_FOLDER = 'logs';

/** Everything the gate writes is kept out of the changes it looks at. */
const IGNORE_ALL = '*\n';

/** Which run, and where its evidence goes. */
export interface RunLocation {
  /** Root of the repository, absolute. */
  readonly root: string;
  /** Absolute; `.runs` of the root by default. */
  readonly runsDir: string;
  readonly taskId: string;
  readonly runId: string;
}

/** The folder of a task below a runs folder. The id has the form that `parseTaskId` checks. */
export function taskDirectory(runsDir: string, taskId: string): string {
  return path.join(runsDir, taskId);
}

/** Paths of a run; nothing is looked up or made. */
export function runPaths(location: RunLocation): RunPaths {
  const { root, runsDir, taskId, runId } = location;
  const taskDir = taskDirectory(runsDir, taskId);
  const runDir = path.join(taskDir, 'cli', runId);
  return {
    guardRoot: isBelow(runsDir, root) ? root : runsDir,
    runsDir,
    taskDir,
    ...filesOfRun(runDir),
  };
}

/** Paths inside a run directory, also of one that was copied elsewhere. */
export function filesOfRun(runDir: string): RunFiles {
  return {
    runDir,
    logsDir: path.join(runDir, LOGS_FOLDER),
    manifest: path.join(runDir, MANIFEST_FILE),
    manifestDigest: path.join(runDir, MANIFEST_DIGEST_FILE),
    metrics: path.join(runDir, METRICS_FILE),
  };
}

/** Whether `inner` lies below `outer`; both absolute. */
export function isBelow(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative !== '' && relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

/**
 * Makes a folder for what the gate writes; a new one gets a `.gitignore` that hides all of it, so that
 * evidence never becomes part of a change. A folder that somebody else filled is left without one.
 */
export function makeIgnoredDirectory(root: string, directory: string): Result<void> {
  // Outside the repository the user chose the place, links included; only what lies below it is guarded.
  const [from, relative] = isBelow(directory, root)
    ? [root, path.relative(root, directory)]
    : splitTop(directory);
  const made = makeDirectories(from, relative);
  if (!made.ok) return made;
  const ignore = path.join(directory, '.gitignore');
  try {
    if (lstatSync(ignore, { throwIfNoEntry: false }) !== undefined) return ok(undefined);
    const foreign = made.value.created ? [] : readdirSync(directory).filter((name) => !isTemporaryName(name));
    return foreign.length === 0 ? writeFileDurably(ignore, IGNORE_ALL) : ok(undefined);
  } catch (error) {
    return err(storageFailure(`cannot use the folder: ${describeErrno(error)}`, { where: directory }));
  }
}

/** The nearest folder that exists, as the root to build on, and what is missing below it. */
function splitTop(directory: string): readonly [string, string] {
  let top = directory;
  while (path.dirname(top) !== top && lstatSync(top, { throwIfNoEntry: false }) === undefined) {
    top = path.dirname(top);
  }
  return [top, path.relative(top, directory)];
}

/** Makes the folders of a run as far as they are missing; refuses symbolic links on the way. */
export function ensureRunDirectories(paths: RunPaths, root: string): Result<void> {
  const runs = makeIgnoredDirectory(root, paths.runsDir);
  if (!runs.ok) return runs;
  const made = makeDirectories(paths.guardRoot, path.relative(paths.guardRoot, paths.logsDir));
  return made.ok ? ok(undefined) : made;
}

/** Makes the directory of a new run. It must not exist: evidence of an earlier run is never written over. */
export function createRunDirectory(location: RunLocation): Result<RunPaths> {
  const paths = runPaths(location);
  const runs = makeIgnoredDirectory(location.root, paths.runsDir);
  if (!runs.ok) return runs;
  const run = makeDirectories(paths.guardRoot, path.relative(paths.guardRoot, paths.runDir));
  if (!run.ok) return run;
  if (!run.value.created)
    return err(storageFailure('the run directory exists already', { where: paths.runDir }));
  const logs = makeDirectories(paths.runDir, LOGS_FOLDER);
  return logs.ok ? ok(paths) : logs;
}
