import type { ReviewLine } from './review-file.ts';

/** Lines that stand in each other's place. */
export interface Hunk {
  readonly removed: readonly ReviewLine[];
  readonly added: readonly ReviewLine[];
}

/**
 * Puts the lines of a file that replace each other together: of both sides, those with the same number of unchanged
 * lines above them.
 */
export function findHunks(removed: readonly ReviewLine[], added: readonly ReviewLine[]): readonly Hunk[] {
  const hunks = new Map<number, { removed: ReviewLine[]; added: ReviewLine[] }>();
  const hunkAt = (unchangedAbove: number) => {
    const hunk = hunks.get(unchangedAbove) ?? { removed: [], added: [] };
    hunks.set(unchangedAbove, hunk);
    return hunk;
  };
  for (const [before, line] of removed.entries()) hunkAt(line.line - 1 - before).removed.push(line);
  for (const [before, line] of added.entries()) hunkAt(line.line - 1 - before).added.push(line);
  return [...hunks].sort(([a], [b]) => a - b).map(([, hunk]) => hunk);
}
