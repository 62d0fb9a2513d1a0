import { describe, expect, test } from '@jest/globals';
import { brief, checkTrees, type Tree } from './docs-scene.ts';

const PACKAGE = { 'package.json': JSON.stringify({ name: 'tool', bin: { tool: 'x' } }) };

/** Findings of a change of `src/cli.ts`, with these documents before and after. */
async function staleIn(
  removed: string,
  docs: string,
  more: { readonly added?: string; readonly after?: Tree } = {},
) {
  const before = { ...PACKAGE, 'src/cli.ts': `${removed}\nexport {};\n`, 'README.md': docs };
  const after = {
    ...PACKAGE,
    'README.md': docs,
    'src/cli.ts': `${more.added ?? ''}\nexport {};\n`,
    ...more.after,
  };
  return (await checkTrees(before, after)).result;
}

describe('flags', () => {
  test.each([
    ['commander', ".option('-d, --dry-run', 'only look')"],
    ['declared without dashes', ".option('dry-run', { type: 'boolean' })"],
    ['argparse', 'parser.add_argument("--dry-run")'],
    ['a comparison', "if (word === '--dry-run') {"],
    ['a table', "  '--dry-run': true,"],
  ])('that are gone everywhere are certain: %s', async (_, line) => {
    const result = await staleIn(line, 'Try it with `tool --dry-run` first, or pass `--dry-run` alone.\n');
    expect(brief(result.findings)).toEqual(['P1 docs/stale-mention README.md:1']);
    expect(result).toMatchObject({ status: 'failed', reason: 'findings' });
    expect(result.detail).toContain(
      'names the flag "--dry-run", which this change takes out of src/cli.ts; nothing else has it',
    );
  });

  test('only used, not defined: should be looked at', async () => {
    const result = await staleIn("spawn('x', ['--dry-run']);", 'Pass `--dry-run`.');
    expect(brief(result.findings)).toEqual(['P2 docs/stale-mention README.md:1']);
  });

  test.each([
    ['of another program', 'Run `tsc --dry-run`.'],
    ['of the past', 'The flag `--dry-run` was removed.'],
  ])('a guess: %s', async (_, docs) => {
    expect(brief((await staleIn(".option('--dry-run')", docs)).findings)).toEqual([
      'P3 docs/stale-mention README.md:1',
    ]);
  });

  test.each([
    ['still in other code', { 'src/other.ts': "if (x === '--dry-run') y();" }],
    ['in camel case', { 'src/other.ts': 'if (options.dryRun) y();' }],
    ['only moved', { 'src/options.ts': ".option('--dry-run')" }],
  ])('no finding: %s', async (_, after) => {
    expect((await staleIn(".option('--dry-run')", 'Pass `--dry-run`.', { after })).findings).toEqual([]);
  });

  test('a longer flag is another', async () => {
    const after = { 'src/other.ts': "x('--dry-run-all');" };
    const result = await staleIn(".option('--dry-run')", 'Pass `--dry-run` or `--dry-run-all`.', { after });
    expect(brief(result.findings)).toEqual(['P1 docs/stale-mention README.md:1']);
  });

  test('its successor is suggested', async () => {
    const result = await staleIn(".option('--dry-run')", 'Pass `--dry-run`.', {
      added: ".option('--no-write')",
    });
    expect(result.findings[0]?.suggestion).toBe('--no-write');
  });

  test('all lines of a document are named once', async () => {
    const result = await staleIn(".option('--dry-run')", '`--dry-run`\n\nx\n\n`--dry-run`\n');
    expect(result.findings.map(({ title }) => title)).toEqual([expect.stringContaining('(also on line 5)')]);
  });
});

describe('environment variables', () => {
  test.each([
    ['process.env', 'const a = process.env.TOOL_HOME;'],
    ['in brackets', "const a = env['TOOL_HOME'];"],
    ['os.environ', 'a = os.environ.get("TOOL_HOME")'],
    ['os.Getenv', 'a := os.Getenv("TOOL_HOME")'],
  ])('read by %s', async (_, line) => {
    const result = await staleIn(line, 'Set TOOL_HOME to a folder.\n');
    expect(brief(result.findings)).toEqual(['P1 docs/stale-mention README.md:1']);
  });

  test('only named in a text: should be looked at', async () => {
    expect(brief((await staleIn("const NAMES = ['TOOL_HOME'];", 'Set `TOOL_HOME`.')).findings)).toEqual([
      'P2 docs/stale-mention README.md:1',
    ]);
  });
});

describe('exported names', () => {
  test.each([
    'export function parseTask(a: string) {',
    'export const parseTask = 1;',
    'export { other, parseTask };',
    'export type { x as parseTask };',
    'exports.parseTask = x;',
  ])('%s', async (line) => {
    const result = await staleIn(line, 'Call `parseTask(x)`.\n\n```ts\nparseTask();\n```\n');
    expect(brief(result.findings)).toEqual(['P2 docs/stale-mention README.md:1']);
    expect(result).toMatchObject({ status: 'passed', reason: 'findings' });
  });

  test('one that code still has is no finding', async () => {
    const after = { 'src/other.ts': 'function parseTask() {}' };
    expect((await staleIn('export function parseTask() {', 'Call `parseTask`.', { after })).findings).toEqual(
      [],
    );
  });

  test('one that only tests and documents have is gone', async () => {
    const result = await staleIn('export function parseTask() {', 'Call `parseTask`.', {
      after: { 'docs/x.md': 'parseTask' },
    });
    expect(result.findings).toHaveLength(1);
  });

  test('an everyday word is a guess', async () => {
    expect(brief((await staleIn('export function render() {', 'Call `render`.')).findings)).toEqual([
      'P3 docs/stale-mention README.md:1',
    ]);
  });

  test.each(['parseTask in prose', '```json\n"parseTask"\n```', 'Call `other.parseTasks`.'])(
    'no mention: %s',
    async (docs) => {
      expect((await staleIn('export function parseTask() {', docs)).findings).toEqual([]);
    },
  );
});

describe('where names are not looked for', () => {
  test('documents that the change writes', async () => {
    const before = { 'src/cli.ts': ".option('--dry-run')\n", 'README.md': 'Pass `--dry-run`.\n' };
    const after = { 'src/cli.ts': '\n', 'README.md': 'Now pass `--dry-run`.\n' };
    expect((await checkTrees(before, after)).result.findings).toEqual([]);
  });

  test.each(['CHANGELOG.md', 'docs/decisions/0001-x.md', 'docs/releases/1.0.md'])('%s', async (path) => {
    const docs = { [path]: 'Pass `--dry-run`.\n' };
    const before = { 'src/cli.ts': ".option('--dry-run')\n", ...docs };
    expect((await checkTrees(before, { 'src/cli.ts': '\n', ...docs })).result.findings).toEqual([]);
  });

  test.each(['src/cli.test.ts', '__tests__/cli.ts', 'examples/cli.ts', 'src/cli.json', 'dist/cli.js'])(
    'what %s loses',
    async (path) => {
      const docs = { 'README.md': 'Pass `--dry-run`.\n' };
      const before = { [path]: ".option('--dry-run')\n", ...docs };
      expect((await checkTrees(before, { [path]: '\n', ...docs })).result.findings).toEqual([]);
    },
  );
});
