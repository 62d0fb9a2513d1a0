import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/change/change.ts';
import type { SpecGuardStage } from '../../../src/config/gate-config.ts';
import type { BuiltinContext } from '../../../src/run/builtin-stage.ts';
import type { StageResult } from '../../../src/run/stage-result.ts';
import { specGuardStage } from '../../../src/stages/spec-guard/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';

const NOW = Date.UTC(2026, 10, 24, 12);

const SETTINGS: SpecGuardStage = {
  kind: 'spec-guard',
  id: 'spec-guard',
  title: 'Spec guard',
  required: true,
  timeoutMs: null,
  needs: [],
  when: [],
  where: '.github/gate.yml:3',
  code: ['src/**'],
  specs: ['docs/specs/**'],
  maxAgeDays: 30,
  requireUpdate: true,
};

type Tree = Readonly<Record<string, string>>;

/** A spec that is fresh, with more front matter if wanted. */
function spec(text: string, front = ''): string {
  return `---\nlast_review: 2026-11-20\n${front}---\n${text}\n`;
}

async function guard(
  change: Change,
  settings: Partial<SpecGuardStage> = {},
): Promise<{ readonly result: StageResult; readonly log: readonly string[] }> {
  const log: string[] = [];
  const context: BuiltinContext = {
    change,
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: NOW,
    toolVersion: '1.2.3',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: [],
    log: (line) => log.push(line),
  };
  return { result: await specGuardStage({ ...SETTINGS, ...settings }, context), log };
}

async function guardTrees(before: Tree, after: Tree, settings: Partial<SpecGuardStage> = {}) {
  return await guard(fakeChange(before, after), settings);
}

function ruleIds(result: StageResult): readonly string[] {
  return result.findings.map((finding) => finding.ruleId);
}

describe('code needs its spec', () => {
  const before = { 'src/a.ts': 'a\n', 'src/lib/b.ts': 'b\n', 'docs/specs/a.md': spec('A') };

  test('code without any spec change fails, naming files and specs', async () => {
    const { result } = await guardTrees(before, { ...before, 'src/a.ts': 'a2\n', 'src/lib/b.ts': 'b2\n' });
    expect(result).toMatchObject({ status: 'failed', reason: 'guard_violated' });
    expect(result.detail).toBe(
      '2 changed files under src/ have no spec change: src/a.ts, src/lib/b.ts – update the spec under docs/specs/** that speaks of this code (docs/specs/a.md)',
    );
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]).toMatchObject({
      ruleId: 'spec-guard/code-without-spec',
      priority: 1,
      path: 'src/a.ts',
      startLine: null,
      source: { id: 'spec-guard', version: '1.2.3', model: null },
    });
    expect(result.findings[0]?.body).toContain('src/lib/b.ts');
  });

  test('code with a changed or a new spec passes', async () => {
    const code = { ...before, 'src/a.ts': 'a2\n' };
    const changed = await guardTrees(before, { ...code, 'docs/specs/a.md': spec('A2') });
    expect(changed.result).toMatchObject({ status: 'passed', reason: null, findings: [] });
    const added = await guardTrees(before, { ...code, 'docs/specs/n.md': spec('N') });
    expect(added.result.status).toBe('passed');
  });

  test('files outside the code need none', async () => {
    const { result } = await guardTrees(before, { ...before, 'README.md': 'x\n', 'srcs/a.ts': 'x\n' });
    expect(result.status).toBe('passed');
  });

  test('deleting code is a change of it', async () => {
    const { result } = await guardTrees(before, { 'src/a.ts': 'a\n', 'docs/specs/a.md': spec('A') });
    expect(ruleIds(result)).toEqual(['spec-guard/code-without-spec']);
    expect(result.detail).toContain('1 changed file under src/lib/ has no spec change: src/lib/b.ts');
  });

  test('deleting a spec does not count as its change', async () => {
    const two = { ...before, 'docs/specs/b.md': spec('B') };
    const { result } = await guardTrees(two, { ...before, 'src/a.ts': 'a2\n' });
    expect(ruleIds(result)).toEqual(['spec-guard/code-without-spec']);
  });

  test('a picture beside the specs is no spec', async () => {
    const { result, log } = await guardTrees(before, {
      ...before,
      'src/a.ts': 'a2\n',
      'docs/specs/flow.png': 'pixels',
    });
    expect(ruleIds(result)).toEqual(['spec-guard/code-without-spec']);
    expect(log.join('\n')).toContain('docs/specs/flow.png');
  });

  test('a file that is code and spec at once is a spec', async () => {
    const two = { ...before, 'docs/specs/b.md': spec('B') };
    expect((await guardTrees(two, before, { code: ['**'] })).result.status).toBe('passed');
  });

  test('a move or a new mode of a spec writes nothing', async () => {
    const change = fakeChange(before, { ...before, 'src/a.ts': 'a2\n', 'docs/specs/a.md': spec('A2') });
    const files = change.files.map((file) =>
      file.path === 'docs/specs/a.md' ? { ...file, oldBlob: file.newBlob, newMode: '100755' } : file,
    );
    const { result } = await guard({ ...change, files });
    expect(ruleIds(result)).toEqual(['spec-guard/code-without-spec']);
  });

  test('moving a file out of the code is a change of the code', async () => {
    const change = fakeChange(before, { ...before, 'old/a.ts': 'moved\n' });
    const files = change.files.map((file) =>
      file.path === 'old/a.ts' ? { ...file, status: 'renamed' as const, oldPath: 'src/a.ts' } : file,
    );
    const { result } = await guard({ ...change, files });
    expect(result.detail).toContain('src/a.ts');
  });

  test('require_update: false turns the rule off and keeps the other', async () => {
    const after = { ...before, 'src/a.ts': 'a2\n', 'docs/specs/old.md': 'no date\n' };
    const { result } = await guardTrees(before, after, { requireUpdate: false });
    expect(ruleIds(result)).toEqual(['spec-guard/missing-review-date']);
  });

  test('names from the change are printed inert', async () => {
    const { result, log } = await guardTrees(before, { ...before, 'src/\u001b[2J\u202e.ts': 'x\n' });
    expect(`${result.detail}${result.findings[0]?.body}${log.join('')}`).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('specs that own code', () => {
  const before = {
    'src/api/a.ts': 'a\n',
    'src/ui/u.ts': 'u\n',
    'docs/specs/api.md': spec('API', 'code: [src/api/**]\n'),
    'docs/specs/ui.md': spec('UI', 'code: src/ui/**\n'),
    'docs/specs/ui-old.md': spec('UI', 'code: src/api/**\nstatus: superseded\n'),
    'docs/specs/rest.md': spec('Rest'),
  };

  test('owned code needs its own spec, not any', async () => {
    const after = { ...before, 'src/api/a.ts': 'a2\n', 'docs/specs/rest.md': spec('Rest 2') };
    const { result } = await guardTrees(before, after);
    expect(result.detail).toBe(
      '1 changed file under src/api/ has no spec change: src/api/a.ts – update docs/specs/api.md',
    );
    const mended = await guardTrees(before, {
      ...after,
      'docs/specs/api.md': spec('API 2', 'code: [src/api/**]\n'),
    });
    expect(mended.result.status).toBe('passed');
  });

  test('each owner answers for its own files', async () => {
    const after = { ...before, 'src/api/a.ts': 'a2\n', 'src/ui/u.ts': 'u2\n' };
    const { result } = await guardTrees(before, after);
    expect(result.findings.map((finding) => finding.path)).toEqual(['src/api/a.ts', 'src/ui/u.ts']);
    expect(result.detail).toContain('update docs/specs/api.md; 1 changed file under src/ui/');
  });

  test('one of several owners is enough', async () => {
    const shared = { ...before, 'docs/specs/api2.md': spec('API', 'code:\n  - src/api/**\n') };
    const code = { ...shared, 'src/api/a.ts': 'a2\n' };
    const failed = await guardTrees(shared, code);
    expect(failed.result.detail).toContain('update one of docs/specs/api.md, docs/specs/api2.md');
    const mended = await guardTrees(shared, {
      ...code,
      'docs/specs/api2.md': spec('2', 'code: src/api/**\n'),
    });
    expect(mended.result.status).toBe('passed');
  });

  test('code that nobody owns needs any spec', async () => {
    const after = { ...before, 'src/new.ts': 'n\n' };
    expect((await guardTrees(before, after)).result.status).toBe('failed');
    const mended = await guardTrees(before, { ...after, 'docs/specs/rest.md': spec('Rest 2') });
    expect(mended.result.status).toBe('passed');
  });

  test('an owner whose globs cannot be read is said', async () => {
    const odd = { ...before, 'docs/specs/odd.md': spec('Odd', 'code:\n  src: 1\n') };
    const { result } = await guardTrees(odd, odd);
    expect(result.status).toBe('passed');
    expect(result.warnings.join()).toContain('docs/specs/odd.md');
  });
});

describe('specs are fresh', () => {
  async function judge(text: string, settings: Partial<SpecGuardStage> = {}) {
    const tree = { 'docs/specs/a.md': text, 'docs/specs/ok.md': spec('ok') };
    return (await guardTrees(tree, tree, settings)).result;
  }

  test.each([
    ['stale', '---\nlast_review: 2026-10-24\n---\n', 'spec-guard/stale-spec', 2, '31 days ago (2026-10-24)'],
    ['missing', '# A\n', 'spec-guard/missing-review-date', 1, 'has no last_review'],
    [
      'nearly',
      '# A\nLast review: 2026-11-01\n',
      'spec-guard/missing-review-date',
      2,
      'line 2 says "Last review: 2026-11-01"',
    ],
    ['no day', '# A\nlast_review: 2026-02-30\n', 'spec-guard/invalid-review-date', 2, 'there is no such day'],
    [
      'a time',
      'last_review: 2026-11-20T10:00:00Z\n',
      'spec-guard/invalid-review-date',
      1,
      'anything behind it: 2026-11-20',
    ],
    ['future', 'last_review: 2026-11-26\n', 'spec-guard/future-review-date', 1, 'in the future'],
  ])('%s fails, also in a spec that did not change', async (_name, text, ruleId, line, words) => {
    const result = await judge(text);
    expect(result).toMatchObject({ status: 'failed', reason: 'guard_violated' });
    expect(result.findings).toHaveLength(1);
    expect(result.findings[0]).toMatchObject({
      ruleId,
      path: 'docs/specs/a.md',
      startLine: line,
      priority: 1,
    });
    expect(result.detail).toContain(words);
    expect(result.detail).toContain('last_review: 2026-11-24');
    expect(result.findings[0]?.body).toContain('last_review: 2026-11-24');
  });

  test('as old as allowed passes, tomorrow passes, a longer limit passes', async () => {
    expect((await judge('last_review: 2026-10-25\n')).status).toBe('passed');
    expect((await judge('last_review: 2026-11-25\n')).status).toBe('passed');
    expect((await judge('last_review: 2026-01-01\n', { maxAgeDays: 400 })).status).toBe('passed');
  });

  test.each(['completed', 'archived', 'superseded'])('status %s is exempt', async (status) => {
    expect((await judge(`---\nstatus: ${status}\nlast_review: 2020-01-01\n---\n`)).status).toBe('passed');
    expect((await judge(`---\nstatus: ${status}\n---\n`)).status).toBe('passed');
  });

  test('a status that is nearly one of them is told apart', async () => {
    const result = await judge('---\nstatus: complete\nlast_review: 2020-01-01\n---\n');
    expect(result.detail).toContain('status "complete" exempts nothing, "completed" would');
  });

  test('many stale specs are all findings and one line', async () => {
    const tree = Object.fromEntries(
      Array.from({ length: 9 }, (_, index) => [`docs/specs/${index}.md`, 'last_review: 2020-01-01\n']),
    );
    const { result } = await guardTrees(tree, tree);
    expect(result.findings).toHaveLength(9);
    expect(new Set(result.findings.map((finding) => finding.fingerprint)).size).toBe(9);
    expect(result.detail).toContain('and 6 more');
    expect(result.detail).not.toContain('\n');
  });
});

describe('a repository without specs', () => {
  const before = { 'src/a.ts': 'a\n' };
  const after = { 'src/a.ts': 'a2\n' };

  test('is skipped while nobody has configured the stage', async () => {
    const { result } = await guardTrees(before, after, { where: null });
    expect(result).toMatchObject({ status: 'skipped', reason: 'nothing_detected' });
    expect(result.detail).toBe(
      'no specs under docs/specs/** – add docs/specs/<topic>.md or name yours in stages.spec-guard.specs',
    );
  });

  test('fails once it is configured, and says how to begin', async () => {
    const { result } = await guardTrees(before, after);
    expect(result).toMatchObject({ status: 'failed', reason: 'guard_violated' });
    expect(result.detail).toContain('add docs/specs/<topic>.md with last_review: 2026-11-24');
  });

  test('passes when no code changed', async () => {
    expect((await guardTrees(before, { ...before, 'README.md': 'x\n' })).result.status).toBe('passed');
  });

  test('is not skipped by deleting the specs', async () => {
    const { result } = await guardTrees({ ...before, 'docs/specs/a.md': spec('A') }, after, { where: null });
    expect(ruleIds(result)).toEqual(['spec-guard/code-without-spec']);
    expect(result.warnings).toEqual(['this change removes the last spec']);
  });

  test('with the first spec in the change is guarded', async () => {
    const { result } = await guardTrees(before, { ...after, 'docs/specs/a.md': '# A\n' }, { where: null });
    expect(ruleIds(result)).toEqual(['spec-guard/missing-review-date']);
  });
});

test('a spec whose contents are missing is not evaluated', async () => {
  const change = fakeChange({}, { 'docs/specs/a.md': spec('A') });
  const snapshot = {
    ...change.snapshot,
    readBlobs: async (blobs: readonly string[]) => blobs.map(() => null),
  };
  const { result } = await guard({ ...change, snapshot });
  expect(result).toMatchObject({ status: 'not_evaluated', reason: 'could_not_evaluate' });
  expect(result.detail).toContain('fetch-depth: 0');
});

test('globs of a spec that cannot be used are told, and own nothing', async () => {
  const before = { 'src/a.ts': 'a\n', 'docs/specs/a.md': spec('A', 'code: ["+(a).ts", src/a.ts]\n') };
  const { result } = await guardTrees(before, { ...before, 'src/a.ts': 'b\n' });
  expect(result.status).toBe('failed');
  expect(result.warnings).toEqual(['"code" of docs/specs/a.md: +(a).ts cannot be used and owns nothing']);
});

test('all specs are read in one batch', async () => {
  const tree = { 'docs/specs/a.md': spec('A'), 'docs/specs/b.md': spec('B') };
  const change = fakeChange(tree, tree);
  const batches: number[] = [];
  const snapshot = {
    ...change.snapshot,
    readBlobs: async (blobs: readonly string[]) => {
      batches.push(blobs.length);
      return await change.snapshot.readBlobs(blobs);
    },
  };
  await guard({ ...change, snapshot });
  expect(batches).toEqual([2]);
});

test('settings of another stage are a bug', async () => {
  const settings = { ...SETTINGS, kind: 'docs' } as unknown as SpecGuardStage;
  await expect(guard(fakeChange({}, {}), settings)).rejects.toThrow('spec-guard');
});
