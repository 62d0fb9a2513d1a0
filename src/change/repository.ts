import type { GitConfig } from './git-config.ts';

/** Where a repository lies on disk. All paths absolute, without symbolic links. */
export interface RepositoryLocation {
  /** Root of the work tree. */
  readonly root: string;
  /** Git directory of this work tree (HEAD, index). */
  readonly gitDir: string;
  /** Git directory that linked worktrees share (objects, refs, config); the same as `gitDir` in the main one. */
  readonly commonDir: string;
}

/** A repository with at least one commit and a work tree. */
export interface Repository extends RepositoryLocation {
  readonly objectFormat: 'sha1' | 'sha256';
  /** How references are stored: `files`, `reftable`. */
  readonly refStorage: string;
  /** The repository's own configuration as plain data; nothing in it is ever executed. */
  readonly config: GitConfig;
  readonly headSha: string;
  /** Short name; null when HEAD is detached. */
  readonly branch: string | null;
  /** History ends at a boundary that a `--depth` made. */
  readonly isShallow: boolean;
}

/** Object id of the tree without entries; git knows it without storing it. */
export function emptyTreeOf(repository: Pick<Repository, 'objectFormat'>): string {
  return repository.objectFormat === 'sha256'
    ? '6ef19b41225c5369f1c104d45d8d85efa9b057b53b14b4b9b939dd74decc5321'
    : '4b825dc642cb6eb9a060e54bf8d69288fbee4904';
}

/** Digits of an object id. */
export function idLengthOf(repository: Pick<Repository, 'objectFormat'>): 40 | 64 {
  return repository.objectFormat === 'sha256' ? 64 : 40;
}
