import { describe, expect, test } from '@jest/globals';
import type { Change } from '../../../src/change/change.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { brief, checkChange, checkTrees, findIn, type Tree, withRename } from './docs-scene.ts';

const TREE: Tree = {
  'README.md': '# Home\n',
  LICENSE: 'free\n',
  'docs/guide.md': '# Guide\n',
  'docs/a b.md': '# Spaces\n',
  'docs/sub/page.md': '# Page\n',
  'docs/img/logo.png': 'pixels',
  'src/a.ts': 'export {};\n',
};

/** Findings of `docs/guide.md` with this text. */
async function linksOf(text: string, more: Tree = {}) {
  return brief(await findIn({ ...TREE, ...more, 'docs/guide.md': text }));
}

describe('links that lead somewhere', () => {
  test.each([
    ['inline', '[a](sub/page.md)'],
    ['with a title', '[a](sub/page.md "Title (more)")'],
    ['in angle brackets', '[a](<a b.md>)'],
    ['percent-encoded', '[a](a%20b.md)'],
    ['up and down', '[a](../docs/./sub/../guide.md)'],
    ['from the root', '[a](/src/a.ts)'],
    ['with a query', '![a](img/logo.png?raw=true)'],
    ['to a folder', '[a](sub) [b](sub/) [c](/) [d](..) [e](.)'],
    ['by reference', '[a][b] and [b][] and [b]\n\n[b]: sub/page.md'],
    ['an image in a link', '[![logo](img/logo.png)](../LICENSE)'],
    ['in HTML', '<a href="sub/page.md">x</a> <img src="img/logo.png" srcset="img/logo.png 2x">'],
    ['in a block of HTML', '<p align="center">\n  <img\n    src="img/logo.png">\n</p>'],
    ['nested brackets', '[a [b] `]` c](sub/page.md)'],
    ['parentheses in the path', '[a](sub/page.md#) [b]()'],
  ])('%s', async (_, text) => {
    expect(await linksOf(text)).toEqual([]);
  });

  test.each([
    ['other hosts', '[a](https://example.com/x.md) <https://example.com/y> [b](//host/x) [c](HTTP://x/y)'],
    [
      'mail, data, other schemes',
      '[a](mailto:me@example.com) ![b](data:image/png;base64,AA) [c](tel:+1) [d](vscode:x)',
    ],
    [
      'templates of site generators',
      '[a]({{ site.url }}/x.md) [b]({% link x.md %}) [c](<%= base %>/x.md) [d](@site/x.md)',
    ],
    [
      'pages of the platform',
      '[a](../../../issues) [b](../../../wiki/Home) [c](../../../actions/workflows/x.yml)',
    ],
    ['another branch', '[a](../../gh-pages/logo.png?raw=true) [b](/../gh-pages/logo.png)'],
    [
      'code',
      '`[a](gone.md)`\n\n```\n[a](gone.md)\n```\n\n    [a](gone.md)\n\n<!-- [a](gone.md) <a href="gone.md"> -->',
    ],
    ['escapes', '\\[a](gone.md) and [a]\\(gone.md)'],
    ['front matter', '---\nlink: "[a](gone.md)"\n---\n\ntext'],
    ['an unused definition', '[a]: gone.md\n\ntext'],
    ['a comment written as a definition', '[//]: # (gone.md)\n[comment]: <> (gone.md)'],
  ])('left alone: %s', async (_, text) => {
    expect(await linksOf(text)).toEqual([]);
  });

  test('a path below a submodule or a symbolic link cannot be checked', async () => {
    const tree = {
      ...TREE,
      vendored: '',
      shortcut: 'docs',
      'docs/guide.md': '[a](../vendored/x.md) [b](../shortcut/x.md) [c](../vendored)',
    };
    const change = fakeChange(tree, tree);
    const modes: Readonly<Record<string, string>> = { vendored: '160000', shortcut: '120000' };
    const files = (await change.snapshot.listFiles()).map((file) => ({
      ...file,
      mode: modes[file.path] ?? file.mode,
    }));
    const linked: Change = { ...change, snapshot: { ...change.snapshot, listFiles: async () => files } };
    expect((await checkChange(linked)).result.findings).toEqual([]);
  });
});

describe('links that lead nowhere', () => {
  test.each([
    ['inline', 'text\n\n[a](gone.md)', 3],
    ['on a later line of a paragraph', 'one\ntwo [x](sub/page.md)\nthree [a](gone.md) four', 3],
    ['an image', '![a](img/gone.png)', 1],
    ['by reference, at the definition', '[a][b], [b]\n\n[b]: gone.md', 3],
    ['in a table', '| a | b |\n|---|---|\n| x | [a](gone.md) |', 3],
    ['in a footnote', 'x[^1]\n\n[^1]: See [a](gone.md).', 3],
    ['in what follows a footnote', 'x[^1]\n\n[^1]: Note.\n\n    More, see [a](gone.md).', 5],
    ['in a nested list', '- a\n  1. b\n\n     > [a](gone.md)', 4],
    ['in a heading', '## See [a](gone.md)', 1],
    ['in HTML of a paragraph', 'one\n<b>x</b> <a class="y" href=\'gone.md\'>x</a>', 2],
    ['in a block of HTML', '<p>\n  <img\n    src="gone.png">\n</p>', 2],
    ['a srcset', '<picture>\n<source srcset="img/logo.png 1x, gone.png 2x">\n</picture>', 2],
    ['percent-encoded', '[a](gone%20file.md)', 1],
    ['from the root', '[a](/docs/gone.md)', 1],
    ['a folder', '[a](Sub/gone/)', 1],
    ['with CRLF', 'one\r\ntwo\r\n[a](gone.md)\r\n', 3],
    ['with CR only', 'one\rtwo\r[a](gone.md)', 3],
    ['below front matter', '---\ntitle: x\n---\n[a](gone.md)', 4],
  ])('%s', async (_, text, line) => {
    expect(await linksOf(text)).toEqual([`P1 docs/broken-link docs/guide.md:${line}`]);
  });

  test('leaving the repository', async () => {
    const [finding] = await findIn({ ...TREE, 'docs/guide.md': '[a](../../secrets/x.md)' });
    expect(finding).toMatchObject({ ruleId: 'docs/broken-link', priority: 1 });
    expect(finding?.title).toBe('docs/guide.md links to "../../secrets/x.md", which leaves the repository');
  });

  test.each(['/home/me/x.md', '/Users/me/x.md', 'C:\\docs\\x.md', 'c:/docs/x.md', 'file:///x.md'])(
    'a place on one machine: %s',
    async (destination) => {
      const findings = await findIn({ ...TREE, 'docs/guide.md': `[a](<${destination}>)` });
      expect(brief(findings)).toEqual(['P1 docs/absolute-path docs/guide.md:1']);
    },
  );

  test('a folder of the repository that is called like one of a machine', async () => {
    const tree = { 'docs/guide.md': '[a](/opt/x.md)', 'opt/x.md': '' };
    expect(await findIn(tree)).toEqual([]);
  });

  test('another case is said, with the right one', async () => {
    const [finding] = await findIn({ ...TREE, 'docs/guide.md': '[a](Sub/Page.md#page)' });
    expect(finding).toMatchObject({ priority: 1, suggestion: 'sub/page.md#page' });
    expect(finding?.body).toContain('did you mean "sub/page.md#page"?');
  });

  test('an accent written in another form is the same mistake', async () => {
    const tree = { 'a.md': '[a](caf\u00e9.md)', 'cafe\u0301.md': '' };
    expect((await findIn(tree))[0]).toMatchObject({ priority: 1, suggestion: 'cafe\u0301.md' });
  });

  test('a near name is suggested', async () => {
    const [finding] = await findIn({ ...TREE, 'docs/guide.md': '[a](sub/pag.md)' });
    expect(finding?.suggestion).toBe('sub/page.md');
  });

  test('a file that went elsewhere is suggested by its name', async () => {
    const [finding] = await findIn({ ...TREE, 'docs/guide.md': '[a](a.ts)' });
    expect(finding?.suggestion).toBe('../src/a.ts');
  });

  test('an address without its scheme is recognised', async () => {
    const [finding] = await findIn({ ...TREE, 'docs/guide.md': '[a](example.com/docs)' });
    expect(finding?.suggestion).toBe('https://example.com/docs');
  });

  test('the change that moves a file is told where its links are', async () => {
    const before: Tree = { ...TREE, 'docs/guide.md': '[a](sub/page.md)' };
    const { 'docs/sub/page.md': page = '', ...rest } = before;
    const after = { ...rest, 'docs/new/page.md': page };
    const change = withRename(fakeChange(before, after), 'docs/sub/page.md', 'docs/new/page.md');
    const { result } = await checkChange(change);
    expect(result.findings[0]).toMatchObject({ priority: 1, suggestion: 'new/page.md' });
    expect(result.detail).toBe(
      'docs/guide.md:1 links to "sub/page.md", which this change moves to docs/new/page.md – did you mean "new/page.md"?',
    );
  });

  test('the change that deletes a file is told so', async () => {
    const before: Tree = { ...TREE, 'docs/guide.md': '[a](sub/page.md)' };
    const { 'docs/sub/page.md': _, ...after } = before;
    const { result } = await checkTrees(before, after);
    expect(result.detail).toContain('"sub/page.md", which this change deletes');
  });

  test('links: false turns all of it off', async () => {
    expect(await findIn({ 'a.md': '[a](gone.md) [b](#gone)' }, { links: false })).toEqual([]);
  });
});

describe('links that may be meant otherwise are guesses', () => {
  test.each([
    ['a placeholder', '[a](path/to/file.md) [b](url) [c](example.md)', ['P3', 'P3', 'P3']],
    ['prose that happens to be a link', 'call handlers[0](event)', ['P3']],
    ['built files', '[a](../dist/index.html) [b](../coverage/report.html)', ['P3', 'P3']],
    ['a page of a site', '[a](/api/overview) [b](/assets/x.pdf)', ['P3', 'P3']],
  ])('%s', async (_, text, priorities) => {
    expect((await findIn({ ...TREE, 'docs/guide.md': text })).map(({ priority }) => `P${priority}`)).toEqual(
      priorities,
    );
  });

  test('what git ignores', async () => {
    const tree = {
      'README.md': '[a](generated/api.md) [b](src/x.log) [c](other/api.md)',
      '.gitignore': '/generated/\n*.log\n',
      'src/a': '',
      'other/b': '',
    };
    expect((await findIn(tree)).map(({ priority }) => priority)).toEqual([1, 3, 3]);
  });

  test.each([
    ['templates/README.md', 'P3'],
    ['docs/adr-template.md', 'P3'],
    ['.github/PULL_REQUEST_TEMPLATE.md', 'P3'],
    ['.github/ISSUE_TEMPLATE/bug.md', 'P3'],
    ['docs/templates.md', 'P1'],
    ['docs/template-language.md', 'P1'],
  ])('documents that are copied elsewhere: %s', async (path, priority) => {
    expect(brief(await findIn({ [path]: '[a](gone.md)' }))).toEqual([
      `${priority} docs/broken-link ${path}:1`,
    ]);
  });

  test('a page of a site may leave out the extension; elsewhere it may not', async () => {
    const page = {
      'docs/guide.md': '[a](sub/page) [b](sub/page.html) [c](/sub/page)',
      'docs/sub/page.md': '',
    };
    const plain = await findIn(page);
    expect(plain.map(({ suggestion }) => suggestion)).toEqual(['sub/page.md', 'sub/page.md']);
    expect(await findIn({ ...page, 'mkdocs.yml': 'site_name: x\n' })).toEqual([]);
  });

  test('a site may serve its folder under a prefix', async () => {
    const tree = {
      'a.md': '[a](/project/docs/guide.md) [b](/img/logo.png)',
      'docs/guide.md': '',
      'static/img/logo.png': '',
    };
    expect(await findIn(tree)).toEqual([]);
  });

  test('a comment with a layout makes a page of a site', async () => {
    const text = '<!--\ntitle: A\nlayout: Doc\n-->\n\n[a](sub/page)\n';
    expect(await linksOf(text)).toEqual([]);
    expect(await linksOf(text.replace('layout', 'author'))).toHaveLength(1);
  });

  test('a reference without a definition', async () => {
    const findings = await findIn({ 'a.md': 'one\nsee [the guide][guide] and `[a][b]` and x[1][2]\n' });
    expect(brief(findings)).toEqual(['P3 docs/undefined-reference a.md:2']);
  });
});
