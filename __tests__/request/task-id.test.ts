import { describe, expect, test } from '@jest/globals';
import { pullRequestNumber, resolveTaskId } from '../../src/request/task-id.ts';

describe('the task id', () => {
  test('a flag beats the environment, the environment the configuration, that the branch', () => {
    const environment = {
      GATE_TASK_ID: 'from-env',
      MCP_RUNNER_TASK_ID: 'older',
      GITHUB_REF: 'refs/pull/7/merge',
    };
    const of = (
      task: string | null,
      env: Record<string, string>,
      configured: string | null,
      branch: string | null,
    ) => resolveTaskId({ task, environment: env }, configured, branch);
    expect(of('flag', environment, 'conf', 'b')).toEqual({ ok: true, value: 'flag' });
    expect(of(null, environment, 'conf', 'b')).toEqual({ ok: true, value: 'from-env' });
    expect(of(null, { ...environment, GATE_TASK_ID: '' }, 'conf', 'b')).toEqual({ ok: true, value: 'older' });
    expect(of(null, { GITHUB_REF: 'refs/pull/7/merge' }, 'conf', 'b')).toEqual({ ok: true, value: 'conf' });
    expect(of(null, { GITHUB_REF: 'refs/pull/7/merge' }, null, 'b')).toEqual({ ok: true, value: 'pr-7' });
    expect(of(null, {}, null, 'feat/x y')).toEqual({ ok: true, value: 'feat-x-y' });
    expect(of(null, {}, null, '///')).toEqual({ ok: true, value: 'local' });
    expect(of(null, {}, null, null)).toEqual({ ok: true, value: 'local' });
  });

  test('a hostile id from the environment is refused by name', () => {
    expect(resolveTaskId({ task: null, environment: { GATE_TASK_ID: '../x' } }, null, null)).toMatchObject({
      ok: false,
      error: { kind: 'usage', where: 'GATE_TASK_ID' },
    });
  });

  test.each([
    ['refs/pull/12/merge', 12],
    ['refs/heads/main', null],
    ['refs/pull/x/merge', null],
  ])('%s is pull request %s', (ref, number) => {
    expect(pullRequestNumber({ GITHUB_REF: ref })).toBe(number);
  });
});
