import { describe, expect, test } from '@jest/globals';
import { storageFailure } from '../../src/kernel/failure.ts';
import type { BuiltinStage } from '../../src/run/builtin-stage.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import { failed, passed } from '../../src/run/stage-result.ts';
import { builtinSettings, commandSettings, createRunScene, planOf, UNMEASURED } from '../fakes/run-scenes.ts';

function sceneWith(builtin: BuiltinStage, options: Parameters<typeof createRunScene>[0] = {}) {
  return createRunScene({
    ...options,
    deps: { builtins: new Map([['diff-budget', builtin]]), ...options.deps },
  });
}

const never: BuiltinStage = () => new Promise(() => {});

describe('a built-in stage', () => {
  test('keeps its own answer and is timed from outside', async () => {
    const scene = sceneWith(async (settings, { log }) => {
      log(`at most ${settings.kind === 'diff-budget' ? settings.maxFiles : 0}`);
      scene.clock.pass(120);
      return failed('over_budget', '30 files of 25', { warnings: ['close'] });
    });
    const startedAtMs = scene.clock.wallMs();
    const outcome = await runPlan(planOf(builtinSettings()), scene.deps);
    expect(outcome).toMatchObject({ failure: null, childProcesses: 0, outputBytes: 0 });
    expect(outcome.results[0]).toMatchObject({
      status: 'failed',
      reason: 'over_budget',
      detail: '30 files of 25',
      warnings: ['close'],
      startedAtMs,
      completedAtMs: startedAtMs + 120,
      durationMs: 120,
      maxRssBytes: null,
      exitCode: null,
      attempts: [],
      log: { path: 'logs/01-diff-budget.log' },
    });
    expect(outcome.results[0]?.cpuMs).toBeGreaterThanOrEqual(0);
    expect(scene.sinks.get('diff-budget')?.text).toBe('at most 25\n');
    expect(scene.events.map(({ type }) => type)).toEqual(['run_started', 'stage_started', 'stage_finished']);
  });

  test.each<[string, BuiltinStage]>([
    [
      'throws',
      () => {
        throw new TypeError('of\nundefined');
      },
    ],
    ['rejects', () => Promise.reject(new TypeError('of\nundefined'))],
  ])('that %s is not evaluated; the run goes on', async (_name, builtin) => {
    const scene = sceneWith(builtin, { behaviours: { build: {} } });
    const { results } = await runPlan(
      planOf(builtinSettings(), commandSettings({ id: 'build' })),
      scene.deps,
    );
    expect(results.map(({ status }) => status)).toEqual(['not_evaluated', 'passed']);
    expect(results[0]).toMatchObject({
      reason: 'internal_error',
      detail: 'error in the gate itself, please report it: TypeError: of\\x0aundefined',
    });
    expect(scene.sinks.get('diff-budget')?.isClosed).toBe(true);
  });

  test('without history to look at is not evaluated and says how to mend it', async () => {
    const scene = sceneWith(never, { deps: { builtinSource: UNMEASURED } });
    const { results } = await runPlan(planOf(builtinSettings()), scene.deps);
    expect(results[0]).toMatchObject({
      status: 'not_evaluated',
      reason: 'history_missing',
      detail: 'the history is cut off – use fetch-depth: 0',
      startedAtMs: null,
    });
  });

  test('that nobody evaluates is not a pass', async () => {
    const scene = createRunScene();
    const { results } = await runPlan(planOf(builtinSettings()), scene.deps);
    expect(results[0]).toMatchObject({ status: 'not_evaluated', reason: 'internal_error' });
  });

  test('that never answers ends at its time limit; what it still says is dropped', async () => {
    let late = (_line: string) => {};
    const scene = sceneWith((_settings, { log }) => {
      late = log;
      return new Promise(() => {});
    });
    const { results } = await runPlan(planOf(builtinSettings({ timeoutMs: 30 })), scene.deps);
    expect(results[0]).toMatchObject({
      status: 'not_evaluated',
      reason: 'could_not_evaluate',
      detail: 'gave no answer within 30 ms',
    });
    expect(() => late('too late')).not.toThrow();
    expect(scene.sinks.get('diff-budget')?.text).toBe('');
  });

  test('is cancelled without waiting for it', async () => {
    const scene = sceneWith((_settings, context) => {
      setTimeout(() => scene.cancellation.raise('SIGINT'), 5);
      return never(builtinSettings(), context);
    });
    const { results } = await runPlan(
      planOf(builtinSettings(), builtinSettings({ id: 'again' })),
      scene.deps,
    );
    expect(results.map(({ status, reason }) => [status, reason])).toEqual([
      ['cancelled', 'cancelled'],
      ['not_run', 'cancelled'],
    ]);
    expect(results[0]?.detail).toBe('stopped by SIGINT');
  });

  test('whose log is lost is no pass', async () => {
    const failure = storageFailure('no space left on device (ENOSPC)');
    const scene = sceneWith(() => Promise.resolve(passed()), {
      storage: { stage: 'diff-budget', at: 'close', failure },
    });
    const outcome = await runPlan(planOf(builtinSettings()), scene.deps);
    expect(outcome.failure).toBe(failure);
    expect(outcome.results[0]).toMatchObject({ status: 'not_evaluated', reason: 'could_not_evaluate' });
  });
});
