import { describe, expect, test } from '@jest/globals';
import { type JudgementOptions, judgeRun } from '../../src/evidence/run-judgement.ts';
import { storageFailure } from '../../src/kernel/failure.ts';
import type { RunOutcome } from '../../src/run/run-plan.ts';
import { failed, notRun, passed, type StageResult } from '../../src/run/stage-result.ts';
import { commandSettings, planOf } from '../fakes/run-scenes.ts';

const PLAN = planOf(commandSettings({ id: 'build' }), commandSettings({ id: 'test' }));

function outcomeOf(results: readonly StageResult[], failure: RunOutcome['failure'] = null): RunOutcome {
  return { results, failure, childProcesses: 0, outputBytes: 0 };
}

function judge(
  outcome: RunOutcome,
  tampered: readonly string[] = [],
  options: Partial<JudgementOptions> = {},
) {
  const { end, exitCode } = judgeRun(PLAN, outcome, tampered, {
    strict: false,
    unproven: null,
    violation: null,
    ...options,
  });
  return { ...end, exitCode: exitCode(null) };
}

describe('the judgement of a run', () => {
  test('all passed', () => {
    expect(judge(outcomeOf([passed(), passed()]))).toEqual({
      status: 'succeeded',
      verdict: 'passed',
      detail: null,
      exitCode: 0,
    });
  });

  test('a stage failed', () => {
    expect(judge(outcomeOf([passed(), failed('exit_nonzero', 'exit 1')]))).toMatchObject({
      status: 'failed',
      verdict: 'failed',
      exitCode: 1,
    });
  });

  test('a stage that was not selected leaves the question open', () => {
    expect(judge(outcomeOf([passed(), notRun('not_selected', 'not among --stages')]))).toMatchObject({
      verdict: 'not_evaluated',
      exitCode: 3,
    });
  });

  test('evidence that a stage changed is a failure, though all stages passed', () => {
    const judged = judge(outcomeOf([passed(), passed()]), ['logs/01-build.log', 'manifest.json']);
    expect(judged).toMatchObject({ status: 'failed', verdict: 'failed', exitCode: 1 });
    expect(judged.detail).toBe(
      'tampered: a stage changed the evidence of this run (logs/01-build.log, manifest.json)',
    );
    const names = Array.from({ length: 9 }, (_, at) => `logs/${at}.log`);
    expect(judge(outcomeOf([passed(), passed()]), names).detail).toContain('and 4 more');
  });

  test('a policy that could not be read leaves no green verdict, and a red one stays red', () => {
    const unproven = { unproven: 'the policy of the base could not be read' };
    expect(judge(outcomeOf([passed(), passed()]), [], unproven)).toMatchObject({
      verdict: 'not_evaluated',
      detail: 'the policy of the base could not be read',
      exitCode: 3,
    });
    const red = outcomeOf([passed(), failed('exit_nonzero', 'exit 1')]);
    expect(judge(red, [], unproven)).toMatchObject({ verdict: 'failed', exitCode: 1 });
  });

  test('a violation fails whatever the stages say', () => {
    const violation = { violation: 'strict_commands: …' };
    expect(judge(outcomeOf([passed(), passed()]), [], violation)).toMatchObject({
      verdict: 'failed',
      detail: 'strict_commands: …',
      exitCode: 1,
    });
  });

  test('what could not be recorded has no verdict, though a stage failed', () => {
    const outcome = outcomeOf([failed('exit_nonzero', 'exit 1'), passed()], storageFailure('no space left'));
    expect(judge(outcome, ['manifest.json'])).toMatchObject({ verdict: 'not_evaluated', exitCode: 3 });
  });
});
