import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readAttributes } from '../../src/change/attributes.ts';
import { fakeChange } from '../fakes/fake-snapshot.ts';
import { createRepository } from '../fakes/git-repository.ts';

type Tree = Readonly<Record<string, string>>;

async function lookup(tree: Tree) {
  const { snapshot } = fakeChange({}, tree);
  return await readAttributes(snapshot, await snapshot.listFiles());
}

async function isSet(tree: Tree, path: string, attribute = 'x'): Promise<boolean> {
  return (await lookup(tree))(path, attribute);
}

describe('attributes of a tree', () => {
  test('a name without a slash matches at any depth, one with a slash below its folder', async () => {
    const tree = { '.gitattributes': '*.gen x\n/top.ts x\na/*.ts x\n' };
    for (const path of ['b.gen', 'a/b/c.gen', 'top.ts', 'a/b.ts']) expect(await isSet(tree, path)).toBe(true);
    for (const path of ['b.ts', 'q/top.ts', 'a/b/c.ts', 'z/a/b.ts'])
      expect(await isSet(tree, path)).toBe(false);
  });

  test('the last line that speaks of it counts, and the deepest folder', async () => {
    const tree = { '.gitattributes': '* x\n*.ts -x\nkeep.ts x\n', 'a/.gitattributes': '*.js -x\n' };
    expect(await isSet(tree, 'b.js')).toBe(true);
    expect(await isSet(tree, 'b.ts')).toBe(false);
    expect(await isSet(tree, 'keep.ts')).toBe(true);
    expect(await isSet(tree, 'a/b.js')).toBe(false);
  });

  test.each([
    ['x', true],
    ['x=true', true],
    ['x=1', true],
    ['x=false', false],
    ['-x', false],
    ['!x', false],
    ['y', false],
  ])('%s', async (word, expected) => {
    expect(await isSet({ '.gitattributes': `* other ${word} more\n` }, 'a')).toBe(expected);
  });

  test('comments, macros, quotes, braces and CRLF', async () => {
    const tree = { '.gitattributes': '# * x\r\n[attr]x y\r\n"a b.ts" x\r\nc{1,2}.ts x\r\n' };
    expect(await isSet(tree, 'a b.ts')).toBe(true);
    expect(await isSet(tree, 'c{1,2}.ts')).toBe(true);
    expect(await isSet(tree, 'c1.ts')).toBe(false);
    expect(await isSet(tree, 'other')).toBe(false);
  });

  test('a link and a file of megabytes are passed over', async () => {
    const { snapshot } = fakeChange({}, { '.gitattributes': '* x\n' });
    const [file] = await snapshot.listFiles();
    if (file === undefined) throw new Error('no file');
    expect((await readAttributes(snapshot, [{ ...file, mode: '120000' }]))('a', 'x')).toBe(false);
    expect((await readAttributes(snapshot, [{ ...file, bytes: 10_000_000 }]))('a', 'x')).toBe(false);
  });

  test('it agrees with git', async () => {
    const repository = createRepository();
    try {
      const name = fc.constantFrom('a', 'b', 'ab', 'a.ts', 'b.ts', '*', '*.ts', 'a*', '?', '**');
      const pattern = fc
        .array(name, { minLength: 1, maxLength: 3 })
        .map((parts) => parts.join('/'))
        .chain((text) => fc.constantFrom(text, `/${text}`));
      const line = fc.tuple(pattern, fc.constantFrom('x', '-x', 'x=false')).map((parts) => parts.join(' '));
      const paths = ['a', 'b', 'ab', 'a.ts', 'a/a', 'a/b.ts', 'b/a.ts', 'a/b/a.ts', 'b/b/b', 'a/a/ab'];
      await fc.assert(
        fc.asyncProperty(fc.array(line, { minLength: 1, maxLength: 4 }), async (lines) => {
          const text = `${lines.join('\n')}\n`;
          repository.write('.gitattributes', text);
          const answers = repository.git('check-attr', 'x', '--', ...paths).split('\n');
          const expected = answers.map((answer) => answer.endsWith(': set'));
          const ours = await lookup({ '.gitattributes': text });
          expect([text, ...paths.map((path) => ours(path, 'x'))]).toEqual([text, ...expected]);
        }),
        { numRuns: 120 },
      );
    } finally {
      repository.dispose();
    }
  });
});
