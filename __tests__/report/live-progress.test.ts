import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createProgress } from '../../src/report/progress/progress.ts';
import { passed } from '../../src/run/stage-result.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { commandSettings, planOf } from '../fakes/run-scenes.ts';
import { createFakeTerminal } from './fake-terminal.ts';
import { expectGolden } from './golden-files.ts';
import { hostileText } from './hostile-manifests.ts';
import { expectInertLines } from './inert-lines.ts';
import { measured, play, STORY_PLAN, tellStory } from './run-story.ts';

interface LiveOptions {
  readonly columns?: number;
  readonly rows?: number;
  readonly color?: boolean;
  readonly expectedMs?: (id: string) => number | null;
}

/** A live display on a fake terminal, with `$ gate run` typed above it; `tick` is the timer. */
function openLive({ columns, rows, color = false, expectedMs }: LiveOptions = {}) {
  const terminal = createFakeTerminal(columns, rows);
  const clock = createFakeClock();
  let tick: (() => void) | null = null;
  const progress = createProgress({
    stream: terminal,
    mode: 'live',
    color,
    clock,
    redact: (text) => text.replaceAll('hunter2', '***'),
    ...(expectedMs === undefined ? {} : { expectedMs }),
    every: (_, callback) => {
      tick = callback;
      return () => {
        tick = null;
      };
    },
  });
  terminal.write('$ gate run\n');
  const advance = (durationMs: number) => {
    clock.pass(durationMs);
    tick?.();
  };
  return { terminal, clock, progress, advance, isTicking: () => tick !== null };
}

function longPlan(count: number) {
  return planOf(...Array.from({ length: count }, (_, at) => commandSettings({ id: `stage-${at + 1}` })));
}

/** Runs every stage of a plan; each takes a second. */
function runAll(
  live: ReturnType<typeof openLive>,
  plan: ReturnType<typeof longPlan>,
  until = plan.stages.length,
) {
  live.progress.onEvent({ type: 'run_started', plan });
  for (const stage of plan.stages.slice(0, until)) {
    live.progress.onEvent({ type: 'stage_started', stage, startedAtMs: 0 });
    for (let at = 0; at < 10; at += 1) live.advance(100);
    live.progress.onEvent({ type: 'stage_finished', stage, result: passed(measured(1_000)) });
  }
}

describe('live progress', () => {
  test('has a line per stage, and changes only its own lines', () => {
    const live = openLive();
    const frames: string[] = [];
    for (const moment of tellStory()) {
      play([moment], live.clock, live.progress.onEvent, () => live.advance(0));
      if (moment.event.type !== 'run_started') live.advance(4_000);
      frames.push(`--- ${moment.event.type}`, ...live.terminal.lines());
    }
    expectGolden('progress.live.txt', `${frames.join('\n')}\n`);
  });

  test('takes its lines away at the end and gives the cursor back', () => {
    const live = openLive();
    play(tellStory(), live.clock, live.progress.onEvent, () => live.advance(0));
    expect(live.terminal.isCursorVisible).toBe(false);
    live.progress.close();
    expect(live.terminal.isCursorVisible).toBe(true);
    expect(live.terminal.lines()).toEqual(['$ gate run']);
    expect(live.isTicking()).toBe(false);
    const { written } = live.terminal;
    live.progress.close();
    live.progress.onEvent({ type: 'run_started', plan: STORY_PLAN });
    live.progress.note('late');
    expect(live.terminal.written).toBe(written);
  });

  test('closing in the middle of a stage leaves nothing behind', () => {
    const live = openLive({ color: true });
    play(tellStory().slice(0, 6), live.clock, live.progress.onEvent);
    live.advance(80);
    live.progress.close();
    expect(live.terminal.lines()).toEqual(['$ gate run']);
    expect(live.terminal.isCursorVisible).toBe(true);
  });

  test('the restore text shows the cursor without any state', () => {
    const live = openLive();
    live.progress.onEvent({ type: 'run_started', plan: STORY_PLAN });
    expect(live.terminal.isCursorVisible).toBe(false);
    live.terminal.write(live.progress.restoreText);
    expect(live.terminal.isCursorVisible).toBe(true);
  });

  test('tells how long a stage usually takes', () => {
    const live = openLive({ expectedMs: (id) => (id === 'build' ? 40_120 : null) });
    play(tellStory().slice(0, 3), live.clock, live.progress.onEvent);
    live.advance(12_300);
    expect(live.terminal.lines().at(2)).toContain('build          12 s  of about 40.1 s · npm run build');
  });

  test('a repaint writes only what changed', () => {
    const live = openLive();
    runAll(live, longPlan(10), 9);
    const before = live.terminal.written.length;
    live.advance(80);
    expect(live.terminal.written.length).toBe(before);
    const [last] = longPlan(10).stages.slice(9);
    if (last === undefined) throw new Error('no stage');
    live.progress.onEvent({ type: 'stage_started', stage: last, startedAtMs: 0 });
    const started = live.terminal.written.length;
    live.advance(80);
    expect(live.terminal.written.length - started).toBeLessThan(60);
  });

  test('a note stands above the stages and stays', () => {
    const live = openLive();
    play(tellStory().slice(0, 3), live.clock, live.progress.onEvent);
    live.progress.note('stopping: \u001b[2J hunter2');
    expect(live.terminal.lines().slice(0, 3)).toEqual([
      '$ gate run',
      'stopping: \\x1b[2J ***',
      expect.stringContaining('! spec-guard'),
    ]);
    live.progress.close();
    expect(live.terminal.lines()).toEqual(['$ gate run', 'stopping: \\x1b[2J ***']);
  });
});

describe('live progress in a window that is small', () => {
  test.each([120, 80, 60, 40, 39, 24, 12])('of %i columns no line wraps', (columns) => {
    const live = openLive({ columns });
    const lines = () => live.terminal.lines().slice(1);
    for (const moment of tellStory()) {
      play([moment], live.clock, live.progress.onEvent, () => live.advance(0));
      expect(lines().length).toBeLessThanOrEqual(STORY_PLAN.stages.length);
      for (const line of lines()) expect(line.length).toBeLessThan(columns);
    }
    live.progress.close();
    expect(live.terminal.lines().join('')).toBe('$ gate run');
  });

  test('with more stages than rows, what ended stays and only the running one is repainted', () => {
    const live = openLive({ rows: 6 });
    const plan = longPlan(12);
    runAll(live, plan, 11);
    const last = plan.stages[11];
    if (last === undefined) throw new Error('no stage');
    live.progress.onEvent({ type: 'stage_started', stage: last, startedAtMs: 0 });
    live.advance(2_000);
    const lines = live.terminal.lines();
    expect(lines).toHaveLength(13);
    expect(lines.slice(1, 12).map((line) => line.trim().split(/ +/).slice(0, 2).join(' '))).toEqual(
      Array.from({ length: 11 }, (_, at) => `✔ stage-${at + 1}`),
    );
    expect(lines.at(-1)).toMatch(/^ {2}. stage-12 +2 s {2}stage-12$/);
    live.progress.close();
    expect(live.terminal.lines()).toHaveLength(12);
  });

  test('a window that shrinks while stages run is painted anew', () => {
    const live = openLive({ columns: 80, rows: 24 });
    play(tellStory().slice(0, 6), live.clock, live.progress.onEvent);
    live.advance(80);
    live.terminal.resize(30, 24);
    live.advance(80);
    expect(live.terminal.lines()).toHaveLength(8);
    live.terminal.resize(100, 24);
    live.advance(80);
    expect(live.terminal.lines()).toHaveLength(8);
    live.terminal.resize(100, 5);
    live.advance(80);
    live.progress.close();
    expect(live.terminal.isCursorVisible).toBe(true);
  });
});

describe('live progress, whatever stages are called', () => {
  test('nothing of the change steers the terminal', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(hostileText, hostileText), { minLength: 1, maxLength: 4 }),
        fc.constantFrom(20, 40, 80),
        fc.boolean(),
        (names, columns, color) => {
          const live = openLive({ columns, color });
          const plan = planOf(...names.map(([id, run]) => commandSettings({ id, run })));
          live.progress.onEvent({ type: 'run_started', plan });
          for (const stage of plan.stages) {
            live.progress.onEvent({ type: 'stage_started', stage, startedAtMs: 0 });
            live.advance(80);
            const detail = stage.settings.kind === 'command' ? (stage.settings.run ?? '') : '';
            live.progress.onEvent({ type: 'attempt_failed', stage, attempt: 1, left: 1, detail });
            live.progress.onEvent({ type: 'stage_finished', stage, result: passed({}, 'waived', detail) });
            expectInertLines(`${live.terminal.lines().join('\n')}\n`, null);
            expect(live.terminal.lines().length).toBeLessThanOrEqual(plan.stages.length + 1);
          }
          live.progress.close();
          expect(live.terminal.lines()).toEqual(['$ gate run']);
        },
      ),
      { numRuns: 100 },
    );
  });

  test('a bug while painting gives the cursor back before it is told', () => {
    const terminal = createFakeTerminal();
    let tick = () => {};
    let isBroken = false;
    const clock = createFakeClock();
    const progress = createProgress({
      stream: terminal,
      mode: 'live',
      color: false,
      clock: {
        monotonicMs() {
          if (isBroken) throw new Error('broken clock');
          return clock.monotonicMs();
        },
      },
      redact: (text) => text,
      every: (_, callback) => {
        tick = callback;
        return () => {};
      },
    });
    play(tellStory().slice(0, 3), clock, progress.onEvent);
    isBroken = true;
    expect(tick).toThrow('broken clock');
    expect(terminal.isCursorVisible).toBe(true);
    expect(tick).not.toThrow();
  });

  test('the timer of its own does not keep the process alive', () => {
    const terminal = createFakeTerminal();
    const clock = createFakeClock();
    const progress = createProgress({
      stream: terminal,
      mode: 'live',
      color: false,
      clock,
      redact: (text) => text,
    });
    progress.onEvent({ type: 'run_started', plan: STORY_PLAN });
    const timers = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    progress.close();
    const after = process.getActiveResourcesInfo().filter((name) => name === 'Timeout');
    expect(timers.length).toBe(after.length);
  });
});
