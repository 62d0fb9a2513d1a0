import type { ChildProcess, StdioOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { PipeEnds } from './process-pipes.ts';

/** What a Linux pipe holds; a larger buffer is never filled. */
const BUFFER_BYTES = 65_536;

/** How a command's output reaches the gate. Made before the start, attached after it. */
export interface OutputChannel {
  readonly stdio: StdioOptions;
  /** Whether stdout and stderr are one already; otherwise the shell has to join them. */
  readonly joined: boolean;
  /** `device:inode` of the pipe; null for sockets. */
  readonly identity: string | null;
  /** Begins to read. `onChunk` gets memory that is used again for the next chunk. */
  attach(child: ChildProcess, onChunk: (chunk: Buffer) => void): OutputReader;
  /** Gives everything back when nothing was started. */
  abandon(): void;
}

/** The reading end while a command runs. */
export interface OutputReader {
  readonly bytes: number;
  /** Everybody who could write has closed the pipe. */
  readonly isEnded: boolean;
  /** Settles at the end of the output or when reading is given up. */
  readonly ended: Promise<void>;
  /** Gives up reading: who still writes gets SIGPIPE. */
  close(): void;
}

class StreamReader implements OutputReader {
  bytes = 0;
  isEnded = false;
  readonly ended: Promise<void>;
  readonly #streams: readonly Readable[];

  constructor(streams: readonly Readable[]) {
    this.#streams = streams;
    this.ended = Promise.all(streams.map(untilClosed)).then(() => {
      this.isEnded = true;
    });
  }

  close(): void {
    for (const stream of this.#streams) stream.destroy();
  }
}

function untilClosed(stream: Readable): Promise<void> {
  return new Promise((resolve) => {
    // An error of reading (EIO) ends the output like its end does; the verdict does not depend on it.
    stream.on('error', () => {});
    stream.on('close', () => resolve());
  });
}

/** A real pipe, read into one buffer without a copy. */
export function openPipeChannel(pipe: PipeEnds): OutputChannel {
  return {
    stdio: ['ignore', pipe.writeEnd, pipe.writeEnd],
    joined: true,
    identity: pipe.identity,
    attach(_child, onChunk) {
      closeSync(pipe.writeEnd);
      const buffer = Buffer.allocUnsafeSlow(BUFFER_BYTES);
      const socket = new Socket({
        fd: pipe.readEnd,
        readable: true,
        writable: false,
        onread: {
          buffer,
          callback(length) {
            reader.bytes += length;
            onChunk(buffer.subarray(0, length));
            return true;
          },
        },
      });
      const reader = new StreamReader([socket]);
      return reader;
    },
    abandon() {
      closeSync(pipe.writeEnd);
      closeSync(pipe.readEnd);
    },
  };
}

/** Node's own channels: one for both on POSIX, where the shell joins them; two on Windows, in no certain order. */
export function openSocketChannel(): OutputChannel {
  const isWindows = process.platform === 'win32';
  return {
    stdio: ['ignore', 'pipe', isWindows ? 'pipe' : 'ignore'],
    joined: isWindows,
    identity: null,
    attach(child, onChunk) {
      const streams = [child.stdout, child.stderr].filter((stream) => stream !== null);
      const reader = new StreamReader(streams);
      for (const stream of streams) {
        stream.on('data', (chunk: Buffer) => {
          reader.bytes += chunk.length;
          onChunk(chunk);
        });
      }
      return reader;
    },
    abandon() {},
  };
}
