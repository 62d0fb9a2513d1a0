import { readFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { loadCorpus } from '../../../bench/rules/corpus.ts';
import { type CorpusScore, precisionOf, recallOf, scoreCorpus } from '../../../bench/rules/score.ts';
import { RULES } from '../../../src/stages/review/rules.ts';
import { renderRules } from '../../../src/stages/review/rules-page.ts';

describe('the labelled corpus', () => {
  let score: CorpusScore;

  beforeAll(async () => {
    score = await scoreCorpus();
  });

  test('is large, and every rule has hits and near misses in it', () => {
    expect(score.cases).toBeGreaterThanOrEqual(300);
    const unseen = score.rules.filter(
      ({ truePositives, falseNegatives }) => truePositives + falseNegatives === 0,
    );
    expect(unseen).toEqual([]);
    const clean = loadCorpus().filter(({ expected }) => expected.length === 0);
    expect(clean.length).toBeGreaterThanOrEqual(150);
  });

  test.each([
    ['P0', 0, 0.98],
    ['P1', 1, 0.98],
    ['P2', 2, 0.95],
  ])('precision of %s', (_name, priority, target) => {
    const rules = score.rules.filter((rule) => rule.priority === priority);
    expect(precisionOf(rules)).toBeGreaterThanOrEqual(target);
    expect(recallOf(rules)).toBeGreaterThanOrEqual(0.95);
  });
});

describe('the page of the rules', () => {
  const page = readFileSync(path.join(import.meta.dirname, '../../../docs/rules.md'), 'utf8');

  test('is what the rules say; write it with node bench/rules.mjs --docs', () => {
    expect(page).toBe(renderRules());
  });

  test('names every rule once', () => {
    const headings = page.match(/^### .*$/gm) ?? [];
    expect(headings).toEqual(RULES.map(({ id }) => `### ${id}`));
    expect(new Set(headings).size).toBe(headings.length);
    expect(RULES.every(({ id }) => /^review\/[a-z-]+$/.test(id))).toBe(true);
  });
});
