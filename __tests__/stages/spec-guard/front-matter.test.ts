import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFrontMatter } from '../../../src/stages/spec-guard/front-matter.ts';

function read(text: string) {
  return readFrontMatter(text.split('\n'));
}

function list(text: string): readonly string[] | null | undefined {
  return read(`---\n${text}\n---\nbody`).values.get('code')?.list;
}

describe('front matter', () => {
  test('keys, their lines and the beginning of the body', () => {
    const front = read('---\ntitle: A: b\n# note\nlast_review: 2026-11-01 # by me\n---\nbody');
    expect(front.values.get('title')).toEqual({ line: 2, text: 'A: b', list: ['A: b'] });
    expect(front.values.get('last_review')).toEqual({ line: 4, text: '2026-11-01', list: ['2026-11-01'] });
    expect(front.bodyStart).toBe(5);
  });

  test.each([
    ['a plain value', 'code: src/**', ['src/**']],
    ['a glob that begins with an asterisk', 'code: **/*.ts', ['**/*.ts']],
    ['double quotes', 'code: "src/a#b" # note', ['src/a#b']],
    ['single quotes', "code: 'it''s'", ["it's"]],
    ['a flow list', 'code: [src/**, "lib, x/**", \'c\']', ['src/**', 'lib, x/**', 'c']],
    ['a flow list over lines', 'code: [\n  src/**,\n  lib/**,\n]', ['src/**', 'lib/**']],
    ['an empty flow list', 'code: []', []],
    ['a block list', 'code:\n  - src/**\n  # why\n  - "lib/**"', ['src/**', 'lib/**']],
    ['a block list at the margin', 'code:\n- src/**\n- lib/**\nowner: me', ['src/**', 'lib/**']],
    ['nothing', 'code:', []],
  ])('%s', (_name, text, expected) => {
    expect(list(text)).toEqual(expected);
  });

  test.each([
    ['a mapping', 'code:\n  src: yes'],
    ['block text', 'code: |\n  src/**'],
    ['an anchor', 'code: &a src/**'],
    ['a quote without end', 'code: "src'],
    ['a list without end', 'code: [src/**'],
    ['a list in a list', 'code: [[a]]'],
    ['text behind a list', 'code: [a] b'],
  ])('does not guess at %s', (_name, text) => {
    expect(list(text)).toBeNull();
  });

  test.each([
    ['none', 'code: a\n'],
    ['one that is never closed', '---\ncode: a\n'],
    ['one that does not begin the file', '\n---\ncode: a\n---\n'],
  ])('%s', (_name, text) => {
    expect(read(text).values.size).toBe(0);
    expect(read(text).bodyStart).toBe(0);
  });

  test('of a key given twice the first counts, and names of objects are names', () => {
    const front = read('---\ncode: a\ncode: b\n__proto__: x\n---\n');
    expect(front.values.get('code')?.text).toBe('a');
    expect(front.values.get('__proto__')?.text).toBe('x');
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });

  test('reads any text, and quickly', () => {
    const part = fc.constantFrom(
      '---',
      'code:',
      ' [',
      ']',
      ',',
      '"',
      "'",
      '#',
      '- a',
      '\n',
      ' ',
      '&',
      '\\',
      'x: y',
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 60 }), (parts) => {
        const front = read(`---\n${parts.join('')}\n---\n`);
        for (const value of front.values.values()) expect(value.line).toBeGreaterThanOrEqual(2);
      }),
    );
    const startedMs = performance.now();
    for (const bait of ['[', '[a,', '"', '\\"', ' #', '- ', 'a:']) {
      read(`---\ncode: ${bait.repeat(200_000)}\n---\n`);
      read(`---\ncode: [\n${`${bait.repeat(400)}\n`.repeat(190)}---\n`);
    }
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});
