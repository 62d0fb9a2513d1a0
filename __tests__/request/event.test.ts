import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readWorkflowEvent } from '../../src/request/event.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gate-event-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SHA = 'a'.repeat(40);
const HEAD = 'b'.repeat(40);

function eventOf(name: string, payload: unknown, more: Readonly<Record<string, string>> = {}) {
  const file = path.join(folder, 'event.json');
  writeFileSync(file, typeof payload === 'string' ? payload : JSON.stringify(payload));
  return readWorkflowEvent({ GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file, ...more });
}

describe('the event of a workflow run', () => {
  test('outside of one there is nothing', () => {
    expect(readWorkflowEvent({})).toMatchObject({ name: null, prNumber: null, baseSha: null, warnings: [] });
  });

  test('a pull request gives number, base, fork and text', () => {
    const repo = (id: number) => ({ repo: { id } });
    const event = eventOf('pull_request', {
      pull_request: {
        number: 7,
        body: 'Goal: x',
        base: { sha: SHA, ...repo(1) },
        head: { sha: HEAD, ...repo(2) },
      },
    });
    expect(event).toEqual({
      name: 'pull_request',
      prNumber: 7,
      fromFork: true,
      baseSha: SHA,
      headSha: HEAD,
      body: 'Goal: x',
      warnings: [],
    });
  });

  test.each([
    ['push', { before: SHA }],
    ['merge_group', { merge_group: { base_sha: SHA } }],
  ])('%s gives its base', (name, payload) => {
    expect(eventOf(name, payload)).toMatchObject({ name, baseSha: SHA, fromFork: null });
  });

  test('a branch that is new has nothing before it', () => {
    expect(eventOf('push', { before: '0'.repeat(40) }).baseSha).toBeNull();
  });

  test('a base that is no commit id is not one', () => {
    expect(eventOf('push', { before: '--output=pwned' }).baseSha).toBeNull();
  });

  test.each([
    ['a missing file', { GITHUB_EVENT_PATH: path.join(folder, 'absent.json') }],
    ['no path', { GITHUB_EVENT_PATH: '' }],
  ])('%s is a warning', (_name, more) => {
    const event = eventOf('push', {}, more);
    expect(event.baseSha).toBeNull();
    expect(event.warnings).toHaveLength(1);
  });

  test('a file that was cut is a warning, and the number of the ref counts', () => {
    const event = eventOf('pull_request', '{"pull_request": {', { GITHUB_REF: 'refs/pull/12/merge' });
    expect(event).toMatchObject({ prNumber: 12, baseSha: null });
    expect(event.warnings).toEqual([expect.stringContaining('is no JSON')]);
  });

  test('whatever the file holds, there is an answer', () => {
    fc.assert(
      fc.property(
        fc.jsonValue(),
        fc.constantFrom('push', 'pull_request', 'merge_group', 'other'),
        (payload, name) => {
          expect(eventOf(name, payload).name).toBe(name);
        },
      ),
      { numRuns: 100 },
    );
  });
});
