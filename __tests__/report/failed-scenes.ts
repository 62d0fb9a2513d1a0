import type { ManifestFinding } from '../../src/evidence/manifest.ts';
import { manifestFinding, manifestOf } from './manifest-builder.ts';
import {
  attempt,
  evidenceOf,
  GREEN,
  HINT,
  NO_TAILS,
  NOTES,
  PASSED,
  type ReportScene,
} from './passed-scenes.ts';

const FAILED_FINDINGS: readonly ManifestFinding[] = [
  HINT,
  manifestFinding({
    stage: 'spec-guard',
    rule_id: 'spec-guard/code-without-spec',
    title: '2 changed files without a change of the spec',
    body: '2 changed files under src/login have no spec change: src/login/ceremony.ts, src/login/store.ts – update docs/specs/login.md\n\nChanged: src/login/ceremony.ts, src/login/store.ts\nOwned by: docs/specs/login.md',
    priority: 1,
    path: 'src/login/ceremony.ts',
  }),
  manifestFinding({
    stage: 'docs',
    rule_id: 'docs/broken-link',
    title: 'The link target docs/passkeys.md does not exist',
    body: 'Nearest file: docs/passkey.md',
    priority: 1,
    path: 'README.md',
    start_line: 41,
    end_line: 41,
    suggestion: '[Passkeys](docs/passkey.md)',
  }),
  manifestFinding({
    stage: 'docs',
    rule_id: 'docs/removed-name',
    title: 'This names `loginWithPassword`, which the change removes',
    body: 'Removed from src/login/index.ts:12. Say what takes its place.',
    priority: 2,
    confidence: 0.7,
    path: 'docs/guide/signing-in/from-a-browser-without-a-password.md',
    start_line: 7,
    end_line: 7,
  }),
  manifestFinding({
    stage: 'diff-budget',
    rule_id: 'diff-budget/too-many-lines',
    title: 'Over the diff budget: 1204 lines of 800',
    body: 'The change has 1204 lines of 800.\n\nLargest files:\n- src/login/ceremony.ts: 612 lines\n- src/login/store.ts: 288 lines\n\nSplit the change, for example by folder:\n- src/login/: 5 files, 1002 lines\n- docs/: 3 files, 202 lines\n\nIf it has to stay whole, give the reason in DIFF_BUDGET_OVERRIDE_REASON; it is recorded with the run.',
    priority: 1,
  }),
  manifestFinding({
    stage: 'review',
    rule_id: 'review/secret-added',
    title: 'A private key is added',
    body: 'Whoever can read the repository has it now. Remove it from the change and from the history, and replace the key.',
    priority: 0,
    path: 'config/dev.pem',
    start_line: 1,
    end_line: 28,
  }),
  manifestFinding({
    stage: 'review',
    rule_id: 'review/test-removed',
    title: 'Assertions are removed without a replacement',
    priority: 1,
    path: '__tests__/login.test.ts',
    start_line: 30,
    end_line: 44,
    side: 'old',
  }),
];

const BUILD_LOG = `
> shop@3.2.0 build
> tsc -p .

src/login/ceremony.ts(12,7): error TS2322: Type 'string | undefined' is not assignable to type 'string'.
  Type 'undefined' is not assignable to type 'string'.
\u001b[31msrc/login/store.ts(4,10): error TS2305: Module '"./ceremony.ts"' has no exported member 'begin'.\u001b[39m

Found 2 errors in 2 files.
`;

const E2E_LOG = `Running 14 tests using 2 workers\n${Array.from(
  { length: 40 },
  (_, at) => `  ok ${at + 1} login.spec.ts:${at * 3 + 4}:1 › step ${at + 1}`,
).join('\n')}\nwaiting for http://127.0.0.1:4173 ...\n`;

/** Nearly all that can go wrong in one run. */
export const FAILED: ReportScene = {
  manifest: manifestOf(
    [
      {
        id: 'spec-guard',
        status: 'failed',
        reason: 'guard_violated',
        detail:
          '2 changed files under src/login have no spec change: src/login/ceremony.ts, src/login/store.ts – update docs/specs/login.md',
        duration_ms: 41,
      },
      {
        id: 'build',
        status: 'failed',
        reason: 'exit_nonzero',
        detail: 'exit code 2: npm run build',
        duration_ms: 12_420,
        exit_code: 2,
      },
      {
        id: 'lint',
        status: 'passed',
        reason: 'flaky',
        detail: 'passed on attempt 2, not before',
        duration_ms: 6_400,
        attempts: [attempt(1, 'failed', 'exit_nonzero', 3_100, 1), attempt(2, 'passed', null, 3_300, 0)],
      },
      {
        id: 'test',
        status: 'failed',
        reason: 'no_tests_ran',
        detail: '0 tests ran (vitest), although the exit code is 0',
        duration_ms: 1_120,
        exit_code: 0,
        tests: { executed: 0, passed: 0, failed: 0, skipped: 4, source: 'vitest' },
      },
      {
        id: 'e2e',
        status: 'failed',
        reason: 'timed_out',
        detail: 'timed out after 20 min 00 s: find what hangs, or raise stages.e2e.timeout',
        command: 'npx playwright test',
        cwd: 'apps/shop',
        origin: '.github/gate.yml:14',
        duration_ms: 1_200_340,
        attempts: [
          { ...attempt(1, 'failed', 'signalled', 61_000, 0), exit_code: null, signal: 'SIGSEGV' },
          { ...attempt(2, 'failed', 'timed_out', 1_200_340, 0), exit_code: null, signal: 'SIGKILL' },
        ],
        strays: 3,
        log: {
          path: 'logs/05-e2e.log',
          bytes: 67_108_864,
          total_bytes: 1_073_741_824,
          truncated: true,
          sha256: '5'.repeat(64),
        },
      },
      {
        id: 'docs',
        status: 'failed',
        reason: 'findings',
        detail: 'README.md:41: the link target docs/passkeys.md does not exist; and 1 more',
        duration_ms: 230,
      },
      {
        id: 'diff-budget',
        status: 'failed',
        reason: 'over_budget',
        detail:
          'the change has 1204 lines of 800 – split it (src/login/: 5 files, 1002 lines; docs/: 3 files, 202 lines), or give a reason in DIFF_BUDGET_OVERRIDE_REASON',
        duration_ms: 12,
      },
      {
        id: 'review',
        status: 'failed',
        reason: 'findings',
        detail: '2 of 3 findings have priority P1 or worse',
        duration_ms: 180,
      },
    ],
    {
      status: 'failed',
      verdict: 'failed',
      status_detail: '7 stages failed: spec-guard, build, test, e2e, docs, diff-budget, review',
      duration_ms: 1_259_743,
      notes: NOTES,
      findings: FAILED_FINDINGS,
      warnings: ['e2e: 3 processes of e2e outlived it and had to be killed'],
      evidence: evidenceOf(['logs/02-build.log', 'logs/05-e2e.log', 'report.md']),
    },
  ),
  logTails: new Map([
    ['build', BUILD_LOG],
    ['e2e', E2E_LOG],
  ]),
};

/** The everyday failure: one stage, one cause. */
export const FAILED_TESTS: ReportScene = {
  manifest: manifestOf(
    [
      {
        id: 'spec-guard',
        status: 'skipped',
        reason: 'nothing_detected',
        detail:
          'no specs under docs/specs/** – add docs/specs/<topic>.md or name yours in stages.spec-guard.specs',
      },
      { id: 'build', status: 'passed', duration_ms: 12_420 },
      {
        id: 'lint',
        status: 'skipped',
        reason: 'nothing_detected',
        detail: 'no script "lint" in package.json – add one or set stages.lint.run',
        command: null,
      },
      {
        id: 'test',
        status: 'failed',
        reason: 'exit_nonzero',
        detail: 'exit code 1: npm run test',
        duration_ms: 3_210,
        exit_code: 1,
        tests: { executed: 43, passed: 41, failed: 2, skipped: 0, source: 'jest' },
      },
      { id: 'docs', status: 'passed', duration_ms: 230 },
      { id: 'diff-budget', status: 'passed', duration_ms: 12 },
      { id: 'review', status: 'passed', duration_ms: 180 },
    ],
    {
      status: 'failed',
      verdict: 'failed',
      status_detail: '1 stage failed: test',
      duration_ms: 16_100,
      change: { ...PASSED.manifest.change, dirty: true },
      policy: {
        source: 'defaults',
        ref: null,
        path: null,
        digest: null,
        changed_in_change: false,
        settings_changed: [],
        stage_commands_changed: [],
      },
    },
  ),
  logTails: new Map([
    [
      'test',
      'FAIL __tests__/login.test.ts\n  ● logs in with a passkey\n\n    expect(received).toBe(expected)\n\n    Expected: 200\n    Received: 500\n\nTests:       2 failed, 41 passed, 43 total\nTime:        2.9 s\n',
    ],
  ]),
};

/** Every stage passed, and one of them wrote to the evidence. */
export const TAMPERED: ReportScene = {
  manifest: manifestOf(GREEN, {
    status: 'failed',
    verdict: 'failed',
    status_detail: 'tampered: a stage changed the evidence of this run (logs/02-build.log)',
  }),
  logTails: NO_TAILS,
};

/** `--strict`: a stage for which nothing was found fails the run. */
export const FAILED_STRICT: ReportScene = {
  manifest: manifestOf(
    FAILED_TESTS.manifest.stages.filter(({ id }) => id !== 'test' && id !== 'spec-guard'),
    { status: 'failed', verdict: 'failed', status_detail: '1 stage failed: lint', duration_ms: 16_100 },
  ),
  logTails: NO_TAILS,
};
