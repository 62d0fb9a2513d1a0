import { describe, expect, test } from '@jest/globals';
import type { Approval } from '../../../src/run/approval.ts';
import { countApprovals } from '../../../src/stages/review/approvals.ts';

const HEAD = 'a'.repeat(40);
const OLD = 'b'.repeat(40);

function said(user: string, state: string, more: Partial<Approval> = {}): Approval {
  return { user, state, commitSha: HEAD, permission: 'write', ...more };
}

describe('approvals', () => {
  test('of people with write access on the head count, each person once', () => {
    const approvals = [
      said('ada', 'APPROVED'),
      said('ada', 'APPROVED'),
      said('bob', 'APPROVED', { permission: 'admin' }),
      said('eve', 'APPROVED', { permission: 'read' }),
      said('mal', 'APPROVED', { permission: 'none' }),
    ];
    expect(countApprovals(approvals, HEAD)).toEqual({
      approvedBy: ['ada', 'bob'],
      refusedBy: [],
      outdatedBy: [],
    });
  });

  test('one of an older head is outdated', () => {
    expect(countApprovals([said('ada', 'APPROVED', { commitSha: OLD })], HEAD)).toMatchObject({
      approvedBy: [],
      outdatedBy: ['ada'],
    });
  });

  test('the last decisive word of a person counts; a comment is none', () => {
    const changed = [said('ada', 'APPROVED'), said('ada', 'CHANGES_REQUESTED'), said('ada', 'COMMENTED')];
    expect(countApprovals(changed, HEAD)).toMatchObject({ approvedBy: [], refusedBy: ['ada'] });
    const dismissed = [said('ada', 'CHANGES_REQUESTED'), said('ada', 'DISMISSED')];
    expect(countApprovals(dismissed, HEAD)).toMatchObject({ approvedBy: [], refusedBy: [] });
    const again = [said('ada', 'CHANGES_REQUESTED', { commitSha: OLD }), said('ada', 'APPROVED')];
    expect(countApprovals(again, HEAD)).toMatchObject({ approvedBy: ['ada'], refusedBy: [] });
  });
});
