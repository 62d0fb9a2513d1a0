import type { ManifestStage } from '../evidence/manifest.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';

/** What the reasons need of a stage. */
export type ReasonFacts = Pick<
  ManifestStage,
  | 'id'
  | 'status'
  | 'reason'
  | 'exit_code'
  | 'signal'
  | 'duration_ms'
  | 'max_rss_bytes'
  | 'attempts'
  | 'findings'
  | 'tests'
>;

/** Reasons whose words depend on nothing. A code of a newer version falls back to itself. */
const PLAIN: Readonly<Record<string, string>> = {
  spawn_failed: 'could not start',
  over_budget: 'over budget',
  guard_violated: 'specs do not match the change',
  no_tests_ran: 'no tests ran',
  too_few_tests: 'too few tests ran',
  tampered: 'evidence was changed by the stage',
  notes_missing: 'notes missing',
  nothing_detected: 'nothing to run was detected',
  no_matching_changes: 'no file it looks at changed',
  not_selected: 'not selected',
  earlier_failure: 'an earlier stage failed',
  need_not_passed: 'a stage it needs did not pass',
  cancelled: 'cancelled',
  history_missing: 'git history missing',
  reviewer_unavailable: 'reviewer gave no valid answer',
  could_not_evaluate: 'could not be evaluated',
  waived: 'waived',
  internal_error: 'error in the gate itself',
  other_shard: 'runs in another shard',
};

function findingWords(counts: ManifestStage['findings']): string {
  const total = counts.p0 + counts.p1 + counts.p2 + counts.p3;
  const parts = [
    [counts.p0, 'P0'],
    [counts.p1, 'P1'],
    [counts.p2, 'P2'],
    [counts.p3, 'P3'],
  ] as const;
  const split = parts.filter(([count]) => count > 0);
  const [only] = split;
  if (only === undefined) return 'no findings';
  if (split.length === 1) return plural(total, `${only[1]} finding`);
  return `${plural(total, 'finding')}: ${split.map(([count, name]) => `${count} ${name}`).join(', ')}`;
}

/** Findings of a stage in words, or null when there are none. */
export function describeFindings(counts: ManifestStage['findings']): string | null {
  return counts.p0 + counts.p1 + counts.p2 + counts.p3 === 0 ? null : findingWords(counts);
}

/**
 * Why a stage ended as it did, in a few words: `exit 1`, `timed out after 30 min 00 s`; null on a plain pass.
 * A time limit holds for one attempt, so its time is that of the last one.
 */
export function describeReason(stage: ReasonFacts): string | null {
  switch (stage.reason) {
    case null:
      return null;
    case 'exit_nonzero':
      return stage.exit_code === null ? 'exit code not 0' : `exit ${stage.exit_code}`;
    case 'timed_out': {
      const durationMs = stage.attempts.at(-1)?.duration_ms ?? stage.duration_ms;
      return durationMs === null ? 'timed out' : `timed out after ${formatDuration(durationMs)}`;
    }
    case 'signalled':
      return stage.signal === null ? 'ended by a signal' : `ended by ${stage.signal}`;
    case 'findings':
      return findingWords(stage.findings);
    case 'flaky':
      return `flaky: passed on attempt ${stage.attempts.length}`;
    default:
      return PLAIN[stage.reason] ?? stage.reason.replaceAll('_', ' ');
  }
}

/** Signals that a program gets for a fault of its own. */
const CRASHES: readonly string[] = ['SIGSEGV', 'SIGBUS', 'SIGILL', 'SIGFPE', 'SIGABRT', 'SIGTRAP', 'SIGSYS'];

function adviseSignal({ signal, max_rss_bytes }: ReasonFacts): string {
  if (signal !== null && CRASHES.includes(signal)) return 'A program of the command crashed.';
  if (signal !== 'SIGKILL') return 'Something sent the signal from outside of the command.';
  const peak =
    max_rss_bytes === null ? '' : `; the largest of its processes had ${formatByteSize(max_rss_bytes)}`;
  return `The signal came from outside of the command, often because memory runs out${peak}.`;
}

/** What to do next where a stage itself does not say it; null where its findings or its detail do. */
export function adviseReason(stage: ReasonFacts): string | null {
  switch (stage.reason) {
    case 'signalled':
      return adviseSignal(stage);
    case 'no_tests_ran':
    case 'too_few_tests':
      return 'Check the patterns that select tests; tests.min in the configuration sets how many must run.';
    case 'tampered':
      return 'A stage must not write to the run’s folder; find what does.';
    case 'internal_error':
      return 'This is a bug of the gate, not of the change; please report it with the manifest.';
    default:
      return null;
  }
}

/** A name that promises tests: for such a stage an unrecognised runner is said, not left blank. */
const TEST_STAGE = /(?:^|[^a-z])(?:tests?|e2e)(?:$|[^a-z])/i;

/**
 * Tests in words: `118 passed`, `3 failed, 115 passed, 2 skipped`, `0 executed`; `executed: unknown` for a
 * test stage that ran with a runner that was not recognised; null where tests are not expected.
 */
export function describeTests(
  stage: ReasonFacts & Pick<ManifestStage, 'kind' | 'started_at'>,
): string | null {
  const tests = stage.tests;
  if (tests === null) {
    const ran = stage.started_at !== null && (stage.status === 'passed' || stage.status === 'failed');
    return stage.kind === 'command' && ran && TEST_STAGE.test(stage.id) ? 'executed: unknown' : null;
  }
  const parts = [
    tests.failed > 0 ? `${tests.failed} failed` : '',
    tests.passed > 0 ? `${tests.passed} passed` : '',
    tests.skipped > 0 ? `${tests.skipped} skipped` : '',
  ].filter((part) => part !== '');
  if (tests.executed === 0) return ['0 executed', ...parts].join(', ');
  return parts.length === 0 ? `${tests.executed} executed` : parts.join(', ');
}
