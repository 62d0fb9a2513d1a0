import type { ManifestStage } from '../../evidence/manifest.ts';
import { formatDuration } from '../../kernel/duration.ts';
import { clip } from '../../kernel/text.ts';
import type { PlannedStage } from '../../plan/plan.ts';
import { countFindings } from '../../run/finding.ts';
import type { StageResult } from '../../run/stage-result.ts';
import { describeReason, describeTests, type ReasonFacts } from '../reason-words.ts';
import { stageWords } from '../status-words.ts';

/** Characters of a text in one line of progress; a command or a detail may be longer than any window. */
export const LINE_MAX_CHARS = 500;

/** A result in the shape of the manifest, from which all words about stages are made. */
function factsOf(
  { settings }: PlannedStage,
  result: StageResult,
): ReasonFacts & Pick<ManifestStage, 'kind' | 'started_at'> {
  return {
    id: settings.id,
    kind: settings.kind,
    status: result.status,
    reason: result.reason,
    exit_code: result.exitCode,
    signal: result.signal,
    started_at: result.startedAtMs === null ? null : new Date(result.startedAtMs).toISOString(),
    duration_ms: result.durationMs,
    max_rss_bytes: result.maxRssBytes,
    attempts: result.attempts.map((attempt) => ({
      attempt: attempt.attempt,
      status: attempt.status,
      reason: attempt.reason,
      duration_ms: attempt.durationMs,
      exit_code: attempt.exitCode,
      signal: attempt.signal,
    })),
    findings: countFindings(result.findings),
    tests: result.tests,
  };
}

/** How a stage ended, in parts that a line puts together. Texts as they came. */
export interface EndWords {
  /** `exit 1`, `skipped: nothing was found`; empty on a plain pass. */
  readonly what: string;
  /** `118 passed`; empty where nothing was counted. */
  readonly tests: string;
}

/** What people should know of a stage that has ended; its details stand in the final report. */
export function describeEnd(stage: PlannedStage, result: StageResult): EndWords {
  const facts = factsOf(stage, result);
  const reason = describeReason(facts);
  const tests = describeTests(facts) ?? '';
  const { status, detail } = result;
  if (status === 'failed') return { what: reason ?? stageWords(status).words, tests };
  if (status === 'passed')
    return { what: result.reason === 'flaky' ? (reason ?? '') : (detail ?? reason ?? ''), tests };
  const { words } = stageWords(status);
  const said = status === 'cancelled' ? null : (detail ?? reason);
  return { what: clip(said === null ? words : `${words}: ${said}`, LINE_MAX_CHARS), tests };
}

/** Reasons that happened at a moment, so that they are told with the time until then. */
const MOMENTS: ReadonlySet<string | null> = new Set(['exit_nonzero', 'signalled', 'cancelled']);

/** `12.4 s · 118 passed`, `exit 1 after 3.21 s · 2 failed, 41 passed`, `skipped: no script "lint"`. */
export function describeEndLine(stage: PlannedStage, result: StageResult): string {
  const { what, tests } = describeEnd(stage, result);
  const time =
    result.durationMs === null || result.reason === 'timed_out' ? '' : formatDuration(result.durationMs);
  const join = (...parts: readonly string[]) => parts.filter((part) => part !== '').join(' · ');
  if (result.status === 'passed') return join(time, tests, what);
  if (MOMENTS.has(result.reason) && time !== '') return join(`${what} after ${time}`, tests);
  return join(what, time, tests);
}

/** The first line of a stage's command; empty for a built-in one. */
export function commandOf({ settings }: PlannedStage): string {
  const [first = '', ...rest] = settings.kind === 'command' ? (settings.run ?? '').trim().split('\n') : [];
  return rest.length === 0 ? clip(first, LINE_MAX_CHARS) : `${clip(first.trimEnd(), LINE_MAX_CHARS)} …`;
}

/** Whole seconds, so that the eye is not drawn to digits that change all the time: `12 s`, `3 min 05 s`. */
export function formatElapsed(durationMs: number): string {
  const seconds = Math.max(0, Math.floor(durationMs / 1_000));
  return seconds < 60 ? `${seconds} s` : formatDuration(seconds * 1_000);
}
