/** The last bytes of a stream, in a ring of fixed size. */
export class TailBuffer {
  readonly #ring: Buffer;
  /** Where the next byte goes. */
  #next = 0;
  #length = 0;

  constructor(capacityBytes: number) {
    this.#ring = Buffer.allocUnsafe(capacityBytes);
  }

  /** Bytes held. */
  get length(): number {
    return this.#length;
  }

  /** Takes a copy of the bytes; the oldest give way. */
  push(bytes: Buffer): void {
    const ring = this.#ring;
    const kept = bytes.length > ring.length ? bytes.subarray(bytes.length - ring.length) : bytes;
    const first = Math.min(kept.length, ring.length - this.#next);
    kept.copy(ring, this.#next, 0, first);
    kept.copy(ring, 0, first);
    this.#next = (this.#next + kept.length) % ring.length;
    this.#length = Math.min(ring.length, this.#length + kept.length);
  }

  /** A copy of the last bytes, at most `maxBytes`. */
  last(maxBytes: number): Buffer {
    return Buffer.concat(this.parts(maxBytes));
  }

  /** The same as views of the ring, in order; valid until the next push. */
  parts(maxBytes = this.#length): Buffer[] {
    const size = Math.min(maxBytes, this.#length);
    const start = this.#next - size;
    if (start >= 0) return [this.#ring.subarray(start, this.#next)];
    return [this.#ring.subarray(this.#ring.length + start), this.#ring.subarray(0, this.#next)];
  }
}
