import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { detectCommands } from '../../../src/config/detection/detection.ts';
import { createDiskProjectFiles } from '../../../src/config/detection/project-files.ts';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gate-project-'));
  mkdirSync(path.join(folder, 'app'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function write(name: string, content: string | Buffer): void {
  mkdirSync(path.dirname(path.join(folder, 'app', name)), { recursive: true });
  writeFileSync(path.join(folder, 'app', name), content);
}

describe('a folder of the disk', () => {
  const files = () => createDiskProjectFiles(path.join(folder, 'app'));

  test('lists names, folders with a slash; one that is not there is empty', () => {
    write('a.txt', '');
    write('tests/b.txt', '');
    expect([...files().list()].sort()).toEqual(['a.txt', 'tests/']);
    expect(createDiskProjectFiles(path.join(folder, 'absent')).list()).toEqual([]);
  });

  test('reads texts, also in folders, without a byte order mark', () => {
    write('package.json', '\ufeff{"scripts": {"test": "jest"}}');
    write('tests/conftest.py', 'x');
    expect(files().readText('tests/conftest.py')).toBe('x');
    expect(files().readText('package.json')).toMatch(/^\{/);
    expect(detectCommands(files())).toMatchObject({ ok: true });
  });

  test('reads nothing that is too large, no regular file, or outside', () => {
    write('large', Buffer.alloc(1_048_577, 'x'));
    write('folder/x', '');
    writeFileSync(path.join(folder, 'outside'), 'secret');
    symlinkSync('../outside', path.join(folder, 'app', 'link'));
    execFileSync('mkfifo', [path.join(folder, 'app', 'fifo')]);
    const names = ['large', 'folder', 'link', 'fifo', '../outside', 'absent'];
    expect(names.map((name) => files().readText(name))).toEqual(names.map(() => null));
  });

  test('a package.json in UTF-16, or one that cannot be read, is refused (K10)', () => {
    write('package.json', Buffer.from('\ufeff{"scripts": {}}', 'utf16le'));
    expect(detectCommands(files())).toMatchObject({
      ok: false,
      error: { kind: 'config', where: 'package.json', message: expect.stringContaining('UTF-16') },
    });
    write('package.json', Buffer.alloc(1_048_577, ' '));
    expect(detectCommands(files())).toMatchObject({
      ok: false,
      error: { kind: 'config', where: 'package.json' },
    });
  });
});
