import { describe, expect, test } from '@jest/globals';
import { readPathMention } from '../../../src/stages/docs/path-mention.ts';
import { brief, checkTrees, findIn, type Tree } from './docs-scene.ts';

const TREE: Tree = {
  'README.md': '# Home\n',
  'src/main.ts': '',
  'src/run/plan.ts': '',
  'docs/guide.md': '',
  'packages/core/README.md': '',
  'packages/core/src/index.ts': '',
  Makefile: 'all:\n',
};

async function namesOf(text: string, more: Tree = {}) {
  return brief(await findIn({ ...TREE, 'README.md': text, ...more }));
}

describe('what is read as a path', () => {
  test.each([
    ['src/a.ts', { path: 'src/a.ts', isFile: true, isFolder: false }],
    ['./src/a.ts', { path: 'src/a.ts', isFile: true, isFolder: false }],
    ['src/a.ts:12', { path: 'src/a.ts', isFile: true, isFolder: false }],
    ['src/a.ts:12:3', { path: 'src/a.ts', isFile: true, isFolder: false }],
    ['src/a.ts#L10-L20', { path: 'src/a.ts', isFile: true, isFolder: false }],
    ['src/run/', { path: 'src/run', isFile: false, isFolder: true }],
    ['src/run', { path: 'src/run', isFile: false, isFolder: false }],
    ['README.md', { path: 'README.md', isFile: true, isFolder: false }],
    ['docs/über.md', { path: 'docs/über.md', isFile: true, isFolder: false }],
  ])('%s', (text, mention) => {
    expect(readPathMention(text)).toEqual(mention);
  });

  test.each([
    'src/**',
    'src/*.ts',
    'src/{a,b}.ts',
    '<name>/x.ts',
    'src/<name>.ts',
    'src/$NAME.ts',
    'src/[slug].ts',
    'src/…/x.ts',
    'src/.../x.ts',
    'https://a.b/c.ts',
    '//host/a.ts',
    'git@host:a/b.ts',
    '@scope/pkg',
    '/etc/passwd',
    '~/x.ts',
    '--a/b',
    'application/json',
    'text/html',
    '2024/01/02',
    '1/2',
    'node src/a.ts',
    'a()',
    'src/YYYY-MM-DD.md',
    'src/MY_NAME',
    'run',
    'a/b\nc',
    'src/a.ts, src/b.ts',
    'C:\\src\\a.ts',
    '',
  ])('not %j', (text) => {
    expect(readPathMention(text)).toBeNull();
  });
});

describe('paths that exist', () => {
  test.each([
    ['from the root', 'See `src/main.ts`, `./src/run/`, `src/run` and `src/run/plan.ts:3`.'],
    ['shortened at the front', 'See `run/plan.ts` and `core/src/index.ts`.'],
    ['without extension', 'See `src/run/plan`.'],
    ['as an unknown folder’s file', 'See `lib/missing.ts`.'],
    ['a bare name', 'See `missing.ts` and `tsconfig.json`.'],
    ['a placeholder', 'See `src/foo.ts`, `src/my-plugin.ts` and `src/path/to/file.ts`.'],
    ['built files', 'See `dist/main.js`, `node_modules/x/y.js` and `src/dist/x.js`.'],
    ['in a block of code that is no shell', '```ts\nimport "src/gone.ts";\n```'],
  ])('%s', async (_, text) => {
    expect(await namesOf(text)).toEqual([]);
  });

  test('against the document’s own folder and those above', async () => {
    const text = 'See `src/index.ts`, `core/src/index.ts`, `../../src/main.ts` and `packages/core`.';
    expect(await namesOf('', { 'packages/core/README.md': text })).toEqual([]);
  });

  test('two words with a slash, wherever a folder is called like the first', async () => {
    const tree = { 'lib/import/a.md': '', 'docs/rules/b.md': 'The rule `import/order` and `true/false`.' };
    expect(await namesOf('', tree)).toEqual([]);
  });

  test('what git ignores', async () => {
    expect(await namesOf('See `src/generated/x.ts`.', { '.gitignore': 'generated/\n' })).toEqual([]);
  });
});

describe('paths that do not exist', () => {
  test('a file of a folder that holds such files is certain', async () => {
    const findings = await findIn({ ...TREE, 'README.md': 'One.\n\nThe plan is in `src/run/plans.ts`.' });
    expect(brief(findings)).toEqual(['P1 docs/missing-path README.md:3']);
    expect(findings[0]).toMatchObject({ suggestion: 'src/run/plan.ts' });
    expect(findings[0]?.title).toBe('README.md names "src/run/plans.ts", which does not exist');
  });

  test('one finding a document and name', async () => {
    expect(await namesOf('`src/gone.ts`\n\n`src/gone.ts` `src/lost.ts`')).toEqual([
      'P1 docs/missing-path README.md:1',
      'P1 docs/missing-path README.md:3',
    ]);
  });

  test('words in names do not make them placeholders', async () => {
    const text = '`src/path-rule.ts` `src/url.ts` `src/example-list.ts` `src/mysql.ts`';
    expect(await namesOf(text)).toEqual(Array(4).fill('P1 docs/missing-path README.md:1'));
  });

  test('another case is certain', async () => {
    const [finding] = await findIn({ ...TREE, 'README.md': 'See `src/Run/plan.ts`.' });
    expect(finding).toMatchObject({ priority: 1, suggestion: 'src/run/plan.ts' });
  });

  test('the script of a command', async () => {
    expect(
      await namesOf('Run `node src/gone.ts --all`.\n\n```sh\n$ node src/lost.ts\n./src/main.ts\n```'),
    ).toEqual(['P1 docs/missing-path README.md:1', 'P1 docs/missing-path README.md:4']);
  });

  test.each([
    ['a folder', 'The parsers stand in `src/parsers/`.'],
    ['a path without extension', 'See `src/parsers`.'],
    ['a folder that holds other things', 'See `docs/setup.sh`.'],
    ['a file that a reader creates', 'Create `src/app.ts` first.'],
    ['a file of the reader', 'Your `src/app.ts` imports it.'],
    ['an example', '## Example\n\nIt reads `src/app.ts`.'],
    ['a file that is gone', 'The file `src/app.ts` was removed.'],
    ['what is built from a source', 'It loads `src/main.js`.'],
    ['files that a tool wants by name', 'See `.github/workflows/release.yml`.'],
  ])('a guess: %s', async (_, text) => {
    const found = await namesOf(text, { '.github/workflows/ci.yml': '' });
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(/^P3 docs\/missing-path/);
  });

  test('words of other sentences do not count', async () => {
    expect(await namesOf('Create your app. The plan is in `src/gone.ts`. For example this.')).toEqual([
      'P1 docs/missing-path README.md:1',
    ]);
  });

  test.each([
    'CHANGELOG.md',
    'docs/decisions/0001-x.md',
    'docs/migration-v2.md',
    'docs/archive/x.md',
    'templates/x.md',
  ])('not in %s', async (path) => {
    expect(
      brief(
        await findIn({
          ...TREE,
          [path]: 'See `src/gone.ts` and `npm run gone`.',
          'package.json': '{"scripts":{"a":"b"}}',
        }),
      ),
    ).toEqual([]);
  });

  test.each(['docs/release.md', 'docs/newsroom.md', 'docs/changing.md', 'docs/template-language.md'])(
    'but in %s',
    async (path) => {
      expect(await findIn({ ...TREE, [path]: 'See `src/gone.ts`.' })).toHaveLength(1);
    },
  );

  test('not in a document whose front matter says that it is over', async () => {
    expect(await namesOf('---\nstatus: superseded # by 4\n---\nSee `src/gone.ts`.')).toEqual([]);
    expect(await namesOf('---\nstatus: active\n---\nSee `src/gone.ts`.')).toHaveLength(1);
  });

  test('scripts: false turns it off', async () => {
    expect(
      await findIn({ ...TREE, 'README.md': '`src/gone.ts` `npm run gone`' }, { scripts: false }),
    ).toEqual([]);
  });
});

describe('paths that the change takes away', () => {
  const before: Tree = {
    ...TREE,
    'README.md': 'See `src/run/plan.ts`.\n',
    'docs/other.md': '`plan.ts`, `src/run`\n',
  };
  const { 'src/run/plan.ts': _, ...after } = before;

  test('in documents that it does not touch', async () => {
    const { result } = await checkTrees(before, after);
    expect(brief(result.findings)).toEqual([
      'P1 docs/stale-mention README.md:1',
      'P1 docs/stale-mention docs/other.md:1',
    ]);
    expect(result.detail).toContain('README.md:1 names "src/run/plan.ts", which this change deletes');
  });

  test('in a document that it touches, under another rule', async () => {
    const { result } = await checkTrees(before, {
      ...after,
      'README.md': 'Look: `src/run/plan.ts`.\n',
      'docs/other.md': '',
    });
    expect(brief(result.findings)).toEqual(['P1 docs/missing-path README.md:1']);
  });

  test('words that say so make it a hint', async () => {
    const { result } = await checkTrees(before, {
      ...after,
      'README.md': 'There was `src/run/plan.ts`.\n',
      'docs/other.md': '',
    });
    expect(brief(result.findings)).toEqual(['P3 docs/missing-path README.md:1']);
    expect(result).toMatchObject({ status: 'passed', reason: 'findings' });
  });

  test('a bare name should be looked at', async () => {
    const root = { 'setup.py': '', 'README.md': 'Run `setup.py`.' };
    const { result } = await checkTrees(root, { 'README.md': 'Run `setup.py`.' });
    expect(brief(result.findings)).toEqual(['P2 docs/stale-mention README.md:1']);
  });

  test('a name that another file has is no finding', async () => {
    const elsewhere = { ...after, 'README.md': 'See `plan.ts`.\n', 'docs/other.md': '', 'lib/plan.ts': '' };
    expect((await checkTrees(before, elsewhere)).result.findings).toEqual([]);
  });
});
