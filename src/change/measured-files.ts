import type { GitAnswer, GitOptions } from '../host/ports.ts';
import { evaluationFailure, type GateFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { ChangedFile } from './change.ts';
import { DIFF_OPTIONS, DiffReader, type OpenRecord } from './diff-records.ts';
import { gitFailure } from './git-failure.ts';
import type { ObjectQuery } from './object-query.ts';
import type { PrivateGit } from './private-git.ts';
import { findRemoteAccess, isPartialClone, promiseObjects } from './remote-access.ts';
import type { Repository } from './repository.ts';

/** The changed files, or why they cannot be told from this clone. */
export type MeasuredFiles =
  | {
      readonly kind: 'measured';
      readonly files: readonly ChangedFile[];
      readonly warnings: readonly string[];
    }
  | { readonly kind: 'incomplete'; readonly reason: GateFailure };

const SUBMODULE = '160000';

/** For the contents that a partial clone fetches while it compares. */
const MAX_FETCH_MS = 60_000;

/** What a diff said, or that it failed. */
interface Compared {
  readonly answer: GitAnswer;
  readonly records: OpenRecord[];
}

async function compare(git: PrivateGit, from: string, options: GitOptions = {}): Promise<Compared> {
  const reader = new DiffReader();
  const answer = await git.run(
    ['diff-index', '--cached', ...DIFF_OPTIONS, '--raw', '--numstat', '-z', from],
    {
      ...options,
      onStdout: (chunk) => reader.read(chunk),
    },
  );
  return { answer, records: answer.exitCode === 0 ? reader.finish() : [] };
}

/** Objects that have a size, each once, with a size that is still to come. */
function sizedObjects(records: readonly OpenRecord[]): Map<string, number> {
  const sizes = new Map<string, number>();
  for (const { oldBlob, newBlob, oldMode, newMode } of records) {
    if (oldBlob !== null && oldMode !== SUBMODULE) sizes.set(oldBlob, 0);
    if (newBlob !== null && newMode !== SUBMODULE) sizes.set(newBlob, 0);
  }
  return sizes;
}

/**
 * Fills the sizes in. Git has compared the two sides, so only an object that is the same on both can be missing (a
 * move in a partial clone); its size is 0.
 */
async function addSizes(query: ObjectQuery, records: OpenRecord[]): Promise<Result<void>> {
  const sizes = sizedObjects(records);
  const ids = [...sizes.keys()];
  const answer = await query.askSizes(ids);
  if (!answer.ok) return answer;
  for (const [index, id] of ids.entries()) sizes.set(id, answer.value[index] ?? 0);
  for (const record of records) {
    record.oldBytes = sizes.get(record.oldBlob ?? '') ?? 0;
    record.newBytes = sizes.get(record.newBlob ?? '') ?? 0;
  }
  return ok(undefined);
}

/** Once more, with leave to fetch the contents that a partial clone left out. */
async function compareWithPromises(
  git: PrivateGit,
  repository: Repository,
  from: string,
): Promise<Compared | null> {
  const access = findRemoteAccess(repository);
  if (access === null) return null;
  const { configLines, environment } = promiseObjects(access);
  git.configure('remote', configLines);
  try {
    return await compare(git, from, { env: environment, timeoutMs: MAX_FETCH_MS, startsChildren: true });
  } finally {
    git.configure('remote', []);
  }
}

/**
 * Measures every file that differs between a commit (or the empty tree) and the private index: status, object ids,
 * lines, sizes. In a partial clone contents that are missing are fetched into the private directory, if there is a
 * remote.
 */
export async function measureFiles(
  git: PrivateGit,
  query: ObjectQuery,
  repository: Repository,
  from: string,
): Promise<Result<MeasuredFiles>> {
  let compared = await compare(git, from);
  const warnings: string[] = [];
  if (compared.answer.exitCode !== 0 && isPartialClone(repository)) {
    const again = await compareWithPromises(git, repository, from);
    if (again === null || again.answer.exitCode !== 0) {
      const { answer } = again ?? compared;
      const cause = gitFailure(answer, 'this partial clone lacks contents that the change is compared with');
      const mend = 'clone without a filter: fetch-depth: 0, no filter';
      return ok({ kind: 'incomplete', reason: evaluationFailure(cause.message, { mend }) });
    }
    compared = again;
    warnings.push('contents that this partial clone lacks were fetched from its remote');
  }
  const { answer, records } = compared;
  if (answer.exitCode !== 0) return err(gitFailure(answer, 'the change cannot be compared with its base'));
  const sized = await addSizes(query, records);
  return sized.ok ? ok({ kind: 'measured', files: records, warnings }) : sized;
}
