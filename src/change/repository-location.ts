import { existsSync, lstatSync, readFileSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { RepositoryLocation } from './repository.ts';

/** A path and a newline; PATH_MAX is 4,096 on Linux. */
const MAX_POINTER_BYTES = 8_192;

/** A small text file that points elsewhere (`.git` as a file, `commondir`); null when there is none. */
function readPointer(file: string): string | null {
  try {
    const entry = statSync(file);
    if (!entry.isFile() || entry.size > MAX_POINTER_BYTES) return null;
    return readFileSync(file, 'utf8').replace(/[\r\n]+$/, '');
  } catch {
    return null;
  }
}

function isDirectory(file: string): boolean {
  return statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;
}

/** What makes a folder a git directory, as git itself decides it (`is_git_directory` in its setup.c). */
function isGitDirectory(directory: string, common: string): boolean {
  const head = lstatSync(path.join(directory, 'HEAD'), { throwIfNoEntry: false });
  return (
    head !== undefined && isDirectory(path.join(common, 'objects')) && isDirectory(path.join(common, 'refs'))
  );
}

function commonDirectory(gitDir: string): string {
  const pointer = readPointer(path.join(gitDir, 'commondir'));
  return pointer === null ? gitDir : path.resolve(gitDir, pointer);
}

/** The git directory that a `.git` entry stands for; null when it is none. */
function resolveEntry(entry: string): string | null {
  if (isDirectory(entry)) return entry;
  const pointer = readPointer(entry);
  return pointer?.startsWith('gitdir: ') === true
    ? path.resolve(path.dirname(entry), pointer.slice('gitdir: '.length))
    : null;
}

function* ancestorsOf(folder: string): Generator<string> {
  for (let current = folder; ; current = path.dirname(current)) {
    yield current;
    if (path.dirname(current) === current) return;
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}${path.sep}`);
}

function notFound(folder: string): Result<RepositoryLocation> {
  const bare = [...ancestorsOf(folder)].find((candidate) =>
    isGitDirectory(candidate, commonDirectory(candidate)),
  );
  if (bare !== undefined) {
    return err(
      usageFailure('this is a bare repository: it has no work tree to run stages in', {
        where: bare,
        mend: 'start the gate in a clone of it, or in a work tree made by `git worktree add`',
      }),
    );
  }
  return err(
    usageFailure('not inside a git repository', {
      where: folder,
      mend: 'start the gate inside a clone, or make one here: git init && git add -A && git commit -m first',
    }),
  );
}

/**
 * Finds the work tree around a folder from the file system alone. Git is not asked: it would refuse a checkout of
 * another owner, read its configuration, and take a bare repository that someone committed into a sub-folder for the
 * one that is meant. Only an entry `.git` counts.
 */
export function locateRepository(startedIn: string): Result<RepositoryLocation> {
  if (!isDirectory(startedIn)) {
    return err(usageFailure('there is no such folder', { where: startedIn }));
  }
  const folder = realpathSync(startedIn);
  for (const root of ancestorsOf(folder)) {
    const entry = path.join(root, '.git');
    if (!existsSync(entry)) continue;
    const found = resolveEntry(entry);
    if (found === null || !existsSync(found)) {
      return err(
        usageFailure('this file does not lead to a git directory', {
          where: entry,
          mend: 'remove it, or mend the link: git worktree repair, git submodule update --init',
        }),
      );
    }
    const gitDir = realpathSync(found);
    const common = commonDirectory(gitDir);
    // Git goes on upwards past a folder of that name that is none of its own.
    if (!isGitDirectory(gitDir, common)) continue;
    if (isWithin(folder, gitDir)) {
      return err(
        usageFailure('inside the git directory', { where: folder, mend: 'start the gate in the work tree' }),
      );
    }
    return ok({ root, gitDir, commonDir: realpathSync(common) });
  }
  return notFound(folder);
}
