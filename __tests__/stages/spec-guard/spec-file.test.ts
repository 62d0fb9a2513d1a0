import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readSpecFile } from '../../../src/stages/spec-guard/spec-file.ts';

function read(text: string) {
  return readSpecFile('docs/specs/a.md', Buffer.from(text));
}

describe('a spec', () => {
  test.each([
    ['in front matter', '---\nlast_review: 2026-11-01\n---\n# A', 2],
    ['quoted', '---\ntitle: x\nlast_review: "2026-11-01"\n---\n', 3],
    ['on a line', '# A\n\nlast_review: 2026-11-01\n', 3],
    ['with a BOM and Windows line ends', '\ufeff---\r\nlast_review: 2026-11-01\r\n---\r\n', 2],
    ['with bare CRs', '# A\rlast_review: 2026-11-01\r', 2],
    ['below front matter that is never closed', '---\ntitle: x\nlast_review: 2026-11-01\n', 3],
  ])('has its date %s', (_name, text, line) => {
    expect(read(text).review).toEqual({ line, text: '2026-11-01' });
  });

  test('front matter beats a line', () => {
    expect(read('---\nlast_review: 2026-11-01\n---\nlast_review: 2020-01-01\n').review?.text).toBe(
      '2026-11-01',
    );
  });

  test('an example in fenced code is no date', () => {
    const spec = read(
      '# A\n```yaml\nlast_review: 2026-11-01\n~~~\n```\n~~~~\nlast_review: 2026-11-01\n~~~\n',
    );
    expect(spec.review).toBeNull();
    expect(spec.nearMiss).toBeNull();
  });

  test.each([
    'Last review: 2026-11-01',
    'last-review: 2026-11-01',
    'Last reviewed on: 2026-11-01',
    '**last_review:** 2026-11-01',
    '- last_review: 2026-11-01',
    '<!-- last_review: 2026-11-01 -->',
    '| Last review | 2026-11-01 |',
    'lastReview = 2026-11-01',
  ])('"%s" is a near miss', (line) => {
    const spec = read(`# A\n\n${line}\n`);
    expect(spec.review).toBeNull();
    expect(spec.nearMiss).toEqual({ line: 3, text: line });
  });

  test('a key that is nearly right is a near miss too', () => {
    expect(read('---\nlast-reviewed: 2026-11-01\n---\n').nearMiss).toEqual({
      line: 2,
      text: 'last-reviewed: 2026-11-01',
    });
  });

  test.each(['the last review: was long', 'xlast_review: 2026-11-01', 'last_reviewer: me'])(
    '"%s" is prose',
    (line) => {
      const spec = read(`# A\n${line}\n`);
      expect(spec.review).toBeNull();
      expect(spec.nearMiss).toBeNull();
    },
  );

  test.each([
    ['completed', true],
    ['Archived', true],
    ['"superseded"', true],
    ['complete', false],
    ['draft', false],
  ])('status %s: exempt %s', (status, exempt) => {
    expect(read(`---\nstatus: ${status}\ncode: src/**\n---\n`)).toMatchObject({
      exempt,
      code: exempt ? [] : ['src/**'],
    });
  });

  test('a status in the text exempts nothing', () => {
    expect(read('# A\nstatus: archived\n').exempt).toBe(false);
  });

  test('a code key of another form is said, not guessed', () => {
    expect(read('---\ncode:\n  src: 1\n---\n')).toMatchObject({ code: [], unreadableCodeLine: 2 });
    expect(read('---\ncode: [a]\n---\n').unreadableCodeLine).toBeNull();
  });

  test('reads any bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        const spec = readSpecFile('a.md', Buffer.from(bytes));
        expect(spec.review === null || spec.review.line >= 1).toBe(true);
      }),
    );
  });
});
