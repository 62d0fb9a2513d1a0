import { suggestName } from '../../kernel/nearest.ts';
import { type KeyPath, type Mend, quote } from '../config-problem.ts';

/** Takes what is wrong with a part of the configuration; the message goes on after the path: `must be a list`. */
export interface Reporter {
  report(path: KeyPath, message: string, mend?: Mend): void;
}

/** A JSON Schema, draft 2020-12. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that are referred to by name. */
export type SchemaNames = Map<string, JsonSchema>;

/** A kind of value in the configuration: how it is checked and converted, and how editors are told about it. */
export interface Setting<T> {
  /** The value in its final form; undefined when it is wrong, which was reported. */
  read(value: unknown, path: KeyPath, reporter: Reporter): T | undefined;
  schema(names: SchemaNames): JsonSchema;
}

/** A key of a mapping. `T` includes undefined when the key may be missing. */
export interface Field<T> {
  readonly setting: Setting<T>;
  readonly isNeeded: boolean;
  readonly description: string | null;
}

export type Fields = Readonly<Record<string, Field<unknown>>>;

/** What a mapping with these fields is read to. */
export type Output<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

/** A mapping with a fixed set of keys. */
export interface MappingSetting<F extends Fields> extends Setting<Output<F>> {
  readonly fields: F;
}

/** Whether a value is a mapping. */
export function isMapping(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** A value in words: `the text "10"`, `a list`, `empty`. */
export function describeValue(value: unknown): string {
  if (value === null) return 'empty';
  if (typeof value === 'string') return `the text ${quote(value)}`;
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'a mapping' : String(value);
}

/** How a value of the wrong type is written right; null where that is not plain. */
function mendType(expected: string, value: unknown): string | null {
  if (value === null) return 'give it a value or remove the key';
  const isScalar = typeof value === 'number' || typeof value === 'boolean';
  if (expected === 'text' && isScalar) return `write "${String(value)}" in quotes`;
  if (typeof value !== 'string') return null;
  if (expected === 'list') return `write [${quote(value)}]`;
  return /^(?:\d{1,15}|true|false)$/.test(value) ? `write ${value} without quotes` : null;
}

/** Reports a value that is not what it must be. `rule` ends the sentence that starts with the key. */
export function reportType(
  reporter: Reporter,
  path: KeyPath,
  value: unknown,
  rule: string,
  expected: 'text' | 'list' | 'mapping' | 'other',
): undefined {
  reporter.report(path, `${rule}, not ${describeValue(value)}`, mendType(expected, value));
}

/** A key that may be missing. */
export function optional<T>(setting: Setting<T>, description: string): Field<T | undefined> {
  return { setting, isNeeded: false, description };
}

/** A key that must be there. */
export function needed<T>(setting: Setting<T>, description: string | null): Field<T> {
  return { setting, isNeeded: true, description };
}

/** Whether all fields were read. Each value then has the type of its field, as its setting made it. */
function isComplete<F extends Fields>(
  values: Readonly<Record<string, unknown>>,
  fields: F,
): values is Output<F> {
  return Object.entries(fields).every(([key, { isNeeded }]) => !isNeeded || values[key] !== undefined);
}

/** `add version: 1` where only one value will do, else `add run:`. */
function mendMissing(key: string, setting: Setting<unknown>): string {
  const only = setting.schema(new Map())['const'];
  return only === undefined ? `add ${key}:` : `add ${key}: ${String(only)}`;
}

function readFields<F extends Fields>(
  fields: F,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
  reporter: Reporter,
): Output<F> | undefined {
  const values: Record<string, unknown> = {};
  let isWrong = false;
  for (const key of Object.keys(value)) {
    const field = Object.hasOwn(fields, key) ? fields[key] : undefined;
    if (field === undefined) {
      reporter.report([...path, key], 'is not a known key', () => suggestName(key, Object.keys(fields)));
    } else {
      values[key] = field.setting.read(value[key], [...path, key], reporter);
    }
    isWrong ||= values[key] === undefined;
  }
  for (const [key, { isNeeded, setting }] of Object.entries(fields)) {
    if (isNeeded && !Object.hasOwn(value, key)) {
      reporter.report([...path, key], 'is missing', () => mendMissing(key, setting));
    }
  }
  return !isWrong && isComplete(values, fields) ? values : undefined;
}

function describeFields(fields: Fields, names: SchemaNames): JsonSchema {
  const properties = Object.entries(fields).map(([key, { setting, description }]) => {
    const schema = setting.schema(names);
    return [key, description === null ? schema : { description, ...schema }] as const;
  });
  const required = Object.keys(fields).filter((key) => fields[key]?.isNeeded);
  return {
    type: 'object',
    properties: Object.fromEntries(properties),
    ...(required.length === 0 ? {} : { required }),
    additionalProperties: false,
  };
}

/** A mapping with exactly these keys. */
export function mapping<F extends Fields>(fields: F): MappingSetting<F> {
  return {
    fields,
    read(value, path, reporter) {
      if (isMapping(value)) return readFields(fields, value, path, reporter);
      return reportType(reporter, path, value, 'must be a mapping', 'mapping');
    },
    schema: (names) => describeFields(fields, names),
  };
}

/** A mapping from names of a kind to values of a kind. */
export function record<T>(
  key: Setting<string>,
  item: Setting<T>,
  { maxKeys, what }: { readonly maxKeys: number; readonly what: string },
): Setting<Readonly<Record<string, T>>> {
  return {
    read(value, path, reporter) {
      if (!isMapping(value)) return reportType(reporter, path, value, 'must be a mapping', 'mapping');
      const entries = Object.entries(value);
      if (entries.length > maxKeys) {
        reporter.report(path, `must not hold more than ${maxKeys} ${what}`);
        return undefined;
      }
      const read = entries.map(([name, given]) => {
        const place = [...path, name];
        const isName = key.read(name, place, reporter) !== undefined;
        return [name, isName ? item.read(given, place, reporter) : undefined] as const;
      });
      const right = read.flatMap(([name, made]) => (made === undefined ? [] : [[name, made] as const]));
      return right.length === read.length ? Object.fromEntries(right) : undefined;
    },
    schema: (names) => ({
      type: 'object',
      propertyNames: key.schema(names),
      additionalProperties: item.schema(names),
    }),
  };
}

/** A list of values of a kind. */
export function list<T>(
  item: Setting<T>,
  { minItems = 0, maxItems }: { readonly minItems?: number; readonly maxItems: number },
): Setting<readonly T[]> {
  return {
    read(value, path, reporter) {
      if (!Array.isArray(value)) return reportType(reporter, path, value, 'must be a list', 'list');
      const given: readonly unknown[] = value;
      if (given.length < minItems || given.length > maxItems) {
        const isEmpty = given.length === 0;
        reporter.report(
          path,
          isEmpty ? 'must not be an empty list' : `must hold ${maxItems} entries at most`,
        );
        return undefined;
      }
      const read = given.map((entry, index) => item.read(entry, [...path, index], reporter));
      const right = read.filter((made) => made !== undefined);
      return right.length === read.length ? right : undefined;
    },
    schema: (names) => ({
      type: 'array',
      items: item.schema(names),
      ...(minItems === 0 ? {} : { minItems }),
      maxItems,
    }),
  };
}

/** A word of several, or a mapping. `what` names the thing: `reviewer`. */
export function wordOr<const W extends string, T>(
  words: readonly W[],
  other: Setting<T>,
  what: string,
): Setting<W | T> {
  return {
    read(value, path, reporter) {
      if (typeof value === 'string') {
        const word = words.find((known) => known === value);
        if (word === undefined) {
          reporter.report(path, `is no known ${what}: ${quote(value)}`, () => suggestName(value, words));
        }
        return word;
      }
      if (isMapping(value)) return other.read(value, path, reporter);
      return reportType(reporter, path, value, `must be one of ${words.join(', ')}, or a mapping`, 'other');
    },
    schema: (names) => ({ anyOf: [{ enum: words }, other.schema(names)] }),
  };
}

/** A mapping of one of several kinds, told apart by its key `kind`. */
export function byKind<T>(kinds: Readonly<Record<string, Setting<T>>>): Setting<T> {
  return {
    read(value, path, reporter) {
      const kind = isMapping(value) ? value['kind'] : undefined;
      const setting = typeof kind === 'string' && Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
      if (setting !== undefined) return setting.read(value, path, reporter);
      const known = Object.keys(kinds);
      const mend = typeof kind === 'string' ? () => suggestName(kind, known) : null;
      reporter.report([...path, 'kind'], `must be one of ${known.join(', ')}`, mend);
      return undefined;
    },
    schema: (names) => ({ anyOf: Object.values(kinds).map((setting) => setting.schema(names)) }),
  };
}
