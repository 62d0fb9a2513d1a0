import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { describeErrno, errnoOf } from '../host/errno.ts';
import { evaluationFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip, oneLine } from '../kernel/text.ts';

function isInside(inner: string, outer: string): boolean {
  const relative = path.relative(outer, inner);
  return relative.split(path.sep)[0] !== '..' && !path.isAbsolute(relative);
}

/**
 * The absolute folder a command stage runs in, links resolved. It must exist at this moment and stay inside the
 * working directory, by name and by symbolic link: an earlier stage may have put one there.
 */
export function resolveStageDirectory(directory: string, stageId: string, cwd: string): Result<string> {
  const refuse = (message: string) =>
    err(
      evaluationFailure(message, {
        where: `stages.${stageId}.cwd`,
        mend: 'name a folder inside the working directory',
      }),
    );
  const shown = `"${clip(oneLine(cwd), 200)}"`;
  if (path.isAbsolute(cwd)) return refuse(`${shown} is an absolute path`);
  try {
    const resolved = realpathSync(path.resolve(directory, cwd));
    if (!isInside(resolved, realpathSync(directory)))
      return refuse(`${shown} leads out of the working directory`);
    return statSync(resolved).isDirectory() ? ok(resolved) : refuse(`${shown} is not a folder`);
  } catch (error) {
    const isMissing = errnoOf(error) === 'ENOENT';
    return refuse(isMissing ? `there is no folder ${shown}` : `${shown}: ${describeErrno(error)}`);
  }
}
