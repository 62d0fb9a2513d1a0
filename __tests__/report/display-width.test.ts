import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  displayWidth,
  padToWidth,
  truncateToWidth,
  wrapOutputToWidth,
  wrapToWidth,
} from '../../src/report/display-width.ts';
import { visible } from '../../src/report/visible-text.ts';
import { hostileText } from './hostile-manifests.ts';

describe('columns of a text', () => {
  test.each([
    ['plain', 5],
    ['', 0],
    ['é', 1],
    ['e\u0301', 1],
    ['漢字', 4],
    ['한국', 4],
    ['ｗ', 2],
    ['ｱ', 1],
    ['🙂', 2],
    ['✔ ✖ – · ▶ ■', 11],
    ['½→∷', 3],
  ])('%s', (text, width) => {
    expect(displayWidth(text)).toBe(width);
  });

  test('cutting and filling', () => {
    expect(truncateToWidth('abcdef', 4)).toBe('abc…');
    expect(truncateToWidth('abcd', 4)).toBe('abcd');
    expect(truncateToWidth('漢字漢字', 4)).toBe('漢…');
    expect(truncateToWidth('abc', 0)).toBe('');
    expect(padToWidth('漢', 4)).toBe('漢  ');
    expect(padToWidth('12 s', 6, 'start')).toBe('  12 s');
  });

  test('wrapping prose: at spaces, never between a number and its unit', () => {
    expect(wrapToWidth('one two  three', 7)).toEqual(['one two', 'three']);
    expect(wrapToWidth('took 21 min 00 s', 12)).toEqual(['took 21 min', '00 s']);
    expect(wrapToWidth('took 21 min 00 s', 15)).toEqual(['took 21 min', '00 s']);
    expect(wrapToWidth('2 stages', 4)).toEqual(['2', 'stag', 'es']);
    expect(wrapToWidth('', 10)).toEqual(['']);
  });

  test('wrapping captured output: every character stays, long lines end in a mark', () => {
    expect(wrapOutputToWidth('  indented and quite long', 16, 3)).toEqual(['  indented and', 'quite long']);
    expect(wrapOutputToWidth('x'.repeat(25), 10, 3)).toEqual(['x'.repeat(10), 'x'.repeat(10), 'x'.repeat(5)]);
    expect(wrapOutputToWidth('x'.repeat(35), 10, 3)).toEqual([
      'x'.repeat(10),
      'x'.repeat(10),
      `${'x'.repeat(9)}…`,
    ]);
    expect(wrapOutputToWidth('', 10, 3)).toEqual(['']);
  });

  test('whatever the text, rows fit', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 60 }), (raw, width) => {
        const text = visible(raw);
        expect(displayWidth(truncateToWidth(text, width))).toBeLessThanOrEqual(width);
        expect(displayWidth(padToWidth(text, width))).toBe(width);
        for (const row of wrapToWidth(text, width)) expect(displayWidth(row)).toBeLessThanOrEqual(width);
        const rows = wrapOutputToWidth(text, width, 4);
        expect(rows.length).toBeLessThanOrEqual(4);
        for (const row of rows) expect(displayWidth(row)).toBeLessThanOrEqual(width);
      }),
      { numRuns: 500 },
    );
  });

  test('wrapping loses nothing but spaces', () => {
    fc.assert(
      fc.property(hostileText, fc.integer({ min: 2, max: 60 }), (raw, width) => {
        const text = visible(raw);
        expect(wrapToWidth(text, width).join('').replaceAll(' ', '')).toBe(text.replaceAll(' ', ''));
      }),
    );
  });
});
