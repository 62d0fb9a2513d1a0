import { oneLine, plural } from '../../kernel/text.ts';
import type { Approval } from '../../run/approval.ts';
import { type ReviewerAnswer, type ReviewRequest, unavailable } from './reviewer.ts';

/** Approvals asked for when the configuration names no number. */
const DEFAULT_COUNT = 1;

/** Who may approve: people who could merge the change themselves. */
const MAY_APPROVE: ReadonlySet<string> = new Set(['admin', 'maintain', 'write']);

/** States that replace what the same person said before; a comment does not. */
const DECISIVE: ReadonlySet<string> = new Set(['APPROVED', 'CHANGES_REQUESTED', 'DISMISSED']);

/** What the approvals of a change come to. */
export interface ApprovalCount {
  /** People with write access whose last word on this head is an approval. */
  readonly approvedBy: readonly string[];
  /** People with write access whose last word, on whatever commit, asks for changes. */
  readonly refusedBy: readonly string[];
  /** People whose approval is of an older head. */
  readonly outdatedBy: readonly string[];
}

/** Counts approvals, oldest first: the last decisive word of each person counts, and only one on the head itself. */
export function countApprovals(approvals: readonly Approval[], headSha: string): ApprovalCount {
  const last = new Map<string, Approval>();
  for (const approval of approvals) {
    if (!MAY_APPROVE.has(approval.permission) || !DECISIVE.has(approval.state)) continue;
    last.delete(approval.user);
    last.set(approval.user, approval);
  }
  const namesOf = (matches: (approval: Approval) => boolean) =>
    [...last.values()].filter(matches).map(({ user }) => user);
  const isApproval = ({ state }: Approval) => state === 'APPROVED';
  return {
    approvedBy: namesOf((approval) => isApproval(approval) && approval.commitSha === headSha),
    refusedBy: namesOf(({ state }) => state === 'CHANGES_REQUESTED'),
    outdatedBy: namesOf((approval) => isApproval(approval) && approval.commitSha !== headSha),
  };
}

function describe(count: ApprovalCount, wanted: number): string {
  const names = (list: readonly string[]) => list.map(oneLine).join(', ');
  const parts = [
    `${plural(count.approvedBy.length, 'approval')} of ${wanted} on this head`,
    count.refusedBy.length === 0 ? '' : `changes requested by ${names(count.refusedBy)}`,
    count.outdatedBy.length === 0 ? '' : `approved on an older head by ${names(count.outdatedBy)}`,
  ];
  return parts.filter((part) => part !== '').join('; ');
}

/**
 * The reviewer `approvals`: so many people with write access have approved the head itself, and nobody with write
 * access asks for changes. Until then, and without the platform's list, it has not answered: never satisfied.
 */
export function judgeApprovals({ reviewer, context }: ReviewRequest): ReviewerAnswer {
  const approvals = context.approvals ?? null;
  if (approvals === null) return unavailable('nothing says who approved: GATE_APPROVALS names no file');
  const wanted = reviewer.count ?? DEFAULT_COUNT;
  const count = countApprovals(approvals, context.change.headSha);
  const text = describe(count, wanted);
  const isEnough = count.approvedBy.length >= wanted && count.refusedBy.length === 0;
  if (!isEnough) return unavailable(text);
  return { status: 'complete', candidates: [], notes: [text], warnings: [], reason: null };
}
