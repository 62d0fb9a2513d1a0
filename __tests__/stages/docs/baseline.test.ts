import { describe, expect, test } from '@jest/globals';
import { parseBaseline, renderBaseline } from '../../../src/stages/docs/baseline.ts';
import { listDocsFindings } from '../../../src/stages/docs/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { brief, checkTrees, contextOf, findIn, SETTINGS, type Tree } from './docs-scene.ts';

const PATH = 'docs/known.json';
const BROKEN: Tree = { 'README.md': '[a](gone.md)\n', 'docs/a.md': '[a](gone.md) [b](lost.md)\n' };

/** The baseline of all that is wrong with a tree. */
async function baselineOf(tree: Tree): Promise<string> {
  return renderBaseline(await findIn(tree));
}

describe('a baseline of known findings', () => {
  test('known findings are hints, new ones block', async () => {
    const before = { ...BROKEN, [PATH]: await baselineOf(BROKEN) };
    const after = { ...before, 'README.md': 'New: [x](missing.md)\n\n[a](gone.md)\n' };
    const { result } = await checkTrees(before, after, { baseline: PATH });
    expect(brief(result.findings)).toEqual([
      'P1 docs/broken-link README.md:1',
      'P3 docs/broken-link README.md:3',
      'P3 docs/broken-link docs/a.md:1',
      'P3 docs/broken-link docs/a.md:1',
    ]);
    expect(result.detail).toBe(
      'README.md:1 links to "missing.md", which does not exist – mend the link or add the file',
    );
    expect(result.findings[1]?.title).toBe('known: README.md links to "gone.md", which does not exist');
  });

  test('only known ones pass', async () => {
    const tree = { ...BROKEN, [PATH]: await baselineOf(BROKEN) };
    const { result } = await checkTrees(tree, tree, { baseline: PATH });
    expect(result).toMatchObject({
      status: 'passed',
      reason: 'findings',
      detail: '3 known findings, none new',
      warnings: [],
    });
  });

  test('a change cannot add to it', async () => {
    const before = { 'README.md': '', [PATH]: renderBaseline([]) };
    const after = { ...BROKEN, [PATH]: await baselineOf(BROKEN) };
    const { result } = await checkTrees(before, after, { baseline: PATH });
    expect(result).toMatchObject({ status: 'failed', reason: 'findings' });
  });

  test('the change that introduces it counts, with a warning', async () => {
    const after = { ...BROKEN, [PATH]: await baselineOf(BROKEN) };
    const { result } = await checkTrees(BROKEN, after, { baseline: PATH });
    expect(result.status).toBe('passed');
    expect(result.warnings).toEqual([`the baseline ${PATH} comes from this change itself`]);
  });

  test('a file that does not exist hides nothing', async () => {
    const { result } = await checkTrees(BROKEN, BROKEN, { baseline: PATH });
    expect(result.status).toBe('failed');
    expect(result.warnings).toEqual([`there is no baseline ${PATH}: every finding is new`]);
  });

  test.each(['{', '[]', '{"version":2,"findings":[]}', '{"version":1,"findings":[{"fingerprint":"x"}]}'])(
    'one that cannot be read hides nothing and is a finding: %s',
    async (text) => {
      const tree = { 'README.md': '', [PATH]: text };
      const { result } = await checkTrees(tree, tree, { baseline: PATH });
      expect(brief(result.findings)).toEqual([`P1 docs/baseline-invalid ${PATH}:-`]);
    },
  );

  test('findings that are mended are said in the log', async () => {
    const before = { ...BROKEN, [PATH]: await baselineOf(BROKEN) };
    const { log } = await checkTrees(before, { ...before, 'README.md': '' }, { baseline: PATH });
    expect(log).toContain('1 known finding of the baseline no longer found');
  });

  test('is written from all findings, more than a report lists, and none of them blocks', async () => {
    const many = Object.fromEntries([1, 2, 3].map((n) => [`${n}.md`, '[a](gone.md)\n'.repeat(400)]));
    const change = fakeChange(many, many);
    const findings = await listDocsFindings({ ...SETTINGS, baseline: PATH }, contextOf(change));
    expect(findings).toHaveLength(1_200);
    const tree = { ...many, [PATH]: renderBaseline(findings ?? []) };
    expect((await checkTrees(tree, tree, { baseline: PATH })).result.status).toBe('passed');
  });

  test('is not written without the contents of a document', async () => {
    const change = fakeChange({}, { 'a.md': 'x' });
    const snapshot = {
      ...change.snapshot,
      readBlobs: async (blobs: readonly string[]) => blobs.map(() => null),
    };
    expect(await listDocsFindings(SETTINGS, contextOf({ ...change, snapshot }))).toBeNull();
  });

  test('is written sorted, each finding once', async () => {
    const findings = await findIn(BROKEN);
    const text = renderBaseline([...findings, ...findings].reverse());
    expect(text).toBe(renderBaseline(findings));
    expect(parseBaseline(text)).toEqual({
      fingerprints: new Set(findings.map(({ fingerprint }) => fingerprint)),
      fault: null,
    });
    expect(parseBaseline(renderBaseline([]))).toEqual({ fingerprints: new Set(), fault: null });
  });
});
