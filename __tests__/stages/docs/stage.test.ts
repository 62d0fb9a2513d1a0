import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/change/change.ts';
import { docsStage } from '../../../src/stages/docs/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { brief, checkChange, checkTrees, findIn, type Tree } from './docs-scene.ts';

describe('the end of the stage', () => {
  test('nothing wrong passes', async () => {
    const tree = { 'README.md': '# A\n\n[a](#a)\n' };
    const { result, log } = await checkTrees(tree, tree);
    expect(result).toMatchObject({
      status: 'passed',
      reason: null,
      detail: null,
      findings: [],
      warnings: [],
    });
    expect(log).toEqual(['1 document']);
  });

  test('a certain finding fails, with what to do about the first three', async () => {
    const tree = { 'b.md': '[a](1.md)\n[a](2.md)\n', 'a.md': '[a](3.md)\n[a](4.md)\n[a](5.md)\n' };
    const { result, log } = await checkTrees(tree, tree);
    expect(result).toMatchObject({ status: 'failed', reason: 'findings' });
    expect(result.detail).toBe(
      'a.md:1 links to "3.md", which does not exist – mend the link or add the file; ' +
        'a.md:2 links to "4.md", which does not exist – mend the link or add the file; ' +
        'a.md:3 links to "5.md", which does not exist – mend the link or add the file; and 2 more',
    );
    expect(log.filter((line) => line.includes('does not exist'))).toHaveLength(5);
    expect(result.findings[0]).toMatchObject({
      ruleId: 'docs/broken-link',
      title: 'a.md links to "3.md", which does not exist',
      body: 'a.md links to "3.md", which does not exist.\n\nTo mend it: mend the link or add the file.',
      confidence: null,
      path: 'a.md',
      startLine: 1,
      endLine: 1,
      side: 'new',
      suggestion: null,
      source: { id: 'docs', version: '1.2.3', model: null },
    });
  });

  test('guesses pass, and are said', async () => {
    const tree = { 'a.md': '[a](path/to/x.md)\n' };
    const { result } = await checkTrees(tree, tree);
    expect(result).toMatchObject({ status: 'passed', reason: 'findings' });
    expect(result.detail).toContain('a.md:1 links to "path/to/x.md"');
    expect(result.findings[0]).toMatchObject({ priority: 3, confidence: 0.5 });
  });

  test('the worst come first', async () => {
    const tree = { 'a.md': '[a](path/to/x.md)\n\n[b](gone.md)\n', 'b.md': '[a](gone.md)\n' };
    expect((await findIn(tree)).map(({ priority, path }) => `${priority} ${path}`)).toEqual([
      '1 a.md',
      '1 b.md',
      '3 a.md',
    ]);
  });

  test('more than a thousand are counted', async () => {
    const tree = Object.fromEntries([1, 2, 3].map((n) => [`${n}.md`, '[a](gone.md)\n'.repeat(400)]));
    const { result } = await checkTrees(tree, tree);
    expect(result.findings).toHaveLength(1_000);
    expect(result.warnings).toEqual(['200 further findings not listed']);
    expect(result.detail).toContain('and 1197 more');
  });
});

describe('which documents are looked at', () => {
  test('a repository without any is skipped when nobody asked', async () => {
    const { result } = await checkTrees({}, { 'src/a.ts': '' }, { where: null });
    expect(result).toMatchObject({ status: 'skipped', reason: 'nothing_detected' });
    expect(result.detail).toContain('no Markdown under **/*.md');
  });

  test('asked for, it passes with a warning', async () => {
    const { result } = await checkTrees({}, { 'src/a.ts': '' });
    expect(result).toMatchObject({ status: 'passed', warnings: ['no Markdown matches **/*.md'] });
  });

  test('the change that removes the last one is not skipped', async () => {
    const { result } = await checkTrees({ 'README.md': '' }, { 'src/a.ts': '' }, { where: null });
    expect(result.status).toBe('passed');
  });

  test('only those that match, and only Markdown', async () => {
    const tree = {
      'docs/a.md': '[a](gone.md)',
      'b.md': '[a](gone.md)',
      'docs/c.txt': '[a](gone.md)',
      'docs/d.markdown': '[a](gone.md)',
    };
    expect((await findIn(tree, { paths: ['docs/**'] })).map(({ path }) => path)).toEqual([
      'docs/a.md',
      'docs/d.markdown',
    ]);
  });

  test('not those of others or those that are broken on purpose, unless asked for', async () => {
    const paths = ['node_modules/x/a.md', 'vendor/a.md', '__tests__/fixtures/a.md', 'third_party/x/a.md'];
    const tree = Object.fromEntries(paths.map((path) => [path, '[a](gone.md)']));
    const { result, log } = await checkTrees(tree, tree);
    expect(result.findings).toEqual([]);
    expect(log).toContain('0 documents, 4 set aside (vendored, fixtures)');
    expect((await findIn(tree, { paths: ['vendor/**'] })).map(({ path }) => path)).toEqual(['vendor/a.md']);
  });

  test('a symbolic link is no document', async () => {
    const tree = { 'a.md': '[a](gone.md)' };
    const change = fakeChange(tree, tree);
    const files = (await change.snapshot.listFiles()).map((file) => ({ ...file, mode: '120000' }));
    const linked: Change = { ...change, snapshot: { ...change.snapshot, listFiles: async () => files } };
    expect((await checkChange(linked)).result.findings).toEqual([]);
  });
});

describe('what cannot be evaluated', () => {
  test('contents that are missing from the clone', async () => {
    const change = fakeChange({}, { 'a.md': 'x' });
    const readBlobs: Change['snapshot']['readBlobs'] = async (blobs) => blobs.map(() => null);
    const { result } = await checkChange({ ...change, snapshot: { ...change.snapshot, readBlobs } });
    expect(result).toMatchObject({ status: 'not_evaluated', reason: 'could_not_evaluate' });
    expect(result.detail).toContain('fetch-depth: 0');
  });

  test('a document that is too large is said', async () => {
    const tree = { 'a.md': 'x'.repeat(4 * 1_048_576 + 1) };
    const { result } = await checkTrees(tree, tree);
    expect(brief(result.findings)).toEqual(['P2 docs/not-checked a.md:-']);
    expect(result.detail).toContain('a.md was not checked: it has 4.00 MiB, more than 4.00 MiB');
  });

  test('a document that is no UTF-8 text is said', async () => {
    expect(brief(await findIn({ 'a.md': 'x\0y' }))).toEqual(['P2 docs/not-checked a.md:-']);
  });

  test('a document with more lines or deeper nesting than anybody reads is said', async () => {
    const lines = await findIn({ 'a.md': 'x\n'.repeat(100_001) });
    expect(lines.map(({ title }) => title)).toEqual([
      'a.md was not checked whole: it has more than 100000 lines',
    ]);
    const deep = await findIn({ 'a.md': `${'>'.repeat(10_000)} x\n` });
    expect(deep.map(({ title }) => title)).toEqual(['a.md was not checked whole: it is nested too deeply']);
  });

  test('settings of another stage are a bug', async () => {
    const change = fakeChange({}, {});
    const settings = {
      kind: 'spec-guard' as const,
      id: 'x',
      title: 'x',
      required: true,
      timeoutMs: null,
      needs: [],
      when: [],
      where: null,
      code: [],
      specs: [],
      maxAgeDays: 1,
      requireUpdate: true,
    };
    const context = {
      change,
      notes: { goal: '', summary: '', risks: '', questions: '' },
      nowMs: 0,
      toolVersion: '',
      overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
      pipelineIds: [],
      log: () => {},
    };
    await expect(docsStage(settings, context)).rejects.toThrow('docs was given the settings of spec-guard');
  });
});

describe('the identity of a finding', () => {
  const prints = async (tree: Tree) => (await findIn(tree)).map(({ fingerprint }) => fingerprint);

  test('is its line, wherever it moves', async () => {
    const here = await prints({ 'a.md': 'see [a](gone.md)\n' });
    expect(await prints({ 'a.md': '# Title\n\nsee   [a](gone.md)\r\n' })).toEqual(here);
    expect(await prints({ 'b.md': 'see [a](gone.md)\n' })).not.toEqual(here);
    expect(await prints({ 'a.md': 'see [b](gone.md)\n' })).not.toEqual(here);
  });

  test('tells equal lines and links of one line apart', async () => {
    const all = await prints({ 'a.md': '[a](gone.md) [b](lost.md)\n\n[a](gone.md) [b](lost.md)\n' });
    expect(new Set(all).size).toBe(4);
  });
});

describe('text of the change', () => {
  test('is inert in every part of a finding and of the log', async () => {
    const evil = '\u202e\u001b[2Jx';
    const path = `docs/\nname${evil}.md`;
    const tree = {
      [path]: `[a](<${evil}.md>) \`src/${evil}.ts\` \`npm run x${evil}\`\n`,
      'src/a.ts': '',
      'package.json': '{"scripts":{}}',
    };
    const { result, log } = await checkTrees(tree, tree, { freshnessRegistry: path });
    const words = [
      result.detail,
      ...log,
      ...result.findings.flatMap(({ title, body, suggestion }) => [title, body, suggestion ?? '']),
    ];
    expect(result.findings.length).toBeGreaterThan(0);
    for (const word of words) expect(word?.replaceAll('\n\n', '')).not.toMatch(/[\u0000-\u001f\u202e]/);
  });

  test('is clipped', async () => {
    const [finding] = await findIn({ 'a.md': `[a](${'x'.repeat(5_000)}.md)` });
    expect(finding?.title.length).toBeLessThan(300);
  });
});
