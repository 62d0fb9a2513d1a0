import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ProcessExit } from '../../src/host/ports.ts';
import { judgeExit, type OutcomeContext, timeoutOf } from '../../src/run/command-outcome.ts';

const EXIT: ProcessExit = {
  outcome: 'exited',
  exitCode: 0,
  signal: null,
  durationMs: 3_200,
  cpuMs: null,
  maxRssBytes: null,
  outputBytes: 0,
  strays: 0,
  spawnError: null,
};

const CONTEXT: OutcomeContext = {
  settings: { id: 'build', timeoutMs: null },
  commandLine: 'npm run build',
  execution: { timeoutMs: 1_800_000 },
  cancelSignal: null,
  tail: '',
};

function detailOf(exit: Partial<ProcessExit>, context: Partial<OutcomeContext> = {}): string | null {
  return judgeExit({ ...EXIT, ...exit }, { ...CONTEXT, ...context }).detail;
}

describe('the end of a command in words', () => {
  test('a pass needs none', () => {
    expect(judgeExit(EXIT, CONTEXT)).toEqual({ status: 'passed', reason: null, detail: null });
  });

  test.each([
    [2, '', 'exit code 2: npm run build'],
    [139, '', 'exit code 139 (128 + SIGSEGV): npm run build'],
    [
      127,
      '/bin/sh: 1: tsc: not found\n',
      'exit code 127, command not found: tsc (or the interpreter that its first line names): npm run build',
    ],
    [
      127,
      'sh: line 1: \u001b[31mtsc: command not found\u001b[0m\r\n',
      'exit code 127, command not found: tsc (or the interpreter that its first line names): npm run build',
    ],
    [
      127,
      'something else\n',
      'exit code 127, command not found (or the interpreter that its first line names): npm run build',
    ],
    [
      126,
      '/bin/sh: 1: ./run.sh: Permission denied\n',
      'exit code 126, command cannot be executed: ./run.sh (is it executable, and a program?): npm run build',
    ],
  ])('exit code %i after %j', (exitCode, tail, detail) => {
    const judgement = judgeExit({ ...EXIT, exitCode }, { ...CONTEXT, tail });
    expect(judgement).toEqual({ status: 'failed', reason: 'exit_nonzero', detail });
  });

  test('a time limit says where it stands', () => {
    const exit = { outcome: 'timed_out', exitCode: null } as const;
    expect(detailOf(exit)).toBe(
      'timed out after 30 min 00 s: find what hangs, or set stages.build.timeout (or execution.timeout)',
    );
    expect(detailOf(exit, { settings: { id: 'build', timeoutMs: 600_000 } })).toBe(
      'timed out after 10 min 00 s: find what hangs, or raise stages.build.timeout',
    );
    expect(timeoutOf({ settings: { id: 'build', timeoutMs: 600_000 }, execution: { timeoutMs: 5 } })).toBe(
      600_000,
    );
  });

  test('signals, cancellation and a failed start', () => {
    expect(judgeExit({ ...EXIT, outcome: 'signalled', exitCode: null, signal: 'SIGKILL' }, CONTEXT)).toEqual({
      status: 'failed',
      reason: 'signalled',
      detail: 'ended by SIGKILL: npm run build',
    });
    expect(judgeExit({ ...EXIT, outcome: 'cancelled' }, { ...CONTEXT, cancelSignal: 'SIGTERM' })).toEqual({
      status: 'cancelled',
      reason: 'cancelled',
      detail: 'stopped by SIGTERM after 3.20 s',
    });
    expect(judgeExit({ ...EXIT, outcome: 'spawn_failed', spawnError: 'too many files' }, CONTEXT)).toEqual({
      status: 'not_evaluated',
      reason: 'spawn_failed',
      detail: 'too many files',
    });
  });

  test('is one bounded line whatever the command and its output hold', () => {
    const exits = fc.constantFrom(0, 1, 126, 127, 139, 255);
    fc.assert(
      fc.property(
        exits,
        fc.string({ unit: 'binary', maxLength: 3_000 }),
        fc.string({ unit: 'binary' }),
        (exitCode, commandLine, tail) => {
          const detail = detailOf({ exitCode }, { commandLine, tail: `${tail}: not found\n` }) ?? '';
          expect(detail.length).toBeLessThan(500);
          expect(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202e]/.test(detail)).toBe(false);
        },
      ),
    );
  });
});
