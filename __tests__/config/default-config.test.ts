import { describe, expect, test } from '@jest/globals';
import { defaultConfig } from '../../src/config/default-config.ts';
import { checkGlob } from '../../src/config/glob.ts';

describe('the configuration of a repository without a file', () => {
  const config = defaultConfig();

  test('has the built-in pipelines, of stages that exist', () => {
    const listed = [...config.pipelines].map(
      ([id, { entries }]) =>
        [id, entries.map((entry) => (entry.kind === 'reference' ? entry.id : ''))] as const,
    );
    expect(Object.fromEntries(listed)).toEqual({
      'implementation-gate': ['spec-guard', 'build', 'lint', 'test', 'docs', 'diff-budget', 'review'],
      diagnostics: ['build', 'lint', 'test', 'spec-guard'],
      'docs-review': ['spec-guard', 'docs', 'review'],
      rlm: [],
    });
    expect(
      [...new Set(listed.flatMap(([, ids]) => ids))].filter((id) => !config.stages.has(String(id))),
    ).toEqual([]);
  });

  test('requires every stage, detects three and evaluates four', () => {
    const stages = [...config.stages.values()];
    expect(stages.every(({ required, where }) => required && where === null)).toBe(true);
    const kinds = stages.map((stage) =>
      stage.kind === 'command' ? `${stage.id}: ${stage.run}` : stage.kind,
    );
    expect(kinds).toEqual([
      'spec-guard',
      'build: null',
      'lint: null',
      'test: null',
      'docs',
      'diff-budget',
      'review',
    ]);
  });

  test('has limits and globs that are taken', () => {
    expect(config.stages.get('diff-budget')).toMatchObject({
      maxFiles: 25,
      maxLines: 800,
      maxBytes: 512 * 1_024,
    });
    expect(config.execution).toMatchObject({ timeoutMs: 1_800_000, graceMs: 5_000, onFailure: 'keep-going' });
    expect(['src/**', 'docs/specs/**', '**/*.md'].map(checkGlob)).toEqual([null, null, null]);
  });

  test('is a new one each time', () => {
    expect(defaultConfig()).not.toBe(config);
    expect(defaultConfig()).toEqual(config);
  });
});
