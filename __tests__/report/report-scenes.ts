import { FAILED, FAILED_STRICT, FAILED_TESTS, TAMPERED } from './failed-scenes.ts';
import { manifestOf } from './manifest-builder.ts';
import { NO_TAILS, PASSED, PASSED_WITH_REMARKS, type ReportScene } from './passed-scenes.ts';

export { FAILED, FAILED_STRICT, FAILED_TESTS, TAMPERED } from './failed-scenes.ts';
export { PASSED, PASSED_WITH_REMARKS, type ReportScene } from './passed-scenes.ts';

/** Stopped by the user while the tests ran. */
export const CANCELLED: ReportScene = {
  manifest: manifestOf(
    [
      { id: 'spec-guard', status: 'passed', duration_ms: 41 },
      { id: 'build', status: 'passed', duration_ms: 12_420 },
      {
        id: 'test',
        status: 'cancelled',
        reason: 'cancelled',
        detail: 'stopped by SIGINT after 7.31 s',
        duration_ms: 7_310,
        signal: 'SIGTERM',
      },
      { id: 'docs', status: 'not_run', reason: 'cancelled', detail: 'SIGINT came before it started' },
      { id: 'review', status: 'not_run', reason: 'cancelled', detail: 'SIGINT came before it started' },
    ],
    {
      status: 'cancelled',
      verdict: 'cancelled',
      status_detail: 'cancelled: test, docs, review',
      duration_ms: 20_000,
    },
  ),
  logTails: new Map([['test', 'PASS __tests__/a.test.ts\nRUNS __tests__/b.test.ts\n']]),
};

/** The gate itself was killed. */
export const ABORTED: ReportScene = {
  manifest: manifestOf(
    [
      { id: 'spec-guard', status: 'passed', duration_ms: 41 },
      {
        id: 'build',
        status: 'cancelled',
        reason: 'cancelled',
        detail: 'the gate itself ended here',
        duration_ms: null,
        log: null,
      },
      {
        id: 'test',
        status: 'not_run',
        reason: 'cancelled',
        detail: 'the gate itself ended before this stage',
      },
    ],
    {
      status: 'aborted',
      verdict: null,
      status_detail: 'the gate ended without a verdict: its process is gone',
      duration_ms: null,
    },
  ),
  logTails: NO_TAILS,
};

const HISTORY = 'the base origin/main is not in this clone – check out the whole history (fetch-depth: 0)';

/** A shallow clone: what needs the change could not be evaluated. */
export const NOT_EVALUATED: ReportScene = {
  manifest: manifestOf(
    [
      { id: 'spec-guard', status: 'not_evaluated', reason: 'history_missing', detail: HISTORY },
      { id: 'build', status: 'passed', duration_ms: 12_420 },
      {
        id: 'test',
        status: 'passed',
        duration_ms: 3_210,
        tests: null,
      },
      { id: 'docs', status: 'not_evaluated', reason: 'history_missing', detail: HISTORY },
      { id: 'diff-budget', status: 'not_evaluated', reason: 'history_missing', detail: HISTORY },
      { id: 'review', status: 'not_evaluated', reason: 'history_missing', detail: HISTORY },
    ],
    {
      status: 'failed',
      verdict: 'not_evaluated',
      status_detail: 'not evaluated: spec-guard, docs, diff-budget, review',
      duration_ms: 16_100,
      change: {
        ...PASSED.manifest.change,
        base_sha: null,
        merge_base_sha: null,
        base_source: null,
        files: null,
        added: null,
        deleted: null,
        dirty: null,
        diff_digest: null,
      },
    },
  ),
  logTails: NO_TAILS,
};

const LEFT_OUT = 'not among --stages';

/** `--stages lint,test`: what ran is green, the rest was left out. */
export const PARTIAL: ReportScene = {
  manifest: manifestOf(
    [
      { id: 'spec-guard', status: 'not_run', reason: 'not_selected', detail: LEFT_OUT },
      { id: 'build', status: 'not_run', reason: 'not_selected', detail: LEFT_OUT },
      { id: 'lint', status: 'passed', duration_ms: 3_210 },
      {
        id: 'test',
        status: 'passed',
        duration_ms: 40_120,
        tests: { executed: 118, passed: 118, failed: 0, skipped: 0, source: 'jest' },
      },
      { id: 'docs', status: 'not_run', reason: 'not_selected', detail: LEFT_OUT },
      { id: 'diff-budget', status: 'not_run', reason: 'not_selected', detail: LEFT_OUT },
      { id: 'review', status: 'not_run', reason: 'not_selected', detail: LEFT_OUT },
    ],
    {
      status: 'failed',
      verdict: 'not_evaluated',
      status_detail: 'partial run: spec-guard, build, docs, diff-budget, review were not selected',
      duration_ms: 43_400,
    },
  ),
  logTails: NO_TAILS,
};

/** Seen from outside while the tests run. */
export const IN_PROGRESS: ReportScene = {
  manifest: manifestOf(
    [
      { id: 'spec-guard', status: 'passed', duration_ms: 41 },
      { id: 'build', status: 'passed', duration_ms: 12_420 },
      { id: 'test', status: 'running' },
      { id: 'docs', status: 'pending' },
      { id: 'review', status: 'pending' },
    ],
    { status: 'in_progress', verdict: null, completed_at: null, duration_ms: null },
  ),
  logTails: NO_TAILS,
};

/** Every scene by the name of its golden files. */
export const SCENES: Readonly<Record<string, ReportScene>> = {
  passed: PASSED,
  'passed-with-remarks': PASSED_WITH_REMARKS,
  failed: FAILED,
  'failed-tests': FAILED_TESTS,
  'failed-strict': FAILED_STRICT,
  tampered: TAMPERED,
  cancelled: CANCELLED,
  aborted: ABORTED,
  'not-evaluated': NOT_EVALUATED,
  partial: PARTIAL,
  'in-progress': IN_PROGRESS,
};
