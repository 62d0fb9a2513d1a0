import { afterEach, describe, expect, test } from '@jest/globals';
import { describeHidingPlaces } from '../../src/change/hiding-places.ts';
import { openRepository } from '../../src/change/open-repository.ts';
import { createGit } from '../../src/host/git.ts';
import { fakeChange } from '../fakes/fake-snapshot.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

type Tree = Readonly<Record<string, string>>;

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0)) close();
});

async function linesOf(before: Tree, after: Tree, prepare: (made: TestRepository) => void = () => {}) {
  const made = createRepository();
  open.push(() => made.dispose());
  made.write('a.txt', 'a\n');
  made.commit('one');
  prepare(made);
  const repository = await openRepository(createGit(), made.root);
  if (!repository.ok) throw new Error(repository.error.message);
  return await describeHidingPlaces(fakeChange(before, after), repository.value);
}

describe('what would hide lines', () => {
  test.each(['* -diff', '*.ts binary', 'src/** linguist-generated', '*.js diff=none', '* filter=x'])(
    'an attribute that the change adds: %s',
    async (line) => {
      expect(await linesOf({}, { 'web/.gitattributes': `*.sh eol=lf\n${line}\n` })).toEqual([
        `web/.gitattributes:2 says "${line}": no line is hidden by it, and the base’s attributes count`,
      ]);
    },
  );

  test('attributes that hide nothing, and those that were there, are not told', async () => {
    const old = { '.gitattributes': '* -diff\n' };
    expect(await linesOf(old, { '.gitattributes': '* -diff\n*.sh text eol=lf\n*.md diff\n' })).toEqual([]);
  });

  test('a submodule that is told to be ignored', async () => {
    const after = { '.gitmodules': '[submodule "a"]\n\tignore = all\n' };
    expect(await linesOf({}, after)).toEqual([
      '.gitmodules:2 says "ignore = all": submodules are compared all the same',
    ]);
  });

  test('a NUL in a file of text; a picture has some by right', async () => {
    expect(await linesOf({}, { 'src/a.ts': 'a\u0000b\n', 'b.png': '\u0000' })).toEqual([
      'src/a.ts contains a NUL byte, which hides its lines from a plain git diff',
    ]);
  });

  test('git replace, loose and packed', async () => {
    const replace = (made: TestRepository) => {
      made.write('a.txt', 'b\n');
      made.commit('two');
      made.git('replace', 'HEAD', 'HEAD~1');
    };
    const told = ['this repository replaces objects (git replace): the gate reads the real ones'];
    expect(await linesOf({}, {}, replace)).toEqual(told);
    const pack = (made: TestRepository) => {
      replace(made);
      made.git('pack-refs', '--all');
    };
    expect(await linesOf({}, {}, pack)).toEqual(told);
  });

  test('names are inert, and a great many are cut', async () => {
    const many = Object.fromEntries(Array.from({ length: 12 }, (_, at) => [`${at}\u202e.ts`, '\u0000']));
    const lines = await linesOf({}, many);
    expect(lines).toHaveLength(11);
    expect(lines.join('')).not.toContain('\u202e');
    expect(lines.at(-1)).toBe('and 2 more like it');
  });
});
