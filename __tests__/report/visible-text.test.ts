import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { tailOf, visible, visibleLines } from '../../src/report/visible-text.ts';
import { hostileText } from './hostile-manifests.ts';

describe('text that shows all it holds', () => {
  test.each([
    ['a name\nof two lines', 'a name\\x0aof two lines'],
    ['\u001b[2J', '\\x1b[2J'],
    ['\u202egnp.exe', '\\u{202e}gnp.exe'],
    ['zero\u200bwidth', 'zero\\u{200b}width'],
    ['\u3164', '\\u{3164}'],
    ['\u2800', '\\u{2800}'],
    ['\u{e0041}', '\\u{e0041}'],
    ['caf\udce9', 'caf\\xe9'],
    ['\ud83d', '\\u{d83d}'],
    ['o\u0301\u0302\u0303\u0304\u0305', 'o\u0301\u0302\u0303\u0304\\u{305}'],
    ['☺\ufe0f', '☺\ufe0f'],
    ['漢字 🙂 é', '漢字 🙂 é'],
  ])('%j', (text, shown) => {
    expect(visible(text)).toBe(shown);
  });

  test('is well-formed and of one line, whatever it was', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        expect(visible(text).isWellFormed()).toBe(true);
        expect(visible(text)).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]/);
      }),
    );
  });

  test('lines are split at every kind of break; blank ones at the ends go', () => {
    expect(visibleLines('\n\na\r\nb\rc\n\nd \n\n')).toEqual(['a', 'b', 'c', '', 'd']);
    expect(visibleLines(' \n')).toEqual([]);
  });
});

describe('the end of a log', () => {
  test('has its last lines, and says whether there were more', () => {
    expect(tailOf('a\nb\nc\n', 2)).toEqual({ lines: ['b', 'c'], shortened: true });
    expect(tailOf('a\nb\n', 2)).toEqual({ lines: ['a', 'b'], shortened: false });
    expect(tailOf('', 2)).toEqual({ lines: [], shortened: false });
  });

  test('is without escape sequences, overwritten parts and heaps of blank lines', () => {
    const log =
      '\u001b[31mred\u001b[0m\n10 %\r50 %\r100 %\n\n\n\n\u001b]8;;https://x\u0007link\u001b]8;;\u0007\n \n';
    expect(tailOf(log, 10).lines).toEqual(['red', '100 %', '', 'link']);
  });

  test('shows NUL, broken UTF-8 and lone escapes instead of passing them on', () => {
    expect(tailOf('a\u0000b\ufffd\u001b\n', 10).lines).toEqual(['a\\x00b\ufffd\\x1b']);
  });

  test('a line of megabytes is cut', () => {
    const { lines, shortened } = tailOf(`start\n${'x'.repeat(5_000_000)}`, 5);
    expect(lines).toEqual([`${'x'.repeat(500)}…`]);
    expect(shortened).toBe(true);
  });

  test('tabs stand where a terminal would put them', () => {
    expect(tailOf('a\tb\n', 5).lines).toEqual(['a       b']);
  });
});
