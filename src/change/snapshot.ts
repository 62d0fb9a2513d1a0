import { readObjects } from './blob-reader.ts';
import type { ChangedFile, FileLines, SnapshotReader, TreeFile } from './change.ts';
import { DIFF_OPTIONS } from './diff-records.ts';
import { gitFailure } from './git-failure.ts';
import { LineReader } from './line-reader.ts';
import { pathFromBytes } from './path-bytes.ts';
import type { PrivateGit } from './private-git.ts';

/** The two trees that a snapshot is about, by object id. */
export interface SnapshotTrees {
  readonly base: string;
  readonly head: string;
}

const ENTRY = /^(\d{6}) (?:blob|commit) ([0-9a-f]{40,64}) +(-|BAD|\d+)\t([\s\S]*)$/;
const ABBREVIATION = /^[0-9a-f]{7,64}$/;
const COMMIT = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;

function parseEntry(record: string): TreeFile {
  const match = ENTRY.exec(record);
  if (match === null) throw new Error(`git ls-tree answered an unknown record: ${record}`);
  const [, mode = '', blob = '', bytes = '', path = ''] = match;
  // A submodule has no size, and neither has a blob that a partial clone lacks.
  return { path, mode, blob, bytes: /^\d+$/.test(bytes) ? Number(bytes) : 0 };
}

async function listTree(git: PrivateGit, tree: string): Promise<readonly TreeFile[]> {
  const answer = await git.run(['ls-tree', '-r', '-l', '-z', '--full-tree', tree]);
  if (answer.exitCode !== 0) throw new Error(gitFailure(answer, `the tree ${tree} cannot be read`).message);
  return pathFromBytes(answer.stdout)
    .split('\0')
    .filter((record) => record !== '')
    .map(parseEntry);
}

async function readAllLines(
  git: PrivateGit,
  trees: SnapshotTrees,
  files: readonly ChangedFile[],
): Promise<readonly FileLines[]> {
  if (files.length === 0) return [];
  const reader = new LineReader(files);
  const options = [...DIFF_OPTIONS, '--patch', '--unified=0', '--inter-hunk-context=0', '--src-prefix=a/'];
  const answer = await git.run(['diff-tree', ...options, '--dst-prefix=b/', trees.base, trees.head], {
    onStdout: (chunk) => reader.read(chunk),
  });
  if (answer.exitCode !== 0) throw new Error(gitFailure(answer, 'the changed lines cannot be read').message);
  return reader.finish();
}

/** Remembers the first answer: the snapshot does not change. */
function once<T>(read: () => Promise<T>): () => Promise<T> {
  let answer: Promise<T> | null = null;
  return () => {
    answer ??= read();
    return answer;
  };
}

/**
 * Reads the pinned trees through the private git directory. Every question is a git process of its own, so that
 * nothing of the gate stands open while stages run. What cannot be read is a rejection, which makes the stage that
 * asked `not_evaluated`; only blobs that are missing are an answer (null).
 */
export function createSnapshotReader(
  git: PrivateGit,
  trees: SnapshotTrees,
  files: readonly ChangedFile[],
): SnapshotReader {
  return {
    listFiles: once(() => listTree(git, trees.head)),
    listBaseFiles: once(() => listTree(git, trees.base)),
    async listFilesAt(commit) {
      if (!COMMIT.test(commit)) throw new Error(`not an object id: ${commit}`);
      return await listTree(git, commit);
    },
    async hasCommit(id) {
      if (!ABBREVIATION.test(id)) return false;
      const answer = await git.run([
        'rev-parse',
        '--verify',
        '--quiet',
        '--end-of-options',
        `${id}^{commit}`,
      ]);
      return answer.exitCode === 0;
    },
    readBlobs: (blobs) => readObjects(git, blobs),
    readLines: once(() => readAllLines(git, trees, files)),
    close: () => git.close(),
  };
}
