import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { recogniseTestCounts } from '../../../src/run/test-counts/recognise.ts';

const JEST = path.join(import.meta.dirname, '..', '..', '..', 'node_modules', 'jest', 'bin', 'jest.js');

let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate-runners-'));
  mkdirSync(path.join(folder, 'node'));
  mkdirSync(path.join(folder, 'jest'));
  writeFileSync(
    path.join(folder, 'node', 'a.test.mjs'),
    [
      "import { describe, test } from 'node:test';",
      "import assert from 'node:assert';",
      "test('a', () => { console.log('ℹ tests 99'); });",
      "test('b', () => assert.fail('no'));",
      "test.skip('c', () => {});",
      "test.todo('d');",
      "describe('s', () => { test('e', () => {}); });",
    ].join('\n'),
  );
  writeFileSync(path.join(folder, 'jest', 'package.json'), '{}');
  writeFileSync(
    path.join(folder, 'jest', 'a.test.js'),
    [
      "test('a', () => { console.log('Tests:       99 passed, 99 total'); });",
      "test('b', () => { throw new Error('no'); });",
      "test.skip('c', () => {});",
      "test.todo('d');",
    ].join('\n'),
  );
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(args: readonly string[], cwd: string): string {
  const env = { PATH: process.env['PATH'] ?? '', FORCE_COLOR: '1' };
  const child = spawnSync(process.execPath, args, { cwd, env, encoding: 'utf8' });
  return `${child.stdout}${child.stderr}`;
}

test.each(['spec', 'tap'])('node --test with the %s reporter', (reporter) => {
  const output = run(['--test', `--test-reporter=${reporter}`, 'a.test.mjs'], path.join(folder, 'node'));
  expect(recogniseTestCounts(output)).toEqual({
    executed: 3,
    passed: 2,
    failed: 1,
    skipped: 2,
    source: 'node:test',
  });
});

test('node --test without tests', () => {
  const output = run(['--test', 'none/*.mjs'], path.join(folder, 'node'));
  expect(recogniseTestCounts(output)).toMatchObject({ executed: 0, source: 'node:test' });
});

test('jest, and jest without tests', () => {
  const root = path.join(folder, 'jest');
  expect(recogniseTestCounts(run([JEST, '--rootDir', root], root))).toEqual({
    executed: 2,
    passed: 1,
    failed: 1,
    skipped: 2,
    source: 'jest',
  });
  const none = run([JEST, '--rootDir', root, '--passWithNoTests', 'nothing-like-it'], root);
  expect(recogniseTestCounts(none)).toMatchObject({ executed: 0, source: 'jest' });
});
