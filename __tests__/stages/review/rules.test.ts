// biome-ignore-all lint/suspicious/noTemplateCurlyInString: expressions of GitHub Actions
import { describe, expect, test } from '@jest/globals';
import { fakeChange } from '../../fakes/fake-snapshot.ts';
import { review, reviewAdded, reviewChange, withFiles } from './review-scenes.ts';

const CI = '.github/workflows/ci.yml';

function workflow(...steps: readonly string[]): string {
  return [
    'on: pull_request',
    'jobs:',
    '  test:',
    '    steps:',
    ...steps.map((step) => `      ${step}`),
    '',
  ].join('\n');
}

describe('workflows', () => {
  test('a removed step stands on its old line, what is added on its new one', async () => {
    const before = workflow('- run: npm ci', '- name: Tests', '  run: npm test');
    const after = workflow('- run: npm ci', '- uses: a/b@v1', '- run: echo "${{ github.head_ref }}"');
    const { found, result } = await review({ [CI]: before }, { [CI]: after });
    expect(found).toEqual([
      `P1 ci-step-removed ${CI}:6 old`,
      `P1 unpinned-action ${CI}:6`,
      `P1 workflow-injection ${CI}:7`,
    ]);
    expect(result.findings.map(({ title }) => title)).toEqual([
      'Step "Tests" removed',
      '"a/b@v1" is not pinned to a commit',
      '"github.head_ref" goes into a script as it is',
    ]);
  });

  test('the line of an expression inside a block is its own', async () => {
    const text = workflow(
      '- run: |',
      '    set -eu',
      '    echo ok',
      '    echo ${{ github.event.issue.title }}',
    );
    expect(await reviewAdded(CI, text)).toEqual([`P1 workflow-injection ${CI}:8`]);
  });

  test('what stood there before is not found again', async () => {
    const old = workflow('- uses: a/b@v1', '- run: echo ${{ github.head_ref }}');
    const { found } = await review({ [CI]: old }, { [CI]: `${old}# end\n` });
    expect(found).toEqual([]);
  });

  test('a job that is removed is one finding', async () => {
    const before = `${workflow('- run: npm test')}  lint:\n    steps:\n      - run: npm run lint\n      - run: npm run typecheck\n`;
    const { result } = await review({ [CI]: before }, { [CI]: workflow('- run: npm test') });
    expect(result.findings.map(({ title, startLine }) => [title, startLine])).toEqual([
      ['Job "lint" removed', 6],
    ]);
  });

  test('a renamed workflow is compared with what it was', async () => {
    const change = fakeChange(
      { [CI]: workflow('- run: npm test', '- run: npm run lint') },
      { [CI]: workflow('- run: npm test') },
    );
    const renamed = withFiles(change, (file) => ({
      ...file,
      oldPath: '.github/workflows/old.yml',
      status: 'renamed',
    }));
    expect((await reviewChange(renamed)).found).toEqual([`P1 ci-step-removed ${CI}:6 old`]);
  });

  test('a broken workflow is said, with its line, and the rest of the change is still reviewed', async () => {
    const { found } = await review({}, { [CI]: 'on: push\njobs: {\n', 'a.test.js': "it.only('a', f);\n" });
    expect(found).toEqual(['P1 focused-test a.test.js:1', `P2 workflow-unreadable ${CI}`]);
  });
});

describe('tests that go away', () => {
  test('the finding about a deleted file is about the file; about an assertion, on its old line', async () => {
    const spec = "it('a', () => {\n  expect(f(1)).toBe(1);\n  expect(f(2)).toBe(2);\n});\n";
    const deleted = await review({ 'a.test.ts': spec, 'a.ts': 'f\n' }, { 'a.ts': 'f\n' });
    expect(deleted.found).toEqual(['P1 test-deleted a.test.ts old']);
    const shorter = spec.replace('  expect(f(2)).toBe(2);\n', '');
    const removed = await review({ 'a.test.ts': spec }, { 'a.test.ts': shorter });
    expect(removed.found).toEqual(['P1 assertions-removed a.test.ts:3 old']);
    expect(removed.result.findings[0]?.title).toBe('1 assertion removed with nothing in its place');
  });

  test('as many new tests elsewhere soften it', async () => {
    const before = { 'a.test.ts': "it('a', () => {\n  expect(f(1)).toBe(1);\n});\n", 'a.ts': 'f\n' };
    const after = {
      'b.test.ts': "it('something else', () => {\n  expect(g(7)).toBe(49);\n});\n",
      'a.ts': 'f\n',
    };
    expect((await review(before, after)).found).toEqual(['P2 test-deleted a.test.ts old']);
  });

  test('a title that comes back without its assertions is no replacement', async () => {
    const spec =
      "it('adds', () => {\n  expect(f(1)).toBe(1);\n});\nit('rounds', () => {\n  expect(f(2)).toBe(2);\n});\n";
    const empty = "it('adds', async () => {\n  f(1);\n});\nit('rounds', async () => {\n  f(2);\n});\n";
    const moved = await review({ 'a.test.ts': spec, 'a.ts': 'f\n' }, { 'b/a.test.ts': empty, 'a.ts': 'f\n' });
    expect(moved.found).toEqual(['P1 test-deleted a.test.ts old']);
    const rewritten = await review({ 'a.test.ts': spec }, { 'a.test.ts': empty });
    expect(rewritten.found).toEqual(['P1 assertions-removed a.test.ts:2 old']);
  });

  test('a pure move is nothing', async () => {
    const text = "it('a', () => {\n  expect(f(1)).toBe(1);\n});\n";
    expect((await review({ 'old/a.test.ts': text }, { 'new/a.test.ts': text })).found).toEqual([]);
  });
});

describe('packages', () => {
  test('the line is the dependency that is not locked, the title says what to do', async () => {
    const lock = '{"packages":{"":{"dependencies":{"a":"1"}}}}';
    const { result } = await review(
      { 'package.json': '{\n  "dependencies": {\n    "a": "1"\n  }\n}\n', 'package-lock.json': lock },
      {
        'package.json': '{\n  "dependencies": {\n    "a": "1",\n    "b": "2"\n  }\n}\n',
        'package-lock.json': lock,
      },
    );
    expect(result.findings[0]).toMatchObject({ ruleId: 'review/lockfile-out-of-step', startLine: 4 });
    expect(result.findings[0]?.title).toContain(
      'package.json and package-lock.json do not agree on b; run the package manager',
    );
  });

  test('manifests of fixtures and broken ones are left alone', async () => {
    const lock = {
      'package-lock.json': '{"packages":{}}',
      'test/fixtures/a/package-lock.json': '{"packages":{}}',
    };
    const after = {
      ...lock,
      'test/fixtures/a/package.json': '{"dependencies":{"b":"2"}}',
      'package.json': '{"dependencies":',
    };
    expect((await review(lock, after)).found).toEqual([]);
  });

  test('one finding for a host, with how many packages it serves', async () => {
    const lines = Array.from(
      { length: 3 },
      (_, index) => `"resolved": "https://evil.example.net/${index}.tgz",\n`,
    ).join('');
    const { result } = await review({}, { 'package-lock.json': lines });
    expect(result.findings.map(({ title }) => title)).toEqual(['3 packages from "evil.example.net"']);
  });
});

describe('files', () => {
  test('a chmod alone is found, a script is not', async () => {
    const touch = (path: string, text: string) =>
      withFiles(fakeChange({ [path]: text }, { [path]: `${text}\n` }), (file) => ({
        ...file,
        oldMode: '100644',
        newMode: '100755',
      }));
    expect((await reviewChange(touch('data.csv', 'a,b'))).found).toEqual(['P2 executable-bit data.csv']);
    expect((await reviewChange(touch('run', '#!/bin/sh'))).found).toEqual([]);
  });

  test('the target of a link is shown, and harmless', async () => {
    const change = withFiles(fakeChange({}, { link: '../../x\u001b[2J' }), (file) => ({
      ...file,
      newMode: '120000',
    }));
    const { result } = await reviewChange(change);
    expect(result.findings[0]?.title).toBe('Symbolic link to "../../x\\x1b[2J", outside of the repository');
  });

  test('a submodule says from where to where', async () => {
    const change = withFiles(fakeChange({ lib: 'a' }, { lib: 'b' }), (file) => ({
      ...file,
      oldMode: '160000',
      newMode: '160000',
    }));
    expect((await reviewChange(change)).result.findings[0]?.title).toMatch(
      /^Submodule moved from [0-9a-f]{10} to [0-9a-f]{10}$/,
    );
  });
});

describe('lines', () => {
  test('a hit that replaces a hit is no news, a second one is', async () => {
    const before = { 'src/a.ts': 'const a = f(1) as any;\n' };
    const after = { 'src/a.ts': 'const a = f(2) as any;\nconst b = f(3) as any;\n' };
    expect((await review(before, after)).found).toEqual(['P2 unsafe-cast src/a.ts:2']);
  });

  test('context decides, also when it did not change', async () => {
    const before = { 'src/a.test.ts': 'const text = `\nold\n`;\n' };
    const after = { 'src/a.test.ts': "const text = `\nit.only('a', f);\n`;\n" };
    expect((await review(before, after)).found).toEqual([]);
    const skipped = {
      'q_test.go': 'func TestA(t *testing.T) {\n\tif testing.Short() {\n\t\trun()\n\t}\n}\n',
    };
    const now = {
      'q_test.go': 'func TestA(t *testing.T) {\n\tif testing.Short() {\n\t\tt.Skip("slow")\n\t}\n}\n',
    };
    expect((await review(skipped, now)).found).toEqual([]);
  });

  test('a function that grows too long is found where it grew', async () => {
    const body = (count: number) =>
      Array.from({ length: count }, (_, index) => `  step(${index});\n`).join('');
    const before = { 'src/a.ts': `export function run() {\n${body(110)}}\n` };
    const after = { 'src/a.ts': `export function run() {\n${body(125)}}\n` };
    const { result } = await review(before, after);
    expect(result.findings).toMatchObject([
      { ruleId: 'review/long-function', title: '"run" has 127 lines', startLine: 112, endLine: 127 },
    ]);
    const longer = { 'src/a.ts': `export function run() {\n${body(130)}}\n` };
    expect((await review(after, longer)).found).toEqual([]);
  });
});
