import { describe, expect, test } from '@jest/globals';
import type { ProcessHost } from '../../src/host/ports.ts';
import { storageFailure } from '../../src/kernel/failure.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import type { StageResult } from '../../src/run/stage-result.ts';
import { commandSettings, createRunScene, planOf } from '../fakes/run-scenes.ts';

const short = ({ status, reason }: StageResult) => `${status}${reason === null ? '' : ` ${reason}`}`;

const build = commandSettings({ id: 'build' });
const lint = commandSettings({ id: 'lint' });
const check = commandSettings({ id: 'check' });

describe('a sequence of stages', () => {
  test('runs each command once, in order, and tells what happens', async () => {
    const scene = createRunScene({ behaviours: { build: { durationMs: 40, output: 'built\n' }, lint: {} } });
    const outcome = await runPlan(planOf(build, lint), scene.deps);
    expect(outcome).toMatchObject({ failure: null, childProcesses: 2, outputBytes: 6 });
    expect(outcome.results.map(short)).toEqual(['passed', 'passed']);
    expect(scene.events.map(({ type }) => type)).toEqual([
      'run_started',
      'stage_started',
      'stage_finished',
      'stage_started',
      'stage_finished',
    ]);
    expect(scene.sinks.get('build')?.text).toBe('built\n');
    expect([...scene.sinks.values()].every(({ isClosed }) => isClosed)).toBe(true);
  });

  test('hands the command what the stage and the run say', async () => {
    const scene = createRunScene({
      behaviours: { 'make it': {} },
      deps: { environment: { A: '1', B: '2' } },
    });
    const stage = commandSettings({ id: 'build', run: 'make it', env: { B: '3' }, timeoutMs: 1_234 });
    await runPlan(planOf(stage), scene.deps);
    expect(scene.processes.requests[0]).toMatchObject({
      commandLine: 'make it',
      env: { A: '1', B: '3' },
      timeoutMs: 1_234,
      graceMs: 5_000,
      runMarker: scene.deps.runId,
    });
  });

  test('measures with the clock that does not jump', async () => {
    const scene = createRunScene({
      behaviours: { build: { durationMs: 2_000, during: () => scene.clock.setWall(Date.UTC(2020, 0, 1)) } },
    });
    const startedAtMs = scene.clock.wallMs();
    const { results } = await runPlan(planOf(build), scene.deps);
    expect(results[0]).toMatchObject({
      startedAtMs,
      completedAtMs: startedAtMs + 2_000,
      durationMs: 2_000,
      cpuMs: 1_000,
      maxRssBytes: 1_048_576,
      exitCode: 0,
      log: { path: 'logs/01-build.log' },
    });
  });

  test('goes on after a failure unless told otherwise', async () => {
    const scene = createRunScene({ behaviours: { build: { exitCode: 2 }, lint: {} } });
    const { results } = await runPlan(planOf(build, lint), scene.deps);
    expect(results.map(short)).toEqual(['failed exit_nonzero', 'passed']);
    expect(results[0]?.detail).toBe('exit code 2: build');
  });

  test('fail-fast stops at the first required failure, and says which', async () => {
    const scene = createRunScene({
      behaviours: { hint: { exitCode: 1 }, build: { exitCode: 1 } },
      execution: { onFailure: 'fail-fast' },
    });
    const hint = commandSettings({ id: 'hint', required: false });
    const skip = { reason: 'nothing_detected', detail: 'no script' } as const;
    const { results, childProcesses } = await runPlan(
      planOf(hint, build, lint, { settings: check, skip }),
      scene.deps,
    );
    expect(results.map(short)).toEqual([
      'failed exit_nonzero',
      'failed exit_nonzero',
      'not_run earlier_failure',
      'skipped nothing_detected',
    ]);
    expect(results[2]?.detail).toContain('build did not pass');
    expect(childProcesses).toBe(2);
  });

  test('what the plan leaves out is not started', async () => {
    const scene = createRunScene();
    const reasons = ['nothing_detected', 'no_matching_changes', 'not_selected'] as const;
    const stages = reasons.map((reason) => ({
      settings: commandSettings({ id: reason, run: null }),
      skip: { reason, detail: `because ${reason}` },
    }));
    const { results } = await runPlan(planOf(...stages), scene.deps);
    expect(results.map(short)).toEqual([
      'skipped nothing_detected',
      'skipped no_matching_changes',
      'not_run not_selected',
    ]);
    expect(results[0]).toMatchObject({ detail: 'because nothing_detected', startedAtMs: null, log: null });
    expect(scene.sinks.size).toBe(0);
    expect(scene.processes.requests).toEqual([]);
  });

  test('needs that did not pass are named', async () => {
    const scene = createRunScene({ behaviours: { build: { exitCode: 1 }, lint: {} } });
    const e2e = commandSettings({ id: 'e2e', needs: ['lint', 'build'] });
    const after = commandSettings({ id: 'after', needs: ['e2e'] });
    const lost = commandSettings({ id: 'lost', needs: ['nowhere'] });
    const { results } = await runPlan(planOf(build, lint, e2e, after, lost), scene.deps);
    expect(results.slice(2).map(short)).toEqual(Array(3).fill('not_run need_not_passed'));
    expect(results.slice(2).map(({ detail }) => detail)).toEqual([
      'needs build, which failed',
      'needs e2e, which did not run',
      'needs nowhere, which does not run before it',
    ]);
  });

  test('needs that passed let it run', async () => {
    const scene = createRunScene({ behaviours: { build: {}, e2e: {} } });
    const e2e = commandSettings({ id: 'e2e', needs: ['build'] });
    expect((await runPlan(planOf(build, e2e), scene.deps)).results.map(short)).toEqual(['passed', 'passed']);
  });

  test('a folder that leads out is refused before anything starts', async () => {
    const scene = createRunScene();
    const { results } = await runPlan(planOf(commandSettings({ id: 'build', cwd: '..' })), scene.deps);
    expect(results.map(short)).toEqual(['not_evaluated could_not_evaluate']);
    expect(results[0]?.detail).toContain('stages.build.cwd');
    expect(scene.processes.requests).toEqual([]);
  });
});

describe('attempts', () => {
  test('a pass after a failure is flaky, with every attempt recorded and told', async () => {
    const scene = createRunScene({
      behaviours: {
        check: [
          { exitCode: 1, output: 'broken', durationMs: 10, strays: 1 },
          { signal: 'SIGSEGV', output: 'worse\n', durationMs: 20 },
          { output: 'fine\n', durationMs: 30 },
        ],
      },
    });
    const { results, childProcesses } = await runPlan(
      planOf(commandSettings({ id: 'check', retries: 5 })),
      scene.deps,
    );
    expect(results[0]).toMatchObject({
      status: 'passed',
      reason: 'flaky',
      durationMs: 60,
      strays: 1,
      attempts: [
        { attempt: 1, status: 'failed', reason: 'exit_nonzero', exitCode: 1, signal: null, durationMs: 10 },
        {
          attempt: 2,
          status: 'failed',
          reason: 'signalled',
          exitCode: null,
          signal: 'SIGSEGV',
          durationMs: 20,
        },
        { attempt: 3, status: 'passed', reason: null, exitCode: 0, durationMs: 30 },
      ],
    });
    expect(results[0]?.warnings).toEqual(['1 process of check outlived it and had to be killed']);
    expect(childProcesses).toBe(3);
    expect(scene.sinks.get('check')?.text).toBe(
      'broken\n--- attempt 2 ---\nworse\n--- attempt 3 ---\nfine\n',
    );
    expect(scene.events.filter(({ type }) => type === 'attempt_failed')).toMatchObject([
      { attempt: 1, left: 5, detail: 'exit code 1: check' },
      { attempt: 2, left: 4, detail: 'ended by SIGSEGV: check' },
    ]);
  });

  test('end when they are used up; the last one counts', async () => {
    const scene = createRunScene({ behaviours: { check: { exitCode: 3 } } });
    const { results } = await runPlan(planOf(commandSettings({ id: 'check', retries: 1 })), scene.deps);
    expect(results[0]).toMatchObject({
      status: 'failed',
      detail: 'exit code 3: check (attempt 2)',
      exitCode: 3,
    });
    expect(results[0]?.attempts).toHaveLength(2);
  });

  test('tests of an earlier attempt are not added to those of the last', async () => {
    const scene = createRunScene({
      behaviours: {
        test: [
          { exitCode: 1, output: '4 passed, 1 failed\n' },
          { exitCode: 0, output: '5 passed, 0 failed\n' },
        ],
      },
    });
    const { results } = await runPlan(planOf(commandSettings({ id: 'test', retries: 1 })), scene.deps);
    expect(results[0]).toMatchObject({
      status: 'passed',
      reason: 'flaky',
      tests: { executed: 5, failed: 0 },
    });
  });

  test('are repeated when no test ran, and a failed start as well', async () => {
    const scene = createRunScene({
      behaviours: {
        test: [
          { output: '0 passed, 0 failed\n' },
          { spawnError: 'no memory' },
          { output: '1 passed, 0 failed\n' },
        ],
      },
    });
    const { results, childProcesses } = await runPlan(
      planOf(commandSettings({ id: 'test', retries: 2 })),
      scene.deps,
    );
    expect(results[0]?.attempts.map(({ reason }) => reason)).toEqual(['no_tests_ran', 'spawn_failed', null]);
    expect(childProcesses).toBe(2);
  });
});

describe('ends of a command', () => {
  test.each([
    [{ signal: 'SIGKILL' }, 'failed signalled'],
    [{ isDeaf: true }, 'failed timed_out'],
    [{ spawnError: 'too many open files (EMFILE)' }, 'not_evaluated spawn_failed'],
    [{ exitCode: 127, output: 'sh: 1: x: not found\n' }, 'failed exit_nonzero'],
  ])('%j is %s', async (behaviour, expected) => {
    const scene = createRunScene({ behaviours: { build: behaviour } });
    const { results } = await runPlan(planOf(build), scene.deps);
    expect(results.map(short)).toEqual([expected]);
    expect(results[0]?.detail).not.toBeNull();
  });

  test('an exit code weighs more than the tests, whose numbers are kept', async () => {
    const scene = createRunScene({ behaviours: { test: { exitCode: 1, output: '0 passed, 0 failed\n' } } });
    const { results } = await runPlan(planOf(commandSettings({ id: 'test' })), scene.deps);
    expect(results[0]).toMatchObject({ reason: 'exit_nonzero', tests: { executed: 0 } });
  });

  test('a time limit is not outweighed by what was printed before', async () => {
    const scene = createRunScene({ behaviours: { test: { isDeaf: true, output: '9 passed, 0 failed\n' } } });
    const { results } = await runPlan(planOf(commandSettings({ id: 'test', timeoutMs: 500 })), scene.deps);
    expect(results[0]).toMatchObject({ reason: 'timed_out', tests: null, durationMs: 5_500 });
    expect(results[0]?.detail).toContain('timed out after 500 ms');
  });
});

describe('cancellation', () => {
  test('in the middle of a stage ends it, starts no other and repeats nothing', async () => {
    const scene = createRunScene({
      behaviours: { build: {}, lint: { isDeaf: true, during: () => scene.cancellation.raise('SIGTERM') } },
    });
    const skip = { reason: 'not_selected', detail: 'not in --stages' } as const;
    const { results } = await runPlan(
      planOf(build, commandSettings({ id: 'lint', retries: 3 }), check, {
        settings: commandSettings({ id: 'x' }),
        skip,
      }),
      scene.deps,
    );
    expect(results.map(short)).toEqual([
      'passed',
      'cancelled cancelled',
      'not_run cancelled',
      'not_run not_selected',
    ]);
    expect(results[1]?.attempts).toHaveLength(1);
    expect(results[2]?.detail).toBe('SIGTERM came before it started');
    expect(scene.processes.requests).toHaveLength(2);
  });

  test('that comes when a command has failed by itself: the failure stands and is not repeated', async () => {
    const scene = createRunScene({ behaviours: { check: { exitCode: 1 } } });
    const processes: ProcessHost = {
      ...scene.processes,
      async run(request) {
        const exit = await scene.processes.run(request);
        scene.cancellation.raise();
        return exit;
      },
    };
    const stage = commandSettings({ id: 'check', retries: 3 });
    const { results } = await runPlan(planOf(stage, lint), { ...scene.deps, processes });
    expect(results.map(short)).toEqual(['failed exit_nonzero', 'not_run cancelled']);
    expect(results[0]?.attempts).toHaveLength(1);
    expect(scene.events.some(({ type }) => type === 'attempt_failed')).toBe(false);
  });

  test('between two attempts ends the stage', async () => {
    const scene = createRunScene({ behaviours: { check: { exitCode: 1 } } });
    const deps = {
      ...scene.deps,
      listener: (event: { readonly type: string }) => {
        if (event.type === 'attempt_failed') scene.cancellation.raise();
      },
    };
    const { results } = await runPlan(planOf(commandSettings({ id: 'check', retries: 3 }), lint), deps);
    expect(results.map(short)).toEqual(['cancelled cancelled', 'not_run cancelled']);
    expect(results[0]?.attempts.map(({ status }) => status)).toEqual(['failed', 'cancelled']);
  });
});

describe('evidence that cannot be recorded', () => {
  const failure = storageFailure('no space left on device (ENOSPC)', { where: '/runs/logs/01-build.log' });

  test('a log that cannot be opened: nothing is started, the run ends', async () => {
    const scene = createRunScene({
      behaviours: { lint: {} },
      storage: { stage: 'build', at: 'open', failure },
    });
    const outcome = await runPlan(planOf(build, lint), scene.deps);
    expect(outcome.failure).toBe(failure);
    expect(outcome.results.map(short)).toEqual([
      'not_evaluated could_not_evaluate',
      'not_run earlier_failure',
    ]);
    expect(outcome.results[0]?.detail).toContain('ENOSPC');
    expect(scene.processes.requests).toEqual([]);
  });

  test('a log that cannot be closed: a pass is taken back, a failure stands', async () => {
    for (const [exitCode, expected] of [
      [0, 'not_evaluated could_not_evaluate'],
      [1, 'failed exit_nonzero'],
    ] as const) {
      const scene = createRunScene({
        behaviours: { build: { exitCode, durationMs: 7 }, lint: {} },
        storage: { stage: 'build', at: 'close', failure },
      });
      const outcome = await runPlan(planOf(build, lint), scene.deps);
      expect(outcome).toMatchObject({ failure, childProcesses: 1 });
      expect(outcome.results.map(short)).toEqual([expected, 'not_run earlier_failure']);
      expect(outcome.results[0]).toMatchObject({ log: null, durationMs: 7 });
    }
  });
});

describe('bugs', () => {
  test('a listener that throws ends the run with its error', async () => {
    const scene = createRunScene({ behaviours: { build: {} } });
    const listener = () => {
      throw new Error('manifest broken');
    };
    await expect(runPlan(planOf(build), { ...scene.deps, listener })).rejects.toThrow('manifest broken');
  });

  test('a command that is missing from the plan is not a pass', async () => {
    const scene = createRunScene();
    const { results } = await runPlan(planOf(commandSettings({ id: 'build', run: null })), scene.deps);
    expect(results.map(short)).toEqual(['not_evaluated internal_error']);
  });
});
