import { createHash } from 'node:crypto';
import type { PrivateGit } from './private-git.ts';

/** Larger contents are not read into memory: nothing that a stage looks at line by line is that large. */
export const MAX_BLOB_BYTES = 64 * 1_048_576;

const HEADER = /^([0-9a-f]{40}(?:[0-9a-f]{24})?) blob (\d+)$/;
const NEWLINE = 0x0a;
/** An object id, a type, a size; what a missing object gets is its id and a word. */
const MAX_HEADER_BYTES = 256;

/** Takes the output of `cat-file --batch` apart as it comes. */
export class BlobStream {
  readonly contents: (Buffer | null)[] = [];
  readonly #maxBytes: number;
  #header: Buffer = Buffer.alloc(0);
  /** Bytes of the object that are still to come, with the newline behind it; null between objects. */
  #left: number | null = null;
  #id = '';
  #kept: Buffer | null = null;
  #filled = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  read(chunk: Buffer): void {
    for (let at = 0; at < chunk.length; ) {
      at = this.#left === null ? this.#readHeader(chunk, at) : this.#readContents(chunk, at, this.#left);
    }
  }

  #readHeader(chunk: Buffer, at: number): number {
    const end = chunk.indexOf(NEWLINE, at);
    const part = chunk.subarray(at, end === -1 ? chunk.length : end);
    this.#header = Buffer.concat([this.#header, part]);
    if (this.#header.length > MAX_HEADER_BYTES)
      throw new Error('git cat-file answered something else than objects');
    if (end === -1) return chunk.length;
    const match = HEADER.exec(this.#header.toString('latin1'));
    const other = /^[0-9a-f]+ (?:commit|tree|tag) (\d+)$/.exec(this.#header.toString('latin1'));
    this.#header = Buffer.alloc(0);
    if (match === null && other === null) this.contents.push(null);
    else {
      const bytes = Number(match?.[2] ?? other?.[1]);
      this.#id = match?.[1] ?? '';
      this.#kept = match !== null && bytes <= this.#maxBytes ? Buffer.allocUnsafe(bytes) : null;
      this.#filled = 0;
      this.#left = bytes + 1;
    }
    return end + 1;
  }

  #readContents(chunk: Buffer, at: number, left: number): number {
    const end = Math.min(chunk.length, at + left);
    if (this.#kept !== null) this.#filled += chunk.copy(this.#kept, this.#filled, at, end);
    this.#left = left - (end - at);
    if (this.#left === 0) {
      this.contents.push(this.#kept !== null && isIntact(this.#id, this.#kept) ? this.#kept : null);
      this.#left = null;
      this.#kept = null;
    }
    return end;
  }
}

/** Git does not check what it hands out; objects that a stage has overwritten must not pass for the real ones. */
function isIntact(id: string, content: Buffer): boolean {
  const hash = createHash(id.length === 64 ? 'sha256' : 'sha1');
  return hash.update(`blob ${content.length}\0`).update(content).digest('hex') === id;
}

/**
 * Contents of blobs by object id, in the order asked for, each read once. Null: missing from the clone, no blob,
 * larger than `maxBytes`, or not what its id says.
 */
export async function readObjects(
  git: PrivateGit,
  ids: readonly string[],
  maxBytes: number = MAX_BLOB_BYTES,
): Promise<readonly (Buffer | null)[]> {
  if (ids.length === 0) return [];
  const unique = [...new Set(ids)];
  for (const id of unique) if (!/^[0-9a-f]{40,64}$/.test(id)) throw new Error(`not an object id: ${id}`);
  const stream = new BlobStream(maxBytes);
  const answer = await git.run(['cat-file', '--batch', '--buffer'], {
    input: Buffer.from(`${unique.join('\n')}\n`),
    onStdout: (chunk) => stream.read(chunk),
  });
  const complete = answer.exitCode === 0 && stream.contents.length === unique.length;
  const byId = new Map(unique.map((id, index) => [id, complete ? (stream.contents[index] ?? null) : null]));
  return ids.map((id) => byId.get(id) ?? null);
}
