import * as z from 'zod/mini';
import { quote } from '../config-problem.ts';
import { describeMismatch } from '../config-value.ts';
import { count, duration, flag } from './amount-schemas.ts';
import { command, id, model, url, variable } from './name-schemas.ts';
import { lazily, mapping, named, needed, optional } from './schema-parts.ts';

export const onUnavailable = lazily(() => z.enum(['fail', 'neutral', 'pass']));

export const limits = lazily(() =>
  mapping({ time: optional(duration(), 'Time limit such as 10m. Default: 10m.') }),
);

/**
 * What is said of a value that is neither one of several words nor a mapping. `what` names the thing: `reviewer`.
 */
export function describeWordOr(what: string, words: readonly string[]) {
  return ({ input }: z.core.$ZodRawIssue) =>
    typeof input === 'string'
      ? `is no known ${what}: ${quote(input)}`
      : describeMismatch(`must be one of ${words.join(', ')}, or a mapping`, input);
}

const reviewerShape = lazily(() => ({
  id: needed(id(), 'Name of the reviewer in findings and reports.'),
  limits: optional(limits(), 'Limits of this reviewer.'),
  required: optional(flag(), 'Whether the stage needs its answer. Default: true.'),
  on_unavailable: optional(onUnavailable(), 'What a missing answer means. Default: that of the stage.'),
}));

const KEY = 'Variable that holds the key.';
const BASE_URL = 'Where the API is.';

function agentReviewer<const K extends string>(kind: K) {
  return mapping({
    ...reviewerShape(),
    kind: z.literal(kind),
    model: optional(model(), 'Name of the model.'),
    api_key_env: optional(variable(), KEY),
    base_url: optional(url(), BASE_URL),
  });
}

const KINDS = ['command', 'approvals', 'openai-compatible', 'codex', 'claude'] as const;
const KIND_RULE = `must be one of ${KINDS.join(', ')}`;

const reviewerMapping = lazily(() => {
  const byCommand = mapping({
    ...reviewerShape(),
    kind: z.literal('command'),
    run: needed(command(), 'Command line that speaks the protocol of reviewers.'),
  });
  const approvals = mapping({
    ...reviewerShape(),
    kind: z.literal('approvals'),
    count: optional(count(1, 100), 'Approving reviews that are needed. Default: 1.'),
  });
  const compatible = mapping({
    ...reviewerShape(),
    kind: z.literal('openai-compatible'),
    base_url: needed(url(), BASE_URL),
    model: needed(model(), 'Name of the model.'),
    api_key_env: needed(variable(), KEY),
  });
  const kinds = [byCommand, approvals, compatible, agentReviewer('codex'), agentReviewer('claude')] as const;
  return z.discriminatedUnion('kind', kinds, {
    error: ({ code }) => (code === 'invalid_union' ? KIND_RULE : undefined),
  });
});

const WORDS = ['builtin', 'approvals'] as const;

/** A reviewer as written: a word or a mapping. */
export const reviewer = lazily(() =>
  named(
    'reviewer',
    z.union([z.enum(WORDS), reviewerMapping()], { error: describeWordOr('reviewer', WORDS) }),
  ),
);

export type ReviewerInput = z.output<ReturnType<typeof reviewer>>;

/** A reviewer that is written as a mapping. */
export type ReviewerMapping = z.output<ReturnType<typeof reviewerMapping>>;
