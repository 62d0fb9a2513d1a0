import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readJson } from '../../src/config/json-text.ts';
import { createLineIndex } from '../../src/config/line-index.ts';

describe('the line where a text stops being JSON', () => {
  test.each([
    ['', 1],
    ['\n\n', 1],
    ['{\n"a": 1,\n}', 3],
    ['{\n"a": nope\n}', 2],
    ['{\n"a" 1\n}', 2],
    ['[1,\n2\n3]', 3],
    ['[\n01]', 2],
    ['{"a": "b\n"}', 1],
    ['{"a": "\\x"}', 1],
    ['{}\n{}', 2],
    ['[1, 2', 1],
    ['{\n  // c\n}', 2],
    ['[\n]]', 2],
    ["{\n'a': 1}", 2],
    ['{"a": 1}}', 1],
  ])('%j: %d', (text, line) => {
    expect(readJson(text)).toEqual({ ok: false, line });
  });

  test('of good JSON there is none, however deep', () => {
    expect(readJson(`${'['.repeat(50_000)}`)).toEqual({ ok: false, line: 1 });
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(readJson(JSON.stringify(value))).toEqual({
          ok: true,
          value: JSON.parse(JSON.stringify(value)),
        });
      }),
    );
  });

  test('of any text: there is one exactly when the parser refuses it, and it is in the text', () => {
    const token = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '1',
      'true',
      '"',
      '\\',
      ' ',
      '\n',
      '-',
      'x',
    );
    fc.assert(
      fc.property(fc.array(token, { maxLength: 12 }), (tokens) => {
        const text = tokens.join('');
        const reading = readJson(text);
        if (reading.ok) {
          expect(JSON.parse(text)).toEqual(reading.value);
        } else {
          expect(() => JSON.parse(text)).toThrow(/JSON/);
          expect(reading.line).toBeLessThanOrEqual(text.split('\n').length);
        }
      }),
      { numRuns: 500 },
    );
  });
});

test('line numbers', () => {
  const lineAt = createLineIndex('a\nb\n\nc\n\n');
  expect([0, 1, 2, 3, 4, 5, 6, 7, 99].map(lineAt)).toEqual([1, 1, 2, 2, 3, 4, 4, 4, 4]);
  expect(createLineIndex('')(0)).toBe(1);
});
