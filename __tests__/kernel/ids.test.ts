import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { isRunId, newRunId, parseTaskId, slugTaskId } from '../../src/kernel/ids.ts';

describe('task ids', () => {
  test.each(['local', 'pr-12', 'a', 'A.b_c-9', '_x', 'x'.repeat(128)])('%s is one', (id) => {
    expect(parseTaskId(id, '--task')).toEqual({ ok: true, value: id });
  });

  test.each([
    '',
    '.',
    '..',
    '../x',
    'a/b',
    'a\\b',
    '.hidden',
    'x'.repeat(129),
    'x'.repeat(300),
    'a\u0000',
    'a\nb',
    '\u202ex',
    'CON',
    'nul.txt',
    'com1',
    'end.',
    'a b',
  ])('%j is refused with the flag named', (id) => {
    const parsed = parseTaskId(id, '--task');
    expect(parsed).toMatchObject({ ok: false, error: { kind: 'usage', where: '--task' } });
  });

  test('a slug is a task id or nothing', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (branch) => {
        const slug = slugTaskId(branch);
        expect(slug === null || parseTaskId(slug, 'branch').ok).toBe(true);
      }),
    );
  });

  test.each([
    ['feature/new thing', 'feature-new-thing'],
    ['../../etc', 'etc'],
    ['///', null],
  ])('%s becomes %s', (branch, slug) => {
    expect(slugTaskId(branch)).toBe(slug);
  });
});

describe('run ids', () => {
  test('hold the UTC time and eight random digits', () => {
    const id = newRunId(Date.UTC(2026, 0, 6, 11, 18, 0, 343));
    expect(id).toMatch(/^2026-01-06T11-18-00-343Z-[0-9a-f]{8}$/);
    expect(isRunId(id)).toBe(true);
  });

  test.each(['latest', '../x', '2026-01-06T11-18-00-343Z-6ee17f0e/..', ''])('%j is none', (text) => {
    expect(isRunId(text)).toBe(false);
  });
});
