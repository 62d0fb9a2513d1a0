import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { BuiltinContext } from '../../../src/run/builtin-stage.ts';
import type { StageResult } from '../../../src/run/stage-result.ts';
import { specGuardStage } from '../../../src/stages/spec-guard/index.ts';
import { readSpecText } from '../../../src/stages/spec-guard/spec-text.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';

type Tree = Readonly<Record<string, string>>;

const NOW = Date.UTC(2026, 10, 24, 12);

function spec(text: string, front = ''): string {
  return `---\nlast_review: 2026-11-20\n${front}---\n${text}\n`;
}

async function guard(before: Tree, after: Tree, root = '/nowhere'): Promise<StageResult> {
  const context: BuiltinContext = {
    change: { ...fakeChange(before, after), root },
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: NOW,
    toolVersion: '1.2.3',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: [],
    log: () => {},
    commands: null,
  };
  const common = {
    title: 'Spec guard',
    required: true,
    timeoutMs: null,
    needs: [],
    when: [],
    where: 'gate.yml:1',
  };
  return await specGuardStage(
    {
      kind: 'spec-guard',
      id: 'spec-guard',
      ...common,
      code: ['src/**'],
      specs: ['docs/specs/**'],
      maxAgeDays: 30,
      requireUpdate: true,
    },
    context,
  );
}

function found(result: StageResult): readonly (readonly [string, string | null, number | null])[] {
  return result.findings.map(({ ruleId, path: file, startLine }) => [ruleId, file, startLine]);
}

const CODE = { 'src/a.ts': 'a\n', 'docs/guide/start.md': '# Start\n' };

async function changed(text: string, front = '', file = 'docs/specs/a.md'): Promise<StageResult> {
  return await guard(CODE, { ...CODE, [file]: spec(text, front) });
}

describe('paths that a changed spec names', () => {
  test('exist as files or folders, from the root or from the spec’s folder', async () => {
    const text = '`src/a.ts`, `./src/a.ts`, `src/a.ts:12`, `src/`, `docs/guide` and `docs/specs/a.md`.';
    expect((await changed(text)).status).toBe('passed');
  });

  test('one that is not there fails, once, with its line', async () => {
    const result = await changed('Look at\n`src/gone.ts` and `src/gone.ts`.');
    expect(result).toMatchObject({ status: 'failed', reason: 'guard_violated' });
    expect(found(result)).toEqual([['spec-guard/missing-path', 'docs/specs/a.md', 5]]);
    expect(result.detail).toBe(
      'docs/specs/a.md:5 names "src/gone.ts", which does not exist – name what is there, or take it out',
    );
  });

  test('one that this change removed fails, though its folder is gone', async () => {
    const before = { ...CODE, 'old/b.ts': 'b\n', 'docs/specs/a.md': spec('A') };
    const after = { ...CODE, 'docs/specs/a.md': spec('See `old/b.ts`.') };
    expect(found(await guard(before, after))).toEqual([['spec-guard/missing-path', 'docs/specs/a.md', 4]]);
  });

  test.each([
    'a glob `src/**/*.ts`',
    'a placeholder `src/<name>.ts`',
    'a command `npm run src/x.ts`',
    'an address `https://example.org/src/x.ts`',
    'a package `@scope/name`',
    'another place `lib/x.ts`',
    'a name `x.ts`',
    '```\n`src/gone.ts`\n```',
    '- [ ] write `src/later.ts`',
  ])('near miss: %s', async (text) => {
    expect((await changed(text)).status).toBe('passed');
  });

  test('a spec that did not change, and one that is done with, may name what is gone', async () => {
    const tree = { ...CODE, 'docs/specs/a.md': spec('`src/gone.ts`') };
    expect((await guard(tree, { ...tree, 'README.md': 'x\n' })).status).toBe('passed');
    expect((await changed('`src/gone.ts`', 'status: superseded\n')).status).toBe('passed');
  });
});

describe('tasks that the change ticks', () => {
  test.each([
    'done, see `src/a.ts`',
    'done, see [the guide](../guide/start.md#top)',
    'done\n  in `src/a.ts`',
  ])('with a path: %s', async (text) => {
    expect((await changed(`- [x] ${text}`)).status).toBe('passed');
  });

  test('with a commit of this clone', async () => {
    const { baseSha } = fakeChange({ a: 'a\n' }, { a: 'b\n' });
    if (baseSha === null) throw new Error('the fake change has no base');
    const { snapshot } = fakeChange({ a: 'a\n' }, { a: 'b\n' });
    expect(await snapshot.hasCommit(baseSha)).toBe(true);
    const result = await changed(`- [x] done in ${'0123456789'.repeat(4)}`);
    expect(found(result)).toEqual([['spec-guard/task-without-evidence', 'docs/specs/a.md', 4]]);
    expect(result.detail).toContain('what it names does not exist: 0123456789');
  });

  test('with a run of the gate that left its manifest', async () => {
    const root = mkdtempSync(path.join(tmpdir(), 'gate-spec-'));
    const run = '2026-01-06T11-18-00-343Z-6ee17f0e';
    try {
      const after = { ...CODE, 'docs/specs/a.md': spec(`- [X] measured in ${run}`) };
      expect(found(await guard(CODE, after, root))).toEqual([
        ['spec-guard/task-without-evidence', 'docs/specs/a.md', 4],
      ]);
      mkdirSync(path.join(root, '.runs', 'main', 'cli', run), { recursive: true });
      writeFileSync(path.join(root, '.runs', 'main', 'cli', run, 'manifest.json'), '{}');
      expect((await guard(CODE, after, root)).status).toBe('passed');
    } finally {
      rmSync(root, { recursive: true, force: true });
    }
  });

  test('without evidence fail, and the line says what would be some', async () => {
    const result = await changed('* [x] all of it works');
    expect(result.detail).toBe(
      'docs/specs/a.md:4 ticks "all of it works" without naming evidence – name a path, a commit or a run of the gate that shows it done',
    );
  });

  test('those that were ticked before, and open ones, are left alone', async () => {
    const before = { ...CODE, 'docs/specs/a.md': spec('- [x] long ago\n- [ ] later') };
    const after = { ...CODE, 'docs/specs/a.md': spec('- [x] long ago\n- [ ] later\n\nMore.') };
    expect((await guard(before, after)).status).toBe('passed');
  });

  test('a word of hexadecimal letters is no commit', async () => {
    expect((await changed('- [x] the facade deadbeef is there')).status).toBe('failed');
  });
});

describe('a living plan', () => {
  const whole =
    '## Progress\n\n## Surprises and Discoveries\n\n### Decision log\n\n## Outcomes & Retrospective\n';

  test('keeps its sections, wherever it stands', async () => {
    expect((await changed(whole, 'type: living-plan\n', 'plans/a.md')).status).toBe('passed');
    const cut = whole.replace('### Decision log', '');
    const result = await changed(cut, 'type: exec-plan\n', 'plans/a.md');
    expect(found(result)).toEqual([['spec-guard/missing-section', 'plans/a.md', null]]);
    expect(result.detail).toContain('without its section "Decision Log"');
  });

  test('another type needs none', async () => {
    expect((await changed('text', 'type: reference\n')).status).toBe('passed');
  });
});

test('whatever a document holds, it is read', () => {
  const piece = fc.constantFrom(
    '- [x] ',
    '`src/a.ts`',
    '[a](b)',
    '```',
    '# ',
    '\n',
    '---\n',
    'type: living-plan\n',
    '\\',
    '\u0000',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(piece, fc.string())), (pieces) => {
      const text = readSpecText('docs/specs/a.md', Buffer.from(pieces.join('')));
      expect(text.tasks.every(({ line }) => line > 0)).toBe(true);
    }),
  );
});
