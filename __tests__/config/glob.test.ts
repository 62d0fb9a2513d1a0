import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import picomatch from 'picomatch';
import { checkGlob, checkGlobList, compileGlobs } from '../../src/config/glob.ts';

function matches(glob: string, path: string): boolean {
  return compileGlobs([glob])(path);
}

describe('what a glob matches', () => {
  test.each([
    ['src/**', 'src/a/b.ts'],
    ['src/**', 'src'],
    ['**/*.md', 'README.md'],
    ['**/*.md', '.github/deep/er/x.md'],
    ['*', '.env'],
    ['*.md', '.md'],
    ['./src/*.ts', 'src/a.ts'],
    ['a/**/z', 'a/z'],
    ['a/**/z', 'a/b/c/z'],
    ['**', 'any/thing'],
    ['a**z', 'abcz'],
    ['file?.txt', 'file\u{1f600}.txt'],
    ['[a-c]x', 'bx'],
    ['[!a-c]x', 'dx'],
    ['[^a]', 'b'],
    ['[]a]', ']'],
    ['[a-]', '-'],
    ['[\\]]', ']'],
    ['*.{ts,tsx}', 'a.tsx'],
    ['{src,lib/{a,b}}/**', 'lib/b/x'],
    ['x{,y}', 'x'],
    ['{{cookiecutter.name}}/*', '{{cookiecutter.name}}/a'],
    ['app/(group)/page.tsx', 'app/(group)/page.tsx'],
    ['(a+)+$', '(a+)+$'],
    ['\\!x', '!x'],
    ['a\\*b', 'a*b'],
    ['a|b', 'a|b'],
    ['bad\udc80*', 'bad\udc80byte'],
  ])('%j matches %j', (glob, path) => {
    expect(checkGlob(glob)).toBeNull();
    expect(matches(glob, path)).toBe(true);
  });

  test.each([
    ['src/*', 'src/a/b'],
    ['src/**', 'source/a'],
    ['*.md', 'a/b.md'],
    ['?', 'ab'],
    ['?', 'a/b'],
    ['[!a]', 'a'],
    ['README.md', 'readme.md'],
    ['a.c', 'abc'],
    ['(a+)+$', 'aaaa'],
    ['a\\*b', 'axb'],
    ['**/x', 'ax'],
  ])('%j does not match %j', (glob, path) => {
    expect(checkGlob(glob)).toBeNull();
    expect(matches(glob, path)).toBe(false);
  });

  test('any of several; none match nothing', () => {
    const match = compileGlobs(['a/*', 'b/*']);
    expect(['a/x', 'b/x', 'c/x'].map(match)).toEqual([true, true, false]);
    expect(compileGlobs([])('a')).toBe(false);
  });
});

describe('what is refused', () => {
  test.each([
    ['', /empty/],
    ['!src/**', /exclusions/],
    ['/src/**', /starts with "\/"/],
    ['src/', /ends with "\/"/],
    ['a//b', /empty part/],
    ['../a', /"\.\."/],
    ['a/./b', /"\."/],
    ['src\\lib', /backslash/],
    ['a\\', /backslash/],
    ['[a', /without its "\]"/],
    ['[!]', /without its "\]"/],
    ['[a/b]', /"\/" in brackets/],
    ['[z-a]', /backwards/],
    ['[[:alpha:]]', /named class/],
    ['{a,b', /without its "\}"/],
    ['a}', /without a "\{"/],
    ['a{1..999999}', /range/],
    ['+(a|b)', /extended/],
    ['x@(a)', /extended/],
    ['*(a)', /extended/],
    ['?(a)', /extended/],
    ['a!(b)', /extended/],
    ['(a|b)', /parentheses/],
    ['a\nb', /control/],
    ['{a,b}'.repeat(20), /more than 100/],
    ['a'.repeat(513), /longer than 512/],
    ['{'.repeat(400), /without its/],
  ])('%j', (glob, reason) => {
    expect(checkGlob(glob)).toMatch(reason);
    expect(matches(glob, glob)).toBe(false);
  });

  test('a list that is too large in all, and what is beyond it matches nothing', () => {
    const long = Array.from({ length: 80 }, (_, at) => `${'x'.repeat(500)}${at}`);
    expect(checkGlobList(long)).toMatch(/32768/);
    expect(checkGlobList(long.slice(0, 60))).toBeNull();
    const match = compileGlobs(long);
    expect([match(long[0] ?? ''), match(long[79] ?? '')]).toEqual([true, false]);
  });
});

describe('hostile globs and names end soon (K09)', () => {
  // Each of these takes a backtracking matcher longer than the test may.
  const name = `${'a'.repeat(4_000)}!`;
  test.each([
    ['many stars', '*a'.repeat(250)],
    ['many stars that fail late', `${'*a'.repeat(200)}b`],
    ['one star and a long tail', `*${'a'.repeat(500)}b`],
    ['many folders', `${'**/a*/'.repeat(80)}b`],
    ['nested quantifiers', '(a+)+$'],
    ['nested extended patterns', '+(+(+(a)))'],
    ['braces in braces', '{a,{a,{a,{a,{a,{a,{a,b}}}}}}}'.repeat(3)],
    ['thousands of braces', '{1..999999}'],
    ['question marks', '?'.repeat(500)],
  ])(
    '%s',
    (_what, glob) => {
      const match = compileGlobs(Array.from({ length: 60 }, () => glob));
      expect(match(name)).toBe(false);
      expect(match('a/'.repeat(2_000))).toBe(false);
    },
    10_000,
  );

  test('any text is read or refused, and never throws', () => {
    const piece = fc.constantFrom(
      '*',
      '**',
      '?',
      '/',
      '[',
      ']',
      '{',
      '}',
      ',',
      '!',
      '\\',
      '(',
      ')',
      '|',
      '+',
      'a',
      'b',
      '.',
      '-',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.string({ maxLength: 30 }), (pieces, path) => {
        const glob = pieces.join('');
        const match = compileGlobs([glob]);
        expect(typeof match(path)).toBe('boolean');
        if (checkGlob(glob) !== null) expect(match(path)).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });
});

test('agrees with picomatch where both take a glob', () => {
  const part = fc.oneof(
    fc.constantFrom(
      'a',
      'b',
      'ab',
      '*',
      '**',
      '?',
      'a*',
      '*b',
      '*a*',
      '[ab]',
      '[^a]b',
      '{a,b}',
      '{a,ab}*',
      '.a',
      'a.b',
    ),
  );
  const name = fc.constantFrom('a', 'b', 'ab', 'ba', 'aab', '.a', 'a.b', 'c');
  fc.assert(
    fc.property(
      fc.array(part, { minLength: 1, maxLength: 4 }),
      fc.array(name, { minLength: 1, maxLength: 4 }),
      (parts, names) => {
        // A final ** matches the folder itself here; picomatch does so only behind some parts.
        const glob = parts.at(-1) === '**' ? [...parts, '*'].join('/') : parts.join('/');
        const path = names.join('/');
        const theirs = picomatch(glob, { dot: true, nonegate: true, noextglob: true });
        expect([glob, path, matches(glob, path)]).toEqual([glob, path, theirs(path)]);
      },
    ),
    { numRuns: 3_000 },
  );
});
