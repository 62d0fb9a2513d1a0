import type { Finding } from './finding.ts';

/** Why a stage ended as it did; null on a plain pass. */
export type StageReason =
  | 'exit_nonzero'
  | 'timed_out'
  | 'signalled'
  | 'spawn_failed'
  | 'findings'
  | 'over_budget'
  | 'guard_violated'
  | 'no_tests_ran'
  | 'too_few_tests'
  | 'tampered'
  | 'notes_missing'
  | 'nothing_detected'
  | 'no_matching_changes'
  | 'not_selected'
  | 'earlier_failure'
  | 'need_not_passed'
  | 'cancelled'
  | 'history_missing'
  | 'reviewer_unavailable'
  | 'could_not_evaluate'
  | 'waived'
  | 'flaky'
  | 'internal_error';

/** Tests that ran, as the runner itself says. `source` names the runner or the JUnit file. */
export interface TestCounts {
  readonly executed: number;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly source: string;
}

/** A log as it stands on disk. `totalBytes` counts what the stage wrote, also what was cut. */
export interface LogRecord {
  /** Relative to the run directory. */
  readonly path: string;
  readonly bytes: number;
  readonly totalBytes: number;
  readonly truncated: boolean;
  readonly sha256: string;
}

/** One attempt of a command stage. */
export interface AttemptRecord {
  readonly attempt: number;
  readonly status: 'passed' | 'failed' | 'cancelled' | 'not_evaluated';
  readonly reason: StageReason | null;
  readonly durationMs: number;
  readonly exitCode: number | null;
  readonly signal: string | null;
}

/** A rule set aside on purpose, with who and why. */
export interface Waiver {
  /** `diff-budget` today. */
  readonly kind: string;
  readonly reason: string;
  /** Who said so; null when unknown. */
  readonly actor: string | null;
  /** `DIFF_BUDGET_OVERRIDE_REASON`, later a label. */
  readonly source: string;
}

export type StageStatus = 'passed' | 'failed' | 'skipped' | 'cancelled' | 'not_run' | 'not_evaluated';

/** What the stage is measured by; every field null where it does not apply. */
export interface StageMeasures {
  /** Wall time of the start, ms since the epoch. */
  readonly startedAtMs: number | null;
  readonly completedAtMs: number | null;
  readonly durationMs: number | null;
  readonly cpuMs: number | null;
  readonly maxRssBytes: number | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly attempts: readonly AttemptRecord[];
  readonly log: LogRecord | null;
  readonly tests: TestCounts | null;
  readonly strays: number;
}

/** The end of a stage. Made only by the constructors below. */
export interface StageResult extends StageMeasures {
  readonly status: StageStatus;
  readonly reason: StageReason | null;
  /** One line for people: what is wrong and how to mend it; null on a plain pass. */
  readonly detail: string | null;
  readonly findings: readonly Finding[];
  readonly waivers: readonly Waiver[];
  readonly warnings: readonly string[];
}

/** What a stage has to say beyond its status. */
export interface StageFacts {
  readonly measures?: StageMeasures;
  readonly findings?: readonly Finding[];
  readonly waivers?: readonly Waiver[];
  readonly warnings?: readonly string[];
}

const NO_MEASURES: StageMeasures = {
  startedAtMs: null,
  completedAtMs: null,
  durationMs: null,
  cpuMs: null,
  maxRssBytes: null,
  exitCode: null,
  signal: null,
  attempts: [],
  log: null,
  tests: null,
  strays: 0,
};

function result(
  status: StageStatus,
  reason: StageReason | null,
  detail: string | null,
  facts: StageFacts,
): StageResult {
  return {
    ...(facts.measures ?? NO_MEASURES),
    status,
    reason,
    detail,
    findings: facts.findings ?? [],
    waivers: facts.waivers ?? [],
    warnings: facts.warnings ?? [],
  };
}

/** Did what it had to. `reason` only for a pass that people should look at: `flaky`, `waived`, `findings`. */
export function passed(
  facts: StageFacts = {},
  reason: 'flaky' | 'waived' | 'findings' | null = null,
  detail: string | null = null,
): StageResult {
  return result('passed', reason, detail, facts);
}

/** Evaluated, and the change is not good enough. */
export function failed(reason: StageReason, detail: string, facts: StageFacts = {}): StageResult {
  return result('failed', reason, detail, facts);
}

/** Nothing to do here, known before it would start. */
export function skipped(reason: 'nothing_detected' | 'no_matching_changes', detail: string): StageResult {
  return result('skipped', reason, detail, {});
}

/** The user or the runner stopped it. */
export function cancelled(detail: string, facts: StageFacts = {}): StageResult {
  return result('cancelled', 'cancelled', detail, facts);
}

/** Never started, because of something outside it. */
export function notRun(
  reason: 'not_selected' | 'earlier_failure' | 'need_not_passed' | 'cancelled',
  detail: string,
): StageResult {
  return result('not_run', reason, detail, {});
}

/** The question could not be answered; never a pass. */
export function notEvaluated(
  reason:
    | 'history_missing'
    | 'reviewer_unavailable'
    | 'could_not_evaluate'
    | 'spawn_failed'
    | 'internal_error',
  detail: string,
  facts: StageFacts = {},
): StageResult {
  return result('not_evaluated', reason, detail, facts);
}

/** The same result with its measures, for built-in stages that are timed from outside. */
export function withMeasures(outcome: StageResult, measures: StageMeasures): StageResult {
  return { ...outcome, ...measures };
}
