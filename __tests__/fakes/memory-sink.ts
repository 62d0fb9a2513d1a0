import type { GateFailure } from '../../src/kernel/failure.ts';
import { err, ok } from '../../src/kernel/result.ts';
import type { OutputSink } from '../../src/run/output-sink.ts';

/** A log in memory, with the rules of the real one: closed once, its tail at most 64 KiB. */
export interface MemorySink extends OutputSink {
  readonly text: string;
  readonly isClosed: boolean;
}

/** With a failure, the log counts as not written when it is closed. */
export function createMemorySink(relativePath: string, failure: GateFailure | null = null): MemorySink {
  let bytes = Buffer.alloc(0);
  let isClosed = false;
  return {
    get text() {
      return bytes.toString('utf8');
    },
    get isClosed() {
      return isClosed;
    },
    write(chunk) {
      if (isClosed) throw new Error('the log is closed');
      bytes = Buffer.concat([bytes, chunk]);
    },
    close() {
      if (isClosed) throw new Error('the log is closed');
      isClosed = true;
      if (failure !== null) return err(failure);
      const { length } = bytes;
      return ok({
        path: relativePath,
        bytes: length,
        totalBytes: length,
        truncated: false,
        sha256: 'f'.repeat(64),
      });
    },
    tail: (maxBytes) => Buffer.from(bytes.subarray(Math.max(0, bytes.length - Math.min(maxBytes, 65_536)))),
  };
}
