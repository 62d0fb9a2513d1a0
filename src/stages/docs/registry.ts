import { nearestName } from '../../kernel/nearest.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import { parseDay } from '../spec-guard/review-date.ts';

/** One document in the registry. */
export interface RegistryEntry {
  /** Relative to the root. */
  readonly path: string;
  readonly owner: string;
  /** `active`, `draft`, …; {@link EXEMPT_STATUSES} exempt from freshness. */
  readonly status: string;
  /** `YYYY-MM-DD`. */
  readonly lastReview: string;
  /** Days after which a review is due, 1 to 3650. */
  readonly cadenceDays: number;
}

/** An entry with the line of the registry where it begins. */
export interface PlacedEntry extends RegistryEntry {
  readonly line: number;
}

/** Something wrong with the registry itself. */
export interface RegistryFault {
  readonly line: number;
  /** `entry 3 ("docs/a.md"): cadence_days must be …`. */
  readonly what: string;
  readonly mend: string;
}

/** What a registry says, and what of it cannot be read. */
export interface Registry {
  readonly entries: readonly PlacedEntry[];
  readonly faults: readonly RegistryFault[];
}

/** Statuses of documents that nobody reviews any more. */
export const EXEMPT_STATUSES = ['archived', 'completed', 'superseded'] as const;

const KEYS = ['path', 'owner', 'status', 'last_review', 'cadence_days'] as const;
type Key = (typeof KEYS)[number];

const MAX_CADENCE_DAYS = 3_650;
const MAX_TEXT_CHARS = 300;

/** More faults of one registry are not told apart. */
const MAX_FAULTS = 200;

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What is wrong with the value of a key, and what would be right; null when it is right. */
function judgeValue(key: Key, value: unknown): { readonly wrong: string; readonly mend: string } | null {
  if (key === 'cadence_days') {
    const fits =
      typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= MAX_CADENCE_DAYS;
    return fits ? null : { wrong: show(value), mend: `write whole days, 1 to ${MAX_CADENCE_DAYS}` };
  }
  if (typeof value !== 'string' || value.trim() === '' || value.length > MAX_TEXT_CHARS) {
    return { wrong: show(value), mend: `write a text of 1 to ${MAX_TEXT_CHARS} characters` };
  }
  if (key === 'last_review' && parseDay(value) === null) {
    return { wrong: show(value), mend: 'write a day that exists as YYYY-MM-DD' };
  }
  if (
    key === 'path' &&
    (value.startsWith('/') || value.includes('\\') || /(?:^|\/)\.{1,2}(?:\/|$)/.test(value))
  ) {
    return { wrong: show(value), mend: 'write the path from the root, with /, without ./ and ../' };
  }
  return null;
}

function show(value: unknown): string {
  if (value === undefined) return 'missing';
  return clip(oneLine(JSON.stringify(value) ?? typeof value), 80);
}

/** After so many paths that are written in another way than expected, lines are no longer looked for. */
const MAX_MISSES = 20;

/** Finds the lines of entries by their paths, in one pass forward. */
function entryLines(text: string): (path: unknown) => number {
  let at = 0;
  let line = 1;
  let misses = 0;
  return (path) => {
    if (misses > MAX_MISSES) return 1;
    const found = typeof path === 'string' ? text.indexOf(JSON.stringify(path), at) : -1;
    if (found === -1) {
      misses += 1;
      return line;
    }
    for (let next = text.indexOf('\n', at); next !== -1 && next < found; next = text.indexOf('\n', at)) {
      line += 1;
      at = next + 1;
    }
    return line;
  };
}

function readEntry(value: unknown, index: number, line: number, faults: RegistryFault[]): PlacedEntry | null {
  const name = isRecord(value) && typeof value['path'] === 'string' ? ` (${show(value['path'])})` : '';
  const at = `entry ${index + 1}${name}`;
  if (!isRecord(value)) {
    faults.push({ line, what: `${at} is ${show(value)}`, mend: `write an object with ${KEYS.join(', ')}` });
    return null;
  }
  const before = faults.length;
  for (const key of KEYS) {
    const fault = judgeValue(key, value[key]);
    if (fault !== null) faults.push({ line, what: `${at}: ${key} is ${fault.wrong}`, mend: fault.mend });
  }
  for (const key of Object.keys(value)) {
    if (KEYS.some((known) => known === key)) continue;
    const near = nearestName(key, KEYS);
    const mend = near === null ? `the keys are ${KEYS.join(', ')}` : `did you mean "${near}"?`;
    faults.push({ line, what: `${at}: ${show(key)} is no key`, mend });
  }
  const { path, owner, status, last_review: lastReview, cadence_days: cadenceDays } = value;
  if (faults.length > before || typeof path !== 'string' || typeof owner !== 'string') return null;
  if (typeof status !== 'string' || typeof lastReview !== 'string' || typeof cadenceDays !== 'number')
    return null;
  return { path, owner, status: status.toLowerCase(), lastReview, cadenceDays, line };
}

/** Reads a registry: a list of entries, or an object whose only key `docs` is that list. Never throws. */
export function parseRegistry(text: string): Registry {
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const why = error instanceof Error ? clip(oneLine(error.message), 160) : 'it cannot be parsed';
    return { entries: [], faults: [{ line: 1, what: `is no JSON: ${why}`, mend: 'mend the syntax' }] };
  }
  const list = isRecord(value) && Object.keys(value).length === 1 ? value['docs'] : value;
  if (!Array.isArray(list)) {
    const mend = `write [{ ${KEYS.join(', ')} }, …]`;
    return { entries: [], faults: [{ line: 1, what: 'is no list of entries', mend }] };
  }
  const faults: RegistryFault[] = [];
  const lineOf = entryLines(text);
  const entries: PlacedEntry[] = [];
  for (const [index, each] of list.entries()) {
    const line = lineOf(isRecord(each) ? each['path'] : undefined);
    const entry = readEntry(each, index, line, faults);
    if (entry !== null) entries.push(entry);
  }
  return { entries, faults: faults.slice(0, MAX_FAULTS) };
}
