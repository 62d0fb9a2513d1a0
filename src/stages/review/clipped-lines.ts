import type { FileLines, NumberedLine } from '../../change/change.ts';

/** Lines with their numbers; a last line break ends the last line. */
function numberLines(text: string): readonly NumberedLine[] {
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  return lines.map((line, index) => ({ line: index + 1, text: line }));
}

/** The lines of one side that the other has not, or not as often. */
function withoutCommon(
  lines: readonly NumberedLine[],
  others: readonly NumberedLine[],
): readonly NumberedLine[] {
  const left = new Map<string, number>();
  for (const { text } of others) left.set(text, (left.get(text) ?? 0) + 1);
  return lines.filter(({ text }) => {
    const count = left.get(text) ?? 0;
    if (count > 0) left.set(text, count - 1);
    return count === 0;
  });
}

/**
 * The lines of a file whose diff was too large to be read to its end, from its two sides: each line that the other side
 * does not have as often. No line that is new is missing; one that only moved within the file is left out.
 */
export function completeLines(lines: FileLines, oldText: string, newText: string): FileLines {
  const [before, after] = [numberLines(oldText), numberLines(newText)];
  return {
    ...lines,
    added: withoutCommon(after, before),
    removed: withoutCommon(before, after),
    clipped: false,
  };
}
