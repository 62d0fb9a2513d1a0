import { closeSync, lstatSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { makeDirectories, syncDirectory } from '../host/directory.ts';
import { openNewFile } from '../host/durable-file.ts';
import { describeErrno, errnoOf } from '../host/errno.ts';
import type { ProcessIdentity } from '../host/process-identity.ts';
import { storageFailure } from '../kernel/failure.ts';
import { isRunId } from '../kernel/ids.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/**
 * Which runs of a task are not finished: one empty file each in `<task>/open/`, there before the first
 * manifest and gone after the last. Looking for dead runs costs nothing for the finished ones. The name
 * holds the process in charge, so that taking over a dead run is one rename, which only one can win.
 */
export interface OpenRun {
  readonly runId: string;
  readonly owner: ProcessIdentity;
  /** Absolute. */
  readonly file: string;
}

const FOLDER = 'open';
const NAME = /^([0-9TZ-]+-[0-9a-f]{8})~(\d{1,10})~(\d{1,20}|x)~([0-9a-f-]{36}|x)~(\d{1,20}|x)$/;

function nameOf(runId: string, owner: ProcessIdentity): string {
  return [runId, owner.pid, owner.startTicks ?? 'x', owner.bootId ?? 'x', owner.pidNamespace ?? 'x'].join(
    '~',
  );
}

function parseName(directory: string, name: string): OpenRun | null {
  const match = NAME.exec(name);
  const runId = match?.[1] ?? '';
  if (match === null || !isRunId(runId)) return null;
  const text = (index: number) => (match[index] === 'x' ? null : (match[index] ?? null));
  const ticks = text(3);
  const owner = {
    pid: Number(match[2]),
    startTicks: ticks === null ? null : Number(ticks),
    bootId: text(4),
    pidNamespace: text(5),
  };
  return { runId, owner, file: path.join(directory, name) };
}

/** Marks a run as open, lastingly. */
export function markOpen(taskDir: string, runId: string, owner: ProcessIdentity): Result<OpenRun> {
  const folder = makeDirectories(taskDir, FOLDER);
  if (!folder.ok) return folder;
  const file = path.join(folder.value.path, nameOf(runId, owner));
  try {
    closeSync(openNewFile(file));
    syncDirectory(folder.value.path);
    return ok({ runId, owner, file });
  } catch (error) {
    return err(storageFailure(`cannot mark the run as open: ${describeErrno(error)}`, { where: file }));
  }
}

/** Marks a run as finished. A mark that is gone already is fine. */
export function markFinished(open: OpenRun): Result<void> {
  try {
    rmSync(open.file, { force: true });
    return ok(undefined);
  } catch (error) {
    return err(storageFailure(`cannot remove: ${describeErrno(error)}`, { where: open.file }));
  }
}

/** The open runs of a task, by run id. None when the folder does not exist or is not a real one. */
export function listOpenRuns(taskDir: string): Result<OpenRun[]> {
  const directory = path.join(taskDir, FOLDER);
  try {
    if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return ok([]);
    const names = readdirSync(directory).sort();
    return ok(names.flatMap((name) => parseName(directory, name) ?? []));
  } catch (error) {
    return err(storageFailure(`cannot look for open runs: ${describeErrno(error)}`, { where: directory }));
  }
}

/** Takes over a run whose process is gone. Null: another gate was first. */
export function claimRun(open: OpenRun, owner: ProcessIdentity): Result<OpenRun | null> {
  const directory = path.dirname(open.file);
  const file = path.join(directory, nameOf(open.runId, owner));
  try {
    renameSync(open.file, file);
    syncDirectory(directory);
    return ok({ runId: open.runId, owner, file });
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return ok(null);
    return err(storageFailure(`cannot take over a dead run: ${describeErrno(error)}`, { where: open.file }));
  }
}
