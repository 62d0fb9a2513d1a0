import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { failureExitCode } from '../../../src/kernel/failure.ts';
import { isReason, parseBudgetOverrides } from '../../../src/stages/diff-budget/overrides.ts';

describe('limits from the environment', () => {
  test('unset and blank are no limits', () => {
    const none = { maxFiles: null, maxLines: null, overrideReason: null, actor: null };
    expect(parseBudgetOverrides({})).toEqual({ ok: true, value: none });
    const blank = {
      DIFF_BUDGET_MAX_FILES: '',
      DIFF_BUDGET_MAX_LINES: ' ',
      DIFF_BUDGET_OVERRIDE_REASON: '\t\n',
      GITHUB_ACTOR: '',
    };
    expect(parseBudgetOverrides(blank)).toEqual({ ok: true, value: none });
  });

  test('whole numbers count, also with white space around them', () => {
    const result = parseBudgetOverrides({ DIFF_BUDGET_MAX_FILES: ' 40\n', DIFF_BUDGET_MAX_LINES: '0' });
    expect(result).toMatchObject({ ok: true, value: { maxFiles: 40, maxLines: 0 } });
  });

  test.each([
    'many',
    '-1',
    '1.5',
    '1e3',
    '0x10',
    '+5',
    '10 files',
    '1_000',
    'NaN',
    'Infinity',
    '9'.repeat(20),
    '٥',
  ])('"%s" is refused, never replaced by the default', (text) => {
    for (const name of ['DIFF_BUDGET_MAX_FILES', 'DIFF_BUDGET_MAX_LINES']) {
      const result = parseBudgetOverrides({ [name]: text });
      if (result.ok) throw new Error('expected a failure');
      expect(failureExitCode(result.error)).toBe(2);
      expect(result.error.where).toBe(name);
      expect(result.error.mend).toContain('whole number');
    }
  });

  test('whatever the text, a limit is a whole number of at least 0 or a failure', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer().map(String), fc.double().map(String)), (text) => {
        const result = parseBudgetOverrides({ DIFF_BUDGET_MAX_LINES: text });
        if (!result.ok) return;
        const limit = result.value.maxLines;
        expect(limit === null ? text.trim() === '' : Number.isSafeInteger(limit) && limit >= 0).toBe(true);
      }),
    );
  });
});

describe('who waives and why', () => {
  test.each([
    [{ GITHUB_ACTOR: 'octo', USER: 'me', USERNAME: 'you' }, 'octo'],
    [{ USER: 'me', USERNAME: 'you' }, 'me'],
    [{ GITHUB_ACTOR: '', USERNAME: 'you' }, 'you'],
    [{}, null],
  ])('%j', (environment, actor) => {
    expect(parseBudgetOverrides(environment)).toMatchObject({ ok: true, value: { actor } });
  });

  test('the reason is one bounded line', () => {
    const result = parseBudgetOverrides({
      DIFF_BUDGET_OVERRIDE_REASON: ` vendored\n::error::x${'y'.repeat(900)} `,
    });
    if (!result.ok) throw new Error('expected a value');
    const reason = result.value.overrideReason ?? '';
    expect(reason).toMatch(/^vendored\\x0a::error::xy+…$/);
    expect(reason.length).toBeLessThanOrEqual(500);
  });

  test.each([
    ['generated client', true],
    ['API', true],
    ['移行のため', true],
    ['ok', false],
    ['1234567890', false],
    ['- . -', false],
    ['', false],
  ])('"%s" is a reason: %s', (text, expected) => {
    expect(isReason(text)).toBe(expected);
  });
});
