import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isInside, resolveWorkingDirectory } from '../../src/request/working-directory.ts';

let root = '';

beforeAll(() => {
  root = realpathSync(mkdtempSync(path.join(tmpdir(), 'gate-wd-')));
  mkdirSync(path.join(root, 'packages', 'a b'), { recursive: true });
  writeFileSync(path.join(root, 'file'), '');
  symlinkSync(tmpdir(), path.join(root, 'out'));
  symlinkSync(path.join(root, 'packages'), path.join(root, 'in'));
});

afterAll(() => rmSync(root, { recursive: true, force: true }));

describe('the working directory', () => {
  test('is the root unless named, wherever the gate was started', () => {
    expect(resolveWorkingDirectory(root, path.join(root, 'packages'), null)).toEqual({
      ok: true,
      value: root,
    });
  });

  test('may hold spaces and be reached by a link that stays inside', () => {
    const expected = path.join(root, 'packages', 'a b');
    expect(resolveWorkingDirectory(root, root, 'packages/a b')).toEqual({ ok: true, value: expected });
    expect(resolveWorkingDirectory(root, root, 'in/a b')).toEqual({ ok: true, value: expected });
    expect(resolveWorkingDirectory(root, path.join(root, 'packages'), 'a b')).toEqual({
      ok: true,
      value: expected,
    });
  });

  test.each([
    ['../x', '".." is not taken'],
    ['packages/../..', '".." is not taken'],
    ['/etc', 'an absolute path is not taken'],
    ['out', '"out" leads out of the repository'],
    ['file', '"file" is not a folder'],
    ['absent', 'there is no folder "absent"'],
  ])('K11: %s is refused', (flag, message) => {
    expect(resolveWorkingDirectory(root, root, flag)).toMatchObject({
      ok: false,
      error: { kind: 'usage', where: '--working-directory', message },
    });
  });

  test('a sibling that shares the prefix is outside', () => {
    expect(isInside('/a/root-evil', '/a/root')).toBe(false);
    expect(isInside('/a/root/..x', '/a/root')).toBe(true);
  });
});
