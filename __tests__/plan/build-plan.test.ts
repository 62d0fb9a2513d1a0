import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { defaultConfig } from '../../src/config/default-config.ts';
import type { Detection } from '../../src/config/detection/detection.ts';
import type { GateConfig, PipelineEntry, StageSettings } from '../../src/config/gate-config.ts';
import type { Result } from '../../src/kernel/result.ts';
import { buildPlan, type PlanRequest } from '../../src/plan/build-plan.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { commandSettings } from '../fakes/run-scenes.ts';

const DETECTION: Detection = {
  commands: new Map([['test', { run: 'npm test', origin: 'package.json script "test"' }]]),
  missing: new Map([
    ['build', 'no script "build" in package.json'],
    ['lint', 'no script "lint" in package.json'],
  ]),
  warnings: ['two lockfiles'],
};

function ref(id: string): PipelineEntry {
  return { kind: 'reference', id, where: 'gate.yml:9' };
}

/** The default configuration with own stages and pipelines. */
function configOf(
  pipelines: Readonly<Record<string, readonly (string | StageSettings)[]>>,
  stages: readonly StageSettings[] = [],
): GateConfig {
  const base = defaultConfig();
  const own = Object.entries(pipelines).map(([id, entries]) => {
    const listed = entries.map(
      (entry): PipelineEntry =>
        typeof entry === 'string' ? ref(entry) : { kind: 'inline', settings: entry },
    );
    return [id, { id, title: id, entries: listed, where: 'gate.yml:5' }] as const;
  });
  return {
    ...base,
    stages: new Map([...base.stages, ...stages.map((stage) => [stage.id, stage] as const)]),
    pipelines: new Map([...base.pipelines, ...own]),
  };
}

function plan(config: GateConfig, overrides: Partial<PlanRequest> = {}): Result<Plan> {
  return buildPlan({
    config,
    pipeline: null,
    stages: null,
    detection: DETECTION,
    changedPaths: ['src/a.ts', 'README.md'],
    ...overrides,
  });
}

function stagesOf(result: Result<Plan>): readonly (readonly [string, string | null])[] {
  if (!result.ok) throw new Error(result.error.message);
  return result.value.stages.map(({ settings, skip }) => [settings.id, skip?.reason ?? null]);
}

describe('the built-in pipelines', () => {
  test('the gate has its seven stages in their order', () => {
    const made = plan(defaultConfig());
    expect(stagesOf(made)).toEqual([
      ['spec-guard', null],
      ['build', 'nothing_detected'],
      ['lint', 'nothing_detected'],
      ['test', null],
      ['docs', null],
      ['diff-budget', null],
      ['review', null],
    ]);
    expect(made).toMatchObject({
      value: {
        pipeline: { id: 'implementation-gate' },
        warnings: ['two lockfiles'],
        stages: { 3: { index: 4, origin: 'package.json script "test"', settings: { run: 'npm test' } } },
      },
    });
  });

  test.each([
    ['diagnostics', ['build', 'lint', 'test', 'spec-guard']],
    ['docs-review', ['spec-guard', 'docs', 'review']],
  ])('%s', (pipeline, ids) => {
    expect(stagesOf(plan(defaultConfig(), { pipeline })).map(([id]) => id)).toEqual(ids);
  });

  test('what was not detected says so and what to do', () => {
    const made = plan(defaultConfig());
    expect(made).toMatchObject({
      value: {
        stages: { 1: { skip: { detail: 'no script "build" in package.json – set stages.build.run' } } },
      },
    });
  });

  test('the agent loop is refused, not stubbed', () => {
    expect(plan(defaultConfig(), { pipeline: 'rlm' })).toMatchObject({
      ok: false,
      error: { kind: 'usage', message: expect.stringContaining('not part of this version') },
    });
  });
});

describe('own pipelines', () => {
  test('stages and whole pipelines in the order written, each stage once', () => {
    const e2e = commandSettings({ id: 'e2e' });
    const config = configOf({ own: ['test', 'diagnostics', e2e], all: ['own', 'docs-review', 'own'] });
    expect(stagesOf(plan(config, { pipeline: 'all' })).map(([id]) => id)).toEqual([
      'test',
      'build',
      'lint',
      'spec-guard',
      'e2e',
      'docs',
      'review',
    ]);
  });

  test('pipelines that contain one another are refused with the circle', () => {
    const config = configOf({ a: ['b'], b: ['test', 'a'] });
    expect(plan(config, { pipeline: 'a' })).toMatchObject({
      ok: false,
      error: { kind: 'config', message: expect.stringContaining('a → b → a') },
    });
  });

  test('two different stages of one name are refused', () => {
    const config = configOf({
      own: [commandSettings({ id: 'x', run: 'a' }), commandSettings({ id: 'x', run: 'b' })],
    });
    expect(plan(config, { pipeline: 'own' })).toMatchObject({
      ok: false,
      error: { kind: 'config', message: 'two different stages are called "x"' },
    });
  });

  test('an unknown pipeline and an unknown stage get a suggestion', () => {
    expect(plan(defaultConfig(), { pipeline: 'diagnostic' })).toMatchObject({
      ok: false,
      error: { kind: 'usage', mend: 'did you mean "diagnostics"?' },
    });
    expect(plan(configOf({ own: ['tset'] }), { pipeline: 'own' })).toMatchObject({
      ok: false,
      error: { kind: 'config', where: 'gate.yml:9', mend: 'did you mean "test"?' },
    });
  });
});

describe('needs', () => {
  test('a stage moves behind what it needs, the rest keeps its order', () => {
    const config = configOf({
      own: [
        commandSettings({ id: 'a', needs: ['c'] }),
        commandSettings({ id: 'b' }),
        commandSettings({ id: 'c' }),
      ],
    });
    expect(stagesOf(plan(config, { pipeline: 'own' })).map(([id]) => id)).toEqual(['c', 'a', 'b']);
  });

  test('a circle and a stage that is not there are refused', () => {
    const circle = [commandSettings({ id: 'a', needs: ['b'] }), commandSettings({ id: 'b', needs: ['a'] })];
    expect(plan(configOf({ own: circle }), { pipeline: 'own' })).toMatchObject({
      ok: false,
      error: { message: 'stages need one another in a circle: a → b → a' },
    });
    const alone = [commandSettings({ id: 'a', needs: ['test'] })];
    expect(plan(configOf({ own: alone }), { pipeline: 'own' })).toMatchObject({
      ok: false,
      error: { kind: 'config', message: 'stage "a" needs "test", which is not in the pipeline' },
    });
  });

  test('every order that is possible is found, and needs always come first', () => {
    const graph = fc.array(fc.array(fc.nat({ max: 7 }), { maxLength: 3 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graph, (needs) => {
        // Needs point to later entries only, so that there is no circle.
        const stages = needs.map((targets, at) =>
          commandSettings({
            id: `s${at}`,
            needs: targets
              .filter((target) => target > at && target < needs.length)
              .map((target) => `s${target}`),
          }),
        );
        const order = stagesOf(plan(configOf({ own: stages }), { pipeline: 'own' })).map(([id]) => id);
        expect([...order].sort()).toEqual(stages.map(({ id }) => id).sort());
        for (const stage of stages) {
          for (const need of stage.needs) expect(order.indexOf(need)).toBeLessThan(order.indexOf(stage.id));
        }
      }),
      { numRuns: 100 },
    );
  });
});

describe('what does not run', () => {
  test('--stages leaves the others out by name', () => {
    expect(stagesOf(plan(defaultConfig(), { pipeline: 'diagnostics', stages: ['test'] }))).toEqual([
      ['build', 'not_selected'],
      ['lint', 'not_selected'],
      ['test', null],
      ['spec-guard', 'not_selected'],
    ]);
  });

  test('--stages with a name that is not in the pipeline is a usage failure', () => {
    expect(plan(defaultConfig(), { stages: ['tests'] })).toMatchObject({
      ok: false,
      error: { kind: 'usage', where: '--stages', mend: 'did you mean "test"?' },
    });
    expect(plan(defaultConfig(), { stages: [] })).toMatchObject({ ok: false, error: { kind: 'usage' } });
  });

  test('when: globs no changed path matches', () => {
    const config = configOf({
      own: [
        commandSettings({ id: 'web', when: ['web/**'] }),
        commandSettings({ id: 'docs-site', when: ['*.md'] }),
      ],
    });
    expect(stagesOf(plan(config, { pipeline: 'own' }))).toEqual([
      ['web', 'no_matching_changes'],
      ['docs-site', null],
    ]);
  });

  test('a change that could not be measured skips nothing', () => {
    const config = configOf({ own: [commandSettings({ id: 'web', when: ['web/**'] })] });
    expect(stagesOf(plan(config, { pipeline: 'own', changedPaths: null }))).toEqual([['web', null]]);
  });
});
