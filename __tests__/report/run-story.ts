import { describeFailure, evaluationFailure } from '../../src/kernel/failure.ts';
import type { Plan, PlannedStage } from '../../src/plan/plan.ts';
import type { RunEvent } from '../../src/run/events.ts';
import {
  cancelled,
  failed,
  notEvaluated,
  notRun,
  passed,
  type StageFacts,
  type StageMeasures,
  type StageResult,
  skipped,
  type TestCounts,
} from '../../src/run/stage-result.ts';
import type { FakeClock } from '../fakes/fake-clock.ts';
import { builtinSettings, commandSettings, planOf } from '../fakes/run-scenes.ts';

/** Measures of a stage that ran so long. */
export function measured(durationMs: number, more: Partial<StageMeasures> = {}): StageFacts {
  return {
    measures: {
      startedAtMs: Date.UTC(2026, 0, 6, 11, 18),
      completedAtMs: Date.UTC(2026, 0, 6, 11, 18) + durationMs,
      durationMs,
      cpuMs: null,
      maxRssBytes: null,
      exitCode: null,
      signal: null,
      attempts: [],
      log: null,
      tests: null,
      strays: 0,
      ...more,
    },
  };
}

/** The counts of a runner. */
export function tests(passedTests: number, failedTests: number): TestCounts {
  const executed = passedTests + failedTests;
  return { executed, passed: passedTests, failed: failedTests, skipped: 0, source: 'jest' };
}

const HISTORY = describeFailure(
  evaluationFailure('the base is not in this clone', {
    mend: 'check out the whole history (fetch-depth: 0)',
  }),
);

/** A plan of seven stages, one of each kind of end. */
export const STORY_PLAN: Plan = {
  ...planOf(
    builtinSettings({ id: 'spec-guard' }),
    commandSettings({ id: 'build', run: 'npm run build' }),
    {
      settings: commandSettings({ id: 'lint', run: '' }),
      skip: { reason: 'nothing_detected', detail: 'no script "lint" in package.json' },
    },
    commandSettings({ id: 'test', run: 'npm test', retries: 1 }),
    commandSettings({ id: 'e2e', run: 'npx playwright test' }),
    builtinSettings({ id: 'diff-budget' }),
    builtinSettings({ id: 'review' }),
  ),
  pipeline: { id: 'implementation-gate', title: 'Implementation gate' },
};

/** A moment of a story: time that passes, then an event. */
export interface Moment {
  readonly afterMs: number;
  readonly event: RunEvent;
}

function stageOf(plan: Plan, id: string): PlannedStage {
  const stage = plan.stages.find(({ settings }) => settings.id === id);
  if (stage === undefined) throw new Error(`no stage ${id}`);
  return stage;
}

/** The run of {@link STORY_PLAN}, event by event. */
export function tellStory(plan: Plan = STORY_PLAN): Moment[] {
  const start = (id: string): Moment => ({
    afterMs: 20,
    event: { type: 'stage_started', stage: stageOf(plan, id), startedAtMs: Date.UTC(2026, 0, 6, 11, 18, 1) },
  });
  const end = (id: string, afterMs: number, result: StageResult): Moment => ({
    afterMs,
    event: { type: 'stage_finished', stage: stageOf(plan, id), result },
  });
  return [
    { afterMs: 0, event: { type: 'run_started', plan } },
    end('spec-guard', 1, notEvaluated('history_missing', HISTORY)),
    start('build'),
    end('build', 12_420, passed(measured(12_420, { exitCode: 0 }))),
    end('lint', 0, skipped('nothing_detected', 'no script "lint" in package.json')),
    start('test'),
    {
      afterMs: 3_000,
      event: {
        type: 'attempt_failed',
        stage: stageOf(plan, 'test'),
        attempt: 1,
        left: 1,
        detail: 'exit code 1: npm test',
      },
    },
    end(
      'test',
      3_210,
      failed('exit_nonzero', 'exit code 1: npm test', measured(6_210, { exitCode: 1, tests: tests(41, 2) })),
    ),
    start('e2e'),
    end('e2e', 7_310, cancelled('stopped by SIGINT after 7.31 s', measured(7_310, { signal: 'SIGTERM' }))),
    end('diff-budget', 0, notRun('cancelled', 'SIGINT came before it started')),
    end('review', 0, notRun('cancelled', 'SIGINT came before it started')),
  ];
}

/** Plays moments on a clock; `between` is called every 80 ms of the time that passes. */
export function play(
  moments: readonly Moment[],
  clock: FakeClock,
  onEvent: (event: RunEvent) => void,
  between: () => void = () => {},
): void {
  for (const { afterMs, event } of moments) {
    for (let passedMs = 0; passedMs < afterMs; passedMs += 80) {
      clock.pass(Math.min(80, afterMs - passedMs));
      between();
    }
    onEvent(event);
  }
}
