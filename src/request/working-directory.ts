import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';

const WHERE = '--working-directory';

/** Whether `inner` is `outer` or lies below it. Both absolute and free of symbolic links. */
export function isInside(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return (
    relative === '' ||
    (relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative))
  );
}

/**
 * The folder commands run in: the repository's root, wherever in it the gate was started, or the
 * folder named by the flag. One that leaves the repository, by name or by symbolic link, is refused.
 */
export function resolveWorkingDirectory(
  root: string,
  startedIn: string,
  flag: string | null,
): Result<string> {
  if (flag === null) return ok(root);
  const refuse = (message: string) =>
    err(usageFailure(message, { where: WHERE, mend: 'name a folder inside the repository' }));
  if (path.isAbsolute(flag)) return refuse('an absolute path is not taken');
  if (flag.split(/[\\/]/).includes('..')) return refuse('".." is not taken');
  try {
    const directory = realpathSync(path.resolve(startedIn, flag));
    if (!statSync(directory).isDirectory()) return refuse(`"${flag}" is not a folder`);
    return isInside(directory, realpathSync(root))
      ? ok(directory)
      : refuse(`"${flag}" leads out of the repository`);
  } catch {
    return refuse(`there is no folder "${flag}"`);
  }
}
