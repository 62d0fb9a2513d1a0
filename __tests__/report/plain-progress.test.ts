import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createProgress } from '../../src/report/progress/progress.ts';
import type { RunEvent } from '../../src/run/events.ts';
import { failed, passed } from '../../src/run/stage-result.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { commandSettings, planOf } from '../fakes/run-scenes.ts';
import { expectGolden } from './golden-files.ts';
import { hostileText } from './hostile-manifests.ts';
import { expectInertLines } from './inert-lines.ts';
import { measured, play, tellStory, tests } from './run-story.ts';

function record(mode: 'plain' | 'silent' | 'live', color = false, redact = (text: string) => text) {
  let text = '';
  const clock = createFakeClock();
  const stream = { isTTY: false, columns: () => 80, write: (more: string) => (text += more) };
  const progress = createProgress({ stream, mode, color, clock, redact });
  return { progress, clock, written: () => text };
}

function lineOf(event: RunEvent, redact?: (text: string) => string): string {
  const { progress, written } = record('plain', false, redact);
  progress.onEvent(event);
  return written();
}

describe('plain progress', () => {
  test('is one line at the start and one at the end of each stage', () => {
    const { progress, clock, written } = record('plain');
    play(tellStory(), clock, progress.onEvent);
    progress.close();
    expectGolden('progress.plain.txt', written());
  });

  test('is the same in colour, but for the colour', () => {
    const plain = record('plain');
    const coloured = record('plain', true);
    play(tellStory(), plain.clock, plain.progress.onEvent);
    play(tellStory(), coloured.clock, coloured.progress.onEvent);
    expect(coloured.written()).toContain('\u001b[');
    expect(coloured.written().replace(/\u001b\[\d+m/g, '')).toBe(plain.written());
  });

  test('tells tests, retries and time', () => {
    const [stage] = planOf(commandSettings({ id: 'test', run: 'npm test' })).stages;
    if (stage === undefined) throw new Error('no stage');
    const end = (result: ReturnType<typeof passed>) => lineOf({ type: 'stage_finished', stage, result });
    expect(end(passed(measured(12_400, { tests: tests(118, 0) })))).toBe('✔ test  12.4 s · 118 passed\n');
    expect(end(failed('exit_nonzero', 'x', measured(3_210, { exitCode: 1, tests: tests(41, 2) })))).toBe(
      '✖ test  exit 1 after 3.21 s · 2 failed, 41 passed\n',
    );
    const attempts = [
      { attempt: 1, status: 'failed', reason: 'exit_nonzero', durationMs: 5, exitCode: 1, signal: null },
      { attempt: 2, status: 'passed', reason: null, durationMs: 5, exitCode: 0, signal: null },
    ] as const;
    expect(end(passed(measured(900, { attempts, tests: tests(1, 0) }), 'flaky', 'x'))).toBe(
      '✔ test  900 ms · 1 passed · flaky: passed on attempt 2\n',
    );
    expect(end(failed('timed_out', 'x', measured(1_800_000)))).toBe(
      '✖ test  timed out after 30 min 00 s · executed: unknown\n',
    );
    expect(end(failed('no_tests_ran', 'x', measured(1_120, { tests: tests(0, 0) })))).toBe(
      '✖ test  no tests ran · 1.12 s · 0 executed\n',
    );
  });

  test('a name, a command or a detail cannot steer a terminal or a runner', () => {
    fc.assert(
      fc.property(hostileText, hostileText, hostileText, (id, run, detail) => {
        const plan = planOf(commandSettings({ id, run }));
        const [stage] = plan.stages;
        if (stage === undefined) throw new Error('no stage');
        const { progress, written } = record('plain');
        progress.onEvent({ type: 'stage_started', stage, startedAtMs: 0 });
        progress.onEvent({ type: 'attempt_failed', stage, attempt: 1, left: 2, detail });
        progress.onEvent({ type: 'stage_finished', stage, result: passed(measured(1), 'waived', detail) });
        progress.note(detail);
        expectInertLines(written(), null);
        expect(written().split('\n')).toHaveLength(5);
      }),
      { numRuns: 300 },
    );
  });

  test('secrets are hidden', () => {
    const [stage] = planOf(commandSettings({ id: 'build', run: 'make TOKEN=hunter2' })).stages;
    if (stage === undefined) throw new Error('no stage');
    const redact = (text: string) => text.replaceAll('hunter2', '***');
    expect(lineOf({ type: 'stage_started', stage, startedAtMs: 0 }, redact)).toBe(
      '▶ build  make TOKEN=***\n',
    );
    const event: RunEvent = { type: 'attempt_failed', stage, attempt: 1, left: 1, detail: 'hunter2' };
    expect(lineOf(event, redact)).toBe('↻ build  attempt 1 failed, one more try: ***\n');
  });

  test('is what a live display falls back to where there is no terminal', () => {
    const { progress, clock, written } = record('live');
    play(tellStory(), clock, progress.onEvent);
    expect(progress.restoreText).toBe('');
    expect(written()).toContain('✔ build  12.4 s\n');
    expect(written()).not.toContain('\u001b');
  });
});

test('silent progress writes nothing', () => {
  const { progress, clock, written } = record('silent');
  play(tellStory(), clock, progress.onEvent);
  progress.note('note');
  progress.close();
  expect(written()).toBe('');
});
