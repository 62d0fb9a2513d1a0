import type { GitAnswer, GitOptions } from '../host/ports.ts';
import { evaluationFailure, type GateFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { ChangedFile } from './change.ts';
import { DIFF_OPTIONS, type DiffRecord, parseDiffRecords } from './diff-records.ts';
import { gitFailure } from './git-failure.ts';
import type { ObjectAnswer, ObjectQuery } from './object-query.ts';
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

async function compare(git: PrivateGit, from: string, options: GitOptions = {}): Promise<GitAnswer> {
  return await git.run(
    ['diff-index', '--cached', ...DIFF_OPTIONS, '--raw', '--numstat', '-z', from],
    options,
  );
}

/** Objects that have a size, each once. */
function sizedObjects(records: readonly DiffRecord[]): readonly string[] {
  const ids = new Set<string>();
  for (const { oldBlob, newBlob, oldMode, newMode } of records) {
    if (oldBlob !== null && oldMode !== SUBMODULE) ids.add(oldBlob);
    if (newBlob !== null && newMode !== SUBMODULE) ids.add(newBlob);
  }
  return [...ids];
}

async function addSizes(
  query: ObjectQuery,
  records: readonly DiffRecord[],
): Promise<Result<readonly ChangedFile[]>> {
  const ids = sizedObjects(records);
  const answers = await query.ask(ids);
  if (!answers.ok) return answers;
  const sizes = new Map<string, number>();
  for (const [index, id] of ids.entries()) sizes.set(id, sizeOf(answers.value[index]));
  const sizeOfSide = (blob: string | null) => (blob === null ? 0 : (sizes.get(blob) ?? 0));
  return ok(
    records.map((record) => ({
      ...record,
      oldBytes: sizeOfSide(record.oldBlob),
      newBytes: sizeOfSide(record.newBlob),
    })),
  );
}

/** Git compared the two sides, so only one that is the same on both can be missing (a move in a partial clone). */
function sizeOf(answer: ObjectAnswer | undefined): number {
  return typeof answer === 'object' ? answer.bytes : 0;
}

/** Once more, with leave to fetch the contents that a partial clone left out. */
async function compareWithPromises(
  git: PrivateGit,
  repository: Repository,
  from: string,
): Promise<GitAnswer | null> {
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
  let answer = await compare(git, from);
  const warnings: string[] = [];
  if (answer.exitCode !== 0 && isPartialClone(repository)) {
    const again = await compareWithPromises(git, repository, from);
    if (again === null || again.exitCode !== 0) {
      const cause = gitFailure(
        again ?? answer,
        'this partial clone lacks contents that the change is compared with',
      );
      const mend = 'clone without a filter: fetch-depth: 0, no filter';
      return ok({ kind: 'incomplete', reason: evaluationFailure(cause.message, { mend }) });
    }
    answer = again;
    warnings.push('contents that this partial clone lacks were fetched from its remote');
  }
  if (answer.exitCode !== 0) return err(gitFailure(answer, 'the change cannot be compared with its base'));
  const files = await addSizes(query, parseDiffRecords(answer.stdout));
  return files.ok ? ok({ kind: 'measured', files: files.value, warnings }) : files;
}
