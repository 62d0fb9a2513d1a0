import type { ReviewFile, ReviewLine } from './review-file.ts';
import { isPlaceholder } from './secret-plausibility.ts';

/** A private key in text form, with the line of its header. */
export interface PrivateKey {
  readonly kind: string;
  readonly line: ReviewLine;
  /** Useless without its passphrase. */
  readonly isEncrypted: boolean;
}

const HEADER = /-----BEGIN ((?:[A-Z0-9]{1,20} ){0,3})PRIVATE KEY(?: BLOCK)?-----/;

/** Lines below a header in which the key must begin. */
const LINES_BELOW = 6;

/** So much base64 in one piece is a key, not a word about keys. */
const KEY_TEXT = /[A-Za-z0-9+/=]{40,100}/;

/** A line of a key as it may stand in source code, its escaped line breaks undone. */
function bareKeyText(text: string): string {
  return text.slice(0, 4_000).replace(/\\[nr]/g, ' ');
}

/** Base64 of a key has digits, small and capital letters in any forty characters. */
function isKeyText(text: string): boolean {
  return /\d/.test(text) && /[a-z]/.test(text) && /[A-Z]/.test(text) && !isPlaceholder(text);
}

function keyTextBelow(lines: readonly ReviewLine[], index: number, rest: string): string {
  let text = bareKeyText(rest);
  const first = lines[index]?.line ?? 0;
  for (let below = 1; below <= LINES_BELOW; below += 1) {
    const line = lines[index + below];
    if (line === undefined || line.line !== first + below) break;
    text += `\n${bareKeyText(line.text)}`;
  }
  return text;
}

/** Private keys (PKCS#1, PKCS#8, SEC1, OpenSSH, PGP) on the added lines of a file: a header with a key below it. */
export function findPrivateKeys(file: ReviewFile): readonly PrivateKey[] {
  const found: PrivateKey[] = [];
  for (const [index, line] of file.added.entries()) {
    if (line.isMoved || !line.text.includes('-----BEGIN ')) continue;
    const header = HEADER.exec(line.text);
    if (header === null) continue;
    const text = keyTextBelow(file.added, index, line.text.slice(header.index + header[0].length));
    const key = KEY_TEXT.exec(text)?.[0];
    if (key === undefined || !isKeyText(key)) continue;
    const isEncrypted = header[1]?.includes('ENCRYPTED') === true || text.includes('ENCRYPTED');
    const form = (header[1] ?? '').trim();
    found.push({ kind: form === '' ? 'private key' : `private key (${form})`, line, isEncrypted });
  }
  return found;
}
