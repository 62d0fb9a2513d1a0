import { setImmediate } from 'node:timers/promises';
import type { SnapshotReader, TreeFile } from '../../change/change.ts';

/** Contents of one question to git, and its number of files. Two of them are in memory at a time. */
const BATCH_BYTES = 4 * 1_048_576;
const BATCH_FILES = 512;

/** The first batch is small, so that work begins soon. */
const FIRST_FILES = 64;

/** After so much work the next batch gets a turn to come in. */
const TURN_BYTES = 131_072;

/** A file with its contents; null when the object is missing from the clone. */
export interface ReadFile {
  readonly file: TreeFile;
  readonly contents: Buffer | null;
}

function takeBatch(files: readonly TreeFile[], from: number): readonly TreeFile[] {
  const maxFiles = from === 0 ? FIRST_FILES : BATCH_FILES;
  let end = from;
  let bytes = 0;
  do {
    bytes += files[end]?.bytes ?? 0;
    end += 1;
  } while (end < files.length && end - from < maxFiles && bytes + (files[end]?.bytes ?? 0) <= BATCH_BYTES);
  return files.slice(from, end);
}

/**
 * Reads files in order, in batches that keep memory flat; git reads the next batch while the caller works on one.
 */
export async function* readFiles(
  snapshot: SnapshotReader,
  files: readonly TreeFile[],
): AsyncGenerator<ReadFile> {
  const read = (batch: readonly TreeFile[]) => snapshot.readBlobs(batch.map((file) => file.blob));
  let batch = takeBatch(files, 0);
  let reading = read(batch);
  try {
    for (let from = batch.length; batch.length > 0; ) {
      const contents = await reading;
      const current = batch;
      batch = from < files.length ? takeBatch(files, from) : [];
      from += batch.length;
      reading = read(batch);
      let bytes = 0;
      for (const [index, file] of current.entries()) {
        yield { file, contents: contents[index] ?? null };
        bytes += file.bytes;
        if (bytes < TURN_BYTES) continue;
        bytes = 0;
        await setImmediate();
      }
    }
  } finally {
    // A caller that stops early leaves a read behind; whatever comes of it concerns nobody.
    await Promise.allSettled([reading]);
  }
}
