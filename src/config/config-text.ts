import { isUtf8 } from 'node:buffer';
import { configFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { createLineIndex } from './line-index.ts';

/** A configuration of this size is no longer one that people wrote. */
export const MAX_CONFIG_BYTES = 256 * 1_024;

const NEWLINE = 0x0a;

/** Line (1-based) of the first byte sequence that is not UTF-8. No line break is ever part of a longer sequence. */
function findBrokenLine(bytes: Buffer): number {
  let line = 1;
  for (let start = 0; start < bytes.length; line += 1) {
    const end = bytes.indexOf(NEWLINE, start);
    const stop = end === -1 ? bytes.length : end;
    if (!isUtf8(bytes.subarray(start, stop))) return line;
    start = stop + 1;
  }
  return line;
}

function hasUtf16Mark(bytes: Buffer): boolean {
  const first = bytes.length < 2 ? 0 : bytes.readUInt16BE(0);
  return first === 0xfeff || first === 0xfffe;
}

/** UTF-16 without a mark: every second byte of the beginning is zero. */
function looksLikeUtf16(bytes: Buffer): boolean {
  const start = bytes.subarray(0, 16);
  const zeros = [0, 1].map((offset) => start.filter((byte, at) => at % 2 === offset && byte === 0).length);
  return start.length >= 4 && zeros.some((count) => count >= Math.floor(start.length / 2));
}

/** C0 controls but tab and line breaks, and DEL: YAML allows none of them as they are (1.2.2, section 5.1). */
const CONTROL = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/;

/** The bytes of a configuration as text without a byte order mark; only UTF-8 of at most 256 KiB is taken. */
export function decodeConfig(bytes: Buffer, file: string): Result<string> {
  const mend = 'save the file as UTF-8';
  if (bytes.length > MAX_CONFIG_BYTES) {
    const split = 'move long commands into scripts';
    return err(configFailure('the configuration is larger than 256 KiB', { where: file, mend: split }));
  }
  if (hasUtf16Mark(bytes) || looksLikeUtf16(bytes)) {
    return err(configFailure('the configuration is UTF-16', { where: file, mend }));
  }
  if (!isUtf8(bytes)) {
    const where = `${file}:${findBrokenLine(bytes)}`;
    return err(configFailure('the line is not UTF-8', { where, mend }));
  }
  const text = bytes.toString('utf8');
  const content = text.startsWith('\ufeff') ? text.slice(1) : text;
  const control = CONTROL.exec(content);
  if (control === null) return ok(content);
  const code = control[0].charCodeAt(0).toString(16).padStart(2, '0');
  const where = `${file}:${createLineIndex(content)(control.index)}`;
  const message = code === '00' ? 'the line holds a NUL' : `the line holds the control character \\x${code}`;
  return err(configFailure(message, { where, mend: 'remove it' }));
}
