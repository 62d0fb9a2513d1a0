import type { ConfigProblem, KeyPath, Position } from './config-problem.ts';

/** Mappings and lists inside one another. */
export const MAX_DEPTH = 32;

/** Values in all, those that aliases repeat counted each time: an alias bomb ends here. */
export const MAX_VALUES = 20_000;

/** Where a value stands (for a value of a mapping: its key) and, for a mapping or list, where its parts do. */
export interface Place {
  readonly offset: number;
  readonly parts: Map<PropertyKey, Place>;
}

/** A document as plain values (objects, arrays, texts, numbers, booleans, null), and where they stand. */
export interface ConfigDocument {
  readonly value: unknown;
  /** Where the longest part of the path that is there stands. */
  positionOf(path: KeyPath): Position;
}

/** The document, or everything that is wrong with it. */
export type DocumentReading =
  | { readonly ok: true; readonly document: ConfigDocument }
  | { readonly ok: false; readonly problems: readonly [ConfigProblem, ...ConfigProblem[]] };

/** Keys that a careless merge would write to a prototype. */
const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(['__proto__', 'constructor', 'prototype']);

/** Whether a key is refused wherever it stands. */
export function isForbiddenKey(key: string): boolean {
  return FORBIDDEN_KEYS.has(key);
}

/** A document from its values and their places. */
export function makeDocument(
  value: unknown,
  place: Place,
  lineAt: (offset: number) => number,
): ConfigDocument {
  return {
    value,
    positionOf(path) {
      let found = place;
      for (const key of path) {
        const part = found.parts.get(key);
        if (part === undefined) break;
        found = part;
      }
      return { offset: found.offset, line: lineAt(found.offset) };
    },
  };
}
