import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import GithubSlugger from 'github-slugger';
import { readDocument } from '../../../src/stages/docs/document.ts';
import { preloadDocs } from '../../../src/stages/docs/index.ts';
import { brief, findIn } from './docs-scene.ts';

/** Whether a fragment is one of a document's anchors: the findings of a document that links to it. */
async function linkTo(fragment: string, target: string) {
  return brief(await findIn({ 'a.md': `[a](b.md#${fragment})`, 'b.md': target }));
}

describe('anchors of headings', () => {
  test.each([
    ['plain', '# Getting Started', 'getting-started'],
    ['punctuation', '## What’s new? (2.0)', 'whats-new-20'],
    ['setext', 'Getting\n=======', 'getting'],
    ['the second of two', '# A\n\n# A', 'a-1'],
    ['one that looks counted', '# A\n# A-1\n# A', 'a-2'],
    ['code', '## The `run()` function', 'the-run-function'],
    ['emphasis', '## _Very_ **bold** snake_case', 'very-bold-snake_case'],
    ['a link', '## See [the *docs*](https://example.com)', 'see-the-docs'],
    ['an image', '## ![logo](https://example.com) Name', '-name'],
    ['emoji', '## 🚀 Launch', '-launch'],
    ['an emoji by its name', '## :rocket: Launch', 'rocket-launch'],
    ['entities and escapes', '## A &amp; B \\# C', 'a--b--c'],
    ['other scripts', '## Überblick 概要', 'überblick-概要'],
    ['closing hashes', '## Title ##', 'title'],
    ['in a quote and a list', '> ## Quoted\n\n- ## Listed', 'listed'],
    ['a footnote mark', '## Install[^1]', 'install'],
    ['an own identifier', '## Title {#my-id}', 'my-id'],
    ['HTML in it', '## <a name="old"></a>Title', 'title'],
    ['a heading of HTML', '<h2 align="center">My <b>Title</b></h2>', 'my-title'],
    ['after a heading of HTML', '<h2>A</h2>\n\n## A', 'a-1'],
    ['below front matter', '---\ntitle: T\n---\n\n# Title', 'title'],
  ])('%s', async (_, target, fragment) => {
    expect(await linkTo(fragment, target)).toEqual([]);
    expect(await linkTo(encodeURIComponent(fragment), target)).toEqual([]);
  });

  test.each([
    ['a comment', '# A\n<!--\n# Hidden\n-->'],
    ['a fence', '# A\n```\n# Hidden\n```'],
    ['indented code', '# A\n\n    # Hidden'],
    ['front matter', '---\n# Hidden\n---\n# A'],
    ['a hash without a space', '# A\n\n#Hidden'],
  ])('none in %s', async (_, target) => {
    expect(await linkTo('hidden', target)).toEqual(['P1 docs/broken-anchor a.md:1']);
  });

  test('by GitHub’s rules for any text', async () => {
    await preloadDocs();
    const words = fc.array(fc.stringMatching(/^[A-Za-z0-9äß中., ?!:'"()/+-]{1,12}$/), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(words, (titles) => {
        const slugger = new GithubSlugger();
        const shown = titles.map((title) => `x ${title.trim()}`.trim());
        const { anchors } = readDocument(shown.map((title) => `# ${title}\n`).join('\n'));
        for (const title of shown) expect(anchors).toContain(slugger.slug(title));
      }),
    );
  });
});

describe('other anchors', () => {
  test.each([
    ['an element with an id', '<div id="Here"></div>', 'Here'],
    ['a named a', 'text <a name="here"></a> text', 'here'],
    ['in a block', "<details>\n<summary id='here'>x</summary>\n</details>", 'here'],
    ['with the prefix of GitHub', '# Here', 'user-content-here'],
    ['the top', 'text', 'top'],
    ['lines of the source', 'a\nb\n', 'L2'],
    ['a text fragment', 'a', ':~:text=a'],
    ['a footnote', 'a[^1]\n\n[^1]: x', 'user-content-fn-1'],
  ])('%s', async (_, target, fragment) => {
    expect(await linkTo(fragment, target)).toEqual([]);
  });

  test('in the same file', async () => {
    const findings = await findIn({ 'a.md': '# One\n\n[a](#one) [b](#two) [c](#)\n' });
    expect(brief(findings)).toEqual(['P1 docs/broken-anchor a.md:3']);
    expect(findings[0]?.title).toBe('a.md links to "#two", but this document has no such heading or anchor');
  });

  test('another case works on GitHub only: a hint', async () => {
    const [finding] = await findIn({ 'a.md': '# One Two\n\n[a](#One-Two)' });
    expect(finding).toMatchObject({ priority: 3, suggestion: '#one-two' });
  });

  test('a near anchor is suggested', async () => {
    const [finding] = await findIn({ 'a.md': '[a](b.md#instalation)', 'b.md': '# Installation\n' });
    expect(finding).toMatchObject({ priority: 1, suggestion: 'b.md#installation' });
  });

  test('in a document that the stage does not look at', async () => {
    const tree = { 'a.md': '[a](x/b.md#one) [b](x/b.md#two)', 'x/b.md': '# One\n[x](gone.md)' };
    expect(brief(await findIn(tree, { paths: ['*.md'] }))).toEqual(['P1 docs/broken-anchor a.md:1']);
  });

  test('in the README of a folder: a guess', async () => {
    const tree = { 'a.md': '[a](x#one) [b](x/#two)', 'x/README.md': '# One\n' };
    expect(brief(await findIn(tree))).toEqual(['P3 docs/broken-anchor a.md:1']);
  });

  test('of a document with parts put in from elsewhere: a guess', async () => {
    expect(await linkTo('more', '# A\n\n{% include more.md %}\n')).toEqual(['P3 docs/broken-anchor a.md:1']);
    expect(await linkTo('more', '# A\n\n```\n{% include more.md %}\n```\n')).toEqual([
      'P1 docs/broken-anchor a.md:1',
    ]);
  });

  test('lines of a file that has fewer', async () => {
    const tree = { 'a.md': '[a](x.ts#L3) [b](x.ts#L1-L4) [c](x.ts#L4) [d](x.ts#other)', 'x.ts': '1\n2\n3\n' };
    const findings = await findIn(tree);
    expect(brief(findings)).toEqual(['P2 docs/broken-anchor a.md:1', 'P2 docs/broken-anchor a.md:1']);
    expect(findings[0]?.title).toContain('x.ts has only 3 lines');
  });
});
