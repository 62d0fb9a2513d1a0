import { createHash } from 'node:crypto';
import type { ChangedFile } from './change.ts';
import { bytesFromPath } from './path-bytes.ts';

/** What of a changed file goes into the digest: everything but what follows from it. */
type DigestedFile = Pick<
  ChangedFile,
  'path' | 'oldPath' | 'status' | 'oldMode' | 'newMode' | 'oldBlob' | 'newBlob'
>;

/**
 * SHA-256, hex, over the files in the order given: modes, object ids, status and the bytes of the paths, each record
 * ended by two NULs, which no path contains. Independent of git's version, its configuration and of how a rename
 * scored.
 */
export function digestFiles(files: readonly DigestedFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const { oldMode, newMode, oldBlob, newBlob, status } = file;
    hash.update(`:${oldMode} ${newMode} ${oldBlob ?? '-'} ${newBlob ?? '-'} ${status}\0`);
    hash.update(bytesFromPath(file.path));
    if (file.oldPath !== null) hash.update('\0').update(bytesFromPath(file.oldPath));
    hash.update('\0\0');
  }
  return hash.digest('hex');
}
