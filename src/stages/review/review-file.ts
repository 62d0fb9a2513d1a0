import type { ChangedFile, FileLines, NumberedLine } from '../../change/change.ts';
import { findLongFunctions, type LongFunction } from './function-extents.ts';
import type { Language } from './language.ts';
import { hasGeneratedHeader, type PathTraits, traitsOf } from './path-traits.ts';
import { type MaskedSource, maskSource } from './source-mask.ts';

/** Of a longer line, which people do not write, code is looked for in its beginning; secrets in all of it. */
export const MAX_CODE_LINE_CHARS = 2_000;

/** One line that the change adds or removes. */
export interface ReviewLine {
  readonly line: number;
  /** Without its line break. */
  readonly text: string;
  /** The line without comments and the insides of strings, in its length; of a very long one its beginning. */
  readonly code: string;
  readonly comment: string;
  /** The code of the nearest line above that is not blank, whether changed or not; empty when it is not known. */
  readonly codeBefore: string;
  /** The same text goes on the other side somewhere in the change: it moved. */
  readonly isMoved: boolean;
}

/** Whether people may have written a line; minified ones are full of what looks like leftovers. */
export function isWritten({ text }: ReviewLine): boolean {
  return text.length <= MAX_CODE_LINE_CHARS;
}

/** One changed file with everything that rules look at. */
export interface ReviewFile {
  readonly file: ChangedFile;
  readonly path: string;
  readonly traits: PathTraits;
  /** A tool wrote it, by its name or its header. */
  readonly isGenerated: boolean;
  readonly added: readonly ReviewLine[];
  readonly removed: readonly ReviewLine[];
  /** Functions that are too long and were not before. */
  readonly longFunctions: readonly LongFunction[];
  /** The first bytes of the new contents as text; empty when they were not read. */
  readonly head: string;
  readonly clipped: boolean;
}

/** The contents of one side as they are known: whole, or not at all (too large, binary, missing). */
export type SideText = string | null;

/** How often each text (without its indentation) is removed and added by the change. */
export class MovedLines {
  readonly #removed = new Map<string, number>();
  readonly #added = new Map<string, number>();

  constructor(files: readonly FileLines[]) {
    for (const { added, removed } of files) {
      for (const { text } of removed) count(this.#removed, text, 1);
      for (const { text } of added) count(this.#added, text, 1);
    }
  }

  /** Whether an added line is one that was removed; each removed line answers for one added line. */
  takeAdded(text: string): boolean {
    return take(this.#removed, text);
  }

  takeRemoved(text: string): boolean {
    return take(this.#added, text);
  }
}

/** Without its indentation and what stands blank at its end; not `trim`, which also takes characters that hide. */
function keyOf(text: string): string {
  if (text.length > MAX_CODE_LINE_CHARS) return '';
  let [start, end] = [0, text.length];
  while (start < end && ' \t'.includes(text[start] ?? 'x')) start += 1;
  while (end > start && ' \t\r'.includes(text[end - 1] ?? 'x')) end -= 1;
  return text.slice(start, end);
}

function count(map: Map<string, number>, text: string, by: number): void {
  const key = keyOf(text);
  if (key !== '') map.set(key, (map.get(key) ?? 0) + by);
}

function take(map: Map<string, number>, text: string): boolean {
  const left = map.get(keyOf(text)) ?? 0;
  if (left > 0) count(map, text, -1);
  return left > 0;
}

/** Masks of the lines of one side: from the whole file when it is known, else of each line by itself. */
function maskSide(text: SideText, language: Language | null): MaskedSource | null {
  return text === null || language === null ? null : maskSource(text, language);
}

function codeAbove(mask: MaskedSource, index: number): string {
  for (let at = index - 1; at >= Math.max(0, index - 5); at -= 1) {
    const code = mask.codeAt(at);
    if (code.trim() !== '') return code.length > MAX_CODE_LINE_CHARS ? '' : code;
  }
  return '';
}

function toReviewLine(
  { line, text: raw }: NumberedLine,
  language: Language | null,
  whole: MaskedSource | null,
  isMoved: boolean,
): ReviewLine {
  const text = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
  if (language === null) return { line, text, code: '', comment: '', codeBefore: '', isMoved };
  if (text.length > MAX_CODE_LINE_CHARS) {
    const mask = maskSource(text.trimStart().slice(0, MAX_CODE_LINE_CHARS), language);
    return { line, text, code: mask.codeAt(0), comment: mask.commentAt(0), codeBefore: '', isMoved };
  }
  const mask = whole ?? maskSource(text, language);
  const index = whole === null ? 0 : line - 1;
  return {
    line,
    text,
    code: mask.codeAt(index),
    comment: mask.commentAt(index),
    codeBefore: whole === null ? '' : codeAbove(whole, index),
    isMoved,
  };
}

/** What is known of a file besides its entry in the change. */
export interface FileContents {
  readonly lines: FileLines | null;
  readonly newText: SideText;
  readonly oldText: SideText;
}

/** Puts together what rules look at. */
export function makeReviewFile(file: ChangedFile, contents: FileContents, moved: MovedLines): ReviewFile {
  const { lines, newText, oldText } = contents;
  const traits = traitsOf(file.path);
  const newMask = maskSide(newText, traits.language);
  const oldMask = maskSide(oldText, traits.language);
  const added = (lines?.added ?? []).map((line) =>
    toReviewLine(line, traits.language, newMask, moved.takeAdded(line.text)),
  );
  const removed = (lines?.removed ?? []).map((line) =>
    toReviewLine(line, traits.language, oldMask, moved.takeRemoved(line.text)),
  );
  const head = (newText ?? oldText ?? '').slice(0, 4_000);
  const addedNumbers = new Set(added.map(({ line }) => line));
  return {
    file,
    path: file.path,
    traits,
    isGenerated: traits.isGenerated || hasGeneratedHeader(head),
    added,
    removed,
    longFunctions:
      newMask === null || traits.language === null || traits.isGenerated
        ? []
        : findLongFunctions(newMask, traits.language, addedNumbers),
    head,
    clipped: lines?.clipped ?? false,
  };
}
