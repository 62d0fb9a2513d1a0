import { readFileSync } from 'node:fs';
import path from 'node:path';
import type { GitAnswer } from '../host/ports.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { gitFailure } from './git-failure.ts';
import type { PrivateGit } from './private-git.ts';

/** Where two lines of history part. */
export interface MergeBase {
  /** Null when no common commit was found. */
  readonly sha: string | null;
  /** False when history that is missing here could hold a better answer, or any. */
  readonly certain: boolean;
}

/** Commits at which a shallow clone ends; as far as the private directory knows, after every fetch into it. */
export function readShallowCommits(git: PrivateGit): ReadonlySet<string> {
  try {
    const text = readFileSync(path.join(git.directory, 'shallow'), 'latin1');
    return new Set(text.split('\n').filter((line) => line !== ''));
  } catch {
    return new Set();
  }
}

/** What git says about the nearest common commit of a revision and HEAD; may be asked before the revision is checked. */
export function askMergeBase(git: PrivateGit, revision: string, head: string): Promise<GitAnswer> {
  return git.run(['merge-base', '--end-of-options', revision, head]);
}

/** Whether a walk from both commits down to their merge base passes a commit whose parents are missing. */
async function passesBoundary(
  git: PrivateGit,
  commits: readonly string[],
  mergeBase: string,
  boundary: ReadonlySet<string>,
): Promise<Result<boolean>> {
  const answer = await git.run(['rev-list', ...commits, `^${mergeBase}`]);
  if (answer.exitCode !== 0) return err(gitFailure(answer, 'the history cannot be read'));
  const walked = answer.stdout.toString('latin1').split('\n');
  return ok(walked.some((commit) => boundary.has(commit)));
}

/**
 * The merge base of two commits; of several equally good ones, the first that git names (as `git diff A...B` does). In
 * a shallow clone the answer is certain only where no missing history could hold a better one. `asked` is the question
 * if it is under way already.
 */
export async function findMergeBase(
  git: PrivateGit,
  base: string,
  head: string,
  asked: Promise<GitAnswer> = askMergeBase(git, base, head),
): Promise<Result<MergeBase>> {
  const answer = await asked;
  const boundary = readShallowCommits(git);
  if (answer.exitCode === 1) return ok({ sha: null, certain: boundary.size === 0 });
  if (answer.exitCode !== 0) return err(gitFailure(answer, 'the merge base cannot be found'));
  const sha = answer.stdout.toString('latin1').trim();
  // Nothing can be nearer than one of the two itself.
  if (boundary.size === 0 || sha === base || sha === head) return ok({ sha, certain: true });
  const passed = await passesBoundary(git, [base, head], sha, boundary);
  return passed.ok ? ok({ sha, certain: !passed.value }) : passed;
}

/**
 * The first commit of a history without merges and with a single beginning; null for any other. `head` itself when it
 * is the first commit.
 */
export async function findRoot(git: PrivateGit, head: string): Promise<Result<string | null>> {
  const answer = await git.run(['rev-list', '--parents', head]);
  if (answer.exitCode !== 0) return err(gitFailure(answer, 'the history cannot be read'));
  const lines = answer.stdout.toString('latin1').trimEnd().split('\n');
  const hasMerge = lines.some((line) => line.split(' ').length > 2);
  return ok(hasMerge ? null : (lines.at(-1)?.split(' ')[0] ?? null));
}
