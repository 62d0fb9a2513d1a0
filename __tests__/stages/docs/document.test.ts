import { beforeAll, describe, expect, test } from '@jest/globals';
import { readDocument } from '../../../src/stages/docs/document.ts';
import { decodeText } from '../../../src/stages/docs/document-text.ts';
import { readTags } from '../../../src/stages/docs/html-tags.ts';
import { preloadDocs } from '../../../src/stages/docs/index.ts';

beforeAll(preloadDocs);

describe('the facts of a document', () => {
  test('code spans with their lines, and the words around them', () => {
    const { spans } = readDocument('# `a`\n\none `b`\ntwo `` c ` d `` three\n\n| x |\n|---|\n| `e\\|f` |\n');
    expect(spans.map(({ line, text }) => [line, text])).toEqual([
      [1, 'a'],
      [3, 'b'],
      [4, 'c ` d'],
      [8, 'e|f'],
    ]);
    expect(spans[1]?.context).toEqual({ heading: '`a`', text: 'one `b`\ntwo `` c ` d `` three' });
  });

  test('blocks of code with their languages and the paragraph above', () => {
    const text =
      '## Run\n\nDo this:\n\n```Bash title="x"\nnpm run a\n```\n\n- x\n\n  ~~~\n  y\n  ~~~\n\n      indented\n';
    const { blocks } = readDocument(text);
    expect(blocks.map(({ line, language, text: code }) => [line, language, code])).toEqual([
      [6, 'bash', 'npm run a\n'],
      [12, '', 'y\n'],
      [15, '', 'indented\n'],
    ]);
    expect(blocks[0]?.context).toEqual({ heading: 'Run', text: 'Do this:' });
  });

  test('definitions once, at the first of two, when somebody uses them', () => {
    const { links } = readDocument('[A] [a][] ![x][a]\n\n[a]: one.md\n[a]: two.md\n[b]: three.md\n');
    expect(links).toEqual([{ line: 3, destination: 'one.md' }]);
  });

  test('destinations as they were meant', () => {
    const { links } = readDocument('[a](x\\_y&amp;z.md) <a href="x?a=1&amp;b=2">b</a> ![c](<a b.png>)\n');
    expect(links.map(({ destination }) => destination)).toEqual(['x_y&z.md', 'x?a=1&b=2', 'a b.png']);
  });

  test.each([
    ['---\nstatus: "Archived"\n---\n', 'archived', false],
    ['+++\nstatus = "draft"\nweight = 3\n+++\n', 'draft', true],
    ['<!--\nlayout: Doc\n-->\n', null, true],
    ['---\ntitle: never closed\n', null, false],
    ['text\n---\nstatus: x\n---\n', null, false],
  ])('front matter %j', (text, status, isPage) => {
    expect(readDocument(text)).toMatchObject({ status, isPage });
  });

  test('text is decoded: marks, line ends, other encodings', () => {
    expect(decodeText(Buffer.from('\ufeffa\r\nb\rc\n'))).toBe('a\nb\nc\n');
    expect(decodeText(Buffer.from('a', 'utf16le'))).toBeNull();
    expect(decodeText(Buffer.from([0x61, 0xff]))).toBe('a\ufffd');
  });
});

describe('tags of HTML', () => {
  test.each([
    ['<a href="x" ID=y>', [['a', { href: 'x', id: 'y' }]]],
    ["<img src='a b.png' hidden/>", [['img', { src: 'a b.png', hidden: '' }]]],
    [
      '<p\n  align = "x"\n>t</p>',
      [
        ['p', { align: 'x' }],
        ['p', {}],
      ],
    ],
    ['<a href="&#47;x&#x2f;&quot;">', [['a', { href: '/x/"' }]]],
    ['<!-- <a href="x"> --><b>', [['b', {}]]],
    [
      '<script><a></script><i>',
      [
        ['script', {}],
        ['script', {}],
        ['i', {}],
      ],
    ],
    ['a < b > c <1> <a href="x', []],
  ])('%s', (html, tags) => {
    expect(readTags(html).map(({ name, attributes }) => [name, Object.fromEntries(attributes)])).toEqual(
      tags,
    );
  });
});
