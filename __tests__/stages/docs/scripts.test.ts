import { describe, expect, test } from '@jest/globals';
import { readCommands } from '../../../src/stages/docs/command-mention.ts';
import { brief, checkTrees, findIn, type Tree } from './docs-scene.ts';

const TREE: Tree = {
  'package.json': JSON.stringify({ name: 'tool', scripts: { build: 'x', 'test:unit': 'x' } }),
  'packages/a/package.json': JSON.stringify({ scripts: { seed: 'x' } }),
  Makefile: '.PHONY: all docs-site\n\nOUT := x\nall: build\n\nbuild test: $(OUT)\n\techo\n',
};

async function commandsOf(text: string, more: Tree = {}) {
  return brief(await findIn({ ...TREE, ...more, 'README.md': text }));
}

describe('commands that run something by name', () => {
  test.each([
    ['npm run build', ['npm run build']],
    ['$ npm run build -- --watch', ['npm run build']],
    ['npm run --silent build', ['npm run build']],
    ['npm --prefix x run build', []],
    [
      'npm run -w packages/a seed && pnpm run lint; make docs',
      ['npm run seed', 'pnpm run lint', 'make docs'],
    ],
    ['CI=1 NODE_ENV=x yarn run build', ['yarn run build']],
    ['sudo make -j4 -C sub install', ['make install']],
    ['make CC=gcc all', ['make all']],
    ['node --run build', ['node --run build']],
    ['gate run --base main diagnostics', ['gate run diagnostics']],
    ['npx implementation-gate run diagnostics', ['gate run diagnostics']],
    ['npm test # all of them', ['npm test']],
  ])('%s', (line, commands) => {
    expect(readCommands(line).map((mention) => mention.command)).toEqual(commands);
  });

  test.each([
    'npm run',
    'npm install',
    'npm run <name>',
    'npm run build:*',
    'npm run test:',
    'npm run your-script',
    'npm run ...',
    '# npm run build',
    'make',
    'make --help',
    'makes it run',
    'gate doctor',
    'gate run',
    'gate run [pipeline]',
    'yarn add x',
    'see npm run build',
    'npm run $NAME',
    'x'.repeat(3_000),
  ])('none in %j', (line) => {
    expect(readCommands(line)).toEqual([]);
  });
});

describe('scripts and targets', () => {
  test('those that exist, in any package', async () => {
    const text = 'Run `npm run build`, `npm run seed`, `make all`, `make docs-site` and `make test`.';
    expect(await commandsOf(text)).toEqual([]);
  });

  test('those that do not', async () => {
    const text =
      'Run `npm run biuld`.\n\n```bash\n$ make docs-sit\n```\n\n| x |\n|---|\n| `pnpm run gone` |\n';
    const findings = await findIn({ ...TREE, 'README.md': text });
    expect(brief(findings)).toEqual([
      'P1 docs/missing-script README.md:1',
      'P1 docs/missing-script README.md:4',
      'P1 docs/missing-script README.md:9',
    ]);
    expect(findings.map(({ suggestion }) => suggestion)).toEqual(['build', 'docs-site', null]);
    expect(findings[0]?.title).toBe('README.md says "npm run biuld", but no package.json has such a script');
  });

  test.each([
    ['words of another project', 'In your project, run `npm run gone`.'],
    ['words that set it apart', '`npm run gone` is not the same as `npm gone`.'],
    ['a heading of examples', '## Usage\n\nRun `npm run gone`.'],
    [
      'a script that the document itself defines',
      'Run `npm run gone`.\n\n```json\n{ "scripts": { "gone": "x" } }\n```',
    ],
  ])('a guess: %s', async (_, text) => {
    expect(await commandsOf(text)).toEqual([expect.stringMatching(/^P3 docs\/missing-script/)]);
  });

  test.each([
    ['scripts that every package may have', 'Run `npm test` and `npm start` and `npm run prepare`.'],
    ['words that may run programs', 'Run `yarn run jest` and `bun run x.ts`.'],
    ['targets of other build systems', 'Run `make install`.'],
    ['blocks of output', '```text\nnpm run gone\n```'],
  ])('nothing: %s', async (_, text) => {
    expect(await commandsOf(text)).toEqual([]);
  });

  test('nothing without a manifest to hold them against', async () => {
    expect(brief(await findIn({ 'README.md': '`npm run gone` `make gone`' }))).toEqual([]);
  });

  test.each([
    ['includes', 'include other.mk\nall:\n'],
    ['computes targets', '$(NAMES): x\n'],
    ['has patterns', '%.o: %.c\n'],
  ])('a Makefile that %s may have more', async (_, makefile) => {
    expect(await commandsOf('Run `make gone`.', { Makefile: makefile })).toEqual([
      'P3 docs/missing-script README.md:1',
    ]);
  });

  test('a manifest that cannot be read may have more', async () => {
    expect(await commandsOf('Run `npm run gone`.', { 'package.json': '{' })).toEqual([
      'P3 docs/missing-script README.md:1',
    ]);
  });
});

describe('scripts that the change takes away', () => {
  const after = { ...TREE, 'package.json': JSON.stringify({ scripts: { compile: 'x', 'test:unit': 'x' } }) };

  test('are certain, whatever the words around them', async () => {
    const readme = { 'README.md': '## Usage\n\nRun `yarn run build` in your project.\n' };
    const { result } = await checkTrees({ ...TREE, ...readme }, { ...after, ...readme });
    expect(brief(result.findings)).toEqual(['P1 docs/stale-mention README.md:3']);
    expect(result.detail).toContain('which this change takes out of the package.json');
  });

  test('targets too', async () => {
    const readme = { 'README.md': 'Run `make docs-site`.\n' };
    const { result } = await checkTrees({ ...TREE, ...readme }, { ...TREE, ...readme, Makefile: 'all:\n' });
    expect(brief(result.findings)).toEqual(['P1 docs/stale-mention README.md:1']);
  });

  test('one that went to another package is still there', async () => {
    const readme = { 'README.md': 'Run `npm run build`.\n' };
    const moved = {
      ...after,
      ...readme,
      'packages/b/package.json': JSON.stringify({ scripts: { build: 'x' } }),
    };
    expect((await checkTrees({ ...TREE, ...readme }, moved)).result.findings).toEqual([]);
  });
});

describe('pipelines of the gate', () => {
  test('those that exist and those that do not', async () => {
    const findings = await findIn({ 'README.md': 'Run `gate run diagnostics`, then `gate run docs-reviw`.' });
    expect(brief(findings)).toEqual(['P1 docs/unknown-pipeline README.md:1']);
    expect(findings[0]).toMatchObject({ suggestion: 'docs-review' });
  });

  test('one that the document defines in an example', async () => {
    const text = 'Run `gate run nightly`.\n\n```yaml\npipelines:\n  nightly: [build]\n```';
    expect(brief(await findIn({ 'README.md': text }))).toEqual(['P3 docs/unknown-pipeline README.md:1']);
  });
});
