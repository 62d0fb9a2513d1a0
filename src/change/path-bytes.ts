import { isUtf8 } from 'node:buffer';

/** First byte and number of the low surrogates that stand for bytes outside of UTF-8. */
const ESCAPE = 0xdc00;

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * A path from git's bytes, lossless: a byte that is not part of well-formed UTF-8 becomes the lone surrogate
 * U+DC00 + byte (U+DC80–U+DCFF), which no well-formed text contains. Also takes many paths at once, with their NULs.
 */
export function pathFromBytes(bytes: Buffer): string {
  if (isUtf8(bytes)) return bytes.toString('utf8');
  let text = '';
  let start = 0;
  for (let at = 0; at < bytes.length; ) {
    const length = sequenceLength(bytes, at);
    if (length > 0) {
      at += length;
      continue;
    }
    text += bytes.toString('utf8', start, at) + String.fromCharCode(ESCAPE + (bytes[at] ?? 0));
    at += 1;
    start = at;
  }
  return text + bytes.toString('utf8', start);
}

/** The same of a part of a buffer, without a view on it: for lists of many paths. */
export function pathFromRange(bytes: Buffer, start: number, end: number): string {
  const text = bytes.toString('utf8', start, end);
  // Also where a path really holds U+FFFD, which is rare enough to look twice.
  return text.includes('\ufffd') ? pathFromBytes(bytes.subarray(start, end)) : text;
}

/** Length of the well-formed UTF-8 sequence at a position; 0 when there is none (Unicode, table 3-7). */
function sequenceLength(bytes: Buffer, at: number): 0 | 1 | 2 | 3 | 4 {
  const first = bytes[at] ?? 0;
  if (first < 0x80) return 1;
  const length = first >= 0xf0 ? 4 : first >= 0xe0 ? 3 : 2;
  return isUtf8(bytes.subarray(at, at + length)) && at + length <= bytes.length ? length : 0;
}

/** Git's bytes of a path that {@link pathFromBytes} made; any other lone surrogate becomes U+FFFD. */
export function bytesFromPath(path: string): Buffer {
  if (!LONE_SURROGATE.test(path)) return Buffer.from(path, 'utf8');
  const parts: Buffer[] = [];
  let start = 0;
  for (let at = 0; at < path.length; at += 1) {
    const code = path.charCodeAt(at);
    if (code >= 0xd800 && code <= 0xdbff && isLowSurrogate(path.charCodeAt(at + 1))) {
      at += 1;
    } else if (code >= ESCAPE + 0x80 && code <= ESCAPE + 0xff) {
      parts.push(Buffer.from(path.slice(start, at), 'utf8'), Buffer.of(code - ESCAPE));
      start = at + 1;
    }
  }
  parts.push(Buffer.from(path.slice(start), 'utf8'));
  return Buffer.concat(parts);
}

function isLowSurrogate(code: number): boolean {
  return code >= 0xdc00 && code <= 0xdfff;
}

/** Byte order of paths, as git sorts them; JavaScript's own order differs above U+FFFF. */
export function comparePaths(a: string, b: string): number {
  if (a === b) return 0;
  return Buffer.compare(bytesFromPath(a), bytesFromPath(b));
}
