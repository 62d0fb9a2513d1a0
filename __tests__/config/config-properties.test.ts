import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseConfig } from '../../src/config/parse-config.ts';
import { describeFailure } from '../../src/kernel/failure.ts';

/** A refusal names the file, and the line unless it is about the whole file; it is one line that prints. */
async function check(bytes: Buffer, file: string): Promise<boolean> {
  const parsed = await parseConfig(bytes, file);
  if (parsed.ok) return true;
  expect(parsed.error.kind).toBe('config');
  const line = describeFailure(parsed.error);
  expect(line).toMatch(/^gate\.(?:yml|json)(?::[1-9]\d*)?: /);
  if (!/UTF-16|256 KiB/.test(line)) expect(line).toMatch(/^gate\.(?:yml|json):\d+: /);
  const at = Number(/^[^:]+:(\d+): /.exec(line)?.[1] ?? '1');
  expect(at).toBeLessThanOrEqual(Math.max(1, bytes.toString('latin1').split('\n').length));
  expect(line).not.toContain('\n');
  return false;
}

const KEYS = [
  ...[
    'version',
    'stages',
    'pipelines',
    'execution',
    'report',
    'redact',
    'rlm',
    'task',
    'base',
    'baseline',
    'strict_commands',
  ],
  ...[
    'build',
    'test',
    'docs',
    'review',
    'diff-budget',
    'spec-guard',
    'e2e',
    'own',
    'id',
    'run',
    'timeout',
    'env',
    'needs',
  ],
  ...[
    'when',
    'tests',
    'min',
    'reviewers',
    'kind',
    'limits',
    'max_files',
    'mode',
    'agent',
    'default_pipeline',
    'toString',
  ],
];

const leaf = fc.oneof(
  fc.constantFrom<unknown>(
    1,
    0,
    -1,
    1.5,
    true,
    false,
    null,
    '10m',
    'build',
    'own',
    'builtin',
    'x',
    '',
    'src/**',
    '[',
    '512KiB',
  ),
  fc.string(),
  fc.double(),
);

const { value: anyValue } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(
      fc.oneof({ weight: 5, arbitrary: fc.constantFrom(...KEYS) }, { weight: 1, arbitrary: fc.string() }),
      tie('value'),
      { maxKeys: 5 },
    ),
  ),
}));

test('any document is taken or refused with its place', async () => {
  await fc.assert(
    fc.asyncProperty(anyValue, async (document) => {
      const text = JSON.stringify(
        { version: 1, ...(typeof document === 'object' ? document : { task: document }) },
        null,
        1,
      );
      await check(Buffer.from(text), 'gate.yml');
      await check(Buffer.from(text), 'gate.json');
    }),
    { numRuns: 600 },
  );
});

test('any text in YAML’s alphabet, and any bytes', async () => {
  const token = fc.constantFrom(
    ...KEYS,
    ': ',
    ':',
    '\n',
    '\n  ',
    '- ',
    '[',
    ']',
    '{',
    '}',
    ', ',
    '"',
    "'",
    '&a ',
    '*a',
    '!t ',
    '|',
    '>',
    '#',
    '%',
    '? ',
    '\t',
    '\u0000',
    'ä',
    '---',
    '1',
  );
  await fc.assert(
    fc.asyncProperty(fc.array(token, { maxLength: 30 }), async (tokens) => {
      await check(Buffer.from(tokens.join('')), 'gate.yml');
      await check(Buffer.from(`version: 1\n${tokens.join('')}`), 'gate.yml');
    }),
    { numRuns: 1_500 },
  );
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ maxLength: 60 }), async (bytes) => {
      await check(Buffer.from(bytes), 'gate.yml');
      await check(Buffer.from(bytes), 'gate.json');
    }),
    { numRuns: 500 },
  );
});

test('a good file with one byte changed', async () => {
  const good = Buffer.from(
    'version: 1\nstages:\n  test: { run: npm test, tests: { min: 1 } }\npipelines:\n  own: [build, test]\n',
  );
  expect(await check(good, 'gate.yml')).toBe(true);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: good.length - 1 }), fc.nat({ max: 255 }), async (at, byte) => {
      const changed = Buffer.from(good);
      changed[at] = byte;
      await check(changed, 'gate.yml');
    }),
    { numRuns: 800 },
  );
});
