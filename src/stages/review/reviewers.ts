import type { OnUnavailable, Reviewer } from '../../config/gate-config.ts';
import { unreachable } from '../../kernel/never.ts';
import { clip, oneLine, plural } from '../../kernel/text.ts';
import { judgeApprovals } from './approvals.ts';
import { runBuiltinRules } from './builtin-reviewer.ts';
import { askCommandReviewer } from './command-reviewer.ts';
import { type Candidate, fromDraft } from './merge-findings.ts';
import { type ReviewerAnswer, type ReviewRequest, unavailable } from './reviewer.ts';

const MAX_REASON_CHARS = 300;

async function askBuiltin({ context, input, reviewer }: ReviewRequest): Promise<ReviewerAnswer> {
  const source = { id: reviewer.id, version: context.toolVersion, model: null };
  const { drafts, unlisted } = await runBuiltinRules(input);
  const candidates = drafts.map((draft) => fromDraft(draft, source));
  const split = unlisted.map((count, priority) => `${count} P${priority}`).join(', ');
  const warnings = unlisted.some((count) => count > 0) ? [`further findings are not listed: ${split}`] : [];
  return { status: 'complete', candidates, notes: [], warnings, reason: null };
}

function ask(request: ReviewRequest): Promise<ReviewerAnswer> {
  const { kind } = request.reviewer;
  switch (kind) {
    case 'builtin':
      return askBuiltin(request);
    case 'command':
      return askCommandReviewer(request);
    case 'approvals':
      return Promise.resolve(judgeApprovals(request));
    case 'codex':
    case 'claude':
    case 'openai-compatible':
      return Promise.resolve(unavailable(`reviewers of kind ${kind} are not part of this version`));
    default:
      return unreachable(kind);
  }
}

/** One reviewer without a whole answer. */
export interface Absence {
  readonly id: string;
  /** `unavailable: the command exited with 127`. */
  readonly why: string;
  readonly onUnavailable: OnUnavailable;
}

/** What all reviewers gave together. */
export interface ReviewersOutcome {
  readonly candidates: readonly Candidate[];
  readonly absences: readonly Absence[];
  readonly warnings: readonly string[];
  /** Reviewers that looked at the change, in whole or in part. */
  readonly answered: number;
}

/** What an absence means: a reviewer that is not required never fails the stage. */
function consequenceOf({ required, onUnavailable }: Reviewer): OnUnavailable {
  return !required && onUnavailable === 'fail' ? 'neutral' : onUnavailable;
}

/** Asks the reviewers, one after the other, in the order configured. */
export async function askReviewers(
  reviewers: readonly Reviewer[],
  rest: Omit<ReviewRequest, 'reviewer'>,
): Promise<ReviewersOutcome> {
  const found: (readonly Candidate[])[] = [];
  const absences: Absence[] = [];
  const warnings: string[] = [];
  let answered = 0;
  const { log } = rest.context;
  for (const reviewer of reviewers) {
    const answer = await ask({ reviewer, ...rest });
    const id = oneLine(reviewer.id);
    const reason = answer.reason === null ? '' : `: ${clip(oneLine(answer.reason), MAX_REASON_CHARS)}`;
    if (answer.status !== 'complete') {
      absences.push({ id, why: `${answer.status}${reason}`, onUnavailable: consequenceOf(reviewer) });
    }
    if (!('candidates' in answer)) {
      log(`reviewer ${id}: ${answer.status}${reason}`);
      continue;
    }
    answered += 1;
    log(`reviewer ${id}: ${answer.status}, ${plural(answer.candidates.length, 'finding')}${reason}`);
    for (const note of answer.notes) log(`  ${oneLine(note)}`);
    warnings.push(...answer.warnings.map((warning) => `reviewer ${id}: ${oneLine(warning)}`));
    found.push(answer.candidates);
  }
  return { candidates: found.flat(), absences, warnings, answered };
}
