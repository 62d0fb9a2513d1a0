import { quote } from './config-problem.ts';

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

/** `must be a list, not the text "a"`: what is said of a value that is not what it must be. */
export function describeMismatch(rule: string, value: unknown): string {
  return `${rule}, not ${describeValue(value)}`;
}
