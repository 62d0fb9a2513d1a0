import { parseByteSize } from '../../kernel/byte-size.ts';
import { parseDuration } from '../../kernel/duration.ts';
import { reportType, type Setting } from './setting.ts';
import { named } from './text-setting.ts';

/** Node's timers hold at most 2^31-1 ms, 24.8 days; a stage that runs for a week is stuck. */
const MAX_DURATION_MS = 7 * 86_400_000;

export const flag: Setting<boolean> = {
  read(value, path, reporter) {
    if (typeof value === 'boolean') return value;
    return reportType(reporter, path, value, 'must be true or false', 'other');
  },
  schema: () => ({ type: 'boolean' }),
};

interface Range {
  readonly minimum: number;
  readonly maximum: number;
}

function numeric(type: 'integer' | 'number', { minimum, maximum }: Range): Setting<number> {
  const rule = type === 'integer' ? 'must be a whole number' : 'must be a number';
  return {
    read(value, path, reporter) {
      const isRight = type === 'integer' ? Number.isSafeInteger(value) : Number.isFinite(value);
      if (typeof value !== 'number' || !isRight) return reportType(reporter, path, value, rule, 'other');
      if (value >= minimum && value <= maximum) return value;
      reporter.report(
        path,
        `must be ${value < minimum ? 'at least' : 'at most'} ${value < minimum ? minimum : maximum}`,
      );
      return undefined;
    },
    schema: () => ({ type, minimum, maximum }),
  };
}

/** A whole number. */
export function count(minimum: number, maximum: number): Setting<number> {
  return numeric('integer', { minimum, maximum });
}

/** A number from 0 to 1. */
export const fraction: Setting<number> = numeric('number', { minimum: 0, maximum: 1 });

const DURATION = /^\s*(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+\s*$/;
const DURATION_RULE = 'must be a duration such as 90s, 10m or 1h30m';

/** `10m`, `1h30m` as kernel/duration.ts takes them: to milliseconds. */
function durationFrom(minimumMs: number): Setting<number> {
  return {
    read(value, path, reporter) {
      const durationMs = typeof value === 'string' ? parseDuration(value) : null;
      if (durationMs === null) return reportType(reporter, path, value, DURATION_RULE, 'other');
      if (durationMs >= minimumMs && durationMs <= MAX_DURATION_MS) return durationMs;
      reporter.report(path, `must be between ${minimumMs === 0 ? '0s' : '1ms'} and 7d`);
      return undefined;
    },
    schema: () => ({ type: 'string', pattern: DURATION.source }),
  };
}

/** A time limit. */
export const duration = named('duration', durationFrom(1));

/** A time that may be zero. */
export const pause = named('duration', durationFrom(0));

const SIZE = /^\s*\d+(?:\.\d+)?\s*(?:[kKmMgG][iI]?[bB]|[bB])\s*$/;

/** `512KiB` as kernel/byte-size.ts takes it, or a number of bytes: to bytes. */
export const byteSize: Setting<number> = {
  read(value, path, reporter) {
    const bytes = typeof value === 'string' ? parseByteSize(value) : value;
    if (typeof bytes === 'number' && Number.isSafeInteger(bytes) && bytes >= 0) return bytes;
    return reportType(reporter, path, value, 'must be a size such as 512KiB or 2MB, or whole bytes', 'other');
  },
  schema: () => ({
    anyOf: [
      { type: 'integer', minimum: 0 },
      { type: 'string', pattern: SIZE.source },
    ],
  }),
};

const NO_LIMIT = ['unlimited', 'unbounded', 'infinite', 'infinity'];

/** A number of something, null for no limit: 0 and the words for it. */
export const limit: Setting<number | null> = {
  read(value, path, reporter) {
    if (typeof value === 'string' && NO_LIMIT.includes(value.trim().toLowerCase())) return null;
    const isNumber =
      typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= 1_000_000;
    if (isNumber) return value === 0 ? null : value;
    const rule = `must be a whole number up to 1000000 (0: no limit) or one of ${NO_LIMIT.join(', ')}`;
    return reportType(reporter, path, value, rule, 'other');
  },
  schema: () => ({ anyOf: [{ type: 'integer', minimum: 0, maximum: 1_000_000 }, { enum: NO_LIMIT }] }),
};
