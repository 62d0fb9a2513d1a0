import { writeSync } from 'node:fs';

/** Text to one of the two standard streams; a reader that went away changes nothing. */
export interface TextStream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the terminal; 80 elsewhere. */
  readonly columns: number;
  /** Rows of the terminal; 24 elsewhere. */
  readonly rows: number;
}

const MAX_WAITS = 200;
const nap = new Int32Array(new SharedArrayBuffer(4));

function errnoOf(error: unknown): string | null {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/**
 * A standard stream written synchronously, so that nothing is lost when the process ends and lines of
 * the gate never overtake one another. After EPIPE (`| head -1`), ENOSPC (`> /dev/full`) or any other
 * error it stays silent: output is not evidence, and the verdict does not depend on it.
 */
export function openStream(stream: NodeJS.WriteStream & { readonly fd: 1 | 2 }): TextStream {
  let broken = false;
  return {
    isTTY: stream.isTTY === true,
    get columns() {
      return stream.isTTY === true && stream.columns > 0 ? stream.columns : 80;
    },
    get rows() {
      return stream.isTTY === true && stream.rows > 0 ? stream.rows : 24;
    },
    write(text) {
      let rest = Buffer.from(text);
      let waits = 0;
      while (!broken && rest.length > 0) {
        try {
          rest = rest.subarray(writeSync(stream.fd, rest));
          waits = 0;
        } catch (error) {
          // A pipe left non-blocking by another program: wait for its reader, but not for ever.
          broken = errnoOf(error) !== 'EAGAIN' || waits >= MAX_WAITS;
          waits += 1;
          if (!broken) Atomics.wait(nap, 0, 0, 25);
        }
      }
    },
  };
}
