import type { ChangedFile, FileLines } from './change.ts';
import { KeptLines, LinePages } from './kept-lines.ts';

/** Bytes of added and removed lines that are kept of one file; the rest of it is left out and `clipped` says so. */
export const MAX_FILE_BYTES = 2 * 1_048_576;

/** The same for all files together. */
export const MAX_TOTAL_BYTES = 64 * 1_048_576;

const NEWLINE = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const BACKSLASH = 0x5c;
const MAX_HEADER_BYTES = 65_536;

const SUBMODULE = '160000';
const INDEX = /^index ([0-9a-f]{40,64})\.\.([0-9a-f]{40,64})(?: \d{6})?$/;
const HUNK = /^@@ -(\d+)(?:,(\d+))? \+(\d+)(?:,(\d+))? @@/;

const EMPTY: Buffer = Buffer.alloc(0);

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
  readonly #targets: KeptLines[] = [];
  readonly #pages = new LinePages();
  #section = -1;
  /** Null where lines go nowhere: before the first hunk, and in what is no text. */
  #target: KeptLines | null = null;
  #targetBytes = 0;
  #total = 0;
  /** The beginning of a line that is not whole yet, as far as it may be kept, and its true length. */
  #partial: Buffer[] = [];
  #partialKept = 0;
  #partialBytes = 0;
  /** Lines of the current hunk that are still to come. */
  #removedLeft = 0;
  #addedLeft = 0;

  /** `files` in the order of the diff. */
  constructor(files: readonly ChangedFile[]) {
    this.#sections = sectionsOf(files);
  }

  read(chunk: Buffer): void {
    let start = 0;
    for (let end = chunk.indexOf(NEWLINE); end !== -1; end = chunk.indexOf(NEWLINE, start)) {
      if (this.#partialBytes === 0) this.#take(chunk, start, end, end - start);
      else {
        this.#hold(chunk.subarray(start, end));
        this.#takePartial();
      }
      start = end + 1;
    }
    if (start < chunk.length) this.#hold(chunk.subarray(start));
  }

  /** The lines of all text files that have any, in the order of the diff. */
  finish(): readonly FileLines[] {
    if (this.#partialBytes > 0) this.#takePartial();
    if (this.#section + 1 !== this.#sections.length)
      throw new Error('git diff showed fewer files than it listed');
    return this.#targets;
  }

  #inHunk(): boolean {
    return this.#removedLeft > 0 || this.#addedLeft > 0;
  }

  /** How many bytes a line may have to be kept whole. */
  #room(): number {
    if (!this.#inHunk()) return MAX_HEADER_BYTES;
    return Math.min(MAX_FILE_BYTES - this.#targetBytes, MAX_TOTAL_BYTES - this.#total);
  }

  #hold(part: Buffer): void {
    const kept = part.subarray(0, Math.max(0, this.#room() + 1 - this.#partialKept));
    this.#partialBytes += part.length;
    if (kept.length === 0) return;
    this.#partial.push(Buffer.from(kept));
    this.#partialKept += kept.length;
  }

  #takePartial(): void {
    const [only = EMPTY] = this.#partial;
    const line = this.#partial.length === 1 ? only : Buffer.concat(this.#partial);
    const bytes = this.#partialBytes;
    this.#partial = [];
    this.#partialKept = 0;
    this.#partialBytes = 0;
    this.#take(line, 0, line.length, bytes);
  }

  /** One line: what is kept of it, and its true length. */
  #take(source: Buffer, start: number, end: number, bytes: number): void {
    const sign = source[start];
    if (bytes === 0 || sign === BACKSLASH) return;
    if (this.#inHunk()) this.#takeContents(sign, source, start, end, bytes);
    else this.#takeHeader(source.toString('latin1', start, end));
  }

  #takeContents(sign: number | undefined, source: Buffer, start: number, end: number, bytes: number): void {
    const isAdded = sign === PLUS;
    if (!isAdded && sign !== MINUS) throw new Error('a hunk of git diff ends early');
    if (isAdded) this.#addedLeft -= 1;
    else this.#removedLeft -= 1;
    const target = this.#target;
    if (target === null || target.clipped) return;
    if (bytes - 1 > MAX_FILE_BYTES - this.#targetBytes || bytes - 1 > MAX_TOTAL_BYTES - this.#total) {
      target.clipped = true;
      return;
    }
    this.#targetBytes += bytes;
    this.#total += bytes;
    this.#pages.appendLine(source, start, end);
    target.extend();
  }

  #takeHeader(text: string): void {
    if (text.startsWith('diff --git ')) {
      this.#section += 1;
      this.#target = null;
      return;
    }
    const hunk = text.startsWith('@@') ? HUNK.exec(text) : null;
    if (hunk !== null) this.#startHunk(hunk);
    else if (text.startsWith('index ')) this.#checkIndex(text);
  }

  #startHunk(hunk: RegExpExecArray): void {
    const [, oldStart = '', oldCount = '1', newStart = '', newCount = '1'] = hunk;
    this.#removedLeft = Number(oldCount);
    this.#addedLeft = Number(newCount);
    this.#target ??= this.#openTarget();
    if (this.#target !== null && !this.#target.clipped) {
      this.#pages.appendHunk(Number(oldStart), Number(newStart));
    }
  }

  /** The second section of a changed type goes on with the lines of the first. */
  #openTarget(): KeptLines | null {
    const { path, oldPath, binary, oldMode, newMode } = this.#currentFile();
    if (binary || oldMode === SUBMODULE || newMode === SUBMODULE) return null;
    const last = this.#targets.at(-1);
    if (last?.path === path) return last;
    const target = new KeptLines(path, oldPath, this.#pages);
    this.#targets.push(target);
    this.#targetBytes = 0;
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
