import { unreachable } from '../kernel/never.ts';
import { plural } from '../kernel/text.ts';
import type { StageResult } from './stage-result.ts';

/** The answer of a whole run. */
export type Verdict = 'passed' | 'failed' | 'not_evaluated' | 'cancelled';

/** What the verdict needs of a stage. */
export interface JudgedStage {
  readonly id: string;
  readonly required: boolean;
  readonly result: Pick<StageResult, 'status' | 'reason'>;
}

export interface RunVerdict {
  readonly verdict: Verdict;
  /** One line that names the stages behind it; null on a pass. */
  readonly detail: string | null;
  /** The process' exit code as the README documents it; a cancelled run tells by which signal. */
  exitCode(cancelSignal: 'SIGINT' | 'SIGTERM' | null): 0 | 1 | 3 | 130 | 143;
}

/** `build, lint and 3 more`: enough to know where to look, short enough for one line. */
function listIds(stages: readonly JudgedStage[]): string {
  const ids = stages.map(({ id }) => id);
  return ids.length <= 8 ? ids.join(', ') : `${ids.slice(0, 8).join(', ')} and ${ids.length - 8} more`;
}

/** With `strict`, a stage for which nothing was found counts as failed. */
function hasFailed({ required, result }: JudgedStage, strict: boolean): boolean {
  if (!required) return false;
  return result.status === 'failed' || (strict && result.reason === 'nothing_detected');
}

function conclude(verdict: Verdict, detail: string | null): RunVerdict {
  return { verdict, detail, exitCode: (cancelSignal) => exitCodeOf(verdict, cancelSignal) };
}

function exitCodeOf(verdict: Verdict, cancelSignal: 'SIGINT' | 'SIGTERM' | null): 0 | 1 | 3 | 130 | 143 {
  switch (verdict) {
    case 'passed':
      return 0;
    case 'failed':
      return 1;
    case 'not_evaluated':
      return 3;
    case 'cancelled':
      return cancelSignal === 'SIGTERM' ? 143 : 130;
    default:
      return unreachable(verdict);
  }
}

function describeUnanswered(stages: readonly JudgedStage[]): string {
  const missing = stages.filter(({ result }) => result.reason === 'not_selected');
  const unanswered = stages.filter(({ result }) => result.reason !== 'not_selected');
  const parts = [
    unanswered.length === 0 ? '' : `not evaluated: ${listIds(unanswered)}`,
    missing.length === 0
      ? ''
      : `partial run: ${listIds(missing)} ${missing.length === 1 ? 'was' : 'were'} not selected`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/**
 * The verdict of a run. A cancelled stage makes it cancelled, else a required failure failed, else a required
 * question without an answer not evaluated. A run in which no stage passed has shown nothing and is never green.
 */
export function verdictOf(stages: readonly JudgedStage[], options: { readonly strict: boolean }): RunVerdict {
  const stopped = stages.filter(({ result }) => result.reason === 'cancelled');
  if (stopped.length > 0) return conclude('cancelled', `cancelled: ${listIds(stopped)}`);

  const failures = stages.filter((stage) => hasFailed(stage, options.strict));
  if (failures.length > 0) {
    return conclude('failed', `${plural(failures.length, 'stage')} failed: ${listIds(failures)}`);
  }

  const unanswered = stages.filter(
    ({ required, result }) => required && !['passed', 'skipped'].includes(result.status),
  );
  if (unanswered.length > 0) return conclude('not_evaluated', describeUnanswered(unanswered));

  return stages.some(({ result }) => result.status === 'passed')
    ? conclude('passed', null)
    : conclude('not_evaluated', 'nothing was evaluated: no stage had anything to do');
}
