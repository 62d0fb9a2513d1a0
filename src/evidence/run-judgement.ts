import type { Plan } from '../plan/plan.ts';
import type { RunOutcome } from '../run/run-plan.ts';
import { verdictOf } from '../run/verdict.ts';
import type { RunEnd } from './manifest-updates.ts';

/** What a run has shown, once its evidence is taken into account. */
export interface RunJudgement {
  readonly end: Pick<RunEnd, 'status' | 'verdict' | 'detail'>;
  /** As the README documents it; a cancelled run tells by which signal. */
  exitCode(cancelSignal: 'SIGINT' | 'SIGTERM' | null): number;
}

/** How a run ends whose question could not be answered. */
export const UNANSWERED = { status: 'failed', verdict: 'not_evaluated' } as const;

/** What counts besides the stages. */
export interface JudgementOptions {
  /** A stage for which nothing was found fails. */
  readonly strict: boolean;
  /** Why a green verdict would prove nothing; null: it would. */
  readonly unproven: string | null;
  /** What fails the run whatever its stages say; null: nothing. */
  readonly violation: string | null;
}

/** Names shown of files that a stage changed. */
const MAX_NAMES = 5;

/**
 * Judges a run by its stages. Evidence that could not be recorded leaves no verdict; evidence that a stage changed
 * is a failure, whatever the stages say.
 * @param tampered files of the run directory that are not as the gate wrote them.
 */
export function judgeRun(
  plan: Plan,
  outcome: RunOutcome,
  tampered: readonly string[],
  options: JudgementOptions,
): RunJudgement {
  if (outcome.failure !== null) {
    return { end: { ...UNANSWERED, detail: 'the evidence could not be recorded' }, exitCode: () => 3 };
  }
  if (tampered.length > 0) {
    const more = tampered.length > MAX_NAMES ? ` and ${tampered.length - MAX_NAMES} more` : '';
    const names = `${tampered.slice(0, MAX_NAMES).join(', ')}${more}`;
    const detail = `tampered: a stage changed the evidence of this run (${names})`;
    return { end: { status: 'failed', verdict: 'failed', detail }, exitCode: () => 1 };
  }
  const judged = plan.stages.flatMap(({ settings }, at) => {
    const result = outcome.results[at];
    return result === undefined ? [] : [{ id: settings.id, required: settings.required, result }];
  });
  const { verdict, detail, exitCode } = verdictOf(judged, options);
  if (verdict !== 'cancelled' && options.violation !== null) {
    return { end: { status: 'failed', verdict: 'failed', detail: options.violation }, exitCode: () => 1 };
  }
  if (verdict === 'passed' && options.unproven !== null) {
    return { end: { ...UNANSWERED, detail: options.unproven }, exitCode: () => 3 };
  }
  const status = verdict === 'passed' ? 'succeeded' : verdict === 'cancelled' ? 'cancelled' : 'failed';
  return { end: { status, verdict, detail }, exitCode };
}
