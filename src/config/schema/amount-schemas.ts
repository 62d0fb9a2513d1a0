import * as z from 'zod/mini';
import { parseByteSize } from '../../kernel/byte-size.ts';
import { parseDuration } from '../../kernel/duration.ts';
import { describeMismatch } from '../config-value.ts';
import { lazily, named } from './schema-parts.ts';

/** Node's timers hold at most 2^31-1 ms, 24.8 days; a stage that runs for a week is stuck. */
const MAX_DURATION_MS = 7 * 86_400_000;

type Issue = z.core.$ZodRawIssue;

/** Says of any value that is wrong what it must be. */
function notA(rule: string) {
  return ({ input }: Issue) => describeMismatch(rule, input);
}

/** Converts a value that has the right form; null means that it is out of all bounds. */
function convert<T>(parse: (value: T) => number | null, rule: string) {
  return z.transform((value: T, { issues }) => {
    const converted = parse(value);
    if (converted !== null) return converted;
    issues.push({ code: 'custom', message: describeMismatch(rule, value), input: value });
    return z.NEVER;
  });
}

export const flag = lazily(() => z.boolean());

function describeWhole(issue: Issue): string | undefined {
  const isWhole = Number.isSafeInteger(issue.input);
  return isWhole ? undefined : describeMismatch('must be a whole number', issue.input);
}

/** A whole number. */
export function count(minimum: number, maximum: number) {
  const whole = z.int({ abort: true, error: describeWhole });
  return whole.check(z.minimum(minimum), z.maximum(maximum));
}

/** A number from 0 to 1. */
export const fraction = lazily(() => z.number().check(z.minimum(0), z.maximum(1)));

const DURATION = /^\s*(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+\s*$/;
const DURATION_RULE = 'must be a duration such as 90s, 10m or 1h30m';

const durationText = lazily(() =>
  named(
    'duration',
    z.string({ error: notA(DURATION_RULE) }).check(z.regex(DURATION, { error: notA(DURATION_RULE) })),
  ),
);

/** `10m`, `1h30m` as kernel/duration.ts takes them: to milliseconds. */
function durationFrom(minimumMs: number) {
  const error = `must be between ${minimumMs === 0 ? '0s' : '1ms'} and 7d`;
  return z
    .pipe(durationText(), convert(parseDuration, DURATION_RULE))
    .check(z.minimum(minimumMs, { error }), z.maximum(MAX_DURATION_MS, { error }));
}

/** A time limit. */
export const duration = lazily(() => durationFrom(1));

/** A time that may be zero. */
export const pause = lazily(() => durationFrom(0));

const SIZE = /^\s*\d+(?:\.\d+)?\s*(?:[kKmMgG][iI]?[bB]|[bB])\s*$/;
const SIZE_RULE = 'must be a size such as 512KiB or 2MB, or whole bytes';

/** `512KiB` as kernel/byte-size.ts takes it, or a number of bytes: to bytes. */
export const byteSize = lazily(() => {
  const abort = true;
  const bytes = z.int({ abort }).check(z.minimum(0, { abort }));
  const written = z.string().check(z.regex(SIZE, { abort }));
  const toBytes = (size: string | number) => (typeof size === 'string' ? parseByteSize(size) : size);
  return z.pipe(z.union([bytes, written], { error: notA(SIZE_RULE) }), convert(toBytes, SIZE_RULE));
});

const NO_LIMIT = ['unlimited', 'unbounded', 'infinite', 'infinity'];
const MAX_LIMIT = 1_000_000;

/** A number of something, null for no limit: 0 and the words for it. */
export const limit = lazily(() => {
  const abort = true;
  const number = z.int({ abort }).check(z.minimum(0, { abort }), z.maximum(MAX_LIMIT, { abort }));
  const isWord = z.refine<string>((word) => NO_LIMIT.includes(word), { abort });
  const word = z.string().check(z.trim(), z.toLowerCase(), isWord);
  z.globalRegistry.add(word, { enum: NO_LIMIT });
  const rule = `must be a whole number up to ${MAX_LIMIT} (0: no limit) or one of ${NO_LIMIT.join(', ')}`;
  return z.pipe(
    z.union([number, word], { error: notA(rule) }),
    z.transform((given) => (given === 0 || typeof given === 'string' ? null : given)),
  );
});
