import { closeSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { openRegularFile, readAtMost } from '../host/durable-file.ts';
import { describeErrno, errnoOf } from '../host/errno.ts';
import { configFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { oneLine } from '../kernel/text.ts';
import { MAX_CONFIG_BYTES } from './config-text.ts';

/** Reads files of a repository, from the disk or from a commit. */
export interface ConfigReader {
  /**
   * Bytes of a file by its `/`-separated path relative to the root, cut off one byte behind the largest
   * configuration; null when there is none. A config failure when it cannot be read.
   */
  read(file: string): Promise<Result<Buffer | null>>;
  /** An absolute path relative to the root, `/`-separated; null when it lies elsewhere. */
  relative(file: string): string | null;
}

/** An absolute path relative to a folder, `/`-separated; null when it lies elsewhere. */
export function relativeTo(root: string, file: string): string | null {
  const relative = path.relative(root, file);
  const isOutside = relative === '' || path.isAbsolute(relative) || relative.split(path.sep)[0] === '..';
  return isOutside ? null : relative.split(path.sep).join('/');
}

function isMissing(error: unknown): boolean {
  const code = errnoOf(error);
  return code === 'ENOENT' || code === 'ENOTDIR';
}

/**
 * A regular file, at most one byte more than the largest configuration of it; null when there is none. Folders,
 * FIFOs and devices are refused without waiting on them. `isAllowed` judges the path with its links resolved.
 */
function readRegular(
  file: string,
  shown: string,
  isAllowed: (resolved: string) => boolean,
): Result<Buffer | null> {
  const where = oneLine(shown);
  try {
    const resolved = realpathSync(file);
    if (!isAllowed(resolved)) {
      const mend = 'put the file itself there';
      return err(configFailure('is a symbolic link that leads out of the repository', { where, mend }));
    }
    const descriptor = openRegularFile(resolved);
    try {
      return ok(readAtMost(descriptor, MAX_CONFIG_BYTES + 1, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (isMissing(error)) return ok(null);
    return err(configFailure(`cannot read the configuration: ${describeErrno(error)}`, { where }));
  }
}

/** Reads from the disk below `root` (absolute). Symbolic links are followed as long as they stay inside. */
export function createDiskReader(root: string): ConfigReader {
  return {
    async read(file) {
      return readRegular(
        path.join(root, file),
        file,
        (resolved) => relativeTo(realpathSync(root), resolved) !== null,
      );
    },
    relative: (file) => relativeTo(root, file) ?? relativeTo(realpathSync(root), file),
  };
}

/** Reads a file outside the repository, which only the user can have named. */
export function readOutside(file: string): Result<Buffer | null> {
  return readRegular(file, file, () => true);
}
