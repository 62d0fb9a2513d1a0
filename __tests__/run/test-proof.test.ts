import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { judgeTests, readTests } from '../../src/run/test-proof.ts';
import { commandSettings } from '../fakes/run-scenes.ts';

const directory = mkdtempSync(path.join(os.tmpdir(), 'gate-proof-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
writeFileSync(
  path.join(directory, 'report.xml'),
  '<testsuite><testcase name="a"/><testcase name="b"/><testcase name="c"><failure/></testcase></testsuite>',
);

const FIVE = '5 passed, 0 failed\n';

async function prove(
  id: string,
  tests: { min?: number | null; junit?: readonly string[] },
  tail: string,
  notBeforeMs = 0,
) {
  const settings = commandSettings({ id, tests: { min: tests.min ?? null, junit: tests.junit ?? [] } });
  const counts = await readTests(settings, { directory, tail, notBeforeMs });
  return {
    executed: counts.ok ? (counts.value?.executed ?? null) : 'failure',
    judgement: judgeTests(settings, counts),
  };
}

describe('proof that tests ran', () => {
  test('a recognised runner in a stage for tests proves itself', async () => {
    for (const id of ['test', 'unit-tests', 'e2e', 'test:integration']) {
      expect(await prove(id, {}, FIVE)).toEqual({ executed: 5, judgement: null });
    }
  });

  test('other stages are not searched for numbers', async () => {
    for (const id of ['build', 'lint', 'latest']) {
      expect(await prove(id, {}, FIVE)).toEqual({ executed: null, judgement: null });
    }
  });

  test('no test at all fails although the exit code was 0', async () => {
    const zero = await prove('test', {}, '0 passed, 0 failed\n');
    expect(zero.judgement).toMatchObject({ status: 'failed', reason: 'no_tests_ran' });
    expect(zero.judgement?.detail).toContain('0 tests ran');
  });

  test('fewer than asked for fails and says how many were asked for', async () => {
    const { judgement } = await prove('test', { min: 6 }, FIVE);
    expect(judgement).toEqual({
      status: 'failed',
      reason: 'too_few_tests',
      detail: 'only 5 tests ran (closing line): stages.test.tests.min asks for 6',
    });
    expect((await prove('test', { min: 5 }, FIVE)).judgement).toBeNull();
  });

  test('a stage of any name proves what tests.min asks for', async () => {
    expect((await prove('build', { min: 1 }, FIVE)).judgement).toBeNull();
    expect((await prove('build', { min: 1 }, '0 passed, 0 failed\n')).judgement?.reason).toBe('no_tests_ran');
  });

  test('an unknown number is no pass where a number was asked for, and none of our business elsewhere', async () => {
    expect((await prove('test', {}, 'all fine\n')).judgement).toBeNull();
    expect((await prove('test', { min: 0 }, 'all fine\n')).judgement).toBeNull();
    expect((await prove('test', { min: 1 }, 'all fine\n')).judgement).toMatchObject({
      status: 'not_evaluated',
      reason: 'could_not_evaluate',
      detail: 'it is not known how many tests ran: name a JUnit report in stages.test.tests.junit',
    });
  });

  test('min 0 allows a run without tests', async () => {
    expect((await prove('test', { min: 0 }, '0 passed, 0 failed\n')).judgement).toBeNull();
  });

  test('a JUnit report outweighs the output', async () => {
    expect(await prove('build', { junit: ['*.xml'] }, '0 passed, 0 failed\n')).toEqual({
      executed: 3,
      judgement: null,
    });
    expect((await prove('test', { min: 4, junit: ['*.xml'] }, FIVE)).judgement?.reason).toBe('too_few_tests');
  });

  test('a missing or stale JUnit report is never a pass', async () => {
    const missing = await prove('test', { junit: ['other/*.xml'] }, FIVE);
    expect(missing.judgement).toMatchObject({ status: 'not_evaluated', reason: 'could_not_evaluate' });
    expect(missing.judgement?.detail).toContain('other/*.xml');
    const stale = await prove('test', { junit: ['*.xml'] }, FIVE, Date.now() + 3_600_000);
    expect(stale.judgement).toMatchObject({ status: 'not_evaluated' });
  });
});
