import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Change, ChangedFile, FileLines, TreeFile } from '../../change/change.ts';
import { completeLines } from './clipped-lines.ts';
import { isManifest } from './manifests.ts';
import { traitsOf } from './path-traits.ts';
import { MovedLines, makeReviewFile, type ReviewFile, type SideText } from './review-file.ts';

/** Larger source files are looked at line by line, without what stands around a changed line. */
const MAX_SOURCE_BYTES = 1_048_576;

/** Both sides of workflows and manifests are kept up to this size. */
const MAX_KEPT_BYTES = 4 * 1_048_576;

/** Lockfiles are read whole up to this size. */
const MAX_LOCKFILE_BYTES = 16 * 1_048_576;

/** Up to this size a file whose diff was not read to its end is compared here, so that nothing hides behind its size. */
const MAX_CLIPPED_BYTES = 32 * 1_048_576;

/** What is read at once, and altogether, bytes. */
const BATCH_BYTES = 8 * 1_048_576;
const TOTAL_BYTES = 96 * 1_048_576;

/** Both sides of a file whose structure is compared. */
export interface BothSides {
  readonly file: ChangedFile;
  /** Null where the side is missing, too large or not in the clone. */
  readonly oldText: SideText;
  readonly newText: SideText;
}

/** How much of the change the rules saw. */
export interface Coverage {
  readonly files: number;
  readonly addedLines: number;
  readonly removedLines: number;
  /** Bytes of these lines. */
  readonly bytes: number;
  /** Binaries: only their size and mode are looked at. */
  readonly binaries: number;
  /** Files of which not everything was seen, with what was left out. */
  readonly clipped: readonly string[];
}

/** Reads files of the state under test by path: text, or null when missing, too large or a link. */
export type TreeReader = (paths: readonly string[]) => Promise<ReadonlyMap<string, SideText>>;

/** Everything that the rules read, gathered once. */
export interface ReviewInput {
  readonly files: readonly ReviewFile[];
  /** Workflows, manifests, lockfiles, `.gitmodules`, symbolic links by their new path (the old one when deleted). */
  readonly sides: ReadonlyMap<string, BothSides>;
  readonly newTree: readonly TreeFile[];
  readonly readTree: TreeReader;
  readonly coverage: Coverage;
}

function isLink(file: ChangedFile): boolean {
  return file.newMode === '120000';
}

/** The largest size up to which both sides of a file are kept; 0: they are not needed. */
function keptBytes(file: ChangedFile): number {
  const traits = traitsOf(file.path);
  if (file.binary || file.newMode === '160000' || file.oldMode === '160000') return 0;
  if (traits.isLockfile) return MAX_LOCKFILE_BYTES;
  const isKept =
    traits.isWorkflow || isManifest(file.path) || isLink(file) || file.path.endsWith('.gitmodules');
  return isKept ? MAX_KEPT_BYTES : 0;
}

/** Which sides of a file to read, with their sizes. */
interface Wish {
  readonly file: ChangedFile;
  readonly lines: FileLines | null;
  readonly keeps: boolean;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  readonly bytes: number;
  readonly isTooLarge: boolean;
  /** Small enough to tell code from text by all of it. */
  readonly isWhole: boolean;
}

function wishFor(file: ChangedFile, lines: FileLines | null, left: number): Wish {
  const kept = keptBytes(file);
  const hasLines = (lines?.added.length ?? 0) + (lines?.removed.length ?? 0) > 0;
  const traits = traitsOf(file.path);
  const isSource = traits.language !== null && !file.binary && hasLines;
  // Its first line tells a script from other files.
  const runs = file.newMode === '100755' && file.oldMode !== '100755' && !file.binary;
  const isClipped = lines?.clipped === true;
  const limit = isClipped ? MAX_CLIPPED_BYTES : kept > 0 ? kept : isSource || runs ? MAX_SOURCE_BYTES : 0;
  const needsOld = kept > 0 || isClipped || (traits.isTest && (lines?.removed.length ?? 0) > 0);
  const needsNew = kept > 0 || isClipped || runs || (lines?.added.length ?? 0) > 0;
  const old = needsOld && file.oldBytes <= limit ? file.oldBytes : null;
  const fresh = needsNew && file.newBytes <= limit ? file.newBytes : null;
  const bytes = (old ?? 0) + (fresh ?? 0);
  const fits = limit > 0 && bytes <= left;
  const isTooLarge = limit > 0 && (!fits || (needsOld && old === null) || (needsNew && fresh === null));
  const isWhole = !isTooLarge && (file.newBytes <= MAX_SOURCE_BYTES || !isClipped);
  return {
    file,
    lines,
    keeps: kept > 0,
    oldBlob: fits && old !== null ? file.oldBlob : null,
    newBlob: fits && fresh !== null ? file.newBlob : null,
    bytes: fits ? bytes : 0,
    isTooLarge,
    isWhole,
  };
}

function planWishes(change: Change, lines: ReadonlyMap<string, FileLines>): readonly Wish[] {
  let left = TOTAL_BYTES;
  return change.files.map((file) => {
    const wish = wishFor(file, lines.get(file.path) ?? null, left);
    left -= wish.bytes;
    return wish;
  });
}

function* batches(wishes: readonly Wish[]): Generator<readonly Wish[]> {
  let batch: Wish[] = [];
  let bytes = 0;
  for (const wish of wishes) {
    batch.push(wish);
    bytes += wish.bytes;
    if (bytes < BATCH_BYTES && batch.length < 2_000) continue;
    yield batch;
    batch = [];
    bytes = 0;
  }
  yield batch;
}

async function readTexts(change: Change, wishes: readonly Wish[]): Promise<ReadonlyMap<string, string>> {
  const blobs = [
    ...new Set(wishes.flatMap(({ oldBlob, newBlob }) => [oldBlob, newBlob]).filter((blob) => blob !== null)),
  ];
  if (blobs.length === 0) return new Map();
  const contents = await change.snapshot.readBlobs(blobs);
  const texts = new Map<string, string>();
  for (const [index, blob] of blobs.entries()) {
    const content = contents[index];
    if (content !== null && content !== undefined) texts.set(blob, content.toString('utf8'));
  }
  return texts;
}

function measureCoverage(files: readonly ReviewFile[], clipped: readonly string[]): Coverage {
  const sides = files.flatMap(({ added, removed }) => [added, removed]);
  return {
    files: files.length,
    addedLines: files.reduce((sum, { added }) => sum + added.length, 0),
    removedLines: files.reduce((sum, { removed }) => sum + removed.length, 0),
    bytes: sides.reduce(
      (sum, side) => sum + side.reduce((size, { text }) => size + Buffer.byteLength(text), 0),
      0,
    ),
    binaries: files.filter(({ file }) => file.binary).length,
    clipped,
  };
}

/** The changed lines of a file; those that the snapshot left out are worked out from both sides where these are known. */
function wholeLines({ file, lines }: Wish, oldText: SideText, newText: SideText): FileLines | null {
  if (lines?.clipped !== true) return lines;
  const isKnown = (newText !== null || file.newBlob === null) && (oldText !== null || file.oldBlob === null);
  return isKnown ? completeLines(lines, oldText ?? '', newText ?? '') : lines;
}

/** What of a file was not seen; null when it was seen whole. */
function describeClipped({ file, isTooLarge, isWhole }: Wish, of: FileLines | null): string | null {
  if (of?.clipped === true) return `${file.path} (only its first lines)`;
  return isTooLarge || !isWhole ? `${file.path} (changed lines only, without the rest of the file)` : null;
}

/** Reads the change from the pinned snapshot, in bounded memory; nothing else of this stage reads anything. */
export async function readReviewInput(change: Change): Promise<ReviewInput> {
  const lines = await change.snapshot.readLines();
  const wishes = planWishes(change, new Map(lines.map((file) => [file.path, file])));
  const moved = new MovedLines(lines);
  const files: ReviewFile[] = [];
  const sides = new Map<string, BothSides>();
  const clipped: string[] = [];
  for (const batch of batches(wishes)) {
    const texts = await readTexts(change, batch);
    for (const wish of batch) {
      const { file, keeps, oldBlob, newBlob, isWhole } = wish;
      const oldText = oldBlob === null ? null : (texts.get(oldBlob) ?? null);
      const newText = newBlob === null ? null : (texts.get(newBlob) ?? null);
      const of = wholeLines(wish, oldText, newText);
      const whole = isWhole ? { newText, oldText } : { newText: null, oldText: null };
      files.push(makeReviewFile(file, { lines: of, ...whole }, moved));
      clipped.push(...[describeClipped(wish, of)].filter((name) => name !== null));
      if (keeps) sides.set(file.path, { file, oldText, newText });
      if (files.length % 50 === 0) await nextTurn();
    }
    await nextTurn();
  }
  const newTree = await change.snapshot.listFiles();
  const readTree = makeTreeReader(change, newTree);
  return { files, sides, newTree, readTree, coverage: measureCoverage(files, clipped) };
}

function makeTreeReader(change: Change, tree: readonly TreeFile[]): TreeReader {
  const byPath = new Map(tree.map((file) => [file.path, file]));
  return async (paths) => {
    const files = paths
      .map((path) => byPath.get(path))
      .filter((file) => file !== undefined)
      .filter(({ mode, bytes }) => mode.startsWith('100') && bytes <= MAX_LOCKFILE_BYTES);
    const contents = await change.snapshot.readBlobs(files.map(({ blob }) => blob));
    return new Map(files.map(({ path }, index) => [path, contents[index]?.toString('utf8') ?? null]));
  };
}
