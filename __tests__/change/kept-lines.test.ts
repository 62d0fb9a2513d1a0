import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { NumberedLine } from '../../src/change/change.ts';
import { KeptLines, LinePages } from '../../src/change/kept-lines.ts';

interface Hunk {
  readonly oldLine: number;
  readonly newLine: number;
  readonly removed: readonly string[];
  readonly added: readonly string[];
}

const line = fc.oneof(
  fc.string({ unit: 'grapheme', maxLength: 20 }).map((text) => text.replaceAll('\n', '')),
  fc.constantFrom('', '@@ -1 +1 @@', '@', '+', '-', '\r', '\u0000', 'é'),
  // Long enough that a few of them go over the end of a page.
  fc.nat({ max: 700_000 }).map((length) => 'x'.repeat(length)),
);
const hunk: fc.Arbitrary<Hunk> = fc.record({
  oldLine: fc.nat({ max: 4_000_000_000 }),
  newLine: fc.nat({ max: 4_000_000_000 }),
  removed: fc.array(line, { maxLength: 3 }),
  added: fc.array(line, { maxLength: 3 }),
});

function numbered(first: number, texts: readonly string[]): readonly NumberedLine[] {
  return texts.map((text, index) => ({ line: first + index, text }));
}

function keep(pages: LinePages, path: string, hunks: readonly Hunk[]): KeptLines {
  const file = new KeptLines(path, null, pages);
  for (const { oldLine, newLine, removed, added } of hunks) {
    pages.appendHunk(oldLine, newLine);
    for (const text of [...removed.map((each) => `-${each}`), ...added.map((each) => `+${each}`)]) {
      const bytes = Buffer.from(`before${text}after`);
      pages.appendLine(bytes, 6, bytes.length - 5);
      file.extend();
    }
  }
  return file;
}

test('lines come out as they went in, file by file and in any order', () => {
  fc.assert(
    fc.property(fc.array(fc.array(hunk, { maxLength: 3 }), { maxLength: 6 }), (changes) => {
      const pages = new LinePages();
      const files = changes.map((hunks, index) => keep(pages, `file-${index}`, hunks));
      for (const [index, file] of [...files.entries(), ...[...files.entries()].reverse()]) {
        const hunks = changes[index] ?? [];
        expect(file.path).toBe(`file-${index}`);
        expect(file.removed).toEqual(hunks.flatMap(({ oldLine, removed }) => numbered(oldLine, removed)));
        expect(file.added).toEqual(hunks.flatMap(({ newLine, added }) => numbered(newLine, added)));
      }
    }),
    { numRuns: 40 },
  );
});

test('a file whose lines end with a page, and the one behind it', () => {
  const pages = new LinePages();
  // The hunk takes 9 bytes, the line a sign and a line break.
  const text = 'x'.repeat(1_048_576 - 9 - 2);
  const first = keep(pages, 'first', [{ oldLine: 1, newLine: 1, removed: [], added: [text] }]);
  expect(pages.length).toBe(1_048_576);
  const empty = keep(pages, 'empty', []);
  const second = keep(pages, 'second', [{ oldLine: 5, newLine: 1, removed: ['gone'], added: [] }]);
  expect(first.added).toEqual([{ line: 1, text }]);
  expect([empty.added, empty.removed]).toEqual([[], []]);
  expect(second.removed).toEqual([{ line: 5, text: 'gone' }]);
});
