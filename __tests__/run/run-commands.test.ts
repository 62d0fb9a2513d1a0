import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../../src/host/clock.ts';
import { createProcessHost } from '../../src/host/process-host.ts';
import { runPlan } from '../../src/run/run-plan.ts';
import { verdictOf } from '../../src/run/verdict.ts';
import { commandSettings, createRunScene, planOf } from '../fakes/run-scenes.ts';

const directory = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-run-')));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const clock = createSystemClock();
const host = createProcessHost(clock);
const sceneHere = () => createRunScene({ host, deps: { directory, clock } });

describe('a plan with real commands', () => {
  test('keeps what each stage did apart, and comes to a verdict', async () => {
    writeFileSync(path.join(directory, 'plain'), 'no program\n');
    const stages = [
      commandSettings({ id: 'build', run: 'printf built' }),
      commandSettings({ id: 'lint', run: 'no-such-linter --all' }),
      commandSettings({ id: 'odd', run: './plain' }),
      commandSettings({ id: 'crash', run: 'kill -SEGV $$' }),
      commandSettings({ id: 'hang', run: 'sleep 30', timeoutMs: 200 }),
      commandSettings({ id: 'long', run: `: ${'x'.repeat(200_000)}` }),
      commandSettings({ id: 'test', run: "echo '3 passed, 0 failed'" }),
    ];
    const scene = sceneHere();
    const { results, failure } = await runPlan(planOf(...stages), scene.deps);
    expect(failure).toBeNull();
    expect(results.map(({ status, reason }) => `${status} ${reason}`)).toEqual([
      'passed null',
      'failed exit_nonzero',
      'failed exit_nonzero',
      'failed signalled',
      'failed timed_out',
      'not_evaluated spawn_failed',
      'passed null',
    ]);
    expect(results[1]?.detail).toContain('exit code 127, command not found: no-such-linter');
    expect(results[2]?.detail).toContain('exit code 126, command cannot be executed: ./plain');
    expect(results[3]?.detail).toContain('ended by SIGSEGV');
    expect(results[5]?.detail).toContain('E2BIG');
    expect(results[6]?.tests).toMatchObject({ executed: 3, passed: 3 });
    expect(scene.sinks.get('build')?.text).toBe('built');
    const judged = results.map((result, index) => ({ id: String(index), required: true, result }));
    expect(verdictOf(judged, { strict: false })).toMatchObject({ verdict: 'failed' });
  });

  test('a retry that passes: both outputs stand in the log', async () => {
    const scene = sceneHere();
    const run = 'if [ -e second ]; then echo fine; else touch second; printf broken; exit 1; fi';
    const { results } = await runPlan(planOf(commandSettings({ id: 'shaky', run, retries: 1 })), scene.deps);
    expect(results[0]).toMatchObject({ status: 'passed', reason: 'flaky' });
    expect(scene.sinks.get('shaky')?.text).toBe('broken\n--- attempt 2 ---\nfine\n');
  });

  test('a JUnit report that the stage writes is its proof', async () => {
    const scene = sceneHere();
    const run = `echo '<testsuite><testcase name="a"/><testcase name="b"/></testsuite>' > junit.xml`;
    const tests = { min: 2, junit: ['junit.xml'] };
    const { results } = await runPlan(planOf(commandSettings({ id: 'proof', run, tests })), scene.deps);
    expect(results[0]).toMatchObject({ status: 'passed', tests: { executed: 2 } });
  });

  test('a signal in mid-stage: that stage is cancelled, the rest is not run, 130', async () => {
    const scene = sceneHere();
    const stages = [
      commandSettings({ id: 'slow', run: 'sleep 30' }),
      commandSettings({ id: 'next', run: 'true' }),
    ];
    setTimeout(() => scene.cancellation.raise('SIGINT'), 200);
    const { results } = await runPlan(planOf(...stages), scene.deps);
    expect(results.map(({ status }) => status)).toEqual(['cancelled', 'not_run']);
    const judged = results.map((result, index) => ({ id: String(index), required: true, result }));
    const verdict = verdictOf(judged, { strict: false });
    expect([verdict.verdict, verdict.exitCode(scene.cancellation.signal)]).toEqual(['cancelled', 130]);
  });
});
