import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/change/change.ts';
import { notesRule, type Reviewer } from '../../../src/config/gate-config.ts';
import type { Approval } from '../../../src/run/approval.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { BUILTIN, review, reviewChange } from './review-scenes.ts';

const FULL_NOTES = 'Goal: faster | Summary: less work | Risks: none';

/** Made up, and in two pieces: scanners read this file, too. */
const TOKEN = `ghp_${'k3Jd8sLq2Zx9Vb7NmT4wYc6RpF1hGa5EuWzX'}`;

const CLEAN = { 'src/a.ts': 'export const a = 1;\n' };
const FOCUSED = { 'src/a.test.ts': "it.only('a', () => {\n  expect(1).toBe(1);\n});\n" };
const TODO = { 'src/a.ts': '// TODO: more\nexport const a = 1;\n' };

function absent(kind: Reviewer['kind'], onUnavailable: Reviewer['onUnavailable']): Reviewer {
  return { ...BUILTIN, id: kind, kind, onUnavailable };
}

describe('notes', () => {
  test('missing parts fail and are named, with the way to give them', async () => {
    const { result } = await review({}, CLEAN, {
      settings: { notes: notesRule('required') },
      notes: 'Goal: faster',
    });
    expect(result).toMatchObject({ status: 'failed', reason: 'notes_missing' });
    expect(result.detail).toContain('the notes have no summary, risks – give them with --notes, in NOTES');
    expect(result.detail).toContain('Goal: … | Summary: …');
  });

  test('findings are shown all the same', async () => {
    const { result, found } = await review({}, FOCUSED, { settings: { notes: notesRule('required') } });
    expect(result.reason).toBe('notes_missing');
    expect(found).toEqual(['P1 focused-test src/a.test.ts:1']);
    expect(result.detail).toContain('also 1 finding: src/a.test.ts:1');
  });

  test('whole notes pass, and optional ones need not be there', async () => {
    const required = await review({}, CLEAN, {
      settings: { notes: notesRule('required') },
      notes: FULL_NOTES,
    });
    expect(required.result).toMatchObject({ status: 'passed', reason: null, detail: null, findings: [] });
    expect((await review({}, CLEAN)).result.status).toBe('passed');
  });
});

describe('the verdict', () => {
  test('fails at the priority asked for, and says where and what to do', async () => {
    const { result } = await review({}, FOCUSED);
    expect(result).toMatchObject({ status: 'failed', reason: 'findings' });
    expect(result.detail).toBe(
      '1 finding at P1 or worse: src/a.test.ts:1 Test runs alone – Remove the mark, so that all tests run again',
    );
  });

  test('passes below it, with the findings', async () => {
    const { result, found } = await review({}, TODO);
    expect(found).toEqual(['P3 todo-without-issue src/a.ts:1']);
    expect(result).toMatchObject({ status: 'passed', reason: 'findings' });
    expect(result.detail).toContain('1 finding, none fails the stage: src/a.ts:1');
    expect((await review({}, TODO, { settings: { failOn: 3 } })).result.status).toBe('failed');
    expect((await review({}, FOCUSED, { settings: { failOn: 0 } })).result.status).toBe('passed');
  });

  test('leaves out what is less certain than asked for', async () => {
    const text = {
      'src/a.ts': `export const client = new Client({ apiKey: '${'4f9a7c2e8b1d6035'}9e7a4c21' });\n`,
    };
    const settings = { failOn: 2 } as const;
    expect((await review({}, text, { settings })).result.status).toBe('failed');
    const strict = await review({}, text, { settings: { ...settings, minConfidence: 0.9 } });
    expect(strict.result).toMatchObject({ status: 'passed', reason: 'findings' });
    const certain = await review({}, FOCUSED, { settings: { minConfidence: 1 } });
    expect(certain.result.status).toBe('failed');
  });

  test('names three findings and counts the rest', async () => {
    const text = "it.only('a', () => {});\n";
    const { result } = await review({}, { 'a.test.js': text.repeat(5) });
    expect(result.findings).toHaveLength(5);
    expect(result.detail).toMatch(/^5 findings .*a\.test\.js:1 .*a\.test\.js:3 .*; and 2 more$/);
  });

  test('an empty change passes', async () => {
    const { result, log } = await review(CLEAN, CLEAN);
    expect(result.status).toBe('passed');
    expect(log).toContain('seen: 0 files, 0 added lines');
  });
});

describe('reviewers that cannot answer', () => {
  test.each(['codex', 'claude', 'openai-compatible'] as const)('%s under fail', async (kind) => {
    const { result } = await review({}, CLEAN, { settings: { reviewers: [BUILTIN, absent(kind, 'fail')] } });
    expect(result).toMatchObject({ status: 'not_evaluated', reason: 'reviewer_unavailable' });
    expect(result.detail).toContain(`reviewer ${kind} is unavailable: reviewers of kind ${kind}`);
  });

  test.each(['neutral', 'pass'] as const)(
    'under %s the stage passes with a warning',
    async (onUnavailable) => {
      const { result } = await review({}, CLEAN, {
        settings: { reviewers: [BUILTIN, absent('codex', onUnavailable)] },
      });
      expect(result.status).toBe('passed');
      expect(result.warnings).toHaveLength(1);
      expect(result.warnings[0]).toContain(`on_unavailable: ${onUnavailable}`);
    },
  );

  test('approvals: unknown and too few are no answer, enough of them are one', async () => {
    const reviewers = [BUILTIN, absent('approvals', 'fail')];
    const change = fakeChange({}, CLEAN);
    const judge = async (approvals: readonly Approval[] | null) =>
      (await reviewChange(change, { settings: { reviewers }, context: { approvals } })).result;
    const approved = { user: 'ada', state: 'APPROVED', commitSha: change.headSha, permission: 'write' };
    expect(await judge(null)).toMatchObject({ status: 'not_evaluated', reason: 'reviewer_unavailable' });
    const none = await judge([{ ...approved, commitSha: 'b'.repeat(40) }]);
    expect(none.status).toBe('not_evaluated');
    expect(none.detail).toContain('0 approvals of 1 on this head; approved on an older head by ada');
    const refused = await judge([approved, { ...approved, user: 'bob', state: 'CHANGES_REQUESTED' }]);
    expect(refused.detail).toContain('changes requested by bob');
    expect((await judge([approved])).status).toBe('passed');
  });

  test('one that is not required is tolerated', async () => {
    const optional = { ...absent('claude', 'fail'), required: false };
    const { result } = await review({}, CLEAN, { settings: { reviewers: [BUILTIN, optional] } });
    expect(result.status).toBe('passed');
    expect(result.warnings[0]).toContain('reviewer claude is unavailable');
  });

  test('a finding that fails comes before an absence', async () => {
    const { result } = await review({}, FOCUSED, {
      settings: { reviewers: [BUILTIN, absent('codex', 'fail')] },
    });
    expect(result.reason).toBe('findings');
  });

  test('when nobody looked at the change, the pass says so', async () => {
    const { result } = await review({}, CLEAN, { settings: { reviewers: [absent('codex', 'neutral')] } });
    expect(result.detail).toContain('nobody reviewed the change');
    const none = await review({}, CLEAN, { settings: { reviewers: [] } });
    expect(none.result.status).toBe('not_evaluated');
  });
});

describe('the list of findings', () => {
  test('is ordered worst first, then by place', async () => {
    const { found } = await review(
      {},
      {
        'src/b.ts': `const t = '${TOKEN}';\n// TODO: x\n`,
        'src/a.ts': '// TODO: y\n// @ts-ignore\nrun();\n',
        'src/a.test.ts': FOCUSED['src/a.test.ts'],
      },
    );
    expect(found).toEqual([
      'P0 secret-added src/b.ts:1',
      'P1 focused-test src/a.test.ts:1',
      'P2 suppressed-check src/a.ts:2',
      'P3 todo-without-issue src/a.ts:1',
      'P3 todo-without-issue src/b.ts:2',
    ]);
  });

  test('has the gate as its source, and fingerprints that outlive moves of lines', async () => {
    const first = (await review({}, TODO)).result.findings[0];
    expect(first).toMatchObject({ source: { id: 'builtin', version: '1.2.3', model: null }, side: 'new' });
    const moved = await review({}, { 'src/a.ts': `import b from 'b';\n\n  ${TODO['src/a.ts']}` });
    expect(moved.result.findings[0]).toMatchObject({ startLine: 3, fingerprint: first?.fingerprint });
  });

  test('tells equal lines of a file apart', async () => {
    const { result } = await review({}, { 'src/a.ts': 'f();\n// TODO: x\ng();\n// TODO: x\n' });
    expect(new Set(result.findings.map(({ fingerprint }) => fingerprint)).size).toBe(2);
  });

  test('keeps the worst of very many, and says how many there were', async () => {
    const { result } = await review({}, { 'src/a.ts': '// TODO: x\n'.repeat(6_000) });
    expect(result.findings).toHaveLength(5_000);
    expect(result.warnings.join()).toContain(
      '6000 findings (0 P0, 0 P1, 0 P2, 6000 P3), of which the worst 5000',
    );
  });

  test('quotes text of the change harmlessly', async () => {
    const text = '// TODO: \u001b[2J\u202epassword=hunter2zz\n';
    const { result } = await review({}, { 'src/a.ts': text });
    const titles = result.findings.map(({ title }) => title).join('\n');
    expect(titles).toContain('\\x1b[2J');
    expect(titles).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('coverage', () => {
  /** The same change, but its diff was not read to the end. */
  function clip(change: Change, contents: boolean): Change {
    const { snapshot } = change;
    const readLines = async () =>
      (await snapshot.readLines()).map((file) => ({ ...file, added: file.added.slice(0, 1), clipped: true }));
    const readBlobs = contents
      ? snapshot.readBlobs
      : async (blobs: readonly string[]) => blobs.map(() => null);
    return { ...change, snapshot: { ...snapshot, readLines, readBlobs } };
  }

  test('what was seen goes to the log', async () => {
    const { log } = await review({}, { 'src/a.ts': 'export const a = 1;\n', 'b.txt': 'x\n' });
    expect(log).toContain('seen: 2 files, 2 added lines, 0 removed lines, 20 B');
  });

  test('lines that the diff left out are worked out from the file', async () => {
    const before = { 'src/a.ts': 'a();\nb();\n' };
    const after = { 'src/a.ts': `a();\nc();\nb();\nconst t = '${TOKEN}';\n` };
    const { found, result } = await reviewChange(clip(fakeChange(before, after), true));
    expect(found).toEqual(['P0 secret-added src/a.ts:4']);
    expect(result.warnings).toEqual([]);
  });

  test('what stays unseen is a warning', async () => {
    const { result } = await reviewChange(clip(fakeChange({}, { 'b.txt': 'x\ny\n' }), false));
    expect(result).toMatchObject({ status: 'passed' });
    expect(result.warnings).toEqual(['1 file not seen whole: b.txt (only its first lines)']);
  });

  test('a large source is read line by line', async () => {
    const { result, found } = await review(
      {},
      { 'src/a.ts': `${'const a = 1;\n'.repeat(90_000)}debugger;\n` },
    );
    expect(found).toEqual(['P3 debug-leftover src/a.ts:90001']);
    expect(result.warnings[0]).toContain('changed lines only');
  });

  test('contents that are missing from the clone are no error', async () => {
    const change = fakeChange({}, FOCUSED);
    const snapshot = {
      ...change.snapshot,
      readBlobs: async (blobs: readonly string[]) => blobs.map(() => null),
    };
    expect((await reviewChange({ ...change, snapshot })).found).toEqual(['P1 focused-test src/a.test.ts:1']);
  });
});
