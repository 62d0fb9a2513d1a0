import * as z from 'zod/mini';

type Schema = z.core.$ZodType;

/** Makes something at its first use: a file needs few of the schemas, and a large one takes a millisecond to make. */
export function lazily<T extends object>(make: () => T): () => T {
  let made: T | null = null;
  return () => {
    made ??= make();
    return made;
  };
}

/** A key that may be missing; the description is for editors. */
export function optional<S extends Schema>(schema: S, description: string) {
  const field = z.optional(schema);
  z.globalRegistry.add(field, { description });
  return field;
}

/** A key that must be there; the description is for editors. */
export function needed<S extends z.ZodMiniType>(schema: S, description: string): S {
  return schema.check(z.describe(description));
}

/** A schema that stands once in the JSON Schema and is referred to by name there. */
export function named<S extends Schema>(id: string, schema: S): S {
  z.globalRegistry.add(schema, { id });
  return schema;
}

/** A mapping with exactly these keys. What zod says of an unknown key is which ones are known: see issue-report.ts. */
export function mapping<S extends z.core.$ZodShape>(shape: S) {
  return z.strictObject(shape, {
    error: ({ code }) => (code === 'unrecognized_keys' ? Object.keys(shape).join(', ') : undefined),
  });
}

/** A mapping from names of a kind to values of a kind. */
export function namedValues<S extends Schema>(
  name: z.core.$ZodRecordKey,
  value: S,
  { maxKeys, what }: { readonly maxKeys: number; readonly what: string },
) {
  const error = `must not hold more than ${maxKeys} ${what}`;
  return z.record(name, value).check(z.refine((values) => Object.keys(values).length <= maxKeys, { error }));
}

/** A list of values of a kind. */
export function list<S extends Schema>(
  item: S,
  { minItems = 0, maxItems }: { readonly minItems?: number; readonly maxItems: number },
) {
  const most = z.maxLength(maxItems);
  return z.array(item).check(...(minItems === 0 ? [most] : [z.minLength(minItems), most]));
}

/** Reports what a check says is wrong with a value, as the end of a sentence that starts with the key; null: nothing. */
export function refusing<T>(check: (value: T) => string | null): z.core.CheckFn<T> {
  return ({ value, issues }) => {
    const message = check(value);
    if (message !== null) issues.push({ code: 'custom', message, input: value });
  };
}

interface TextRules {
  readonly maxChars: number;
  readonly pattern?: { readonly regex: RegExp; readonly rule: string };
  readonly check?: (text: string) => string | null;
}

/** A text that is not empty. Only the first rule it breaks is reported. */
export function text({ maxChars, pattern, check }: TextRules) {
  const abort = true;
  const checks: (z.core.$ZodCheck<string> | z.core.CheckFn<string>)[] = [
    z.minLength(1, { abort }),
    z.maxLength(maxChars, { abort }),
  ];
  if (pattern !== undefined) checks.push(z.regex(pattern.regex, { abort, error: pattern.rule }));
  if (check !== undefined) checks.push(refusing(check));
  return z.string().check(...checks);
}
