import { beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readDocument } from '../../../src/stages/docs/document.ts';
import { readTags } from '../../../src/stages/docs/html-tags.ts';
import { preloadDocs } from '../../../src/stages/docs/index.ts';
import { readTarget } from '../../../src/stages/docs/link-target.ts';
import { findIn } from './docs-scene.ts';

const MIB = 1_048_576;

/** A text of about four MiB. */
function fill(unit: string): string {
  return unit.repeat(Math.floor((4 * MIB - 1_000) / Buffer.byteLength(unit)));
}

function lines(line: (index: number) => string, count = 99_000): string {
  return Array.from({ length: count }, (_, index) => line(index)).join('\n');
}

beforeAll(preloadDocs);

describe('documents made to be slow end', () => {
  test.each([
    ['open brackets', fill('[')],
    ['quotes', `${'>'.repeat(10_000)}\n${lines(() => 'a')}`],
    ['quotes that go on', lines((index) => (index % 2 === 0 ? `${'>'.repeat(36)}a` : 'a'))],
    ['nested lists', lines((index) => `${'  '.repeat(index % 18)}- a`)],
    ['unclosed links', fill('[a](b')],
    ['unclosed destinations', fill('[a](<b')],
    ['nested images', fill('![[]()')],
    ['unclosed comments', fill('a <!-- ')],
    ['unclosed CDATA', fill('a <![CDATA[')],
    ['unclosed attributes', fill('<a b="')],
    ['headings of HTML', fill('<h1>')],
    ['emphasis in a heading', `# ${fill('*a_')}`],
    ['backticks', Array.from({ length: 2_500 }, (_, index) => `e${'`'.repeat(index)}`).join('')],
    ['a table', `|a|b|\n|-|-|\n${lines(() => '|[a](b.md)|`src/x`|')}`],
    ['definitions', lines((index) => `[a${index}]: b "`)],
    ['footnotes', lines((index) => `${'    '.repeat(index % 9)}[^a]: y`)],
    ['keys of code', `\`\`\`\n${fill('a')}`],
    ['bidirectional characters', fill('[\u202e](\u202e.md) ')],
    ['entities', `<a href="${fill('&amp;').slice(0, 4_000_000)}">`],
  ])('%s', async (_, text) => {
    expect((await findIn({ 'a.md': text, 'src/x.ts': '' })).length).toBeLessThanOrEqual(1_000);
  });

  test('a hundred thousand links are all judged', async () => {
    const text = lines((index) => `[a](#h${index % 500}) [b](x.md)`, 50_000);
    const headings = lines((index) => `# h${index}`, 500);
    expect(await findIn({ 'a.md': `${headings}\n\n${text}`, 'x.md': '' })).toEqual([]);
  });

  test('a hundred thousand broken links are told in part', async () => {
    const findings = await findIn({
      'a.md': lines((index) => `[a](${index}.md) [b](b/${index}.md)`, 50_000),
    });
    expect(findings).toHaveLength(1_000);
  });
});

describe('any text', () => {
  const markdown = fc
    .array(
      fc.oneof(
        fc.constantFrom(
          '[',
          ']',
          '(',
          ')',
          '<',
          '>',
          '`',
          '```',
          '\n',
          '\r',
          '\n\n',
          '    ',
          '# ',
          '- ',
          '> ',
          '|',
          '---',
          '[^1]:',
          '![',
          '](',
          '<a href="',
          '">',
          '<!--',
          '-->',
          '\\',
          '&#x',
          '*',
          '_',
          '\t',
          '\0',
          '\ud800',
          '{#',
          'npm run ',
          'src/',
          '.md',
        ),
        fc.string({ maxLength: 6, unit: 'binary' }),
      ),
      { maxLength: 60 },
    )
    .map((parts) => parts.join(''));

  test('never throws, and every line it names is one of the text', () => {
    fc.assert(
      fc.property(markdown, (text) => {
        const normal = text.replace(/\r\n?/g, '\n');
        const count = normal.split('\n').length;
        const { links, spans, blocks } = readDocument(normal);
        for (const { line } of [...links, ...spans, ...blocks]) {
          expect(line).toBeGreaterThanOrEqual(1);
          expect(line).toBeLessThanOrEqual(count + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('goes through the whole stage', async () => {
    await fc.assert(
      fc.asyncProperty(markdown, async (text) => {
        const findings = await findIn({
          'docs/a.md': text,
          'src/x.ts': '',
          'package.json': '{"scripts":{"a":"b"}}',
        });
        for (const { fingerprint } of findings) expect(fingerprint).toMatch(/^[0-9a-f]{32}$/);
      }),
      { numRuns: 200 },
    );
  });

  test('is a target of some kind, below the root', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'binary' }),
        fc.constantFrom('a.md', 'docs/b/c.md'),
        (destination, from) => {
          const target = readTarget(from, destination);
          if (target.kind === 'local') expect(target.path.split('/')).not.toContain('..');
          else expect(['elsewhere', 'machine', 'outside']).toContain(target.kind);
        },
      ),
    );
  });

  test('has tags that lie one behind the other', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.constantFrom('<', '>', 'a', ' ', '"', "'", '=', '/', '<!--', '-->', '<a href="x">', '<script>'),
        ),
        (parts) => {
          let end = 0;
          for (const tag of readTags(parts.join(''))) {
            expect(tag.start).toBeGreaterThanOrEqual(end);
            end = tag.end;
          }
        },
      ),
    );
  });
});

describe('links that were made to work', () => {
  const name = fc
    .stringMatching(/^[A-Za-z0-9äé (),&'!+_-]{1,10}$/)
    .filter((text) => text.trim() === text && !/^[.]/.test(text));
  const file = fc
    .tuple(fc.array(name, { maxLength: 3 }), name)
    .map(([folders, last]) => [...folders, `${last}.md`].join('/'));

  test('are found, whatever the names are', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(file, { minLength: 2, maxLength: 6 }), name, async (paths, title) => {
        const files = paths.filter((path) => !paths.some((other) => other.startsWith(`${path}/`)));
        const encode = (path: string) =>
          path.split('/').map(encodeURIComponent).join('/').replace(/[()]/g, '\\$&');
        const up = (path: string) => '../'.repeat(path.split('/').length - 1);
        const text = (path: string) =>
          files
            .map(
              (to) =>
                `- [a](${up(path)}${encode(to)}) [b](</${to}>) <a href="/${to.replaceAll('&', '&amp;')}">c</a>`,
            )
            .join('\n');
        const tree = Object.fromEntries(files.map((path) => [path, `# x ${title}\n\n${text(path)}\n`]));
        expect(await findIn(tree)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });
});
