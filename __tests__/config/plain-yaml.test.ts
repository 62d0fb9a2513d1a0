import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ConfigDocument } from '../../src/config/config-document.ts';
import type { KeyPath } from '../../src/config/config-problem.ts';
import { readPlainYaml } from '../../src/config/plain-yaml.ts';
import { readYamlDocument } from '../../src/config/yaml-document.ts';

function pathsOf(value: unknown, path: KeyPath = []): readonly KeyPath[] {
  if (typeof value !== 'object' || value === null) return [path];
  const isList = Array.isArray(value);
  return [
    path,
    ...Object.entries(value).flatMap(([key, part]) => pathsOf(part, [...path, isList ? Number(key) : key])),
  ];
}

function describeDocument(document: ConfigDocument): unknown {
  return [document.value, pathsOf(document.value).map((path) => [path, document.positionOf(path)])];
}

/** Whether the plain reader takes a text; if it does, the library must agree in every value and place. */
function isPlain(text: string): boolean {
  const plain = readPlainYaml(text);
  if (plain === null) return false;
  const reading = readYamlDocument(text);
  if (!reading.ok)
    throw new Error(`the library refuses ${JSON.stringify(text)}: ${reading.problems[0].message}`);
  expect({ text, is: describeDocument(plain) }).toStrictEqual({
    text,
    is: describeDocument(reading.document),
  });
  return true;
}

describe('configurations as people write them are plain', () => {
  test.each([
    'version: 1',
    '# comment\n\nversion: 1 # one\n',
    'a:\n  b: c d\n  e: [x, "y z", 1, true]\n\nf: {g: h, "i": null}\n',
    'a:\n- b\n- c: 1\n  d: 2\n-   e\nf: ~\n',
    'a: |\n  one\n    two\n\n  three\nb: |-\n  x # no comment\n# comment\n',
    "a: 'it''s'\nb: \"tab\\tquote\\\"\"\n'c d': 1\n",
    'a: http://example.com/#x\nb: 10m\nc: -1\nd: 1.50\ne: 2026-01-01\nf: npm run a:b && x\n',
    'a:\nb:\n  c:\n',
    'a: []\nb: {}\n',
    '{"a": [1, {"b": "c"}], "d": false}',
    '{\n  "a": [\n    1,\n    2\n  ]\n}\n',
    'a: ö – ü # ä\n',
  ])('%j', (text) => {
    expect(isPlain(text)).toBe(true);
  });
});

describe('anything beyond is left to the library', () => {
  test.each([
    '',
    'text',
    '- a\n',
    'a: b\n  c\n',
    'a: &x b\n',
    'a: *x\n',
    'a: !x b\n',
    'a: >\n  b\n',
    'a: |2\n    b\n',
    'a: |\n',
    'a: |\n  b',
    '? a\n: b\n',
    'a: 012\n',
    'a: 0x1f\n',
    'a: 1e3\n',
    'a: -0\n',
    'a: .inf\n',
    'a: +1\n',
    'a: "\\u0041"\n',
    'a: "b\n  c"\n',
    'a: [b,\n  c]\n',
    'a: [b: c]\n',
    'a: {b}\n',
    'a: [b,]\n',
    'a: b: c\n',
    'a: 1\na: 2\n',
    '__proto__: 1\n',
    'a:\t1\n',
    'a: 1\r\n',
    '---\na: 1\n',
    'a: 1\n---\nb: 1\n',
    '%YAML 1.1\n---\na: 1\n',
    'a:\n  b: 1\n c: 1\n',
    'a: 1\n  b: 1\n',
    '"<<": 1\n',
    'a: { "<<": 1 }\n',
    `"${'x'.repeat(1_025)}": 1\n`,
    'a: "b" c\n',
    'a: [b] c\n',
    'a: - b\n',
    `a: ${'['.repeat(32)}${']'.repeat(32)}\n`,
  ])('%j', (text) => {
    expect(isPlain(text)).toBe(false);
  });
});

const TOKENS = [
  ...['a', 'b:', 'c: ', 'run: ', '- ', '-', '  ', ' ', '\n', '\n  ', '\n    ', ': ', ':', ', ', ','],
  ...[
    '[',
    ']',
    '{',
    '}',
    '"',
    "'",
    '#',
    ' # ',
    '|',
    '|-',
    '>',
    '&x',
    '*x',
    '!t',
    '?',
    '? ',
    '~',
    'null',
    'true',
  ],
  ...[
    '1',
    '-1',
    '0',
    '1.5',
    '07',
    '1e3',
    '.5',
    '10m',
    '-01-',
    '+',
    'x',
    'o',
    '\\',
    '\\n',
    '%',
    '@',
    '`',
    '---',
    '...',
    '<<',
    'ä',
    '\t',
    '\r\n',
  ],
];

test('whatever the text: what the plain reader takes, the library reads alike', () => {
  let taken = 0;
  fc.assert(
    fc.property(fc.array(fc.constantFrom(...TOKENS), { maxLength: 14 }), (tokens) => {
      if (isPlain(tokens.join(''))) taken += 1;
    }),
    { numRuns: 8_000 },
  );
  expect(taken).toBeGreaterThan(20);
});

/** A block of YAML at an indentation, as people or generators write it. */
function blockOf(indent: number): fc.Arbitrary<string> {
  const pad = ' '.repeat(indent);
  const scalar = fc.constantFrom(
    'x',
    'a b',
    '1',
    'true',
    '"q"',
    "'s'",
    '[a, b]',
    '{k: v}',
    '[]',
    'a#b',
    'x # c',
    '-x',
    'a:b',
  );
  const key = fc.constantFrom('a', 'b', 'c', '"d e"', 'run', 'x-y', '1');
  const line = fc.tuple(key, scalar).map(([name, value]) => `${pad}${name}: ${value}\n`);
  const item = scalar.map((value) => `${pad}- ${value}\n`);
  const literal = key.map((name) => `${pad}${name}: |\n${pad}  one\n\n${pad}   two\n`);
  const noise = fc.constantFrom('\n', '# comment\n', `${pad}# comment\n`, '  \n');
  const nested =
    indent >= 6
      ? line
      : fc.tuple(key, blockOf(indent + 2)).map(([name, block]) => `${pad}${name}:\n${block}`);
  const compact = fc.tuple(key, scalar).map(([name, value]) => `${pad}- ${name}: ${value}\n${pad}  z: 1\n`);
  return fc.oneof(
    fc
      .array(fc.oneof(line, line, nested, literal, noise), { minLength: 1, maxLength: 4 })
      .map((lines) => lines.join('')),
    fc.array(fc.oneof(item, compact, noise), { minLength: 1, maxLength: 4 }).map((lines) => lines.join('')),
  );
}

test('nested blocks, and what becomes of them when one character changes', () => {
  let taken = 0;
  fc.assert(
    fc.property(
      blockOf(0),
      fc.nat(),
      fc.constantFrom('', ' ', ':', '-', '#', '\n', '"', '|', ',', 'x'),
      (text, at, put) => {
        if (isPlain(text)) taken += 1;
        const position = at % (text.length + 1);
        isPlain(`${text.slice(0, position)}${put}${text.slice(position + 1)}`);
      },
    ),
    { numRuns: 3_000 },
  );
  expect(taken).toBeGreaterThan(200);
});
