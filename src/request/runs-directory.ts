import path from 'node:path';

/** Folder of the evidence below the repository's root, when no flag names another. */
const DEFAULT = '.runs';

/** Absolute folder of the evidence of all tasks: the flag, relative to where the gate was started, else `.runs`. */
export function resolveRunsDirectory(root: string, startedIn: string, flag: string | null): string {
  return flag === null ? path.join(root, DEFAULT) : path.resolve(startedIn, flag);
}
