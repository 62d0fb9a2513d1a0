import { createHash } from 'node:crypto';
import type { Change, ChangedFile, FileLines, NumberedLine, TreeFile } from '../../src/change/change.ts';
import { digestFiles } from '../../src/change/diff-digest.ts';
import { comparePaths } from '../../src/change/path-bytes.ts';

/** Git looks for a NUL in this many bytes (`FIRST_FEW_BYTES` in its xdiff-interface.c). */
const NUL_WINDOW_BYTES = 8_000;

const HEAD_SHA = sha1('head of the fake change');
const BASE_SHA = sha1('base of the fake change');
const MISSING_MODE = '000000';

type Tree = ReadonlyMap<string, { readonly file: TreeFile; readonly content: Buffer }>;

/** Path → text. */
type Texts = Readonly<Record<string, string>>;

/**
 * A change in memory over two trees, with git's rules: files in byte order, object ids by content, lines counted by a
 * longest common subsequence (a last line without a newline is another line), binaries by a NUL in the first 8,000
 * bytes. Every file is `100644`; nothing is detected as a rename or comes from a work tree. Tests map `files` where
 * they need more.
 */
export function fakeChange(before: Texts, after: Texts): Change {
  const base = plant(before);
  const head = plant(after);
  const contents = new Map(
    [...base.values(), ...head.values()].map(({ file, content }) => [file.blob, content]),
  );
  const paths = [...new Set([...base.keys(), ...head.keys()])].sort(comparePaths);
  const pairs = paths
    .map((path) => compareFile(path, base, head))
    .filter((pair): pair is FilePair => pair !== null);
  const files = pairs.map((pair) => pair.file);
  const lines = pairs.filter((pair) => !pair.file.binary).map((pair) => pair.lines);
  const trees = new Map([
    [BASE_SHA, listTree(base)],
    [HEAD_SHA, listTree(head)],
  ]);

  return {
    root: '/repository',
    baseSource: '--base',
    baseExplicit: true,
    baseSha: BASE_SHA,
    headSha: HEAD_SHA,
    mergeBaseSha: BASE_SHA,
    branch: 'work',
    dirty: false,
    files,
    added: files.reduce((sum, file) => sum + file.added, 0),
    deleted: files.reduce((sum, file) => sum + file.deleted, 0),
    diffDigest: digestFiles(files),
    warnings: [],
    snapshot: {
      listFiles: async () => listTree(head),
      listBaseFiles: async () => listTree(base),
      hasCommit: async (id) =>
        [...trees.keys()].filter((commit) => id.length >= 7 && commit.startsWith(id)).length === 1,
      listFilesAt: async (commit) => {
        const tree = trees.get(commit);
        if (tree === undefined) throw new Error(`the fake change has no commit ${commit}`);
        return tree;
      },
      readBlobs: async (blobs) => blobs.map((blob) => contents.get(blob) ?? null),
      readLines: async () => lines,
      close: async () => {},
    },
  };
}

function sha1(content: Buffer | string): string {
  return createHash('sha1').update(content).digest('hex');
}

function blobId(content: Buffer): string {
  return sha1(Buffer.concat([Buffer.from(`blob ${content.length}\0`), content]));
}

function plant(texts: Texts): Tree {
  return new Map(
    Object.entries(texts).map(([path, text]) => {
      const content = Buffer.from(text);
      return [
        path,
        { content, file: { path, mode: '100644', blob: blobId(content), bytes: content.length } },
      ];
    }),
  );
}

function listTree(tree: Tree): readonly TreeFile[] {
  return [...tree.values()].map(({ file }) => file).sort((a, b) => comparePaths(a.path, b.path));
}

interface FilePair {
  readonly file: ChangedFile;
  readonly lines: FileLines;
}

function compareFile(path: string, base: Tree, head: Tree): FilePair | null {
  const before = base.get(path);
  const after = head.get(path);
  if (before?.file.blob === after?.file.blob) return null;
  const binary = [before, after].some(
    (side) => side?.content.subarray(0, NUL_WINDOW_BYTES).includes(0) ?? false,
  );
  const { added, removed } = compareLines(
    splitLines(before?.content.toString() ?? ''),
    splitLines(after?.content.toString() ?? ''),
  );
  const file: ChangedFile = {
    path,
    oldPath: null,
    status: before === undefined ? 'added' : after === undefined ? 'deleted' : 'modified',
    oldMode: before?.file.mode ?? MISSING_MODE,
    newMode: after?.file.mode ?? MISSING_MODE,
    oldBlob: before?.file.blob ?? null,
    newBlob: after?.file.blob ?? null,
    added: binary ? 0 : added.length,
    deleted: binary ? 0 : removed.length,
    binary,
    oldBytes: before?.file.bytes ?? 0,
    newBytes: after?.file.bytes ?? 0,
  };
  return { file, lines: { path, oldPath: null, added, removed, clipped: false } };
}

/** Lines with their newlines: a last line without one differs from the same with one, as in git. */
function splitLines(text: string): readonly string[] {
  return text.split(/(?<=\n)/).filter((line) => line !== '');
}

interface LineChange {
  readonly added: readonly NumberedLine[];
  readonly removed: readonly NumberedLine[];
}

function compareLines(before: readonly string[], after: readonly string[]): LineChange {
  let start = 0;
  while (start < before.length && start < after.length && before[start] === after[start]) start += 1;
  let endBefore = before.length;
  let endAfter = after.length;
  while (endBefore > start && endAfter > start && before[endBefore - 1] === after[endAfter - 1]) {
    endBefore -= 1;
    endAfter -= 1;
  }
  const lengths = commonLengths(before.slice(start, endBefore), after.slice(start, endAfter));
  const added: NumberedLine[] = [];
  const removed: NumberedLine[] = [];
  let i = start;
  let j = start;
  const lengthAt = (row: number, column: number) => lengths[row - start]?.[column - start] ?? 0;
  while (i < endBefore || j < endAfter) {
    if (i < endBefore && j < endAfter && before[i] === after[j]) {
      i += 1;
      j += 1;
    } else if (j >= endAfter || (i < endBefore && lengthAt(i + 1, j) >= lengthAt(i, j + 1))) {
      removed.push(numberLine(before[i], i));
      i += 1;
    } else {
      added.push(numberLine(after[j], j));
      j += 1;
    }
  }
  return { added, removed };
}

/** Row i, column j: length of the longest common subsequence of what follows in both. */
function commonLengths(before: readonly string[], after: readonly string[]): readonly (readonly number[])[] {
  if (after.length === 0) return [];
  const rows: number[][] = [];
  let below = new Array<number>(after.length + 1).fill(0);
  rows[before.length] = below;
  for (let i = before.length - 1; i >= 0; i -= 1) {
    const row = new Array<number>(after.length + 1).fill(0);
    for (let j = after.length - 1; j >= 0; j -= 1) {
      row[j] = before[i] === after[j] ? (below[j + 1] ?? 0) + 1 : Math.max(below[j] ?? 0, row[j + 1] ?? 0);
    }
    rows[i] = row;
    below = row;
  }
  return rows;
}

function numberLine(line: string | undefined, index: number): NumberedLine {
  return { line: index + 1, text: (line ?? '').replace(/\n$/, '') };
}
