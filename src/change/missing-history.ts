import { err, ok, type Result } from '../kernel/result.ts';
import { readShallowCommits } from './history.ts';
import type { PrivateGit } from './private-git.ts';
import { findRemoteAccess, PRIVATE_REMOTE, type RemoteAccess } from './remote-access.ts';
import type { Repository } from './repository.ts';

/** For everything that is fetched in one run. */
const MAX_FETCH_MS = 60_000;

/** Commits below each boundary, growing; the last means all of them (git's own INFINITE_DEPTH). */
const DEPTHS = [50, 1_000, 2_147_483_647] as const;

/** A whole clone lacks single commits only; their history joins what is here. */
const NO_DEPTH = [null] as const;

/** Boundary commits that are asked for by name; a clone of one branch has one to three. */
const MAX_WANTED = 64;

/** Why history is still missing, as a clause. */
export type StillMissing = string;

async function fetchDepth(
  git: PrivateGit,
  access: RemoteAccess,
  depth: number | null,
  wanted: readonly string[],
  timeoutMs: number,
): Promise<Result<void, StillMissing>> {
  const args = [
    'fetch',
    '--quiet',
    '--no-tags',
    '--no-write-fetch-head',
    '--no-recurse-submodules',
    '--no-auto-gc',
  ];
  const limit = depth === null ? [] : [`--depth=${depth}`];
  const answer = await git.run(
    [...args, '--refmap=', ...limit, '--end-of-options', PRIVATE_REMOTE, ...wanted],
    {
      env: access.environment,
      timeoutMs,
      startsChildren: true,
    },
  );
  if (answer.exitCode === 0) return ok(undefined);
  return err(`fetching from ${access.name} failed: ${answer.stderr.split('\n')[0] ?? ''}`);
}

/**
 * Fetches history that this clone lacks into the private directory, in growing steps, until `isEnough` says so: from
 * the repository's own remote, within a minute in all, never into the repository. `commit` is one that is missing
 * itself. The failure says why it did not help.
 */
export async function fetchMissingHistory(
  git: PrivateGit,
  repository: Repository,
  commit: string | null,
  isEnough: () => Promise<Result<boolean>>,
): Promise<Result<string, StillMissing>> {
  const access = findRemoteAccess(repository);
  if (access === null) return err('there is no remote to fetch it from');
  git.forgetReferences();
  git.configure('remote', access.configLines);
  const end = performance.now() + MAX_FETCH_MS;
  try {
    for (const depth of repository.isShallow ? DEPTHS : NO_DEPTH) {
      const boundary = [...readShallowCommits(git)].slice(0, MAX_WANTED);
      const wanted = [...boundary, ...(commit === null ? [] : [commit])];
      if (wanted.length === 0) break;
      const leftMs = Math.floor(end - performance.now());
      if (leftMs <= 0) return err(`fetching from ${access.name} took longer than a minute`);
      const fetched = await fetchDepth(git, access, depth, wanted, leftMs);
      if (!fetched.ok) return fetched;
      const enough = await isEnough();
      if (!enough.ok) return err(enough.error.message);
      if (enough.value) return ok(`history that this clone lacks was fetched from ${access.name}`);
    }
    return err(`${access.name} does not have it either`);
  } finally {
    // The credentials do not stay on disk.
    git.configure('remote', []);
  }
}
