import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/change/change.ts';
import type { DiffBudgetStage } from '../../../src/config/gate-config.ts';
import type { BudgetOverrides, BuiltinContext } from '../../../src/run/builtin-stage.ts';
import type { StageResult } from '../../../src/run/stage-result.ts';
import { diffBudgetStage } from '../../../src/stages/diff-budget/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';

const SETTINGS: DiffBudgetStage = {
  kind: 'diff-budget',
  id: 'diff-budget',
  title: 'Diff budget',
  required: true,
  timeoutMs: null,
  needs: [],
  when: [],
  where: null,
  maxFiles: 3,
  maxLines: 10,
  maxBytes: 2_048,
  ignore: [],
  deletions: 1,
  override: { label: 'diff-budget-override', minPermission: 'write' },
};

interface Setup {
  readonly settings?: Partial<DiffBudgetStage>;
  readonly overrides?: Partial<BudgetOverrides>;
}

async function judge(
  change: Change,
  setup: Setup = {},
): Promise<{ readonly result: StageResult; readonly log: string }> {
  const log: string[] = [];
  const context: BuiltinContext = {
    change,
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: 0,
    toolVersion: '1.2.3',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null, ...setup.overrides },
    pipelineIds: [],
    log: (line) => log.push(line),
  };
  const result = await diffBudgetStage({ ...SETTINGS, ...setup.settings }, context);
  return { result, log: log.join('\n') };
}

function lines(count: number, text = 'line'): string {
  return Array.from({ length: count }, (_, index) => `${text} ${index}\n`).join('');
}

function ruleIds(result: StageResult): readonly string[] {
  return result.findings.map((finding) => finding.ruleId);
}

describe('limits', () => {
  test('a change exactly on its limits passes and says so', async () => {
    const change = fakeChange({}, { 'a.ts': lines(4), 'b.ts': lines(4), 'c.ts': lines(2) });
    const { result, log } = await judge(change);
    expect(result).toMatchObject({
      status: 'passed',
      reason: null,
      detail: null,
      findings: [],
      warnings: [],
    });
    expect(log).toContain('ok: 3 files of 3');
    expect(log).toContain('ok: 10 lines of 10');
    expect(log).toContain('a.ts: 4 lines');
  });

  test('one line more fails', async () => {
    const { result } = await judge(fakeChange({}, { 'a.ts': lines(11) }));
    expect(result).toMatchObject({ status: 'failed', reason: 'over_budget' });
    expect(ruleIds(result)).toEqual(['diff-budget/too-many-lines']);
    expect(result.detail).toContain('the change has 11 lines of 10 – split it');
    expect(result.findings[0]).toMatchObject({ priority: 1, path: null, source: { version: '1.2.3' } });
  });

  test('one file more fails', async () => {
    const { result } = await judge(fakeChange({}, { 'a/1': 'x\n', 'a/2': 'x\n', 'b/3': 'x\n', '4': 'x\n' }));
    expect(ruleIds(result)).toEqual(['diff-budget/too-many-files']);
    expect(result.detail).toContain('a/: 2 files, 2 lines');
  });

  test('an empty change passes', async () => {
    expect((await judge(fakeChange({ a: 'x' }, { a: 'x' }))).result.status).toBe('passed');
  });

  test('all that is over is found at once', async () => {
    const after = { a: lines(9), b: lines(9), c: lines(9), d: `${'x'.repeat(3_000)}\n` };
    const { result } = await judge(fakeChange({}, after));
    expect(ruleIds(result)).toEqual([
      'diff-budget/too-many-files',
      'diff-budget/too-many-lines',
      'diff-budget/too-many-bytes',
    ]);
  });

  test('the environment beats the configuration, both ways', async () => {
    const change = fakeChange({}, { 'a.ts': lines(11) });
    expect((await judge(change, { overrides: { maxLines: 11 } })).result.status).toBe('passed');
    const tighter = await judge(change, { settings: { maxLines: 100 }, overrides: { maxLines: 5 } });
    expect(tighter.result.detail).toContain('11 lines of 5 (DIFF_BUDGET_MAX_LINES)');
    const none = await judge(change, { settings: { maxLines: 100 }, overrides: { maxFiles: 0 } });
    expect(none.result.detail).toContain('1 file of 0 (DIFF_BUDGET_MAX_FILES)');
  });
});

describe('what a file weighs', () => {
  const before = { 'a.ts': lines(12) };

  test('deleted lines weigh 1 or 0', async () => {
    const change = fakeChange(before, {});
    expect(ruleIds((await judge(change)).result)).toEqual(['diff-budget/too-many-lines']);
    expect((await judge(change, { settings: { deletions: 0 } })).result.status).toBe('passed');
  });

  test('a pure move is one file and no lines', async () => {
    const change = fakeChange({}, { 'b.ts': lines(12) });
    const files = change.files.map((file) => ({
      ...file,
      status: 'renamed' as const,
      oldPath: 'a.ts',
      oldBlob: file.newBlob,
      oldBytes: file.newBytes,
      added: 0,
      deleted: 0,
    }));
    const moved = { ...change, files };
    expect((await judge(moved)).log).toContain('ok: 0 lines of 10');
    expect((await judge(moved, { settings: { maxFiles: 0 } })).result.status).toBe('failed');
  });

  test('a moved binary is no bytes, a new one is all of them, a deleted one none', async () => {
    const bytes = `\u0000${'x'.repeat(5_000)}`;
    const added = fakeChange({}, { 'a.png': bytes });
    const over = await judge(added);
    expect(ruleIds(over.result)).toEqual(['diff-budget/too-many-bytes']);
    expect(over.result.detail).toContain('4.88 KiB of 2.00 KiB');
    expect(over.log).toContain('a.png: 0 lines, 4.88 KiB (binary)');
    const files = added.files.map((file) => ({ ...file, oldBlob: file.newBlob, oldPath: 'b.png' }));
    expect((await judge({ ...added, files })).result.status).toBe('passed');
    expect((await judge(fakeChange({ 'a.png': bytes }, {}))).result.status).toBe('passed');
  });

  test('a megabyte on one line, and one with bare CRs, count their bytes', async () => {
    for (const text of [`${'x'.repeat(1_000_000)}\n`, 'x = 1\r'.repeat(160_000)]) {
      const { result } = await judge(fakeChange({}, { 'a.js': text }));
      expect(ruleIds(result)).toContain('diff-budget/too-many-bytes');
    }
  });

  test('lines that end in a bare CR, or in what JavaScript takes for a break, are lines', async () => {
    for (const end of ['\r', '\u2028']) {
      const { result } = await judge(fakeChange({}, { 'a.js': `let a = 1;${end}`.repeat(60) }));
      expect(ruleIds(result)).toContain('diff-budget/too-many-lines');
    }
    expect((await judge(fakeChange({}, { 'a.txt': `${'x'.repeat(80)}\r\n`.repeat(10) }))).result.status).toBe(
      'passed',
    );
  });

  test('a long line among short ones cannot hide', async () => {
    const text = `${'y\n'.repeat(9)}${'x'.repeat(3_000)}`;
    expect(ruleIds((await judge(fakeChange({}, { 'a.js': text }))).result)).toEqual([
      'diff-budget/too-many-bytes',
    ]);
  });

  test('lines of up to 500 bytes are lines, however many bytes they are together', async () => {
    const text = `${'x'.repeat(500)}\n`.repeat(10);
    expect((await judge(fakeChange({}, { 'a.md': text }))).result.status).toBe('passed');
  });

  test('a long line that was there before does not count', async () => {
    const long = `${'x'.repeat(5_000)}\n`;
    const change = fakeChange({ 'a.js': long }, { 'a.js': `${long}new\n` });
    expect((await judge(change)).result.status).toBe('passed');
  });

  test('a file too large to be read counts what it grew by', async () => {
    const change = fakeChange({}, { 'a.js': 'x\n' });
    const files = change.files.map((file) => ({ ...file, newBytes: 50_000_000 }));
    const snapshot = {
      ...change.snapshot,
      readLines: async () => [{ path: 'a.js', oldPath: null, added: [], removed: [], clipped: true }],
    };
    const { result } = await judge({ ...change, files, snapshot });
    expect(ruleIds(result)).toEqual(['diff-budget/too-many-bytes']);
  });
});

describe('what does not count', () => {
  test('lockfiles and ignored files, with the reason', async () => {
    const after = {
      'package-lock.json': lines(500),
      'deep/Cargo.lock': lines(500),
      'gen/api.ts': lines(500),
      'a.ts': lines(2),
    };
    const { result, log } = await judge(fakeChange({}, after), { settings: { ignore: ['gen/**'] } });
    expect(result.status).toBe('passed');
    expect(log).toContain('ok: 1 file of 3');
    expect(log).toContain('package-lock.json: lockfile (npm), 500 lines');
    expect(log).toContain('deep/Cargo.lock: lockfile (Cargo), 500 lines');
    expect(log).toContain('gen/api.ts: stages.diff-budget.ignore, 500 lines');
  });

  test('what the base’s attributes call generated or vendored, not what the change’s do', async () => {
    const attributes =
      'gen/** linguist-generated\n*.pb.go linguist-generated=true\ngen/own.ts -linguist-generated\n';
    const before = { '.gitattributes': attributes, 'lib/.gitattributes': '/copy.js linguist-vendored\n' };
    const after = {
      '.gitattributes': `${attributes}a.ts linguist-generated\n`,
      'lib/.gitattributes': before['lib/.gitattributes'],
      'gen/api.ts': lines(500),
      'gen/own.ts': lines(1),
      'deep/x.pb.go': lines(500),
      'lib/copy.js': lines(500),
      'a.ts': lines(11),
    };
    const { result, log } = await judge(fakeChange(before, after));
    expect(log).toContain('over: 13 lines of 10');
    expect(log).toContain('gen/api.ts: linguist-generated by .gitattributes of the base, 500 lines');
    expect(log).toContain('deep/x.pb.go: linguist-generated by .gitattributes of the base, 500 lines');
    expect(log).toContain('lib/copy.js: linguist-vendored by .gitattributes of the base, 500 lines');
    expect(ruleIds(result)).toEqual(['diff-budget/too-many-lines']);
  });

  test('places where other people’s work is kept', async () => {
    const after = {
      'vendor/x/a.go': lines(500),
      'web/jquery.min.js': lines(500),
      gradlew: lines(200),
      'a.ts': 'a\n',
    };
    const { result, log } = await judge(fakeChange({}, after));
    expect(result.status).toBe('passed');
    expect(log).toContain('vendor/x/a.go: vendored (vendored code), 500 lines');
    expect(log).toContain('web/jquery.min.js: vendored (minified), 500 lines');
    expect(log).toContain('gradlew: vendored (Gradle’s wrapper), 200 lines');
    expect(result.warnings).toEqual([
      '1200 lines of the change do not count: gradlew: vendored (Gradle’s wrapper), 200 lines; vendor/x/a.go: vendored (vendored code), 500 lines; web/jquery.min.js: vendored (minified), 500 lines',
    ]);
  });

  test('built output and a file called vendor count', async () => {
    const { result } = await judge(fakeChange({}, { 'dist/a.js': lines(6), vendor: lines(6) }));
    expect(result.status).toBe('failed');
  });

  test('a file that only looks like it counts', async () => {
    const { result } = await judge(fakeChange({}, { 'package-lock.json.ts': lines(11) }));
    expect(result.status).toBe('failed');
  });
});

describe('the advice', () => {
  test('names the ten largest files, what was left out, and folders to split by', async () => {
    const after: Record<string, string> = { 'yarn.lock': lines(3) };
    for (let index = 1; index <= 12; index += 1) {
      after[`src/${index % 2 === 0 ? 'even' : 'odd'}/${index}.ts`] = lines(index);
    }
    const { result } = await judge(fakeChange({}, after));
    const body = result.findings[0]?.body ?? '';
    expect(body).toContain('- src/even/12.ts: 12 lines\n- src/odd/11.ts: 11 lines');
    expect(body).toContain('- src/odd/3.ts: 3 lines');
    expect(body).not.toContain('src/even/2.ts');
    expect(body).toContain('- yarn.lock: lockfile (Yarn), 3 lines');
    expect(body).toContain('- src/even/: 6 files, 42 lines\n- src/odd/: 6 files, 36 lines');
    expect(body).toContain('DIFF_BUDGET_OVERRIDE_REASON');
  });

  test('prints names inert', async () => {
    const { result, log } = await judge(fakeChange({}, { '\u001b[31m\u202e.ts': lines(11) }));
    expect(`${log}${result.detail}${result.findings[0]?.body}`).not.toMatch(/[\u001b\u202e]/);
  });
});

describe('the waiver', () => {
  const over = fakeChange({}, { 'a.ts': lines(11) });

  test('lets a change pass that is over, with reason and actor on record', async () => {
    const { result } = await judge(over, {
      overrides: { overrideReason: 'generated client', actor: 'octo' },
    });
    expect(result).toMatchObject({
      status: 'passed',
      reason: 'waived',
      detail: 'over budget (11 lines of 10), waived by octo: generated client',
      waivers: [
        {
          kind: 'diff-budget',
          reason: 'generated client',
          actor: 'octo',
          source: 'DIFF_BUDGET_OVERRIDE_REASON',
        },
      ],
      findings: [],
    });
  });

  test.each(['ok', '123456', '…'])('"%s" is no reason', async (overrideReason) => {
    const { result } = await judge(over, { overrides: { overrideReason } });
    expect(result).toMatchObject({ status: 'failed', reason: 'over_budget', waivers: [] });
    expect(result.detail).toContain('is none');
  });

  test('that is not needed is not recorded, and said', async () => {
    const { result } = await judge(fakeChange({}, { a: 'x\n' }), {
      overrides: { overrideReason: 'just in case' },
    });
    expect(result).toMatchObject({ status: 'passed', reason: null, waivers: [] });
    expect(result.warnings).toEqual([
      'DIFF_BUDGET_OVERRIDE_REASON is set though the change is within its budget: remove it',
    ]);
  });
});

test('settings of another stage are a bug', async () => {
  const settings = { kind: 'docs' } as unknown as Partial<DiffBudgetStage>;
  await expect(judge(fakeChange({}, {}), { settings })).rejects.toThrow('diff-budget');
});
