import { bytesFromPath } from '../change/path-bytes.ts';

/** What may stand in a path of a URI as it is (RFC 3986, pchar), but for the colon, which could end a scheme. */
const PLAIN = new Set(
  Buffer.from("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~!$&'()*+,;=@/"),
);

/** Relative segments and empty ones: such a path names no file below a root. */
const OUTSIDE = /(?:^|\/)(?:\.{0,2})(?:\/|$)/;

function encodeByte(byte: number): string {
  return PLAIN.has(byte) ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
}

/**
 * A path of the repository as a relative reference (RFC 3986): git's own bytes, percent-encoded, also those that are
 * no UTF-8. Null for what is no path below the root: an absolute one, one with `..`, an empty one.
 */
export function uriOfPath(path: string): string | null {
  if (OUTSIDE.test(path)) return null;
  return Array.from(bytesFromPath(path), encodeByte).join('');
}
