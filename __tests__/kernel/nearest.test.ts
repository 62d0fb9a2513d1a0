import { describe, expect, test } from '@jest/globals';
import { nearestName, suggestName } from '../../src/kernel/nearest.ts';

const KNOWN = ['build', 'lint', 'test', 'docs', 'diff-budget'];

describe('nearest names', () => {
  test.each([
    ['biuld', 'build'],
    ['tests', 'test'],
    ['diffbudget', 'diff-budget'],
    ['DOCS', 'docs'],
  ])('%s is close to %s', (name, near) => {
    expect(nearestName(name, KNOWN)).toBe(near);
  });

  test('nothing is close to a stranger', () => {
    expect(nearestName('kubernetes', KNOWN)).toBeNull();
    expect(suggestName('kubernetes', KNOWN)).toBe('known: build, lint, test, docs, diff-budget');
  });

  test('a hostile length costs nothing', () => {
    expect(nearestName('x'.repeat(1_000_000), KNOWN)).toBeNull();
  });

  test('the suggestion is a question', () => {
    expect(suggestName('lnit', KNOWN)).toBe('did you mean "lint"?');
  });
});
