import { lstatSync, mkdtempSync, readdirSync, realpathSync, writeFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { readFileBounded } from '../host/durable-file.ts';
import { describeErrno } from '../host/errno.ts';
import { currentProcessIdentity, type ProcessIdentity, processPresence } from '../host/process-identity.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

/** A folder of the gate's own, outside of the work tree, readable by this user alone. */
export interface PrivateDirectory {
  readonly directory: string;
  /** Safe to call twice. */
  remove(): Promise<void>;
}

const PREFIX = 'gate-git-';
const OWN_NAME = /^gate-git-\d+-[A-Za-z0-9]{6}$/;
const OWNER_FILE = 'gate-owner.json';

/** Leftovers looked at and removed at one start: clean-up never delays a run for long. */
const MAX_LOOKED_AT = 64;
const MAX_REMOVED = 4;

/** A leftover whose owner cannot be told (another boot, another container) is removed after this time. */
const ABANDONED_MS = 2 * 86_400_000;

/** The same for one that does not say whose it is: its gate died while making or removing it. */
const UNOWNED_MS = 600_000;

function realPath(folder: string): string | null {
  try {
    return realpathSync(folder);
  } catch {
    return null;
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`);
}

/** Folders for temporary files, best first; one inside the work tree would become part of the change. */
function temporaryFolders(root: string, wanted: string | null): readonly string[] {
  const platform = process.platform === 'win32' ? [] : ['/tmp', '/var/tmp'];
  return [wanted, os.tmpdir(), ...platform]
    .map((folder) => (folder === null ? null : realPath(folder)))
    .filter((folder): folder is string => folder !== null && !isWithin(folder, root));
}

/**
 * Makes an empty private directory named `gate-git-<pid>-…`, in the first folder for temporary files that takes it.
 * It also says whose it is, so that {@link sweepPrivateDirectories} can tell when its owner is gone.
 */
export function makePrivateDirectory(root: string, temporary: string | null): Result<PrivateDirectory> {
  let cause = 'no folder for temporary files lies outside of the work tree';
  for (const folder of temporaryFolders(root, temporary)) {
    try {
      const directory = mkdtempSync(path.join(folder, `${PREFIX}${process.pid}-`));
      writeFileSync(path.join(directory, OWNER_FILE), JSON.stringify(currentProcessIdentity()), {
        mode: 0o600,
      });
      return ok({ directory, remove: () => rm(directory, { recursive: true, force: true, maxRetries: 3 }) });
    } catch (error) {
      cause = `${folder}: ${describeErrno(error)}`;
    }
  }
  return err(
    storageFailure(`cannot make the private git directory: ${cause}`, {
      mend: 'point TMPDIR to a writable folder outside of the repository',
    }),
  );
}

function fieldOf(value: object, name: string): unknown {
  return Object.hasOwn(value, name) ? Reflect.get(value, name) : undefined;
}

/** The owner written into a leftover; null when it cannot be told. */
function readOwner(directory: string): ProcessIdentity | null {
  const bytes = readFileBounded(path.join(directory, OWNER_FILE), 4_096);
  if (!bytes.ok) return null;
  try {
    const value: unknown = JSON.parse(bytes.value.toString('utf8'));
    if (typeof value !== 'object' || value === null) return null;
    const [pid, startTicks, bootId, pidNamespace] = ['pid', 'startTicks', 'bootId', 'pidNamespace'].map(
      (name) => fieldOf(value, name),
    );
    if (typeof pid !== 'number') return null;
    return {
      pid,
      startTicks: typeof startTicks === 'number' ? startTicks : null,
      bootId: typeof bootId === 'string' ? bootId : null,
      pidNamespace: typeof pidNamespace === 'string' ? pidNamespace : null,
    };
  } catch {
    return null;
  }
}

function isAbandoned(directory: string, nowMs: number): boolean {
  const entry = lstatSync(directory, { throwIfNoEntry: false });
  if (entry === undefined || !entry.isDirectory()) return false;
  if (process.getuid !== undefined && entry.uid !== process.getuid()) return false;
  const owner = readOwner(directory);
  const ageMs = nowMs - entry.mtimeMs;
  if (owner === null) return ageMs > UNOWNED_MS;
  const presence = processPresence(owner);
  return presence === 'gone' || (presence === 'unknown' && ageMs > ABANDONED_MS);
}

/**
 * Removes private directories whose gate was killed, a few at a time. Only real folders of this user with the gate's
 * name; those of another boot or container only when they are two days old, those without an owner after ten minutes.
 * Never fails: what is left is left for the next start.
 */
export async function sweepPrivateDirectories(folder: string): Promise<void> {
  try {
    const names = readdirSync(folder).filter((name) => OWN_NAME.test(name));
    const abandoned = names
      .slice(0, MAX_LOOKED_AT)
      .map((name) => path.join(folder, name))
      .filter((directory) => isAbandoned(directory, Date.now()));
    for (const directory of abandoned.slice(0, MAX_REMOVED))
      await rm(directory, { recursive: true, force: true });
  } catch {
    // Somebody else is removing them, or the folder cannot be listed.
  }
}
