import { describe, expect, test } from '@jest/globals';
import {
  cancelled,
  failed,
  notEvaluated,
  notRun,
  passed,
  type StageResult,
  skipped,
} from '../../src/run/stage-result.ts';
import { type JudgedStage, verdictOf } from '../../src/run/verdict.ts';

const RESULTS = {
  passed: passed(),
  flaky: passed({}, 'flaky', 'passed on attempt 2'),
  failed: failed('exit_nonzero', 'exit code 1'),
  cancelled: cancelled('stopped'),
  unstarted: notRun('cancelled', 'came before it started'),
  unanswered: notEvaluated('history_missing', 'no history'),
  unselected: notRun('not_selected', 'not in --stages'),
  blocked: notRun('need_not_passed', 'needs build'),
  undetected: skipped('nothing_detected', 'no script'),
  unmatched: skipped('no_matching_changes', 'no file'),
} as const satisfies Record<string, StageResult>;

type Kind = keyof typeof RESULTS;

/** Stages by the name of their result; a `?` makes one optional. */
function judge(kinds: string, strict = false) {
  const stages = kinds.split(' ').map((word): JudgedStage => {
    const kind = word.replace('?', '') as Kind;
    return { id: kind, required: !word.endsWith('?'), result: RESULTS[kind] };
  });
  return verdictOf(stages, { strict });
}

describe('the verdict', () => {
  test.each([
    ['passed', 'passed'],
    ['passed flaky', 'passed'],
    ['passed undetected', 'passed'],
    ['passed unmatched', 'passed'],
    ['passed failed? unanswered? unselected?', 'passed'],
    ['passed failed', 'failed'],
    ['failed unanswered', 'failed'],
    ['passed unanswered', 'not_evaluated'],
    ['passed unselected', 'not_evaluated'],
    ['passed blocked', 'not_evaluated'],
    ['failed cancelled', 'cancelled'],
    ['passed unstarted', 'cancelled'],
    ['passed cancelled?', 'cancelled'],
    ['undetected unmatched', 'not_evaluated'],
    ['undetected failed?', 'not_evaluated'],
  ])('of %s is %s', (kinds, verdict) => {
    const found = judge(kinds);
    expect(found.verdict).toBe(verdict);
    expect(found.detail === null).toBe(verdict === 'passed');
  });

  test('of no stage at all is not a pass', () => {
    expect(verdictOf([], { strict: false }).verdict).toBe('not_evaluated');
  });

  test('with strict, a required stage without anything to run fails; an optional one and one without changes do not', () => {
    expect(judge('passed undetected', true).verdict).toBe('failed');
    expect(judge('passed undetected? unmatched', true).verdict).toBe('passed');
  });

  test.each([
    ['passed failed', '1 stage failed: failed'],
    ['passed unselected', 'partial run: unselected was not selected'],
    ['unanswered unselected', 'not evaluated: unanswered; partial run: unselected was not selected'],
    ['cancelled unstarted', 'cancelled: cancelled, unstarted'],
    ['undetected', 'nothing was evaluated: no stage had anything to do'],
  ])('of %s is explained', (kinds, detail) => {
    expect(judge(kinds).detail).toBe(detail);
  });

  test('names many stages in one line of bounded length', () => {
    const stages = Array.from({ length: 30 }, (_, index) => ({
      id: `stage-${index}`,
      required: true,
      result: RESULTS.failed,
    }));
    expect(verdictOf(stages, { strict: false }).detail).toMatch(
      /^30 stages failed: stage-0, .* and 22 more$/,
    );
  });

  test('has the exit code of the contract', () => {
    expect(judge('passed').exitCode(null)).toBe(0);
    expect(judge('failed').exitCode(null)).toBe(1);
    expect(judge('unanswered').exitCode(null)).toBe(3);
    expect(judge('cancelled').exitCode('SIGINT')).toBe(130);
    expect(judge('cancelled').exitCode('SIGTERM')).toBe(143);
    expect(judge('failed').exitCode('SIGTERM')).toBe(1);
  });
});
