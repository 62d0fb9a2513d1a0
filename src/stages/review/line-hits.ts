import { findHunks, type Hunk } from './hunks.ts';
import type { ReviewFile, ReviewLine } from './review-file.ts';

const hunksByFile = new WeakMap<ReviewFile, readonly Hunk[]>();

/** The hunks of a file, found once. */
export function hunksOf(file: ReviewFile): readonly Hunk[] {
  const known = hunksByFile.get(file);
  if (known !== undefined) return known;
  const hunks = findHunks(file.removed, file.added);
  hunksByFile.set(file, hunks);
  return hunks;
}

/**
 * The added lines that a test finds, without what was there before: lines that only moved, and as many as the lines
 * that they replace already had.
 */
export function newHits(file: ReviewFile, hits: (line: ReviewLine) => boolean): readonly ReviewLine[] {
  const isHit = (line: ReviewLine) => !line.isMoved && hits(line);
  if (!file.added.some(isHit)) return [];
  return hunksOf(file).flatMap(({ removed, added }) => {
    const before = removed.length === 0 ? 0 : removed.filter(isHit).length;
    return added.filter(isHit).slice(before);
  });
}
