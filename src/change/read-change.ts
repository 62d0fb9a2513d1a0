import path from 'node:path';
import type { Git } from '../host/ports.ts';
import { evaluationFailure, type GateFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { BaseCandidate } from './base.ts';
import type { Change, ChangeReading } from './change.ts';
import { type Comparison, chooseComparison } from './comparison.ts';
import { digestFiles } from './diff-digest.ts';
import { gitFailure } from './git-failure.ts';
import { measureFiles } from './measured-files.ts';
import { type ObjectQuery, openObjectQuery } from './object-query.ts';
import { sweepPrivateDirectories } from './private-directory.ts';
import { openPrivateGit, type PrivateGit } from './private-git.ts';
import { emptyTreeOf, type Repository } from './repository.ts';
import { createSnapshotReader } from './snapshot.ts';
import { readWorkTree, type WorkTreeState } from './work-tree-state.ts';

/** What is to be measured. */
export interface ChangeRequest {
  /** Where the change may begin, most wanted first; the first that is given counts. Empty: the base is guessed. */
  readonly bases: readonly BaseCandidate[];
  /** Paths below the root that the gate itself writes; untracked files there are no part of the change. */
  readonly excluded: readonly string[];
  /** Folder for the private git directory; default: the system's. */
  readonly temporary?: string | null;
  /**
   * Nobody watches (CI). Matters when the base is guessed and HEAD is on it already: unattended, the last commit is
   * measured, with a warning; attended, an empty change is the true answer. Not given: unattended if the work tree is
   * clean.
   */
  readonly unattended?: boolean;
}

/** Everything that a reading works with. */
interface Reading {
  readonly git: PrivateGit;
  readonly query: ObjectQuery;
  readonly repository: Repository;
  readonly request: ChangeRequest;
}

/** The work tree as a tree object, which pins it. */
async function writeTree(git: PrivateGit): Promise<Result<string>> {
  const answer = await git.run(['write-tree', '--missing-ok']);
  if (answer.exitCode === 0) return ok(answer.stdout.toString('latin1').trim());
  return err(gitFailure(answer, 'the state of the work tree cannot be recorded'));
}

async function readHeadTree({ query, repository }: Reading): Promise<Result<string>> {
  const answers = await query.ask([`${repository.headSha}^{tree}`]);
  if (!answers.ok) return answers;
  const [tree] = answers.value;
  if (typeof tree === 'object') return ok(tree.id);
  return err(
    evaluationFailure(`the commit ${repository.headSha} of HEAD is missing or damaged`, {
      mend: 'clone the repository again, or look with git fsck',
    }),
  );
}

/** Whether anything on disk or in the index is not in HEAD, and the tree that all of it makes. */
interface PinnedState {
  readonly tree: string;
  readonly dirty: boolean;
  readonly warnings: readonly string[];
}

async function pinState(
  reading: Reading,
  workTree: Promise<Result<WorkTreeState>>,
): Promise<Result<PinnedState>> {
  const state = await workTree;
  if (!state.ok) return state;
  const headTree = await readHeadTree(reading);
  if (!headTree.ok) return headTree;
  const tree = await writeTree(reading.git);
  if (!tree.ok) return tree;
  return ok({ tree: tree.value, dirty: tree.value !== headTree.value, warnings: state.value.warnings });
}

async function describeChange(
  reading: Reading,
  comparison: Comparison,
  workTree: Promise<Result<WorkTreeState>>,
  pinning: Promise<Result<PinnedState>>,
): Promise<Result<ChangeReading>> {
  const { git, query, repository, request } = reading;
  const from = comparison.mergeBaseSha ?? emptyTreeOf(repository);
  const measureNow = () => measureFiles(git, query, repository, from);
  // In CI the work tree is nearly always clean: the files are measured while that is still being found out.
  const early = request.unattended === true ? measureNow() : null;
  const [state, foreseen] = await Promise.all([workTree, early]);
  if (!state.ok) return state;
  const isForeseen = foreseen !== null && !state.value.differs;
  const [measured, pinned] = await Promise.all([isForeseen ? foreseen : measureNow(), pinning]);
  if (!pinned.ok) return pinned;
  if (!measured.ok) return measured;
  if (measured.value.kind === 'incomplete') return ok(unmeasured(repository, measured.value.reason));
  const { files } = measured.value;
  const change: Change = {
    root: repository.root,
    baseSource: comparison.base.source,
    baseExplicit: comparison.base.explicit,
    baseSha: comparison.base.sha,
    headSha: repository.headSha,
    mergeBaseSha: comparison.mergeBaseSha,
    branch: repository.branch,
    dirty: pinned.value.dirty,
    files,
    added: files.reduce((sum, file) => sum + file.added, 0),
    deleted: files.reduce((sum, file) => sum + file.deleted, 0),
    diffDigest: digestFiles(files),
    warnings: [...comparison.warnings, ...pinned.value.warnings, ...measured.value.warnings],
    snapshot: createSnapshotReader(git, { base: from, head: pinned.value.tree }, files),
  };
  return ok({ measured: true, change });
}

function unmeasured(repository: Repository, reason: GateFailure): ChangeReading {
  const { root, headSha, branch } = repository;
  return { measured: false, unmeasured: { root, headSha, branch, reason } };
}

/** Three questions at once: what is on disk, what it is compared with, and what tree it makes. */
async function measure(
  git: Git,
  privateGit: PrivateGit,
  repository: Repository,
  request: ChangeRequest,
): Promise<Result<ChangeReading>> {
  // First what takes longest.
  const workTree = readWorkTree(git, privateGit, repository, request.excluded);
  const query = openObjectQuery(privateGit);
  const reading = { git: privateGit, query, repository, request };
  const pinning = pinState(reading, workTree);
  // Whatever happens below, nothing may still run in the directory when it is removed.
  const settled = Promise.allSettled([workTree, pinning]);
  try {
    const chosen = await chooseComparison(reading, async () => {
      const pinned = await pinning;
      return pinned.ok ? ok(pinned.value.dirty) : pinned;
    });
    if (!chosen.ok) return chosen;
    if (chosen.value.kind === 'unmeasured') return ok(unmeasured(repository, chosen.value.reason));
    return await describeChange(reading, chosen.value.comparison, workTree, pinning);
  } finally {
    await settled;
    query.finish();
  }
}

/**
 * Measures what is under test: from the merge base of HEAD and the base to the work tree as it is now. Everything is
 * read through a private git directory (see `private-git.ts`); the repository's own stays byte for byte as it is.
 *
 * The reading is `measured: false` (exit 3 for the stages that need it) when the history that it takes is not there.
 * Usage failures (exit 2): a base that does not resolve. Evaluation and storage failures (exit 3): a file that cannot
 * be read, no git, no room. Whoever gets a measured change closes its snapshot, which removes the private directory.
 */
export async function readChange(
  git: Git,
  repository: Repository,
  request: ChangeRequest,
): Promise<Result<ChangeReading>> {
  const opened = await openPrivateGit(git, repository, request.temporary ?? null);
  if (!opened.ok) return opened;
  const measuring = measure(git, opened.value, repository, request);
  // While git works; removing what is large goes on beside the stages.
  opened.value.waitFor(sweepPrivateDirectories(path.dirname(opened.value.directory)));
  const result = await measuring;
  if (!result.ok || !result.value.measured) await opened.value.close();
  return result;
}
