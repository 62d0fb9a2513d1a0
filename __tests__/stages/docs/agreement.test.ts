import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import GithubSlugger from 'github-slugger';
import type { Nodes } from 'mdast';
import { fromMarkdown } from 'mdast-util-from-markdown';
import { gfmFromMarkdown } from 'mdast-util-gfm';
import { gfm } from 'micromark-extension-gfm';
import { readDocument } from '../../../src/stages/docs/document.ts';
import { preloadDocs } from '../../../src/stages/docs/index.ts';

/** What another parser finds: local links with their lines, code spans, slugs. */
function readWithMdast(text: string) {
  const links: string[] = [];
  const spans: string[] = [];
  const slugs: string[] = [];
  const slugger = new GithubSlugger();
  const definitions = new Map<string, string>();
  const used = new Set<string>();
  const renderText = (node: Nodes): string => {
    if (node.type === 'text' || node.type === 'inlineCode') return node.value;
    return 'children' in node ? node.children.map(renderText).join('') : '';
  };
  const visit = (node: Nodes): void => {
    const line = node.position?.start.line ?? 0;
    if (node.type === 'link' || node.type === 'image') links.push(`${line} ${node.url}`);
    if (node.type === 'inlineCode') spans.push(`${line} ${node.value}`);
    if (node.type === 'linkReference' || node.type === 'imageReference') used.add(node.identifier);
    if (node.type === 'definition' && !definitions.has(node.identifier)) {
      definitions.set(node.identifier, `${line} ${node.url}`);
    }
    if (node.type === 'heading') slugs.push(slugger.slug(renderText(node)));
    if ('children' in node) node.children.forEach(visit);
  };
  visit(fromMarkdown(text, { extensions: [gfm()], mdastExtensions: [gfmFromMarkdown()] }));
  for (const label of used) links.push(definitions.get(label) ?? '');
  return { links: links.sort(), spans: spans.sort(), slugs };
}

const word = fc.constantFrom(
  'one',
  'two',
  'Über',
  'a_b_c',
  'x*y',
  '(z)',
  'end.',
  '&amp;',
  '1 < 2',
  '\\[x\\]',
  '\\`',
);
const inline = fc.oneof(
  { weight: 3, arbitrary: word },
  fc.constantFrom('`a`', '`` b ` c ``', '`[x](y.md)`', '**bold**', '_it_', '<b>', '</b>'),
  fc.constantFrom(
    '[a](a.md)',
    '[a `c` b](b.md#x "t")',
    '![i](i.png)',
    '[![i](i.png)](c.md)',
    '[a](<d e.md>)',
    '[x [y] z](f.md)',
  ),
  fc.constantFrom('[ref]', '[text][ref]', '[ref][]', '![text][Ref]', '[none]', '[a] (b)'),
);
const phrase = fc.array(inline, { minLength: 1, maxLength: 6 }).map((parts) => parts.join(' '));
const block = fc.oneof(
  { weight: 3, arbitrary: phrase },
  fc.tuple(phrase, phrase).map((lines) => lines.join('\n')),
  fc.tuple(fc.integer({ min: 1, max: 6 }), phrase).map(([level, text]) => `${'#'.repeat(level)} x ${text}`),
  phrase.map((text) => `x ${text}\n---`),
  fc
    .array(phrase, { minLength: 1, maxLength: 3 })
    .map((items) => items.map((item) => `- ${item}`).join('\n')),
  fc.tuple(phrase, phrase).map(([a, b]) => `1. ${a}\n\n   ${b}\n   - x\n\n     > ${a}`),
  phrase.map((text) => `> ${text}\n> ${text}`),
  fc.tuple(word, phrase).map(([a, b]) => `| ${a} | b |\n|---|:-:|\n| ${b} | ${a} |`),
  phrase.map((text) => `\`\`\`ts\n${text}\n\`\`\``),
  phrase.map((text) => `    ${text}`),
  phrase.map((text) => `<!-- ${text} -->`),
  fc.constantFrom('[ref]: r.md "t"', '[REF]: second.md', '<p>\n[no](no.md)\n</p>', '***'),
);
const document = fc.array(block, { maxLength: 8 }).map((blocks) => blocks.join('\n\n'));

beforeAll(preloadDocs);

describe('another parser', () => {
  test('finds the same links, code spans and headings', () => {
    fc.assert(
      fc.property(document, (text) => {
        const theirs = readWithMdast(text);
        const { links, spans, anchors } = readDocument(text);
        expect(links.map(({ line, destination }) => `${line} ${destination}`).sort()).toEqual(theirs.links);
        expect(spans.map(({ line, text: code }) => `${line} ${code}`).sort()).toEqual(theirs.spans);
        for (const slug of theirs.slugs) expect(anchors).toContain(slug);
      }),
      { numRuns: 300 },
    );
  });
});
