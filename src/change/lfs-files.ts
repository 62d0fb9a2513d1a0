import { existsSync } from 'node:fs';
import path from 'node:path';
import { readObjects } from './blob-reader.ts';
import { holdsPointedContents, MAX_POINTER_BYTES, parseLfsPointer } from './lfs-pointer.ts';
import type { PrivateGit } from './private-git.ts';
import type { Repository } from './repository.ts';
import type { IndexEntry } from './work-tree-scan.ts';

/** Changed entries beyond this are not looked at one by one: whoever changed so many has other worries. */
const MAX_LOOKED_AT = 2_000;

/**
 * Leaves out entries whose file holds exactly what the LFS pointer in the index names: git-lfs would turn them into
 * the same pointer again. Costs nothing in a repository that has no LFS objects.
 */
export async function dropUnchangedLfsFiles(
  git: PrivateGit,
  repository: Repository,
  entries: readonly IndexEntry[],
): Promise<readonly IndexEntry[]> {
  if (entries.length === 0 || !existsSync(path.join(repository.commonDir, 'lfs'))) return entries;
  const looked = entries.slice(0, MAX_LOOKED_AT);
  const contents = await readObjects(
    git,
    looked.map((entry) => entry.blob),
    MAX_POINTER_BYTES,
  );
  const unchanged = new Set<IndexEntry>();
  for (const [index, entry] of looked.entries()) {
    const content = contents[index] ?? null;
    const pointer = content === null ? null : parseLfsPointer(content);
    const file = Buffer.concat([Buffer.from(`${repository.root}/`), entry.path]);
    if (pointer !== null && (await holdsPointedContents(file, pointer))) unchanged.add(entry);
  }
  return entries.filter((entry) => !unchanged.has(entry));
}
