import { type Span, uniteSpans } from './pattern-set.ts';
import { MAX_MASK_CHARS, type SecretStore } from './secret-store.ts';

/** What stands where something was hidden. */
export const REPLACEMENT = '***';
const REPLACEMENT_BYTES = Buffer.from(REPLACEMENT);

const EMPTY = Buffer.alloc(0);
const LF = 0x0a;
const CR = 0x0d;

/** The two spellings by which a step of a workflow asks to mask a value. */
const MASK_MARKERS = [Buffer.from('::add-mask::'), Buffer.from('##[add-mask]')] as const;

/** Bytes in, bytes out with the secrets replaced, whatever the cuts between the chunks. */
export interface ByteFilter {
  /** Takes a chunk, gives what is safe to pass on: it may share memory with the chunk. */
  push(chunk: Buffer): Buffer;
  /** What was still held back. */
  end(): Buffer;
  /** What {@link end} would give now; nothing changes. */
  peek(): Buffer;
}

/** The value of `::add-mask::`, with the escapes of workflow commands undone. */
function unescapeCommand(data: Buffer): string {
  return data
    .toString('utf8')
    .replaceAll(/%0D/gi, '\r')
    .replaceAll(/%0A/gi, '\n')
    .replaceAll('%25', '%')
    .trim();
}

function endOfLine(data: Buffer, from: number): number {
  const lf = data.indexOf(LF, from);
  const end = lf === -1 ? data.length : lf;
  const cr = data.subarray(from, end).indexOf(CR);
  if (cr !== -1) return from + cr;
  return lf;
}

/** Where a marker may begin in the last bytes without being whole yet; the length when nowhere. */
function openMarkerFrom(data: Buffer): number {
  let open = data.length;
  for (const marker of MASK_MARKERS) {
    for (let length = Math.min(marker.length - 1, data.length); length > 0; length -= 1) {
      if (marker.compare(data, data.length - length, data.length, 0, length) === 0) {
        open = Math.min(open, data.length - length);
        break;
      }
    }
  }
  return open;
}

interface MaskLines {
  /** Values of complete lines, to be hidden altogether. */
  readonly spans: readonly Span[];
  readonly values: readonly string[];
  /** Start of a line that is not complete yet. */
  readonly openFrom: number;
}

/** Finds lines that ask for a mask. At the end of the output, or when too long, an unfinished line counts. */
function findMaskLines(data: Buffer, ending: boolean): MaskLines {
  const spans: Span[] = [];
  const values: string[] = [];
  let openFrom = ending ? data.length : openMarkerFrom(data);
  for (const marker of MASK_MARKERS) {
    for (let at = data.indexOf(marker); at !== -1; ) {
      const start = at + marker.length;
      const found = endOfLine(data, start);
      if (found === -1 && !ending && data.length - start <= MAX_MASK_CHARS) {
        openFrom = Math.min(openFrom, at);
        break;
      }
      const end = found === -1 ? data.length : found;
      if (end > start) {
        spans.push({ start, end });
        values.push(unescapeCommand(data.subarray(start, end)));
      }
      at = data.indexOf(marker, end);
    }
  }
  return { spans, values, openFrom };
}

/**
 * Replaces secrets in a stream. Holds back only bytes that could go on as a secret, as a marker or as
 * the line of one; everything else passes at once, without a copy when there is nothing to hide.
 */
export function createSecretFilter(store: SecretStore): ByteFilter {
  let held = EMPTY;
  /** Bytes at the start of `held` for which a replacement was passed on already. */
  let covered = 0;

  function filter(data: Buffer, ending: boolean, registers: boolean) {
    const masks = findMaskLines(data, ending);
    if (registers) for (const value of masks.values) store.addMask(value);
    const spans = uniteSpans([
      ...(covered > 0 ? [{ start: 0, end: covered }] : []),
      ...masks.spans,
      ...store.patterns.findAll(data),
    ]);
    const hold = ending ? data.length : Math.min(masks.openFrom, store.patterns.openFrom(data));
    return { ...cover(data, spans, hold, covered > 0), hold };
  }

  return {
    push(chunk) {
      const data = held.length === 0 ? chunk : Buffer.concat([held, chunk]);
      const { bytes, reached, hold } = filter(data, false, true);
      covered = Math.max(0, reached - hold);
      held = hold === data.length ? EMPTY : Buffer.from(data.subarray(hold));
      return bytes;
    },
    end() {
      const { bytes } = filter(held, true, true);
      held = EMPTY;
      covered = 0;
      return bytes;
    },
    peek: () => filter(held, true, false).bytes,
  };
}

/** The data up to `hold` with its spans replaced; `reached` is where the last span that began before ends. */
function cover(
  data: Buffer,
  spans: readonly Span[],
  hold: number,
  firstIsCovered: boolean,
): { readonly bytes: Buffer; readonly reached: number } {
  if (spans.length === 0) return { bytes: hold === data.length ? data : data.subarray(0, hold), reached: 0 };
  const parts: Buffer[] = [];
  let reached = 0;
  for (const [index, span] of spans.entries()) {
    if (span.start >= hold && !(index === 0 && firstIsCovered)) break;
    parts.push(data.subarray(reached, span.start));
    if (index > 0 || !firstIsCovered) parts.push(REPLACEMENT_BYTES);
    reached = span.end;
  }
  if (reached < hold) parts.push(data.subarray(reached, hold));
  return { bytes: Buffer.concat(parts), reached };
}
