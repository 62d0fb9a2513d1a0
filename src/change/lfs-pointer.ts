import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { lstat } from 'node:fs/promises';

/** What stands in the repository for a file that git-lfs keeps elsewhere. */
export interface LfsPointer {
  /** SHA-256 of the contents, hex. */
  readonly sha256: string;
  readonly bytes: number;
}

/** "Pointer files must be less than 1024 bytes", says the specification of git-lfs. */
export const MAX_POINTER_BYTES = 1_024;

const VERSION = /^version https:\/\/git-lfs\.github\.com\/spec\/v1\n/;
const OID = /^oid sha256:([0-9a-f]{64})$/m;
const SIZE = /^size (\d{1,15})$/m;

/** Reads a pointer; null for anything else. */
export function parseLfsPointer(content: Buffer): LfsPointer | null {
  if (content.length >= MAX_POINTER_BYTES) return null;
  const text = content.toString('latin1');
  if (!VERSION.test(text)) return null;
  const sha256 = OID.exec(text)?.[1];
  const bytes = SIZE.exec(text)?.[1];
  return sha256 === undefined || bytes === undefined ? null : { sha256, bytes: Number(bytes) };
}

/** Whether a file on disk is what a pointer stands for; false also when it cannot be read. */
export async function holdsPointedContents(file: Buffer, pointer: LfsPointer): Promise<boolean> {
  try {
    const entry = await lstat(file);
    if (!entry.isFile() || entry.size !== pointer.bytes) return false;
    const hash = createHash('sha256');
    for await (const chunk of createReadStream(file)) hash.update(chunk);
    return hash.digest('hex') === pointer.sha256;
  } catch {
    return false;
  }
}
