import { type AttributeLookup, readAttributes } from '../../change/attributes.ts';
import type { Change, ChangedFile, FileLines } from '../../change/change.ts';
import { compileGlobs } from '../../config/glob.ts';
import { lockfileOwner } from './lockfiles.ts';
import { vendoredKind } from './vendored.ts';

/** Lines above this, in bytes, are counted by their size: nobody reads them, and one of them can hold anything. */
export const LONG_LINE_BYTES = 500;

/** What one file adds to the budget. */
export interface Weight {
  readonly path: string;
  readonly lines: number;
  readonly bytes: number;
  readonly binary: boolean;
}

/** A file that does not count, and why. */
export interface Exclusion {
  readonly path: string;
  readonly why: string;
  readonly lines: number;
}

/** The change against the budget. */
export interface Measurement {
  readonly files: number;
  readonly lines: number;
  readonly bytes: number;
  /** Counted files, the largest first. */
  readonly weights: readonly Weight[];
  readonly excluded: readonly Exclusion[];
}

const ATTRIBUTES = ['linguist-generated', 'linguist-vendored'] as const;

/** Why a path does not count; null: it does. */
function excludeReason(
  path: string,
  isIgnored: (path: string) => boolean,
  hasAttribute: AttributeLookup,
): string | null {
  const owner = lockfileOwner(path);
  if (owner !== null) return `lockfile (${owner})`;
  if (isIgnored(path)) return 'stages.diff-budget.ignore';
  const attribute = ATTRIBUTES.find((name) => hasAttribute(path, name));
  if (attribute !== undefined) return `${attribute} by .gitattributes of the base`;
  const kind = vendoredKind(path);
  return kind === null ? null : `vendored (${kind})`;
}

/** Bytes of the long lines that a text file gains. Of a file that was not read to its end, its growth at least. */
function longLineBytes(file: ChangedFile, lines: FileLines | undefined): number {
  if (lines === undefined) return 0;
  let bytes = 0;
  for (const { text } of lines.added) {
    const size = Buffer.byteLength(text);
    if (size > LONG_LINE_BYTES) bytes += size;
  }
  return lines.clipped ? Math.max(bytes, file.newBytes - file.oldBytes) : bytes;
}

/** Line breaks that git does not know and that editors and JavaScript do: a bare CR, U+2028, U+2029. */
const HIDDEN_BREAK = /\r(?!$)|[\u2028\u2029]/g;

/** Lines that an added text has beyond those that git counts. */
function hiddenLines(lines: FileLines | undefined): number {
  if (lines === undefined) return 0;
  let count = 0;
  for (const { text } of lines.added) {
    if (/[\r\u2028\u2029]/.test(text)) count += text.match(HIDDEN_BREAK)?.length ?? 0;
  }
  return count;
}

/** A binary counts with its whole new size; what is removed is nothing to read, and neither is a move. */
function binaryBytes(file: ChangedFile): number {
  return file.newBlob === file.oldBlob ? 0 : file.newBytes;
}

function hasAddedText(file: ChangedFile): boolean {
  return !file.binary && file.added > 0;
}

/** Lines a byte is worth when files are ordered by size: a line of source has about forty. */
const BYTES_PER_LINE = 40;

function size(weight: Weight): number {
  return weight.lines + weight.bytes / BYTES_PER_LINE;
}

function compareWeights(a: Weight, b: Weight): number {
  return size(b) - size(a) || (a.path < b.path ? -1 : 1);
}

/**
 * Weighs a change. Lines are added lines plus deleted lines times `deletions`; a bare CR makes a line, too; a pure move is 0 lines, and like a
 * submodule's new commit it is still one file. Bytes are the new size of changed binaries plus every added text line
 * of more than 500 bytes (a megabyte on one line, a file with bare CRs). Not counted: lockfiles, `ignore`, what the
 * base's `.gitattributes` call generated or vendored, and places where other people's work is kept by convention.
 */
export async function measureChange(
  change: Change,
  ignore: readonly string[],
  deletions: 0 | 1,
): Promise<Measurement> {
  const isIgnored = compileGlobs(ignore);
  const { snapshot } = change;
  const hasAttribute = await readAttributes(snapshot, await snapshot.listBaseFiles());
  const counted: ChangedFile[] = [];
  const excluded: Exclusion[] = [];
  for (const file of change.files) {
    const why = excludeReason(file.path, isIgnored, hasAttribute);
    if (why === null) counted.push(file);
    else excluded.push({ path: file.path, why, lines: file.added + file.deleted });
  }
  const lines = counted.some(hasAddedText) ? await snapshot.readLines() : [];
  const linesByPath = new Map(lines.map((file) => [file.path, file]));
  const weights = counted.map((file) => ({
    path: file.path,
    lines: file.added + file.deleted * deletions + hiddenLines(linesByPath.get(file.path)),
    bytes: file.binary ? binaryBytes(file) : longLineBytes(file, linesByPath.get(file.path)),
    binary: file.binary,
  }));
  return {
    files: weights.length,
    lines: weights.reduce((sum, weight) => sum + weight.lines, 0),
    bytes: weights.reduce((sum, weight) => sum + weight.bytes, 0),
    weights: weights.sort(compareWeights),
    excluded,
  };
}
