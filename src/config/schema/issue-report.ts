import * as z from 'zod/mini';
import { suggestName } from '../../kernel/nearest.ts';
import { type KeyPath, type Mend, quote, type Reporter } from '../config-problem.ts';
import { describeMismatch, isMapping } from '../config-value.ts';

type Issue = z.core.$ZodIssue;

const MUST_BE_TEXT = 'must be a text';

const TYPE_RULES: Readonly<Record<string, string>> = {
  string: MUST_BE_TEXT,
  number: 'must be a number',
  boolean: 'must be true or false',
  array: 'must be a list',
  object: 'must be a mapping',
  record: 'must be a mapping',
};

/** What is said of an issue whose schema does not say it, as the end of a sentence that starts with the key. */
function describeIssue(issue: z.core.$ZodRawIssue): string | undefined {
  switch (issue.code) {
    case 'invalid_type':
      return describeMismatch(TYPE_RULES[issue.expected] ?? `must be of type ${issue.expected}`, issue.input);
    case 'invalid_value': {
      const rule = issue.values.length === 1 ? 'must be' : 'must be one of';
      return describeMismatch(`${rule} ${issue.values.map(String).join(', ')}`, issue.input);
    }
    case 'too_small':
      if (issue.origin === 'string') return 'must not be empty';
      return issue.origin === 'array' ? 'must not be an empty list' : `must be at least ${issue.minimum}`;
    case 'too_big':
      if (issue.origin === 'string') return `must be no longer than ${issue.maximum} characters`;
      if (issue.origin === 'array') return `must hold ${issue.maximum} entries at most`;
      return `must be at most ${issue.maximum}`;
    default:
      return undefined;
  }
}

/** How a value of the wrong type is written right; null where that is not plain. */
function mendType(issue: Issue): Mend {
  const { code, input } = issue;
  if (input === null) return 'give it a value or remove the key';
  const isScalar = typeof input === 'number' || typeof input === 'boolean';
  const isText = code === 'invalid_type' && issue.message.startsWith(MUST_BE_TEXT);
  if (isText && isScalar) return `write "${String(input)}" in quotes`;
  if (typeof input !== 'string') return null;
  if (code === 'invalid_type' && issue.expected === 'array') return `write [${quote(input)}]`;
  return /^(?:\d{1,15}|true|false)$/.test(input) ? `write ${input} without quotes` : null;
}

/** `add version: 1` where only one value will do, else `add run:`. */
function mendMissing(issue: Issue): string {
  const add = `add ${String(issue.path.at(-1))}:`;
  return issue.code === 'invalid_value' && issue.values.length === 1
    ? `${add} ${String(issue.values[0])}`
    : add;
}

/** One thing that is wrong, its path within the value that was read. */
interface Problem {
  readonly path: KeyPath;
  readonly message: string;
  readonly mend: Mend;
}

type UnionIssue = Extract<Issue, { code: 'invalid_union' }>;

/** Whether an issue says that the value as a whole is of another kind. */
function isOtherKind({ code, path }: Issue): boolean {
  return path.length === 0 && (code === 'invalid_type' || code === 'invalid_value');
}

/** Of a mapping, what is wrong within it; of anything else, that it fits nothing. */
function explainUnion(issue: UnionIssue): readonly Problem[] {
  const { path, message, errors, discriminator, input } = issue;
  if (discriminator !== undefined) {
    const kind = isMapping(input) ? input[discriminator] : undefined;
    const known = 'options' in issue ? issue.options?.map(String) : [];
    return [{ path, message, mend: typeof kind === 'string' ? () => suggestName(kind, known ?? []) : null }];
  }
  const option = isMapping(input) ? errors.find((issues) => !issues.some(isOtherKind)) : undefined;
  if (option !== undefined) {
    return option.flatMap(explain).map((inner) => ({ ...inner, path: [...path, ...inner.path] }));
  }
  const words = errors.flat().flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : []));
  const isWord = typeof input === 'string' && words.length > 0;
  return [{ path, message, mend: isWord ? () => suggestName(input, words.map(String)) : mendType(issue) }];
}

function explain(issue: Issue): readonly Problem[] {
  const { path, message } = issue;
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: 'is not a known key',
        mend: () => suggestName(key, message.split(', ')),
      }));
    case 'invalid_key':
      return [{ path, message: issue.issues[0]?.message ?? message, mend: null }];
    case 'invalid_union':
      return explainUnion(issue);
    case 'invalid_type':
    case 'invalid_value':
      if (issue.input === undefined) return [{ path, message: 'is missing', mend: mendMissing(issue) }];
      return [{ path, message, mend: mendType(issue) }];
    default:
      return [{ path, message, mend: null }];
  }
}

/** Lets the first problem of each place through; an empty list that must be a text is not also too short a text. */
function isFirstOfPlace(): (problem: Problem) => boolean {
  const seen = new Set<string>();
  return ({ path }) => {
    const place = JSON.stringify(path);
    const isFirst = !seen.has(place);
    seen.add(place);
    return isFirst;
  };
}

/**
 * A part of a configuration in its final form by a schema; undefined when something is wrong with it, which was
 * reported. Without zod's compiled checks: compiling takes longer than one reading.
 */
export function readBySchema<S extends z.core.$ZodType>(
  schema: S,
  value: unknown,
  path: KeyPath,
  reporter: Reporter,
): z.output<S> | undefined {
  const read = z.safeParse(schema, value, { error: describeIssue, reportInput: true, jitless: true });
  if (read.success) return read.data;
  const problems = read.error.issues.flatMap(explain).filter(isFirstOfPlace());
  if (problems.length === 0) throw new Error('a part of a configuration was refused without a reason');
  for (const { path: inner, message, mend } of problems) reporter.report([...path, ...inner], message, mend);
  return undefined;
}
