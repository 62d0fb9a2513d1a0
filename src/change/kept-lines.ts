import type { FileLines, NumberedLine } from './change.ts';

const PAGE_BYTES = 1_048_576;

const NEWLINE = 0x0a;
const PLUS = 0x2b;
const MINUS = 0x2d;
const HUNK = 0x40;
const HUNK_BYTES = 9;

/** Both sides of one file, as objects. */
interface Sides {
  readonly added: readonly NumberedLine[];
  readonly removed: readonly NumberedLine[];
}

/**
 * Changed lines as bytes, outside of the heap: a line as an object with a string of its own takes five times its
 * length, and a change may have a million of them. Per hunk `@` and the first line numbers of both sides, 32 bits
 * each; per line its sign, its contents, and LF.
 */
export class LinePages {
  readonly #pages: Buffer[] = [];
  #length = 0;
  /** The file that was read last: whoever looks at one looks at it several times. */
  #latest: { readonly from: number; readonly to: number; readonly sides: Sides } | null = null;

  get length(): number {
    return this.#length;
  }

  appendHunk(oldLine: number, newLine: number): void {
    const record = Buffer.allocUnsafe(HUNK_BYTES);
    record[0] = HUNK;
    record.writeUInt32LE(oldLine, 1);
    record.writeUInt32LE(newLine, 5);
    this.#append(record, 0, HUNK_BYTES);
  }

  /** A line with its sign in front, from `start` to `end`. */
  appendLine(source: Buffer, start: number, end: number): void {
    this.#append(source, start, end);
    this.#page()[this.#length % PAGE_BYTES] = NEWLINE;
    this.#length += 1;
  }

  /** The lines between two values of `length`. */
  read(from: number, to: number): Sides {
    const latest = this.#latest;
    if (latest !== null && latest.from === from && latest.to === to) return latest.sides;
    const sides = splitLines(this.#bytes(from, to));
    this.#latest = { from, to, sides };
    return sides;
  }

  #append(source: Buffer, start: number, end: number): void {
    for (let at = start; at < end; ) {
      const copied = source.copy(this.#page(), this.#length % PAGE_BYTES, at, end);
      at += copied;
      this.#length += copied;
    }
  }

  /** The page with room for the next byte. */
  #page(): Buffer {
    const index = Math.floor(this.#length / PAGE_BYTES);
    const page = this.#pages[index] ?? Buffer.allocUnsafeSlow(PAGE_BYTES);
    if (index === this.#pages.length) this.#pages.push(page);
    return page;
  }

  #bytes(from: number, to: number): Buffer {
    const first = Math.floor(from / PAGE_BYTES);
    const last = Math.floor(to / PAGE_BYTES);
    const pieces = this.#pages
      .slice(first, last + 1)
      .map((page, index) =>
        page.subarray(
          index === 0 ? from % PAGE_BYTES : 0,
          first + index === last ? to % PAGE_BYTES : PAGE_BYTES,
        ),
      );
    const [only] = pieces;
    return pieces.length === 1 && only !== undefined ? only : Buffer.concat(pieces);
  }
}

function splitLines(bytes: Buffer): Sides {
  const [added, removed]: [NumberedLine[], NumberedLine[]] = [[], []];
  let [oldLine, newLine] = [0, 0];
  for (let at = 0; at < bytes.length; ) {
    const sign = bytes[at];
    if (sign === HUNK) {
      oldLine = bytes.readUInt32LE(at + 1);
      newLine = bytes.readUInt32LE(at + 5);
      at += HUNK_BYTES;
      continue;
    }
    if (sign !== PLUS && sign !== MINUS) throw new Error('kept lines are damaged');
    const end = bytes.indexOf(NEWLINE, at);
    const text = bytes.toString('utf8', at + 1, end);
    if (sign === PLUS) {
      added.push({ line: newLine, text });
      newLine += 1;
    } else {
      removed.push({ line: oldLine, text });
      oldLine += 1;
    }
    at = end + 1;
  }
  return { added, removed };
}

/** The lines of one file, taken apart when they are asked for. What is asked is not kept: hold on to an answer. */
export class KeptLines implements FileLines {
  readonly path: string;
  readonly oldPath: string | null;
  clipped = false;
  readonly #pages: LinePages;
  readonly #from: number;
  #to: number;

  /** A file that begins where the pages end. */
  constructor(path: string, oldPath: string | null, pages: LinePages) {
    this.path = path;
    this.oldPath = oldPath;
    this.#pages = pages;
    this.#from = pages.length;
    this.#to = pages.length;
  }

  get added(): readonly NumberedLine[] {
    return this.#pages.read(this.#from, this.#to).added;
  }

  get removed(): readonly NumberedLine[] {
    return this.#pages.read(this.#from, this.#to).removed;
  }

  /** What was appended to the pages so far belongs to this file. */
  extend(): void {
    this.#to = this.#pages.length;
  }
}
