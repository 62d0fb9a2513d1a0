import { reportType, type Setting } from './setting.ts';

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
