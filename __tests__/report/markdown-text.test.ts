import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { cellText, codeSpan, fencedBlock, inlineText, locationLink } from '../../src/report/markdown-text.ts';
import { visible } from '../../src/report/visible-text.ts';
import { allNodes, parseMarkdown, proseOf } from './github-markdown.ts';
import { hostileText } from './hostile-manifests.ts';

/** What a reader sees of a line of Markdown. */
function readBack(markdown: string): string {
  return allNodes(parseMarkdown(markdown))
    .map((node) => node.value ?? '')
    .join('');
}

describe('free text in Markdown', () => {
  test.each([
    ['plain words, with (quiet) marks: 41 % – fine.', 'plain words, with (quiet) marks: 41 % – fine.'],
    ['see @org/team and #12', 'see `@org/team` and `#12`'],
    ['a `quoted name` stays', 'a `quoted name` stays'],
    ['<b>bold</b>', '`<b>bold</b>`'],
    ['"src/a_b.ts"', '"`src/a_b.ts`"'],
    ['a & b', 'a &amp; b'],
    ['1. not a list', '1\\. not a list'],
    ['24.21.0', '24.21.0'],
    ['- not a list', '\\- not a list'],
    ['-1 is a number', '-1 is a number'],
    ['---', '\\---'],
    ['https://evil.example', '`https://evil.example`'],
    ['', ''],
  ])('%j', (text, markdown) => {
    expect(inlineText(text)).toBe(markdown);
  });

  test('reads as it was written', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const shown = visible(text).trim();
        const read = readBack(inlineText(text));
        const squeeze = (value: string) => value.replace(/[\s`]+/g, '');
        expect(squeeze(read)).toBe(squeeze(shown));
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  test('is a paragraph and nothing else', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const types = new Set(allNodes(parseMarkdown(inlineText(text))).map((node) => node.type));
        for (const type of types) expect(['root', 'paragraph', 'text', 'inlineCode']).toContain(type);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });

  test('stays in its cell', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const table = parseMarkdown(`| a | b |\n|--|--|\n| ${cellText(text)} | end |\n`);
        const cells = allNodes(table).filter((node) => node.type === 'tableCell');
        expect(cells).toHaveLength(4);
        expect(proseOf(cells[3] ?? { type: 'none' }).trim()).toBe('end');
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });
});

describe('names and places', () => {
  test('code holds any name', () => {
    expect(codeSpan('a`b')).toBe('``a`b``');
    expect(codeSpan('`a')).toBe('`` `a ``');
    expect(codeSpan('a|b', 'cell')).toBe('`a\\|b`');
    expect(codeSpan('a\\|b', 'cell')).toBe('`a\\\\x7cb`');
    expect(codeSpan('x'.repeat(200)).length).toBeLessThan(130);
    expect(fencedBlock(['````'], 'text')).toEqual(['`````text', '````', '`````']);
  });

  test('a link leads below its prefix, or is none', () => {
    const url = 'https://github.com/org/shop/blob/abc';
    expect(locationLink(url, 'src/a b.ts', 3, 5)).toBe(
      '[`src/a b.ts:3`](https://github.com/org/shop/blob/abc/src/a%20b.ts#L3-L5)',
    );
    expect(locationLink(url, '../../evil', 1, 1)).toBe('`../../evil:1`');
    expect(locationLink(url, '/abs', null, null)).toBe('`/abs`');
    expect(locationLink(url, 'a//b', null, null)).toBe('`a//b`');
    expect(locationLink(null, 'src/a.ts', 3, null)).toBe('`src/a.ts:3`');
    fc.assert(
      fc.property(hostileText, (path) => {
        for (const node of allNodes(parseMarkdown(`x ${locationLink(url, path, 1, 2)}`)))
          if (node.type === 'link') expect(new URL(node.url ?? '').href.startsWith(`${url}/`)).toBe(true);
      }),
      { numRuns: 500, endOnFailure: true },
    );
  });
});
