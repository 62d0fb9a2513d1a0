import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { renderChangeDiff, renderFileDiff } from '../../../src/stages/review/unified-diff.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { createRepository } from '../../fakes/git-repository.ts';

/** Applies the rendered diff with git to the old tree and reads the files back. */
async function applyDiff(before: Record<string, string>, after: Record<string, string>) {
  const { text } = await renderChangeDiff(fakeChange(before, after));
  const repository = createRepository();
  try {
    for (const [file, content] of Object.entries(before)) repository.write(file, content);
    if (text !== '') {
      repository.write('.git/change.diff', text);
      repository.git('apply', '--unidiff-zero', '--whitespace=nowarn', '.git/change.diff');
    }
    const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
    const present = names.filter((name) => existsSync(path.join(repository.root, name)));
    return Object.fromEntries(
      present.map((name) => [name, readFileSync(path.join(repository.root, name), 'utf8')]),
    );
  } finally {
    repository.dispose();
  }
}

const lines = (count: number, word = 'line') =>
  Array.from({ length: count }, (_, index) => `${word} ${index}\n`).join('');

describe('the diff for reviewers', () => {
  test.each([
    ['a new file', {}, { 'a.txt': 'one\ntwo\n' }],
    ['a deleted file', { 'a.txt': 'one\ntwo\n' }, {}],
    ['a changed line', { 'a.txt': lines(9) }, { 'a.txt': lines(9).replace('line 4', 'LINE 4') }],
    ['changes at both ends', { 'a.txt': lines(30) }, { 'a.txt': `top\n${lines(29)}end\n` }],
    [
      'two near changes',
      { 'a.txt': lines(20) },
      { 'a.txt': lines(20).replace('line 5', 'x').replace('line 9', 'y') },
    ],
    ['lines removed', { 'a.txt': lines(9) }, { 'a.txt': lines(3) }],
    ['names with spaces and umlauts', { 'ä b.txt': 'one\n' }, { 'ä b.txt': 'two\n' }],
  ])('%s applies', async (_name, before, after) => {
    expect(await applyDiff(before, after)).toEqual(after);
  });

  test('has three lines of context, and none where the file is not known', () => {
    const change = fakeChange({ a: lines(9) }, { a: lines(9).replace('line 4', 'X') });
    const [file] = change.files;
    if (file === undefined) throw new Error('no file');
    const of = {
      path: 'a',
      oldPath: null,
      added: [{ line: 5, text: 'X' }],
      removed: [{ line: 5, text: 'line 4' }],
      clipped: false,
    };
    const text = renderFileDiff(file, of, lines(9).replace('line 4', 'X'));
    expect(text).toContain('@@ -2,7 +2,7 @@\n line 1\n line 2\n line 3\n-line 4\n+X\n line 5\n');
    expect(renderFileDiff(file, of, null)).toContain('@@ -5,1 +5,1 @@\n-line 4\n+X\n');
  });

  test('a name cannot forge a line', () => {
    const change = fakeChange({}, { 'a\n+++ b/evil': 'x\n' });
    const [file] = change.files;
    if (file === undefined) throw new Error('no file');
    expect(renderFileDiff(file, null, null)).toBe(
      'diff --git "a/a\\n+++ b/evil" "b/a\\n+++ b/evil"\nnew file mode 100644\n',
    );
  });

  test('random edits apply', async () => {
    const line = fc.constantFrom('a', 'b', 'c', '', '  d');
    const text = fc.array(line, { minLength: 1, maxLength: 25 }).map((all) => `${all.join('\n')}\n`);
    await fc.assert(
      fc.asyncProperty(text, text, async (before, after) => {
        expect(await applyDiff({ 'f.txt': before }, { 'f.txt': after })).toEqual({ 'f.txt': after });
      }),
      { numRuns: 15 },
    );
  }, 60_000);
});
