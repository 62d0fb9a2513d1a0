import {
  mkdirSync,
  mkdtempSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readJunit } from '../../../src/run/test-counts/junit.ts';

let root: string;
let outside: string;
let startedMs: number;

beforeEach(() => {
  root = mkdtempSync(path.join(os.tmpdir(), 'gate-junit-'));
  outside = mkdtempSync(path.join(os.tmpdir(), 'gate-junit-outside-'));
  startedMs = Date.now();
});

afterEach(() => {
  rmSync(root, { recursive: true, force: true });
  rmSync(outside, { recursive: true, force: true });
});

function suite(passed: number): string {
  return `<testsuite tests="999">${'<testcase name="a"/>'.repeat(passed)}<testcase><failure/></testcase><testcase><skipped/></testcase></testsuite>`;
}

function write(file: string, contents: string, folder = root): string {
  const target = path.join(folder, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, contents);
  return target;
}

function setAge(file: string, ageMs: number): void {
  const time = (startedMs - ageMs) / 1_000;
  utimesSync(file, time, time);
}

describe('JUnit reports', () => {
  test('of all files that match add up', async () => {
    write('build/reports/a.xml', suite(2));
    write('build/reports/deep/b.xml', suite(1));
    write('build/other/c.xml', suite(50));
    expect(await readJunit(root, ['build/reports/**/*.xml'], startedMs)).toEqual({
      ok: true,
      value: { executed: 5, passed: 3, failed: 2, skipped: 2, source: 'JUnit 2 files' },
    });
    expect(await readJunit(root, ['build/reports/a.xml'], startedMs)).toMatchObject({
      ok: true,
      value: { executed: 3, source: 'JUnit build/reports/a.xml' },
    });
  });

  test('written before the stage began prove nothing', async () => {
    setAge(write('old.xml', suite(2)), 3_000);
    expect(await readJunit(root, ['*.xml'], startedMs)).toEqual({ ok: true, value: null });
    write('new.xml', suite(1));
    expect(await readJunit(root, ['*.xml'], startedMs)).toMatchObject({ ok: true, value: { executed: 2 } });
  });

  test('on a file system with whole seconds are not taken for stale', async () => {
    const file = write('a.xml', suite(2));
    const second = Math.floor(startedMs / 1_000);
    utimesSync(file, second, second);
    expect(await readJunit(root, ['*.xml'], second * 1_000 + 700)).toMatchObject({
      ok: true,
      value: { executed: 3 },
    });
    expect(await readJunit(root, ['*.xml'], (second + 1) * 1_000)).toEqual({ ok: true, value: null });
  });

  test.each([
    ['nothing matches', ['none/**/*.xml']],
    ['no pattern', []],
    ['a folder of that name', ['folder.xml']],
    ['another document', ['pom.xml']],
  ])('%s: no answer', async (_name, globs) => {
    mkdirSync(path.join(root, 'folder.xml'));
    write('pom.xml', '<project><testcase/></project>');
    expect(await readJunit(root, globs, startedMs)).toEqual({ ok: true, value: null });
  });

  test('a directory that is not there gives no answer', async () => {
    expect(await readJunit(path.join(root, 'gone'), ['**/*.xml'], startedMs)).toEqual({
      ok: true,
      value: null,
    });
  });

  test('behind links, in node_modules and in .git do not count', async () => {
    write('a.xml', suite(5), outside);
    symlinkSync(outside, path.join(root, 'linked'));
    symlinkSync(path.join(outside, 'a.xml'), path.join(root, 'linked.xml'));
    write('node_modules/x/a.xml', suite(5));
    write('.git/a.xml', suite(5));
    expect(await readJunit(root, ['**/*.xml', 'linked/*.xml', '*.xml'], startedMs)).toEqual({
      ok: true,
      value: null,
    });
    expect(await readJunit(root, [`../${path.basename(outside)}/*.xml`], startedMs)).toEqual({
      ok: true,
      value: null,
    });
  });

  test('that are cut off are named', async () => {
    write('a.xml', '<testsuite><testcase name="a"/>');
    const result = await readJunit(root, ['*.xml'], startedMs);
    expect(result).toMatchObject({ ok: false, error: { kind: 'evaluation', where: 'a.xml' } });
  });

  test('larger than 64 MiB are named, not read', async () => {
    truncateSync(write('big.xml', ''), 64 * 1_048_576 + 1);
    const result = await readJunit(root, ['*.xml'], startedMs);
    expect(result).toMatchObject({ ok: false, error: { kind: 'evaluation', where: 'big.xml' } });
  });

  test('more than 1,000 are refused', async () => {
    for (let index = 0; index <= 1_000; index += 1) write(`r/${index}.xml`, '<testsuite/>');
    const result = await readJunit(root, ['r/*.xml'], startedMs);
    expect(result).toMatchObject({ ok: false, error: { kind: 'evaluation' } });
  });
});
