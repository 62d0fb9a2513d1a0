/** Patterns are looked at in blocks of two bytes; this many blocks exist. */
const BLOCKS = 65_536;

/** A shift is kept in one byte. */
const MAX_WINDOW_BYTES = 200;

/** Longer patterns are cut into pieces of this size, each a pattern of its own: it bounds what is held back. */
const MAX_PATTERN_BYTES = 2_048;

/** A match or a covered stretch: `[start, end)` in bytes. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** The pieces that together cover a pattern; the last one overlaps the one before. */
function piecesOf(pattern: Buffer): Buffer[] {
  if (pattern.length <= MAX_PATTERN_BYTES) return [pattern];
  const pieces: Buffer[] = [];
  for (let at = 0; at + MAX_PATTERN_BYTES < pattern.length; at += MAX_PATTERN_BYTES) {
    pieces.push(pattern.subarray(at, at + MAX_PATTERN_BYTES));
  }
  pieces.push(pattern.subarray(pattern.length - MAX_PATTERN_BYTES));
  return pieces;
}

/**
 * Finds many byte patterns in one pass that skips most bytes: the shift tables of Wu and Manber
 * ("A fast algorithm for multi-pattern searching", 1994) with blocks of two bytes. Its cost depends on
 * the length of the shortest pattern, hardly on their number.
 */
export class PatternSet {
  readonly #known = new Set<string>();
  readonly #patterns: Buffer[] = [];
  readonly #shift = new Uint8Array(BLOCKS);
  readonly #buckets = new Map<number, Buffer[]>();
  readonly #byFirstByte: (Buffer[] | undefined)[] = new Array(256);
  #window = MAX_WINDOW_BYTES;
  #longest = 0;

  /** Number of patterns, pieces counted singly. */
  get size(): number {
    return this.#patterns.length;
  }

  /** Adds a pattern of at least two bytes; a known one changes nothing. */
  add(pattern: string): void {
    if (this.#known.has(pattern)) return;
    this.#known.add(pattern);
    for (const piece of piecesOf(Buffer.from(pattern))) this.#addPiece(piece);
  }

  #addPiece(piece: Buffer): void {
    if (piece.length < 2) throw new Error('a pattern needs two bytes');
    this.#patterns.push(piece);
    this.#longest = Math.max(this.#longest, piece.length);
    const first = piece[0] ?? 0;
    const sameStart = this.#byFirstByte[first];
    if (sameStart === undefined) this.#byFirstByte[first] = [piece];
    else sameStart.push(piece);
    if (piece.length < this.#window || this.#patterns.length === 1) {
      this.#window = Math.min(this.#window, piece.length);
      this.#rebuild();
    } else {
      this.#enter(piece);
    }
  }

  #rebuild(): void {
    this.#shift.fill(this.#window - 1);
    this.#buckets.clear();
    for (const pattern of this.#patterns) this.#enter(pattern);
  }

  #enter(pattern: Buffer): void {
    const last = this.#window - 1;
    for (let at = 1; at <= last; at += 1) {
      const block = ((pattern[at - 1] ?? 0) << 8) | (pattern[at] ?? 0);
      this.#shift[block] = Math.min(this.#shift[block] ?? 0, last - at);
    }
    const key = ((pattern[last - 1] ?? 0) << 8) | (pattern[last] ?? 0);
    const bucket = this.#buckets.get(key);
    if (bucket === undefined) this.#buckets.set(key, [pattern]);
    else bucket.push(pattern);
  }

  /** Every occurrence of every pattern, also overlapping ones, by start. */
  findAll(text: Buffer): Span[] {
    const found: Span[] = [];
    if (this.#patterns.length === 0) return found;
    const shift = this.#shift;
    const length = text.length;
    let at = this.#window - 1;
    while (at < length) {
      const block = ((text[at - 1] ?? 0) << 8) | (text[at] ?? 0);
      const step = shift[block] ?? 1;
      if (step > 0) {
        at += step;
        continue;
      }
      this.#matchAt(text, at - this.#window + 1, block, found);
      at += 1;
    }
    return found;
  }

  #matchAt(text: Buffer, start: number, block: number, found: Span[]): void {
    for (const pattern of this.#buckets.get(block) ?? []) {
      const end = start + pattern.length;
      if (end <= text.length && pattern[0] === text[start] && pattern.compare(text, start, end) === 0) {
        found.push({ start, end });
      }
    }
  }

  /** Where the longest end of the text begins that could go on as a pattern; the text's length when none could. */
  openFrom(text: Buffer): number {
    for (let at = Math.max(0, text.length - this.#longest + 1); at < text.length; at += 1) {
      const left = text.length - at;
      const open = this.#byFirstByte[text[at] ?? 0]?.some(
        (pattern) =>
          pattern.length > left &&
          (left === 1 || pattern[1] === text[at + 1]) &&
          pattern.compare(text, at, text.length, 0, left) === 0,
      );
      if (open === true) return at;
    }
    return text.length;
  }

  /** The patterns as texts, for values that cannot be written as bytes without loss. */
  asTexts(): string[] {
    return this.#patterns.map((pattern) => pattern.toString());
  }
}

/** Overlapping spans united, by start. Spans that only touch stay apart. */
export function uniteSpans(spans: readonly Span[]): Span[] {
  const united: Span[] = [];
  for (const span of [...spans].sort((a, b) => a.start - b.start)) {
    const last = united.at(-1);
    if (last !== undefined && span.start < last.end) {
      if (span.end > last.end) united[united.length - 1] = { start: last.start, end: span.end };
    } else {
      united.push(span);
    }
  }
  return united;
}
