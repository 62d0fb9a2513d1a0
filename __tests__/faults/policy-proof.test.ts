import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { openScenes, type SceneStages } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

const NODE = JSON.stringify(process.execPath);

/** Prints these lines and ends well. */
function print(...lines: readonly string[]): string {
  return `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}`;
}

/** What jest says with `--passWithNoTests`. */
const JEST_NOTHING = print('No tests found, exiting with code 0');

async function judge(stages: SceneStages) {
  const { exitCode, stdout, manifest } = await scenes.play(stages, { env: { CI: 'true' } });
  const [stage] = manifest.stages;
  return { exitCode, stdout, verdict: manifest.verdict, stage };
}

describe('K03 a test command that ends with 0 and ran no test', () => {
  test.each<readonly [string, Readonly<Record<string, unknown>>]>([
    ['with tests.min', { run: JEST_NOTHING, tests: { min: 1 } }],
    ['without, because the runner is known', { run: JEST_NOTHING }],
  ])('K03 jest found none, %s: exit 1', async (_name, settings) => {
    const { exitCode, stdout, verdict, stage } = await judge({ test: settings });
    expect([exitCode, verdict]).toEqual([1, 'failed']);
    expect(stage).toMatchObject({ status: 'failed', reason: 'no_tests_ran', exit_code: 0 });
    expect(stdout).toContain('0 tests ran (jest)');
  });

  test('K03 a real node --test that finds no test: exit 1', async () => {
    const made = scenes.repository({ test: `${NODE} --test empty/*.test.mjs` });
    mkdirSync(path.join(made.root, 'empty'));
    writeFileSync(
      path.join(made.root, 'empty', 'skipped.test.mjs'),
      'import { test } from "node:test"; test.skip("x");\n',
    );
    const { exitCode, stdout } = await runGate(['run'], { cwd: made.root, env: { CI: 'true' } });
    expect(exitCode).toBe(1);
    expect(latestManifest(made.root).stages[0]).toMatchObject({ reason: 'no_tests_ran', exit_code: 0 });
    expect(stdout).toContain('0 tests ran (node:test)');
  });

  test('K03 a real node --test over no file: never passed', async () => {
    const made = scenes.repository({
      test: { run: `${NODE} --test "absent/**/*.test.mjs"`, tests: { min: 1 } },
    });
    const { exitCode } = await runGate(['run'], { cwd: made.root, env: { CI: 'true' } });
    expect(exitCode).toBe(1);
    expect(latestManifest(made.root)).toMatchObject({ verdict: 'failed' });
  });

  test('K03 output that no runner writes: with tests.min it proves nothing, exit 3', async () => {
    const { exitCode, verdict, stage } = await judge({
      test: { run: print('all is well'), tests: { min: 1 } },
    });
    expect([exitCode, verdict]).toEqual([3, 'not_evaluated']);
    expect(stage).toMatchObject({ status: 'not_evaluated', reason: 'could_not_evaluate' });
  });

  test('K03 fewer tests than asked for: exit 1', async () => {
    const lines = [
      'Test Suites: 1 passed, 1 total',
      'Tests:       2 passed, 2 total',
      'Snapshots:   0 total',
      'Time:        0.1 s',
    ];
    const { exitCode, stage } = await judge({ test: { run: print(...lines), tests: { min: 3 } } });
    expect([exitCode, stage?.reason]).toEqual([1, 'too_few_tests']);
  });

  test('K03 a JUnit report of an earlier run is no proof of this one', async () => {
    const made = scenes.repository({ test: { run: 'true', tests: { min: 1, junit: ['junit.xml'] } } });
    made.write('junit.xml', '<testsuite tests="5" failures="0" errors="0" skipped="0"/>\n');
    const { exitCode } = await runGate(['run'], { cwd: made.root, env: { CI: 'true' } });
    expect(exitCode).toBe(3);
    expect(latestManifest(made.root)).toMatchObject({ verdict: 'not_evaluated' });
  });
});
