import { readFileSync } from 'node:fs';
import path from 'node:path';
import { configValue, type GitConfig } from './git-config.ts';
import type { Repository } from './repository.ts';

/** A reference that a change may have grown out of. */
export interface GuessName {
  readonly ref: string;
  /** For people: `upstream origin/main`. */
  readonly source: string;
  /** The branch that this one is pushed to, under the same name. */
  readonly isOwnCopy: boolean;
}

/** A guess that leads to a commit. */
export interface BaseGuess extends GuessName {
  readonly sha: string;
}

/** Names by which hosts and git itself call the branch that everything is merged into. */
const DEFAULT_BRANCHES = ['main', 'master'];

/** The remote that a branch belongs to: its own, else `origin`, else the only one. Null without any. */
export function remoteOf(repository: Pick<Repository, 'config' | 'branch'>): string | null {
  const { config, branch } = repository;
  const own = branch === null ? null : configValue(config, `branch.${branch}.remote`);
  if (own !== null && own !== '.') return own;
  const remotes = [...config.keys()]
    .map((key) => /^remote\.(.+)\.url$/s.exec(key)?.[1])
    .filter((name): name is string => name !== undefined);
  if (remotes.includes('origin')) return 'origin';
  return remotes.length === 1 ? (remotes[0] ?? null) : null;
}

/** Where a remote's branch is kept here, by the remote's fetch rules (`+refs/heads/*:refs/remotes/origin/*`). */
function trackedAs(config: GitConfig, remote: string, reference: string): string | null {
  for (const rule of config.get(`remote.${remote}.fetch`) ?? []) {
    const [from = '', to = ''] = rule.replace(/^\+/, '').split(':');
    const star = from.indexOf('*');
    if (star === -1 && from === reference) return to;
    const [before, after] = [from.slice(0, star), from.slice(star + 1)];
    const fits = star !== -1 && reference.startsWith(before) && reference.endsWith(after);
    if (fits && reference.length >= before.length + after.length) {
      return to.replace('*', () => reference.slice(before.length, reference.length - after.length));
    }
  }
  return null;
}

/** The branch that git would pull from; null without one. */
export function upstreamOf(repository: Repository): GuessName | null {
  const { config, branch } = repository;
  if (branch === null) return null;
  const remote = configValue(config, `branch.${branch}.remote`);
  const merge = configValue(config, `branch.${branch}.merge`);
  if (remote === null || merge === null) return null;
  const ref = remote === '.' ? merge : trackedAs(config, remote, merge);
  if (ref === null || ref === '') return null;
  const isOwnCopy = remote !== '.' && merge === `refs/heads/${branch}`;
  return { ref, source: `upstream ${shorten(ref)}`, isOwnCopy };
}

function shorten(reference: string): string {
  return reference.replace(/^refs\/(?:heads|remotes|tags)\//, '');
}

/** The branch that the remote's HEAD names, as the clone recorded it; null when it did not. */
function defaultBranch(repository: Repository, remote: string): string | null {
  try {
    const file = path.join(repository.commonDir, 'refs', 'remotes', remote, 'HEAD');
    const prefix = `ref: refs/remotes/${remote}/`;
    const text = readFileSync(file, 'utf8').trim();
    return text.startsWith(prefix) ? text.slice(prefix.length) : null;
  } catch {
    return null;
  }
}

/** References worth asking for, best first. */
export function guessNames(repository: Repository): readonly GuessName[] {
  const remote = remoteOf(repository) ?? 'origin';
  const { branch } = repository;
  const upstream = upstreamOf(repository);
  const remotes = ['HEAD', ...DEFAULT_BRANCHES].map((name) => ({
    ref: `refs/remotes/${remote}/${name}`,
    source: `${remote}/${name}`,
    isOwnCopy: name === branch,
  }));
  const others = branch !== null && DEFAULT_BRANCHES.includes(branch) ? [] : DEFAULT_BRANCHES;
  const locals = others.map((name) => ({
    ref: `refs/heads/${name}`,
    source: `local branch ${name}`,
    isOwnCopy: false,
  }));
  return [...(upstream === null ? [] : [upstream]), ...remotes, ...locals];
}

/**
 * Chooses among the guesses that lead somewhere, in this order: the upstream branch; the remote's HEAD, `main`,
 * `master`; the local `main`, `master`. The copy that a branch is pushed to is no base for it as long as there is
 * another one: pushing must not make a change disappear. Only the default branch is measured against its own copy.
 */
export function pickGuess(repository: Repository, found: readonly BaseGuess[]): BaseGuess | null {
  const { branch } = repository;
  const integration = defaultBranch(repository, remoteOf(repository) ?? 'origin');
  const isDefault =
    branch !== null && (integration === null ? DEFAULT_BRANCHES.includes(branch) : integration === branch);
  const foreign = found.find((guess) => !guess.isOwnCopy);
  return (isDefault ? undefined : foreign) ?? found[0] ?? null;
}
