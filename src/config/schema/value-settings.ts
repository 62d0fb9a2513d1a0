import { RUNS_VARIABLE } from '../../host/process-marker.ts';
import { parseByteSize } from '../../kernel/byte-size.ts';
import { parseDuration } from '../../kernel/duration.ts';
import { parseTaskId } from '../../kernel/ids.ts';
import { checkGlob, checkGlobList } from '../glob.ts';
import { list, record, reportType, type Setting } from './setting.ts';

/** Node's timers hold at most 2^31-1 ms, 24.8 days; a stage that runs for a week is stuck. */
const MAX_DURATION_MS = 7 * 86_400_000;

/** A command line goes to the shell as one argument; Linux takes at most 128 KiB for one. */
const MAX_COMMAND_CHARS = 65_536;

const MAX_GLOBS = 500;

/** A setting that stands once in the JSON Schema and is referred to by name. */
export function named<T>(name: string, setting: Setting<T>): Setting<T> {
  return {
    read: setting.read,
    schema(names) {
      if (!names.has(name)) {
        names.set(name, {});
        names.set(name, setting.schema(names));
      }
      return { $ref: `#/$defs/${name}` };
    },
  };
}

/** The setting, or nothing (`null`). */
export function nullable<T>(setting: Setting<T>): Setting<T | null> {
  return {
    read: (value, path, reporter) => (value === null ? null : setting.read(value, path, reporter)),
    schema: (names) => ({ anyOf: [setting.schema(names), { type: 'null' }] }),
  };
}

interface TextRules {
  readonly maxChars: number;
  /** What is wrong with a text, as the end of a sentence that starts with the key; null: nothing. */
  readonly check?: (text: string) => string | null;
  readonly pattern?: { readonly regex: RegExp; readonly rule: string };
}

export function text({ maxChars, check, pattern }: TextRules): Setting<string> {
  const wrong = (value: string): string | null => {
    if (value === '') return 'must not be empty';
    if (value.length > maxChars) return `must be no longer than ${maxChars} characters`;
    if (pattern !== undefined && !pattern.regex.test(value)) return pattern.rule;
    return check?.(value) ?? null;
  };
  return {
    read(value, path, reporter) {
      if (typeof value !== 'string') return reportType(reporter, path, value, 'must be a text', 'text');
      const message = wrong(value);
      if (message === null) return value;
      reporter.report(path, message);
      return undefined;
    },
    schema: () => ({
      type: 'string',
      minLength: 1,
      maxLength: maxChars,
      ...(pattern === undefined ? {} : { pattern: pattern.regex.source }),
    }),
  };
}

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

/** One of several words or numbers; `refusals` explain values that people may expect to work. */
export function choice<const T extends string | number>(
  values: readonly T[],
  refusals: Readonly<Record<string, string>> = {},
): Setting<T> {
  const [first] = values;
  const names = values.join(', ');
  const rule = values.length === 1 ? `must be ${names}` : `must be one of ${names}`;
  return {
    read(value, path, reporter) {
      const found = values.find((known) => known === value);
      if (found !== undefined) return found;
      const why = typeof value === 'string' && Object.hasOwn(refusals, value) ? refusals[value] : undefined;
      if (why === undefined)
        return reportType(reporter, path, value, rule, typeof first === 'string' ? 'text' : 'other');
      reporter.report(path, `${rule}: ${why}`);
      return undefined;
    },
    schema: () => (values.length === 1 ? { const: first } : { enum: values }),
  };
}

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

/** Ids of stages, pipelines and reviewers. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

export const id: Setting<string> = named(
  'id',
  text({
    maxChars: 64,
    pattern: { regex: ID_PATTERN, rule: 'must be 1 to 64 of a-z 0-9 . _ - and start with a letter or digit' },
  }),
);

function checkCommand(value: string): string | null {
  return value.trim() === '' ? 'must not be blank' : null;
}

/** A command line for the shell. */
export const command = text({ maxChars: MAX_COMMAND_CHARS, check: checkCommand });

const CONTROL = /[\u0000-\u001f\u007f]/;

/** One line that people read. */
export const title = text({
  maxChars: 100,
  check: (value) =>
    CONTROL.test(value) ? 'must be one line without control characters' : checkCommand(value),
});

const globList = list(text({ maxChars: 4_096, check: checkGlob }), { maxItems: MAX_GLOBS });

export const globs: Setting<readonly string[]> = named('globs', {
  read(value, path, reporter) {
    const read = globList.read(value, path, reporter);
    const message = read === undefined ? null : checkGlobList(read);
    if (message === null) return read;
    reporter.report(path, message);
    return undefined;
  },
  schema: globList.schema,
});

function checkRelativePath(value: string): string | null {
  if (CONTROL.test(value)) return 'must not hold control characters';
  if (/^(?:[/\\]|[A-Za-z]:)/.test(value)) return 'must be a relative path';
  return value.split(/[/\\]/).includes('..') ? 'must not lead out of its folder (..)' : null;
}

/** A file or folder below another. */
export const relativePath = text({ maxChars: 1_024, check: checkRelativePath });

const VARIABLE = { regex: /^[A-Za-z_][A-Za-z0-9_]{0,127}$/, rule: 'is not a name for a variable' };

export const variable = text({ maxChars: 128, pattern: VARIABLE });

const settableVariable = text({
  maxChars: 128,
  pattern: VARIABLE,
  check: (value) => (value === RUNS_VARIABLE ? 'belongs to the gate and cannot be set' : null),
});

const MAX_VALUE_CHARS = 32_768;

const variableValue: Setting<string> = {
  read(value, path, reporter) {
    if (typeof value !== 'string') return reportType(reporter, path, value, 'must be a text', 'text');
    if (value.length <= MAX_VALUE_CHARS) return value;
    reporter.report(path, `must be no longer than ${MAX_VALUE_CHARS} characters`);
    return undefined;
  },
  schema: () => ({ type: 'string', maxLength: MAX_VALUE_CHARS }),
};

/** Variables for a command. */
export const environment = named(
  'environment',
  record(settableVariable, variableValue, { maxKeys: 500, what: 'variables' }),
);

const TASK_RULE = 'must be 1 to 128 of A-Z a-z 0-9 . _ - and not start or end with a dot';

export const taskId = text({
  maxChars: 128,
  check: (value) => (parseTaskId(value, 'task').ok ? null : TASK_RULE),
});

/** A commit by a name that git takes; whether it exists is seen when it is read. */
export const reference = text({
  maxChars: 255,
  check: (value) => {
    if (value.startsWith('-')) return 'must not start with -';
    return /\s|[\u0000-\u001f\u007f]|\.\./.test(value) ? 'must be auto or the name of one commit' : null;
  },
});

function checkUrl(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null) return 'must be a URL such as https://models.example.com/v1';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)
    ? null
    : 'must start with https://';
}

export const url = text({ maxChars: 2_048, check: checkUrl });

/** Name of a model. */
export const model = text({
  maxChars: 200,
  pattern: { regex: /^[\w./:@-]+$/, rule: 'must be the name of a model' },
});

const REGULAR_EXPRESSION = /^\/(.+)\/([a-z]*)$/s;

function checkRedaction(value: string): string | null {
  const match = REGULAR_EXPRESSION.exec(value);
  if (match === null) return null;
  try {
    return new RegExp(match[1] ?? '', match[2] ?? '').source === '' ? 'is empty' : null;
  } catch (error) {
    return `is taken as a regular expression and is none: ${String(error).replace(/^SyntaxError: /, '')}`;
  }
}

/** Literals, or regular expressions written `/…/flags`. */
export const redactions = list(text({ maxChars: 4_096, check: checkRedaction }), { maxItems: 200 });
