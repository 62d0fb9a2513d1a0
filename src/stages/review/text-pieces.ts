import type { ReviewFile, ReviewLine } from './review-file.ts';

/** secretlint compares every hit of a text with every other: pieces of this size keep that cheap. */
const PIECE_CHARS = 65_536;

/** A longer line is cut into pieces that overlap by this, which is more than any secret is long. */
const OVERLAP_CHARS = 16_384;

interface PieceLine {
  readonly file: ReviewFile;
  readonly line: ReviewLine;
  /** Where the line, or its part, begins in the piece. */
  readonly start: number;
}

/** Added lines of one file or many as one text. */
export class TextPiece {
  text = '';
  readonly #lines: PieceLine[] = [];

  hasRoom(text: string): boolean {
    return this.text.length + text.length <= PIECE_CHARS;
  }

  add(file: ReviewFile, line: ReviewLine, text: string): void {
    this.#lines.push({ file, line, start: this.text.length });
    this.text += `${text}\n`;
  }

  /** The line at an offset; null in an empty piece. */
  lineAt(offset: number): PieceLine | null {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((this.#lines[middle]?.start ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return this.#lines[low] ?? null;
  }
}

function* cutLine(text: string): Generator<string> {
  for (let at = 0; ; at += PIECE_CHARS - OVERLAP_CHARS) {
    yield text.slice(at, at + PIECE_CHARS);
    if (at + PIECE_CHARS >= text.length) return;
  }
}

/** The added lines of files, those that only moved left out, in pieces of bounded size. */
export function* cutPieces(files: readonly ReviewFile[]): Generator<TextPiece> {
  let piece = new TextPiece();
  for (const file of files) {
    for (const line of file.added) {
      // Nothing shorter is a secret.
      if (line.isMoved || line.text.length < 12) continue;
      for (const part of cutLine(line.text)) {
        if (!piece.hasRoom(part)) {
          yield piece;
          piece = new TextPiece();
        }
        piece.add(file, line, part);
      }
    }
  }
  if (piece.text !== '') yield piece;
}
