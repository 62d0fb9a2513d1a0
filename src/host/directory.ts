import { closeSync, fsyncSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import path from 'node:path';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { describeErrno, errnoOf } from './errno.ts';

/** A folder that exists, and whether it was made just now. */
export interface MadeDirectory {
  readonly path: string;
  readonly created: boolean;
}

/**
 * Makes the entries of a folder last through a power cut. Windows cannot open folders for that and
 * keeps its own journal: nothing is done there. Throws the system's error.
 */
export function syncDirectory(directory: string): void {
  if (process.platform === 'win32') return;
  const descriptor = openSync(directory, 'r');
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/** Whether the folder is there as a real one. Throws the system's error, or one line on what is there instead. */
function isRealDirectory(directory: string): boolean {
  const entry = lstatSync(directory, { throwIfNoEntry: false });
  if (entry === undefined) return false;
  if (entry.isSymbolicLink())
    throw new Error('is a symbolic link, and evidence is never written through one');
  if (!entry.isDirectory()) throw new Error('is not a folder');
  return true;
}

function ensureOne(directory: string): boolean {
  if (isRealDirectory(directory)) return false;
  try {
    mkdirSync(directory);
  } catch (error) {
    // Another gate made it in between: fine, as long as it is a real folder.
    if (errnoOf(error) === 'EEXIST' && isRealDirectory(directory)) return false;
    throw error;
  }
  syncDirectory(path.dirname(directory));
  return true;
}

/**
 * Makes the folders of `relative` below `root` as far as they are missing. `root` itself is taken as it
 * is; every component below it must be a real folder, so that nothing planted in a repository leads
 * writes elsewhere. A storage failure names the component.
 */
export function makeDirectories(root: string, relative: string): Result<MadeDirectory> {
  let directory = root;
  let created = false;
  for (const name of relative.split(/[\\/]/).filter((part) => part !== '' && part !== '.')) {
    if (name === '..') throw new Error(`a folder outside its root was asked for: ${relative}`);
    directory = path.join(directory, name);
    try {
      created = ensureOne(directory);
    } catch (error) {
      return err(storageFailure(`cannot make the folder: ${describeErrno(error)}`, { where: directory }));
    }
  }
  return ok({ path: directory, created });
}
