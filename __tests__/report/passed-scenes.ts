import type { ManifestFinding, RunManifest } from '../../src/evidence/manifest.ts';
import { manifestFinding, manifestOf, type StageSketch } from './manifest-builder.ts';

/** A run worth looking at: its manifest and the ends of its logs by stage id. */
export interface ReportScene {
  readonly manifest: RunManifest;
  readonly logTails: ReadonlyMap<string, string>;
}

/** A run whose logs are not at hand. */
export const NO_TAILS: ReadonlyMap<string, string> = new Map();
/** An author's notes. */
export const NOTES = {
  goal: 'People can log in with a passkey.',
  summary: 'Adds the WebAuthn ceremony and a table for credentials.',
  risks: 'Old sessions stay valid until they end.',
  questions: '',
};

/** Files of the evidence with these names. */
export function evidenceOf(names: readonly string[]): RunManifest['evidence'] {
  return names.map((path, at) => ({
    path,
    bytes: 2_048 + at,
    sha256: String(at).repeat(64),
    uploaded: true,
  }));
}

/** Stages that all passed. */
export const GREEN: readonly StageSketch[] = [
  { id: 'spec-guard', status: 'passed', duration_ms: 41 },
  { id: 'build', status: 'passed', duration_ms: 12_420, cpu_ms: 21_000, max_rss_bytes: 310_000_000 },
  { id: 'lint', status: 'passed', duration_ms: 3_210, cpu_ms: 3_100 },
  {
    id: 'test',
    status: 'passed',
    duration_ms: 40_120,
    cpu_ms: 77_000,
    tests: { executed: 118, passed: 118, failed: 0, skipped: 2, source: 'jest' },
  },
  { id: 'docs', status: 'passed', duration_ms: 230 },
  { id: 'diff-budget', status: 'passed', duration_ms: 12 },
  { id: 'review', status: 'passed', duration_ms: 180 },
];

/** A finding that blocks nothing. */
export const HINT: ManifestFinding = manifestFinding({
  stage: 'review',
  rule_id: 'review/debug-output',
  title: 'console.log is left in the code',
  body: 'Remove it, or use the logger.',
  priority: 3,
  path: 'src/login/ceremony.ts',
  start_line: 88,
  end_line: 88,
});

/** Everything passed; one hint. */
export const PASSED: ReportScene = {
  manifest: manifestOf(GREEN, {
    notes: NOTES,
    findings: [HINT],
    evidence: evidenceOf(['logs/02-build.log', 'metrics.json', 'report.md']),
  }),
  logTails: NO_TAILS,
};

/** Everything passed, one stage at the second attempt, with a waiver, a warning, and history to compare with. */
export const PASSED_WITH_REMARKS: ReportScene = {
  manifest: manifestOf(
    GREEN.map((stage): StageSketch => {
      if (stage.id === 'lint') return { ...stage, required: false };
      if (stage.id === 'diff-budget') {
        return {
          ...stage,
          reason: 'waived',
          detail: 'over budget (31 files of 25), waived by ana: one rename over the whole tree',
        };
      }
      if (stage.id !== 'test') return stage;
      return {
        ...stage,
        reason: 'flaky',
        detail: 'passed on attempt 2, not before',
        attempts: [attempt(1, 'failed', 'exit_nonzero', 19_800, 1), attempt(2, 'passed', null, 20_320, 0)],
        strays: 1,
      };
    }),
    {
      attempt: 2,
      parent_run_id: '2026-01-06T10-59-12-001Z-00c0ffee',
      waivers: [
        {
          kind: 'diff-budget',
          reason: 'one rename over the whole tree',
          actor: 'ana',
          source: 'DIFF_BUDGET_OVERRIDE_REASON',
        },
      ],
      warnings: ['test: 1 process of test outlived it and had to be killed'],
      policy: {
        source: 'base',
        ref: `1a2b3c4d5e6f${'0'.repeat(28)}`,
        path: '.github/gate.yml',
        digest: 'a'.repeat(64),
        changed_in_change: true,
        settings_changed: [],
        stage_commands_changed: ['package.json: script "test" is now "jest --passWithNoTests"'],
      },
      comparison: [
        compared('build', 'flat', 20, 12_310, 12_420, 0.009, [-0.04, 0.06]),
        compared('lint', 'not_enough_history', 3, 3_050, 3_210, 0.05, null),
        compared('test', 'slower_suspected', 20, 26_570, 40_120, 0.51, [0.32, 0.73]),
        { ...compared('docs', 'no_change_seen', 6, 210, 230, 0.095, [-0.2, 0.5]), could_hide: 0.62 },
        { stage: 'review', verdict: 'none', reason: 'its command changed' },
        compared('total', 'slower_suspected', 20, 42_000, 56_200, 0.338, [0.2, 0.48]),
      ],
    },
  ),
  logTails: NO_TAILS,
};

/** One attempt of a stage. */
export function attempt(
  number: number,
  status: 'passed' | 'failed',
  reason: string | null,
  durationMs: number,
  exitCode: number,
) {
  return { attempt: number, status, reason, duration_ms: durationMs, exit_code: exitCode, signal: null };
}

function compared(
  stage: string,
  verdict: string,
  n: number,
  beforeMs: number,
  afterMs: number,
  change: number,
  interval: readonly [number, number] | null,
): Record<string, unknown> {
  return { stage, verdict, n, before_ms: beforeMs, after_ms: afterMs, change, interval };
}
