/** Tests of one run by their end; whole numbers of at least 0. */
export interface Tally {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads one runner's closing lines; the lines belong to one run, in order, without colours. */
export interface Recogniser {
  /** The runner's name, for people. */
  readonly runner: string;
  /** Null when these lines are not this runner's, or when they say no number. */
  read(lines: readonly string[]): Tally | null;
}

/** What a runner says that found nothing to run. */
export const NOTHING_RAN: Tally = { passed: 0, failed: 0, skipped: 0 };

/** Tests by a total that includes the failed and the skipped; null when the parts exceed the total. */
export function tallyOfTotal(total: number, failed: number, skipped: number): Tally | null {
  const passed = total - failed - skipped;
  return passed < 0 ? null : { passed, failed, skipped };
}

/** Adds up; null for an empty list. */
export function sumTallies(tallies: readonly Tally[]): Tally | null {
  if (tallies.length === 0) return null;
  const of = (key: keyof Tally) => tallies.reduce((sum, tally) => sum + tally[key], 0);
  return { passed: of('passed'), failed: of('failed'), skipped: of('skipped') };
}

/** The last line that matches, with its index; null when none does. */
export function findLastLine(
  lines: readonly string[],
  pattern: RegExp,
): { readonly index: number; readonly match: RegExpExecArray } | null {
  for (let index = lines.length - 1; index >= 0; index -= 1) {
    const match = pattern.exec(lines[index] ?? '');
    if (match !== null) return { index, match };
  }
  return null;
}

/** Whether any line matches. */
export function hasLine(lines: readonly string[], pattern: RegExp): boolean {
  return lines.some((line) => pattern.test(line));
}

/** A matched group as a number; 0 when the group is absent. Patterns allow 9 digits at most. */
export function countOf(match: RegExpExecArray, group: number): number {
  return Number(match[group] ?? 0);
}

/** Every line that matches a pattern with three groups, added up; `order` names the groups. Null when none does. */
export function sumMatches(
  lines: readonly string[],
  pattern: RegExp,
  order: readonly (keyof Tally)[],
): Tally | null {
  const tallies = lines.flatMap((line) => {
    const match = pattern.exec(line);
    if (match === null) return [];
    const of = (key: keyof Tally) => countOf(match, order.indexOf(key) + 1);
    return [{ passed: of('passed'), failed: of('failed'), skipped: of('skipped') }];
  });
  return sumTallies(tallies);
}

const ITEM = /^(\d{1,9}) ([a-zA-Z ]{1,40}?)(?: \([^()]{0,40}\))?$/;

/**
 * `1 failed, 2 passed` as numbers by label (singular and plural as written); null when a part has another
 * form or the same label comes twice. A remark in brackets after a part is left out.
 */
export function readCountList(text: string, separator: string): ReadonlyMap<string, number> | null {
  const counts = new Map<string, number>();
  for (const part of text.split(separator)) {
    const item = ITEM.exec(part.trim());
    const label = item?.[2];
    if (item === null || label === undefined || counts.has(label)) return null;
    counts.set(label, Number(item[1]));
  }
  return counts;
}

/** The sum of some labels of a {@link readCountList}. */
export function labelled(counts: ReadonlyMap<string, number>, ...labels: readonly string[]): number {
  return labels.reduce((sum, label) => sum + (counts.get(label) ?? 0), 0);
}
