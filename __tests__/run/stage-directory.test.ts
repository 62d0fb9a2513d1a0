import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { describeFailure } from '../../src/kernel/failure.ts';
import { resolveStageDirectory } from '../../src/run/stage-directory.ts';

const base = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-directory-')));
const directory = path.join(base, 'work');
mkdirSync(path.join(directory, 'with space', 'deep'), { recursive: true });
mkdirSync(path.join(directory, '..dots'));
mkdirSync(path.join(base, 'outside'));
mkdirSync(path.join(base, 'work-beside'));
writeFileSync(path.join(directory, 'file'), '');
symlinkSync(path.join(base, 'outside'), path.join(directory, 'out'));
symlinkSync('with space/deep', path.join(directory, 'in'));
symlinkSync('loop', path.join(directory, 'loop'));
afterAll(() => rmSync(base, { recursive: true, force: true }));

describe('the folder of a stage', () => {
  test.each([
    ['.', ''],
    ['with space', 'with space'],
    ['with space/deep/', 'with space/deep'],
    ['with space/..', ''],
    ['..dots', '..dots'],
    ['in', 'with space/deep'],
  ])('%j is taken', (cwd, expected) => {
    expect(resolveStageDirectory(directory, 'test', cwd)).toEqual({
      ok: true,
      value: path.join(directory, expected),
    });
  });

  test.each([
    ['..', 'leads out of the working directory'],
    ['../outside', 'leads out of the working directory'],
    ['../work-beside', 'leads out of the working directory'],
    ['out', 'leads out of the working directory'],
    ['/', 'is an absolute path'],
    ['file', 'is not a folder'],
    ['missing', 'there is no folder "missing"'],
    ['file/below', 'not a directory'],
    ['loop', 'symbolic links'],
    ['line\nbreak', 'there is no folder "line\\x0abreak"'],
  ])('%j is refused in one line (K11)', (cwd, words) => {
    const resolved = resolveStageDirectory(directory, 'test', cwd);
    const line = resolved.ok ? 'taken' : describeFailure(resolved.error);
    expect(line).toContain('stages.test.cwd');
    expect(line).toContain(words);
    expect(line).not.toContain('\n');
  });

  test('a working directory that is a link itself is fine', () => {
    const link = path.join(base, 'link');
    symlinkSync(directory, link);
    expect(resolveStageDirectory(link, 'test', 'with space')).toEqual({
      ok: true,
      value: path.join(directory, 'with space'),
    });
  });
});
