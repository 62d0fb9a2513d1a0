import { createHash } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync } from 'node:fs';
import { openNewFile, writeFully } from '../host/durable-file.ts';
import { describeErrno } from '../host/errno.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { type GateFailure, storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { OutputSink } from '../run/output-sink.ts';
import type { LogRecord } from '../run/stage-result.ts';
import type { ByteFilter } from './redaction.ts';
import { TailBuffer } from './tail-buffer.ts';

/** What a log keeps of the output of one stage; what lies between is left out. */
export interface LogLimits {
  readonly headBytes: number;
  readonly tailBytes: number;
}

/** 64 MiB in all. The tail waits in memory, so it is the smaller part. */
export const LOG_LIMITS: LogLimits = { headBytes: 48 * 1_048_576, tailBytes: 16 * 1_048_576 };

/** What {@link OutputSink.tail} can give at most. */
const MAX_TAIL_BYTES = 65_536;

const LF = 0x0a;

/** The line between head and tail. */
function describeGap(bytes: number): string {
  return `[... ${formatByteSize(bytes)} (${bytes} bytes) left out by the gate ...]\n`;
}

/** Called when the file on disk is not what was written to it: somebody replaced or changed it. */
export type TamperListener = (relativePath: string) => void;

/** A log that is about to be written. */
export interface LogRequest {
  /** Absolute. The folder exists, the file does not. */
  readonly file: string;
  /** As it shall stand in the manifest. */
  readonly relativePath: string;
  readonly filter: ByteFilter;
  readonly limits?: LogLimits;
  /** Told when the file was shortened or removed while it was written. */
  readonly onTampered: TamperListener;
}

/** Opens the log of one stage: redacted on the way, head and tail kept, raw bytes otherwise unchanged. */
export function openLogWriter(request: LogRequest): Result<OutputSink> {
  try {
    return ok(new LogWriter(request, openNewFile(request.file)));
  } catch (error) {
    return err(storageFailure(`cannot create the log: ${describeErrno(error)}`, { where: request.file }));
  }
}

class LogWriter implements OutputSink {
  readonly #request: LogRequest;
  readonly #limits: LogLimits;
  readonly #digest = createHash('sha256');
  readonly #recent = new TailBuffer(MAX_TAIL_BYTES);
  #descriptor: number | null;
  #overflow: TailBuffer | null = null;
  #overflowBytes = 0;
  #failure: GateFailure | null = null;
  #totalBytes = 0;
  #fileBytes = 0;
  #endsLine = true;

  constructor(request: LogRequest, descriptor: number) {
    this.#request = request;
    this.#limits = request.limits ?? LOG_LIMITS;
    this.#descriptor = descriptor;
  }

  write(chunk: Buffer): void {
    if (this.#descriptor === null) throw new Error('the log is closed');
    this.#totalBytes += chunk.length;
    this.#keep(this.#request.filter.push(chunk));
  }

  close(): Result<LogRecord> {
    const descriptor = this.#descriptor;
    if (descriptor === null) throw new Error('the log is closed');
    this.#keep(this.#request.filter.end());
    this.#writeOverflow();
    this.#descriptor = null;
    this.#seal(descriptor);
    if (this.#failure !== null) return err(this.#failure);
    return ok({
      path: this.#request.relativePath,
      bytes: this.#fileBytes,
      totalBytes: this.#totalBytes,
      truncated: this.#gapBytes() > 0,
      sha256: this.#digest.digest('hex'),
    });
  }

  tail(maxBytes: number): Buffer {
    const size = Math.min(maxBytes, MAX_TAIL_BYTES);
    const open = this.#descriptor === null ? Buffer.alloc(0) : this.#request.filter.peek();
    const parts = [...this.#recent.parts(), ...(this.#overflow?.parts(size) ?? []), open];
    const known = Buffer.concat(parts);
    return Buffer.from(known.subarray(Math.max(0, known.length - size)));
  }

  #keep(bytes: Buffer): void {
    if (bytes.length === 0) return;
    const room = this.#limits.headBytes - this.#fileBytes;
    const head = this.#overflow === null ? bytes.subarray(0, Math.max(0, room)) : bytes.subarray(0, 0);
    if (head.length > 0) {
      this.#append(head);
      this.#recent.push(head);
    }
    if (head.length === bytes.length) return;
    this.#overflow ??= new TailBuffer(this.#limits.tailBytes);
    this.#overflow.push(bytes.subarray(head.length));
    this.#overflowBytes += bytes.length - head.length;
  }

  /** Appends to the file; after the first failure only counts, so that the stage itself is not disturbed. */
  #append(bytes: Buffer): void {
    this.#fileBytes += bytes.length;
    this.#endsLine = bytes.at(-1) === LF;
    if (this.#failure !== null || this.#descriptor === null) return;
    try {
      writeFully(this.#descriptor, bytes);
      this.#digest.update(bytes);
    } catch (error) {
      this.#fail(error);
    }
  }

  #fail(error: unknown): void {
    const message = `cannot write the log: ${describeErrno(error)}`;
    this.#failure ??= storageFailure(message, { where: this.#request.file });
  }

  #gapBytes(): number {
    return this.#overflowBytes - (this.#overflow?.length ?? 0);
  }

  #writeOverflow(): void {
    if (this.#overflow === null) return;
    const gap = this.#gapBytes();
    if (gap > 0) this.#append(Buffer.from(`${this.#endsLine ? '' : '\n'}${describeGap(gap)}`));
    for (const part of this.#overflow.parts()) if (part.length > 0) this.#append(part);
  }

  /** Makes the log last and looks whether it still is the file that was written. An empty one has nothing to lose. */
  #seal(descriptor: number): void {
    try {
      const { size, nlink } = fstatSync(descriptor);
      if (this.#failure === null && (size !== this.#fileBytes || nlink === 0)) {
        this.#request.onTampered(this.#request.relativePath);
      }
      if (this.#fileBytes > 0) fsyncSync(descriptor);
    } catch (error) {
      this.#fail(error);
    }
    try {
      closeSync(descriptor);
    } catch (error) {
      this.#fail(error);
    }
  }
}
