import { describe, expect, test } from '@jest/globals';
import { describeCommandChanges } from '../../src/change/command-changes.ts';
import { fakeChange } from '../fakes/fake-snapshot.ts';

type Tree = Readonly<Record<string, string>>;

async function linesOf(before: Tree, after: Tree): Promise<readonly string[]> {
  return await describeCommandChanges(fakeChange(before, after));
}

function manifest(scripts: Readonly<Record<string, string>>, more: object = {}): string {
  return JSON.stringify({ name: 'x', scripts, ...more }, null, 2);
}

describe('scripts of package.json', () => {
  test('a test script that is emptied is told with both sides', async () => {
    expect(
      await linesOf(
        { 'package.json': manifest({ test: 'jest' }) },
        { 'package.json': manifest({ test: 'true' }) },
      ),
    ).toEqual(['package.json: script "test" changed: "jest" → "true"']);
  });

  test('added and removed ones', async () => {
    expect(
      await linesOf(
        { 'web/package.json': manifest({ lint: 'eslint .' }) },
        { 'web/package.json': manifest({ build: 'tsc' }) },
      ),
    ).toEqual([
      'web/package.json: script "build" added: "tsc"',
      'web/package.json: script "lint" removed, was "eslint ."',
    ]);
  });

  test('other fields, order and white space do not count', async () => {
    const before = manifest({ a: '1', b: '2' });
    const after = JSON.stringify({ version: '2.0.0', scripts: { b: '2', a: '1' } });
    expect(await linesOf({ 'package.json': before }, { 'package.json': after })).toEqual([]);
  });

  test('one that is no JSON, and one that is removed', async () => {
    expect(await linesOf({ 'package.json': manifest({}) }, { 'package.json': '{' })).toEqual([
      'package.json changed and is no JSON',
    ]);
    expect(await linesOf({ 'package.json': manifest({ test: 'jest' }) }, {})).toEqual([
      'package.json: script "test" removed, was "jest"',
    ]);
  });

  test('names and commands are inert', async () => {
    const after = { 'package.json': manifest({ 'a\nb': `\u001b[2J${'x'.repeat(500)}` }) };
    const [line = ''] = await linesOf({}, after);
    expect(line).toMatch(/^package\.json: script "a\\x0ab" added: "\\x1b\[2Jx+…"$/);
    expect(line.length).toBeLessThan(200);
  });
});

describe('targets of a Makefile', () => {
  const before = 'CC = gcc\n\n# all of it\ntest: build\n\tgo test ./...\n\nbuild:\n\tgo build ./...\n';

  test('a recipe that is emptied', async () => {
    const after = before.replace('\tgo test ./...', '\ttrue');
    expect(await linesOf({ Makefile: before }, { Makefile: after })).toEqual([
      'Makefile: target "test" changed: "test: build\\x0ago test ./..." → "test: build\\x0atrue"',
    ]);
  });

  test('a variable, an added and a removed target', async () => {
    const after = 'CC = clang\n\ntest: build\n\tgo test ./...\n\nlint:\n\tgo vet\n';
    expect(await linesOf({ Makefile: before }, { Makefile: after })).toEqual([
      'Makefile: lines outside of targets changed: "CC = gcc" → "CC = clang"',
      'Makefile: target "build" removed, was "build:\\x0ago build ./..."',
      'Makefile: target "lint" added: "lint:\\x0ago vet"',
    ]);
  });

  test('comments and blank lines do not count', async () => {
    expect(await linesOf({ Makefile: before }, { Makefile: `# more\n${before}\n\n` })).toEqual([]);
  });
});

describe('configuration of runners', () => {
  test('is named with what became of it', async () => {
    const before = { 'jest.config.js': 'a', 'src/a.ts': 'a', 'tsconfig.json': '{}' };
    const after = { 'jest.config.js': 'b', 'src/a.ts': 'b', 'pytest.ini': 'x' };
    expect(await linesOf(before, after)).toEqual([
      'jest.config.js changed',
      'pytest.ini added',
      'tsconfig.json removed',
    ]);
  });

  test('a great many are cut', async () => {
    const after = Object.fromEntries(Array.from({ length: 60 }, (_, at) => [`p${at}/jest.config.js`, 'x']));
    const lines = await linesOf({}, after);
    expect(lines).toHaveLength(51);
    expect(lines.at(-1)).toBe('and 10 more');
  });
});
