import type { Reviewer } from '../../config/gate-config.ts';
import type { BuiltinContext } from '../../run/builtin-stage.ts';
import type { Candidate } from './merge-findings.ts';
import type { ReviewInput } from './review-input.ts';

/** What one reviewer gave. */
export type ReviewerAnswer =
  | {
      /** `partial`: it saw or judged only a part and says so in `reason`. */
      readonly status: 'complete' | 'partial';
      readonly candidates: readonly Candidate[];
      /** Lines for the stage's log. */
      readonly notes: readonly string[];
      /** Lines for people who read only the result. */
      readonly warnings: readonly string[];
      readonly reason: string | null;
    }
  | {
      /** `invalid`: it answered, but not in the form asked for. */
      readonly status: 'unavailable' | 'invalid';
      readonly reason: string;
    };

/** Everything a reviewer may look at. */
export interface ReviewRequest {
  readonly reviewer: Reviewer;
  readonly context: BuiltinContext;
  readonly input: ReviewInput;
}

/** A reviewer that cannot answer. */
export function unavailable(reason: string): ReviewerAnswer {
  return { status: 'unavailable', reason };
}

/** A reviewer whose answer cannot be used. */
export function invalid(reason: string): ReviewerAnswer {
  return { status: 'invalid', reason };
}
