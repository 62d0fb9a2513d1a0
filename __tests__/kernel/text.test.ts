import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { clip, inert, oneLine, plural, stripAnsi } from '../../src/kernel/text.ts';

describe('text from strangers', () => {
  test('escape sequences are removed', () => {
    expect(stripAnsi('\u001b[31mred\u001b[0m \u001b]8;;https://x\u0007link\u001b]8;;\u0007')).toBe(
      'red link',
    );
  });

  test('controls, bidirectional and invisible characters are shown as escapes', () => {
    expect(inert('a\u001b[2J\u202eb\u200bc\td\n')).toBe('a\\x1b[2J\\u{202e}b\\u{200b}c\td\n');
    expect(oneLine('a\r\nb')).toBe('a\\x0d\\x0ab');
  });

  test('nothing raw survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(oneLine(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\u200b]/);
      }),
    );
  });

  test('a cut never splits a pair and says that it is one', () => {
    expect(clip('ab😀cd', 4)).toBe('ab…');
    expect(clip('abcd', 4)).toBe('abcd');
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.integer({ min: 1, max: 20 }), (text, max) => {
        expect(clip(text, max).length).toBeLessThanOrEqual(max);
        expect(clip(text, max).isWellFormed()).toBe(true);
      }),
    );
  });

  test('counts agree with their nouns', () => {
    expect([plural(0, 'file'), plural(1, 'file'), plural(2, 'entry', 'entries')]).toEqual([
      '0 files',
      '1 file',
      '2 entries',
    ]);
  });
});
