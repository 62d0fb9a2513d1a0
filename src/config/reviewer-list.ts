import { type KeyPath, quote, type Reporter } from './config-problem.ts';
import { defaultReviewer } from './default-config.ts';
import type { OnUnavailable, Reviewer } from './gate-config.ts';
import type { ReviewerInput, ReviewerMapping } from './schema/reviewer-schemas.ts';

/** What the stage says for all its reviewers; undefined: nothing. */
export interface SharedLimits {
  readonly onUnavailable: OnUnavailable | undefined;
  readonly timeLimitMs: number | undefined;
}

/** Reviewers with what the stage says for all of them. */
export function layReviewers(reviewers: readonly Reviewer[], shared: SharedLimits): readonly Reviewer[] {
  return reviewers.map((reviewer) => ({
    ...reviewer,
    onUnavailable: shared.onUnavailable ?? reviewer.onUnavailable,
    timeLimitMs: shared.timeLimitMs ?? reviewer.timeLimitMs,
  }));
}

function layMapping(base: Reviewer, input: ReviewerMapping): Reviewer {
  return {
    ...base,
    run: 'run' in input ? input.run : base.run,
    baseUrl: ('base_url' in input ? input.base_url : undefined) ?? base.baseUrl,
    model: ('model' in input ? input.model : undefined) ?? base.model,
    apiKeyEnv: ('api_key_env' in input ? input.api_key_env : undefined) ?? base.apiKeyEnv,
    count: ('count' in input ? input.count : undefined) ?? base.count,
    required: input.required ?? base.required,
    onUnavailable: input.on_unavailable ?? base.onUnavailable,
    timeLimitMs: input.limits?.time ?? base.timeLimitMs,
  };
}

function toReviewer(input: ReviewerInput, shared: SharedLimits): Reviewer {
  const isWord = typeof input === 'string';
  const known = isWord ? defaultReviewer(input, input) : defaultReviewer(input.id, input.kind);
  const base = layReviewers([known], shared)[0] ?? known;
  return isWord ? base : layMapping(base, input);
}

/** The reviewers of a list; two of one id are reported. */
export function makeReviewers(
  reporter: Reporter,
  inputs: readonly ReviewerInput[],
  path: KeyPath,
  shared: SharedLimits,
): readonly Reviewer[] {
  const reviewers = inputs.map((input) => toReviewer(input, shared));
  for (const [index, { id }] of reviewers.entries()) {
    const isLater = reviewers.findIndex((other) => other.id === id) < index;
    if (isLater)
      reporter.report(
        [...path, index],
        `has the id ${quote(id)} of an earlier reviewer`,
        'choose another id',
      );
  }
  return reviewers;
}
