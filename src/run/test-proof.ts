import type { CommandStage } from '../config/gate-config.ts';
import { describeFailure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { clip, oneLine, plural } from '../kernel/text.ts';
import type { AttemptJudgement } from './command-outcome.ts';
import type { TestCounts } from './stage-result.ts';
import { readJunit } from './test-counts/junit.ts';
import { recogniseTestCounts } from './test-counts/recognise.ts';

/** A name that promises tests: `test`, `unit-tests`, `e2e`; not `latest`. */
const TEST_STAGE = /(?:^|[^a-z])(?:tests?|e2e)(?:$|[^a-z])/i;

type TestSettings = Pick<CommandStage, 'id' | 'tests'>;

/** Where an attempt left its proof. */
export interface ProofSources {
  /** Absolute; JUnit globs are relative to it. */
  readonly directory: string;
  /** End of the attempt's output. */
  readonly tail: string;
  /** Wall time of the attempt's start, ms: older reports prove nothing. */
  readonly notBeforeMs: number;
}

/**
 * The tests that an attempt ran. A stage that names JUnit reports is counted by them alone, because output can
 * be written by anybody; null: unknown.
 */
export async function readTests(
  settings: TestSettings,
  sources: ProofSources,
): Promise<Result<TestCounts | null>> {
  const { junit, min } = settings.tests;
  if (junit.length > 0) return readJunit(sources.directory, junit, sources.notBeforeMs);
  const isExpected = min !== null || TEST_STAGE.test(settings.id);
  return ok(isExpected ? recogniseTestCounts(sources.tail) : null);
}

/** A file name or runner in a detail line. */
function show(text: string): string {
  return clip(oneLine(text), 200);
}

function judgeUnknown(settings: TestSettings): AttemptJudgement | null {
  const { junit, min } = settings.tests;
  const unproven = (detail: string): AttemptJudgement => ({
    status: 'not_evaluated',
    reason: 'could_not_evaluate',
    detail,
  });
  if (junit.length > 0) {
    return unproven(
      `no JUnit report of this run matches ${show(junit.join(', '))}: see stages.${settings.id}.tests.junit`,
    );
  }
  return min === null || min === 0
    ? null
    : unproven(
        `it is not known how many tests ran: name a JUnit report in stages.${settings.id}.tests.junit`,
      );
}

/**
 * What the tests say about an attempt that ended with exit code 0: null when they are proof enough or none is asked
 * for. Without `tests.min` one test is asked for as soon as anything was counted.
 */
export function judgeTests(
  settings: TestSettings,
  counts: Result<TestCounts | null>,
): AttemptJudgement | null {
  if (!counts.ok) {
    return { status: 'not_evaluated', reason: 'could_not_evaluate', detail: describeFailure(counts.error) };
  }
  if (counts.value === null) return judgeUnknown(settings);
  const { executed, source } = counts.value;
  const min = settings.tests.min ?? 1;
  if (executed >= min) return null;
  const asked = `stages.${settings.id}.tests.min asks for ${min}`;
  return executed === 0
    ? {
        status: 'failed',
        reason: 'no_tests_ran',
        detail: `0 tests ran (${show(source)}), although the exit code is 0`,
      }
    : {
        status: 'failed',
        reason: 'too_few_tests',
        detail: `only ${plural(executed, 'test')} ran (${show(source)}): ${asked}`,
      };
}
