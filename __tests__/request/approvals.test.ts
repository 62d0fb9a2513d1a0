import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { readApprovals } from '../../src/request/approvals.ts';

const startedIn = mkdtempSync(path.join(tmpdir(), 'gate-approvals-'));
afterAll(() => rmSync(startedIn, { recursive: true, force: true }));

function read(text: string | null) {
  if (text !== null) writeFileSync(path.join(startedIn, 'approvals.json'), text);
  return readApprovals({ startedIn, environment: text === null ? {} : { GATE_APPROVALS: 'approvals.json' } });
}

describe('the list of approvals', () => {
  test('without the variable nothing is known', () => {
    expect(read(null)).toEqual({ ok: true, value: null });
  });

  test('is read as it is', () => {
    const entry = { user: 'ada', state: 'APPROVED', commit_id: 'abc', permission: 'write', more: 1 };
    expect(read(JSON.stringify([entry]))).toEqual({
      ok: true,
      value: [{ user: 'ada', state: 'APPROVED', commitSha: 'abc', permission: 'write' }],
    });
    expect(read('[]')).toEqual({ ok: true, value: [] });
  });

  test.each(['{}', '[1]', '[{"user": "ada"}]', '[', 'null'])('%s is refused', (text) => {
    expect(read(text)).toMatchObject({ ok: false, error: { kind: 'usage', where: 'GATE_APPROVALS' } });
  });

  test('a file that is not there is refused', () => {
    expect(readApprovals({ startedIn, environment: { GATE_APPROVALS: 'absent.json' } })).toMatchObject({
      ok: false,
      error: { kind: 'usage', where: 'GATE_APPROVALS' },
    });
  });
});
