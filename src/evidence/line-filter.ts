import type { PatternReplacer } from './redaction-patterns.ts';
import type { ByteFilter } from './redaction-stream.ts';

const EMPTY = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/** A longer line is looked at in pieces of this size; a match of up to {@link OVERLAP_BYTES} is found across them. */
const MAX_LINE_BYTES = 65_536;
const OVERLAP_BYTES = 4_096;

/** One line and the break that ended it. */
interface ByteLine {
  readonly body: Buffer;
  readonly end: Buffer;
}

/** Complete lines; a CR before the LF belongs to the break. `data` ends with a line break. */
function splitLines(data: Buffer): ByteLine[] {
  const lines: ByteLine[] = [];
  for (let start = 0; start < data.length; ) {
    const lf = data.indexOf(LF, start);
    const bodyEnd = lf > start && data[lf - 1] === CR ? lf - 1 : lf;
    lines.push({ body: data.subarray(start, bodyEnd), end: data.subarray(bodyEnd, lf + 1) });
    start = lf + 1;
  }
  return lines;
}

/** Bytes as text and the encoding that brings them back unchanged. */
function decode(bytes: Buffer): { readonly text: string; readonly encoding: 'utf8' | 'latin1' } {
  const text = bytes.toString('utf8');
  return text.includes('\ufffd')
    ? { text: bytes.toString('latin1'), encoding: 'latin1' }
    : { text, encoding: 'utf8' };
}

function replaceInLines(lines: readonly ByteLine[], replacer: PatternReplacer): Buffer[] {
  const decoded = lines.map(({ body }) => decode(body));
  const replaced = replacer.replace(decoded.map(({ text }) => text));
  return lines.flatMap(({ body, end }, index) => {
    const before = decoded[index];
    const after = replaced[index];
    if (before === undefined || after === undefined || before.text === after) return [body, end];
    return [Buffer.from(after, before.encoding), end];
  });
}

function replaceInPiece(piece: Buffer, replacer: PatternReplacer): Buffer {
  return piece.length === 0 ? EMPTY : Buffer.concat(replaceInLines([{ body: piece, end: EMPTY }], replacer));
}

/**
 * The safe part of a line that is too long, replaced, and where the rest begins. Cut before the last
 * bytes; if that would split a match, both parts are replaced as one and the cut comes behind the match.
 */
function takePiece(
  line: Buffer,
  replacer: PatternReplacer,
): { readonly bytes: Buffer; readonly next: number } {
  for (const cut of [line.length - OVERLAP_BYTES, line.length - 2 * OVERLAP_BYTES]) {
    const head = replaceInPiece(line.subarray(0, cut), replacer);
    const tail = replaceInPiece(line.subarray(cut), replacer);
    if (replaceInPiece(line, replacer).equals(Buffer.concat([head, tail]))) return { bytes: head, next: cut };
  }
  return { bytes: replaceInPiece(line, replacer), next: line.length };
}

/** Applies patterns to a stream line by line; a line is passed on when it is complete. */
export function createLineFilter(replacer: PatternReplacer): ByteFilter {
  let held = EMPTY;
  return {
    push(chunk) {
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const complete = data.lastIndexOf(LF) + 1;
      const parts = replaceInLines(splitLines(data.subarray(0, complete)), replacer);
      let rest = data.subarray(complete);
      while (rest.length > MAX_LINE_BYTES) {
        const { bytes, next } = takePiece(rest.subarray(0, MAX_LINE_BYTES), replacer);
        parts.push(bytes);
        rest = rest.subarray(next);
      }
      held = rest.length === 0 ? EMPTY : Buffer.from(rest);
      return Buffer.concat(parts);
    },
    end() {
      const rest = replaceInPiece(held, replacer);
      held = EMPTY;
      return rest;
    },
    peek: () => replaceInPiece(held, replacer),
  };
}

/** A text of several lines with the patterns applied to each. */
export function replaceInText(text: string, replacer: PatternReplacer): string {
  return replacer.replace(text.split('\n')).join('\n');
}
