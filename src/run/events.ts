import type { Plan, PlannedStage } from '../plan/plan.ts';
import type { StageResult } from './stage-result.ts';

/** What happens while a plan is executed, in order. */
export type RunEvent =
  | { readonly type: 'run_started'; readonly plan: Plan }
  | { readonly type: 'stage_started'; readonly stage: PlannedStage; readonly startedAtMs: number }
  | {
      readonly type: 'attempt_failed';
      readonly stage: PlannedStage;
      readonly attempt: number;
      /** Attempts still allowed. */
      readonly left: number;
      readonly detail: string;
    }
  | { readonly type: 'stage_finished'; readonly stage: PlannedStage; readonly result: StageResult };

/** Takes the events; a rejection or throw ends the run as not evaluated. */
export type RunListener = (event: RunEvent) => void;
