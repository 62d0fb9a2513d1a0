import type { GitAnswer } from '../host/ports.ts';
import { evaluationFailure, type GateFailure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { oneLine } from '../kernel/text.ts';
import { type Base, type BaseCandidate, guessBase, resolveCandidate, selectCandidate } from './base.ts';
import { askMergeBase, findMergeBase, findRoot, type MergeBase, readShallowCommits } from './history.ts';
import { fetchMissingHistory } from './missing-history.ts';
import type { ObjectQuery } from './object-query.ts';
import type { PrivateGit } from './private-git.ts';
import type { Repository } from './repository.ts';

/** What the state under test is compared with. */
export interface Comparison {
  readonly base: Base;
  /** Null for a change that starts the history: it is compared with nothing. */
  readonly mergeBaseSha: string | null;
  readonly warnings: readonly string[];
}

/** A comparison, or why there is none. */
export type ComparisonChoice =
  | { readonly kind: 'comparison'; readonly comparison: Comparison }
  | { readonly kind: 'unmeasured'; readonly reason: GateFailure };

/** What choosing needs of a reading. */
export interface ComparisonContext {
  readonly git: PrivateGit;
  readonly query: ObjectQuery;
  readonly repository: Repository;
  readonly request: { readonly bases: readonly BaseCandidate[]; readonly unattended?: boolean };
}

const FETCH_ALL = 'check out the whole history: fetch-depth: 0 (or: git fetch --unshallow)';

function unmeasured(message: string, where: string | null, mend: string): Result<ComparisonChoice> {
  return ok({ kind: 'unmeasured', reason: evaluationFailure(message, { where, mend }) });
}

function compareFrom(
  base: Base,
  mergeBaseSha: string | null,
  warnings: readonly string[],
): Result<ComparisonChoice> {
  return ok({ kind: 'comparison', comparison: { base, mergeBaseSha, warnings } });
}

/** The commit of an id after more history came in; null when it is still missing. */
async function findCommit(query: ObjectQuery, name: string): Promise<Result<string | null>> {
  const answers = await query.ask([`${name}^{commit}`]);
  if (!answers.ok) return answers;
  const [answer] = answers.value;
  return ok(typeof answer === 'object' ? answer.id : null);
}

/** A base of which only the id is known: fetched, or the change is not measured. */
async function compareWithAbsent(
  context: ComparisonContext,
  origin: Pick<Base, 'source' | 'explicit'>,
  id: string,
): Promise<Result<ComparisonChoice>> {
  const { git, query, repository } = context;
  const isWhole = id.length === repository.headSha.length;
  const fetched = await fetchMissingHistory(git, repository, isWhole ? id : null, async () => {
    const found = await findCommit(query, id);
    return found.ok ? ok(found.value !== null) : found;
  });
  if (!fetched.ok) {
    return unmeasured(
      `the commit ${id} is missing from this clone, and ${oneLine(fetched.error)}`,
      origin.source,
      FETCH_ALL,
    );
  }
  const sha = await findCommit(query, id);
  if (!sha.ok) return sha;
  return await compareWith(context, { ...origin, sha: sha.value, guessed: false }, [fetched.value]);
}

/** The merge base, with history fetched where this clone is too shallow to tell it. */
async function findCertainMergeBase(
  { git, repository }: ComparisonContext,
  base: string,
  asked?: Promise<GitAnswer>,
): Promise<Result<MergeBase & { readonly fetched: string | null; readonly cause: string | null }>> {
  const head = repository.headSha;
  let found = await findMergeBase(git, base, head, asked);
  if (!found.ok) return found;
  if (found.value.certain) return ok({ ...found.value, fetched: null, cause: null });
  const fetched = await fetchMissingHistory(git, repository, null, async () => {
    found = await findMergeBase(git, base, head);
    return found.ok ? ok(found.value.certain) : found;
  });
  if (!found.ok) return found;
  return ok({
    ...found.value,
    fetched: fetched.ok ? fetched.value : null,
    cause: fetched.ok ? null : fetched.error,
  });
}

async function compareWith(
  context: ComparisonContext,
  base: Base,
  warnings: readonly string[],
  asked?: Promise<GitAnswer>,
): Promise<Result<ComparisonChoice>> {
  if (base.sha === null) return compareFrom(base, null, warnings);
  const found = await findCertainMergeBase(context, base.sha, asked);
  if (!found.ok) return found;
  const { sha, certain, fetched, cause } = found.value;
  if (!certain) {
    const what = `this clone is too shallow to tell where HEAD and the base ${base.sha} part`;
    return unmeasured(cause === null ? what : `${what}, and ${oneLine(cause)}`, base.source, FETCH_ALL);
  }
  if (sha === null) {
    return unmeasured(
      `HEAD and the base ${base.sha} have no commit in common`,
      base.source,
      'name a base that this branch grew out of: --base <ref>',
    );
  }
  return compareFrom(base, sha, fetched === null ? warnings : [...warnings, fetched]);
}

/** Without any base: the first commit of a single line of history; before that there is nothing. */
async function compareWithRoot(context: ComparisonContext): Promise<Result<ComparisonChoice>> {
  const { git, repository } = context;
  if (repository.isShallow) {
    return unmeasured(
      'nobody named a base, and this clone does not reach back to the first commit',
      null,
      FETCH_ALL,
    );
  }
  const root = await findRoot(git, repository.headSha);
  if (!root.ok) return root;
  if (root.value === null) {
    const what = 'nobody named a base, and this history with merges or several beginnings suggests none';
    return unmeasured(what, null, 'name one: --base <ref>, BASE_SHA, or base: in the configuration');
  }
  const guess = { explicit: false, guessed: true };
  if (root.value === repository.headSha)
    return compareFrom({ ...guess, sha: null, source: 'first commit' }, null, []);
  return compareFrom({ ...guess, sha: root.value, source: 'root commit' }, root.value, []);
}

/**
 * Nobody named a base, and HEAD is part of the one that was guessed: a checkout of the default branch in CI without
 * an event. An empty change would be a pass that means nothing, so the last commit is what is measured: HEAD against
 * its first parent, and both the source and a warning say so.
 */
async function compareLastCommit(context: ComparisonContext, guess: Base): Promise<Result<ComparisonChoice>> {
  const { git, repository } = context;
  const { headSha } = repository;
  const guessed = { explicit: false, guessed: true };
  const warnings = [
    `nobody named a base and HEAD is part of ${oneLine(guess.source)}: only the last commit is measured; name one with --base or BASE_SHA`,
  ];
  let sha = await findParent(git, headSha);
  if (sha === null && readShallowCommits(git).has(headSha)) {
    const fetched = await fetchMissingHistory(git, repository, null, async () => {
      sha = await findParent(git, headSha);
      return ok(sha !== null);
    });
    if (!fetched.ok) {
      const what = 'nobody named a base, and the commit before HEAD is missing from this clone';
      return unmeasured(`${what}: ${oneLine(fetched.error)}`, null, FETCH_ALL);
    }
    warnings.push(fetched.value);
  }
  if (sha === null) return compareFrom({ ...guessed, sha, source: 'first commit' }, null, warnings);
  const source = `the commit before HEAD (HEAD is part of ${guess.source})`;
  return compareFrom({ ...guessed, sha, source }, sha, warnings);
}

/**
 * The first parent; null when there is none, or none in a shallow clone. Asked in a process of its own: one that has
 * seen the commit without its parents would not look again.
 */
async function findParent(git: PrivateGit, commit: string): Promise<string | null> {
  const answer = await git.run(['rev-parse', '--verify', '--quiet', `${commit}^1`]);
  return answer.exitCode === 0 ? answer.stdout.toString('latin1').trim() : null;
}

/** Whether an empty answer to a guess would be one that nobody has asked for. */
async function isHollow(
  { repository, request }: ComparisonContext,
  { base, mergeBaseSha }: Comparison,
  isDirty: () => Promise<Result<boolean>>,
): Promise<Result<boolean>> {
  if (!base.guessed || mergeBaseSha !== repository.headSha || request.unattended === false) return ok(false);
  if (request.unattended === true) return ok(true);
  const dirty = await isDirty();
  return dirty.ok ? ok(!dirty.value) : dirty;
}

async function compareWithNamed(
  context: ComparisonContext,
  candidate: BaseCandidate,
): Promise<Result<ComparisonChoice>> {
  const { git, query, repository } = context;
  // Asked along with what the name means: one round less in the usual case, and no harm in the others.
  const asked = askMergeBase(git, `${candidate.ref}^{commit}`, repository.headSha);
  const answer = await resolveCandidate(git, query, repository, candidate);
  if (!answer.ok || answer.value.kind !== 'found') await asked;
  if (!answer.ok) return answer;
  if (answer.value.kind === 'absent') {
    const { source, id } = answer.value;
    return await compareWithAbsent(context, { source, explicit: candidate.explicit }, id);
  }
  if (answer.value.kind === 'unknown') throw new Error('a base that was named is unknown');
  const { base } = answer.value;
  return await compareWith(context, base, [], base.source === candidate.source ? asked : undefined);
}

/**
 * Decides what the state under test is compared with: the merge base of HEAD and the base, as everything that landed
 * on the base meanwhile belongs to others. Not measured: history is missing and cannot be had, or there is none in
 * common. A base that does not resolve is a usage failure.
 */
export async function chooseComparison(
  context: ComparisonContext,
  isDirty: () => Promise<Result<boolean>>,
): Promise<Result<ComparisonChoice>> {
  const { query, repository, request } = context;
  const candidate = selectCandidate(repository, request.bases);
  if (!candidate.ok) return candidate;
  if (candidate.value !== null) return await compareWithNamed(context, candidate.value);
  const answer = await guessBase(query, repository);
  if (!answer.ok) return answer;
  if (answer.value.kind !== 'found') return await compareWithRoot(context);
  const choice = await compareWith(context, answer.value.base, []);
  if (!choice.ok || choice.value.kind === 'unmeasured') return choice;
  const hollow = await isHollow(context, choice.value.comparison, isDirty);
  if (!hollow.ok) return hollow;
  return hollow.value ? await compareLastCommit(context, choice.value.comparison.base) : choice;
}
