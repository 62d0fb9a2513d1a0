import { createHash } from 'node:crypto';
import { closeSync, fstatSync, lstatSync, readSync } from 'node:fs';
import path from 'node:path';
import { openRegularFile } from '../host/durable-file.ts';

const CHUNK_BYTES = 1_048_576;

/** A file as it stands on disk. */
export interface FileDigest {
  readonly bytes: number;
  readonly sha256: string;
}

/** SHA-256 of bytes or of a text as UTF-8, hex. */
export function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}

/** Digest of a regular file, read in pieces; never through a link at its end. Throws the system's error. */
export function digestFile(file: string): FileDigest {
  const descriptor = openRegularFile(file);
  try {
    const digest = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, Math.max(1, fstatSync(descriptor).size)));
    let bytes = 0;
    for (let size = readSync(descriptor, chunk); size > 0; size = readSync(descriptor, chunk)) {
      digest.update(chunk.subarray(0, size));
      bytes += size;
    }
    return { bytes, sha256: digest.digest('hex') };
  } finally {
    closeSync(descriptor);
  }
}

/** One line as `sha256sum` writes and checks it. */
export function digestLine(content: Buffer, name: string): string {
  return `${sha256(content)}  ${name}\n`;
}

/** Whether a name inside a run directory is one the gate would write: relative, `/`-separated, staying inside. */
export function isEvidencePath(name: string): boolean {
  return (
    /^[^/\\\u0000]+(?:\/[^/\\\u0000]+)*$/.test(name) &&
    !name.split('/').some((part) => part === '..' || part === '.')
  );
}

/** Whether every folder between a directory and a file below it is a real one. */
export function hasRealParents(directory: string, name: string): boolean {
  const parts = name.split('/').slice(0, -1);
  return parts.every((_, index) => {
    const parent = path.join(directory, ...parts.slice(0, index + 1));
    return lstatSync(parent, { throwIfNoEntry: false })?.isDirectory() === true;
  });
}
