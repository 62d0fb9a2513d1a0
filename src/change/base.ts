import { type GateFailure, usageFailure } from '../kernel/failure.ts';
import { suggestName } from '../kernel/nearest.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip } from '../kernel/text.ts';
import { type BaseGuess, guessNames, pickGuess, upstreamOf } from './base-guess.ts';
import type { ObjectQuery } from './object-query.ts';
import type { PrivateGit } from './private-git.ts';
import { idLengthOf, type Repository } from './repository.ts';

/** Where a change may begin, as somebody named it. */
export interface BaseCandidate {
  /** A revision, see gitrevisions(7). Empty or all zeros (a push that makes a branch) counts as not given. */
  readonly ref: string;
  /** For people: `--base`, `BASE_SHA`, `push event`. */
  readonly source: string;
  /** Somebody asked for exactly this one: what does not resolve is their mistake (exit 2). */
  readonly explicit: boolean;
  /**
   * Head of the pull request, where `ref` is the base that its event names. When HEAD is the merge commit of both, its
   * first parent is what the pull request was merged into, and counts as the base: the event's own may be older, and
   * what landed in between belongs to others.
   */
  readonly mergedHead?: string | null;
}

/** Where the change begins. */
export interface Base {
  /** Null before the first commit. */
  readonly sha: string | null;
  readonly source: string;
  readonly explicit: boolean;
  /** Nobody named it. */
  readonly guessed: boolean;
}

/** What became of the question for the base. */
export type BaseAnswer =
  | { readonly kind: 'found'; readonly base: Base }
  /** An object id that this clone does not have; more history may bring it. */
  | { readonly kind: 'absent'; readonly source: string; readonly id: string }
  /** Nobody named one, and nothing in the repository suggests one. */
  | { readonly kind: 'unknown' };

const MAX_REF_CHARS = 1_024;
const HEXADECIMAL = /^[0-9a-f]{7,64}$/i;
/** What no revision begins with or contains: options, line breaks, NUL and other controls. */
const UNFIT = /^-|[\u0000-\u001f\u007f]/;

function isGiven(candidate: BaseCandidate): boolean {
  return candidate.ref !== '' && !/^0{40}(?:0{24})?$/.test(candidate.ref);
}

function refuse(candidate: BaseCandidate, problem: string, mend: string): GateFailure {
  return usageFailure(`"${clip(candidate.ref, 200)}" ${problem}`, { where: candidate.source, mend });
}

/** Names of branches and tags, for a suggestion. */
async function listNames(git: PrivateGit): Promise<readonly string[]> {
  const answer = await git.run([
    'for-each-ref',
    '--count=500',
    '--format=%(refname:short)',
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  ]);
  return answer.stdout
    .toString('utf8')
    .split('\n')
    .filter((name) => name !== '');
}

async function explainMissing(
  git: PrivateGit,
  repository: Repository,
  candidate: BaseCandidate,
): Promise<GateFailure> {
  const names = await listNames(git);
  const remote = names.find((name) => name.endsWith(`/${candidate.ref}`));
  const near =
    remote === undefined ? suggestName(candidate.ref, names.slice(0, 20)) : `did you mean "${remote}"?`;
  const depth = repository.isShallow ? '; this clone is shallow: check out with fetch-depth: 0' : '';
  const what = `does not name a commit in this repository`;
  return refuse(candidate, what, names.length === 0 ? `name a commit${depth}` : `${near}${depth}`);
}

/** The first candidate that is given, in a form that git may be asked about; null when none is. */
export function selectCandidate(
  repository: Repository,
  candidates: readonly BaseCandidate[],
): Result<BaseCandidate | null> {
  const named = candidates.map((candidate) => ({ ...candidate, ref: candidate.ref.trim() })).find(isGiven);
  if (named === undefined) return ok(null);
  if (UNFIT.test(named.ref) || named.ref.length > MAX_REF_CHARS) {
    return err(refuse(named, 'is not a revision', 'name a branch, a tag or a commit'));
  }
  // The private directory knows no branch, and so no upstream of one.
  const upstream = /^@\{u(?:pstream)?\}$/i.test(named.ref) ? upstreamOf(repository) : null;
  return ok(upstream === null ? named : { ...named, ref: upstream.ref });
}

/** The parents that HEAD's commit names, whether or not this clone has them. */
async function readParents(git: PrivateGit, head: string): Promise<readonly string[]> {
  const answer = await git.run(['cat-file', 'commit', head]);
  const text = answer.stdout.toString('latin1');
  const end = text.indexOf('\n\n');
  return [...text.slice(0, end === -1 ? 0 : end).matchAll(/^parent ([0-9a-f]+)$/gm)].map(
    (match) => match[1] ?? '',
  );
}

/** Puts the first parent of a pull request's merge commit in the place of the base that its event names. */
async function adjustToMerge(
  git: PrivateGit,
  repository: Repository,
  candidate: BaseCandidate,
): Promise<BaseCandidate> {
  if (candidate.mergedHead === undefined || candidate.mergedHead === null) return candidate;
  const [first, second] = await readParents(git, repository.headSha);
  if (first === undefined || second !== candidate.mergedHead) return candidate;
  const source = `${candidate.source}, first parent of the merge commit`;
  return { ...candidate, ref: first, source };
}

/**
 * Resolves a candidate. It is never replaced by another one: it names a commit, or is absent from this clone, or is a
 * usage failure (exit 2).
 */
export async function resolveCandidate(
  git: PrivateGit,
  query: ObjectQuery,
  repository: Repository,
  given: BaseCandidate,
): Promise<Result<BaseAnswer>> {
  const candidate = await adjustToMerge(git, repository, given);
  const { ref, source, explicit } = candidate;
  const answers = await query.ask([`${ref}^{commit}`]);
  if (!answers.ok) return answers;
  const [named] = answers.value;
  if (typeof named === 'object') {
    return ok({ kind: 'found', base: { sha: named.id, source, explicit, guessed: false } });
  }
  if (named === 'ambiguous') {
    return err(refuse(candidate, 'fits several objects', 'write the whole object id'));
  }
  // A full id may be of a commit that other clones have; whoever mistyped a name has made a mistake.
  const isId = HEXADECIMAL.test(ref) && (ref.length === idLengthOf(repository) || repository.isShallow);
  if (isId && (repository.isShallow || !explicit))
    return ok({ kind: 'absent', source, id: ref.toLowerCase() });
  return err(await explainMissing(git, repository, candidate));
}

/** What the repository itself suggests where nobody named a base (see `base-guess.ts`). */
export async function guessBase(query: ObjectQuery, repository: Repository): Promise<Result<BaseAnswer>> {
  const names = guessNames(repository);
  const answers = await query.ask(names.map((guess) => `${guess.ref}^{commit}`));
  if (!answers.ok) return answers;
  const found: BaseGuess[] = [];
  for (const [index, name] of names.entries()) {
    const answer = answers.value[index];
    if (typeof answer === 'object') found.push({ ...name, sha: answer.id });
  }
  const guess = pickGuess(repository, found);
  if (guess === null) return ok({ kind: 'unknown' });
  return ok({
    kind: 'found',
    base: { sha: guess.sha, source: guess.source, explicit: false, guessed: true },
  });
}
