import type { OutputSink } from './output-sink.ts';

const LF = 0x0a;

/** What a log hands over for looking at the end of an attempt, bytes. */
const TAIL_BYTES = 65_536;

function markerOf(attempt: number): string {
  return `--- attempt ${attempt} ---\n`;
}

/** The log of a stage that may be tried several times: attempts are told apart by a line, nothing else is added. */
export class AttemptLog {
  readonly #sink: OutputSink;
  #attempt = 0;
  #endsLine = true;
  outputBytes = 0;

  constructor(sink: OutputSink) {
    this.#sink = sink;
  }

  beginAttempt(): number {
    this.#attempt += 1;
    if (this.#attempt > 1) {
      this.#sink.write(Buffer.from(`${this.#endsLine ? '' : '\n'}${markerOf(this.#attempt)}`));
      this.#endsLine = true;
    }
    return this.#attempt;
  }

  /** Takes raw output; the chunk is not kept. */
  write(chunk: Buffer): void {
    this.outputBytes += chunk.length;
    if (chunk.length > 0) this.#endsLine = chunk.at(-1) === LF;
    this.#sink.write(chunk);
  }

  /** The last 64 KiB of the present attempt: what an earlier one printed is not its doing. */
  tail(): string {
    const text = this.#sink.tail(TAIL_BYTES).toString('utf8');
    if (this.#attempt === 1) return text;
    const marker = markerOf(this.#attempt);
    const at = text.lastIndexOf(marker);
    return at === -1 ? text : text.slice(at + marker.length);
  }
}
