import type { ChangedFile, FileLines, NumberedLine } from './change.ts';

/** Bytes of added and removed lines that are kept of one file; the rest of it is left out and `clipped` says so. */
export const MAX_FILE_BYTES = 2 * 1_048_576;

/** The same for all files together. */
export const MAX_TOTAL_BYTES = 64 * 1_048_576;

const NEWLINE = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const MAX_HEADER_BYTES = 65_536;

const SECTION = Buffer.from('diff --git ');
const INDEX = /^index ([0-9a-f]{40,64})\.\.([0-9a-f]{40,64})(?: \d{6})?$/;
const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

/** Where the lines of a section go. */
interface Target {
  readonly file: ChangedFile;
  readonly added: NumberedLine[];
  readonly removed: NumberedLine[];
  bytes: number;
  clipped: boolean;
}

/** What of the current line is known: its first byte, its length, and its bytes as far as they are kept. */
interface PartialLine {
  sign: number | null;
  bytes: number;
  kept: Buffer[];
  keptBytes: number;
}

function newLine(): PartialLine {
  return { sign: null, bytes: 0, kept: [], keptBytes: 0 };
}

/** A changed type is shown as a removal and an addition: two sections for one file. */
function sectionsOf(files: readonly ChangedFile[]): readonly ChangedFile[] {
  return files.flatMap((file) => (file.status === 'type_changed' ? [file, file] : [file]));
}

/**
 * Reads `git diff -p -U0` as it comes. The counts in a hunk's header say which lines are contents, so nothing in a
 * file can pass for a header; sections are matched with the files by their order and checked by their object ids, so
 * no name has to be read. A line ends at LF alone: a file with bare CRs is one line.
 */
export class LineReader {
  readonly #sections: readonly ChangedFile[];
  readonly #targets = new Map<string, Target>();
  #section = -1;
  #target: Target | null = null;
  #total = 0;
  #line = newLine();
  /** Lines of the current hunk that are still to come, and their numbers. */
  #removedLeft = 0;
  #addedLeft = 0;
  #oldLine = 0;
  #newLine = 0;

  /** `files` in the order of the diff. */
  constructor(files: readonly ChangedFile[]) {
    this.#sections = sectionsOf(files);
  }

  read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      this.#collect(chunk.subarray(start, end));
      this.#endLine();
      start = end + 1;
    }
    this.#collect(chunk.subarray(start));
  }

  /** The lines of all text files that have any, in the order of the diff. */
  finish(): readonly FileLines[] {
    if (this.#line.bytes > 0) this.#endLine();
    if (this.#section + 1 !== this.#sections.length)
      throw new Error('git diff showed fewer files than it listed');
    return [...this.#targets.values()]
      .filter(({ file }) => !file.binary && file.newMode !== '160000' && file.oldMode !== '160000')
      .map(({ file, added, removed, clipped }) => ({
        path: file.path,
        oldPath: file.oldPath,
        added,
        removed,
        clipped,
      }));
  }

  #inHunk(): boolean {
    return this.#removedLeft > 0 || this.#addedLeft > 0;
  }

  /** How many more bytes of contents may be kept. */
  #room(): number {
    if (!this.#inHunk()) return MAX_HEADER_BYTES;
    return Math.max(0, Math.min(MAX_FILE_BYTES - (this.#target?.bytes ?? 0), MAX_TOTAL_BYTES - this.#total));
  }

  #collect(part: Buffer): void {
    if (part.length === 0) return;
    const line = this.#line;
    line.sign ??= part[0] ?? null;
    line.bytes += part.length;
    const room = this.#room() + 1 - line.keptBytes;
    if (room <= 0) return;
    const kept = part.subarray(0, room);
    // A chunk is kept alive by a part of it until the line is a string, which is soon.
    line.kept.push(kept);
    line.keptBytes += kept.length;
  }

  #endLine(): void {
    const line = this.#line;
    this.#line = newLine();
    if (line.sign === BACKSLASH) return;
    if (this.#inHunk()) this.#takeContents(line);
    else this.#takeHeader(Buffer.concat(line.kept));
  }

  #takeContents(line: PartialLine): void {
    const isAdded = line.sign === PLUS;
    if (!isAdded && line.sign !== MINUS) throw new Error('a hunk of git diff ends early');
    const number = isAdded ? this.#newLine : this.#oldLine;
    if (isAdded) {
      this.#addedLeft -= 1;
      this.#newLine += 1;
    } else {
      this.#removedLeft -= 1;
      this.#oldLine += 1;
    }
    const target = this.#target;
    if (target === null || target.clipped) return;
    if (line.keptBytes < line.bytes || target.bytes >= MAX_FILE_BYTES || this.#total >= MAX_TOTAL_BYTES) {
      target.clipped = true;
      return;
    }
    target.bytes += line.bytes;
    this.#total += line.bytes;
    const text = Buffer.concat(line.kept).toString('utf8', 1);
    (isAdded ? target.added : target.removed).push({ line: number, text });
  }

  #takeHeader(line: Buffer): void {
    if (line.subarray(0, SECTION.length).equals(SECTION)) {
      this.#section += 1;
      this.#target = null;
      return;
    }
    const text = line.toString('latin1');
    const hunk = text.startsWith('@@') ? HUNK.exec(text) : null;
    if (hunk !== null) this.#startHunk(hunk);
    else if (text.startsWith('index ')) this.#checkIndex(text);
  }

  #startHunk(hunk: RegExpExecArray): void {
    const [, oldStart = '', oldCount = '1', newStart = '', newCount = '1'] = hunk;
    this.#oldLine = Number(oldStart);
    this.#newLine = Number(newStart);
    this.#removedLeft = Number(oldCount);
    this.#addedLeft = Number(newCount);
    this.#target ??= this.#openTarget();
  }

  #openTarget(): Target {
    const file = this.#currentFile();
    const known = this.#targets.get(file.path);
    if (known !== undefined) return known;
    const target: Target = { file, added: [], removed: [], bytes: 0, clipped: false };
    this.#targets.set(file.path, target);
    return target;
  }

  #currentFile(): ChangedFile {
    const file = this.#sections[this.#section];
    if (file === undefined) throw new Error('git diff showed more files than it listed');
    return file;
  }

  /** The two ids must be those of the file that is expected here; of a changed type one of them is zero. */
  #checkIndex(text: string): void {
    const file = this.#currentFile();
    const match = INDEX.exec(text);
    const [, before = '', after = ''] = match ?? [];
    const fits = (id: string, blob: string | null) => /^0+$/.test(id) || id === blob;
    if (match === null || !fits(before, file.oldBlob) || !fits(after, file.newBlob)) {
      throw new Error(`git diff showed another file than ${file.path} at its place`);
    }
  }
}
