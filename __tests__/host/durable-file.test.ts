import { execFileSync, spawnSync } from 'node:child_process';
import {
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { makeDirectories } from '../../src/host/directory.ts';
import {
  appendLineDurably,
  isTemporaryName,
  readFileBounded,
  writeFileDurably,
} from '../../src/host/durable-file.ts';
import { describeErrno } from '../../src/host/errno.ts';
import { describeFailure, failureExitCode } from '../../src/kernel/failure.ts';
import type { Result } from '../../src/kernel/result.ts';

const SOURCE = path.resolve(import.meta.dirname, '../../src/host/durable-file.ts');
const UNPRIVILEGED = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups', '--'];

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gate-file-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function failureOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('it succeeded');
  expect(failureExitCode(result.error)).toBe(3);
  return describeFailure(result.error);
}

interface Answer {
  readonly status: number | null;
  readonly text: string;
}

/** Calls one function of the module in a process of its own; prints `ok` or the failure. */
function inChild(call: string, through: readonly string[] = []): Answer {
  const code = `import * as file from ${JSON.stringify(SOURCE)};
    const result = file.${call};
    console.log(result.ok ? 'ok' : result.error.where + ': ' + result.error.message);`;
  const [command = '', ...args] = [...through, process.execPath, '--input-type=module', '-e', code];
  const { status, stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  return { status, text: `${stdout}${stderr}`.trim() };
}

function writeCall(file: string, bytes = 8): string {
  return `writeFileDurably(${JSON.stringify(file)}, Buffer.alloc(${bytes}, 'n'))`;
}

/** A file system of 64 KiB that is removed again; null where mounting is not allowed. */
function mountTiny(options: string): { readonly at: string; readonly unmount: () => void } | null {
  const at = path.join(folder, 'disk');
  mkdirSync(at);
  if (spawnSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', at]).status !== 0) return null;
  return { at, unmount: () => execFileSync('umount', [at]) };
}

describe('writing a file whole or not at all', () => {
  test('replaces the content and leaves nothing else', () => {
    const file = path.join(folder, 'a.json');
    expect(writeFileDurably(file, 'one')).toEqual({ ok: true, value: undefined });
    expect(writeFileDurably(file, Buffer.from([0, 255, 10]))).toEqual({ ok: true, value: undefined });
    expect(readFileSync(file)).toEqual(Buffer.from([0, 255, 10]));
    expect(readdirSync(folder)).toEqual(['a.json']);
    expect(statSync(file).mode & 0o022).toBe(0);
  });

  test('a link at the target is replaced, what it led to is untouched', () => {
    const target = path.join(folder, 'target');
    writeFileSync(target, 'old');
    symlinkSync(target, path.join(folder, 'a.json'));
    expect(writeFileDurably(path.join(folder, 'a.json'), 'new').ok).toBe(true);
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(lstatSync(path.join(folder, 'a.json')).isFile()).toBe(true);
  });

  test('a missing folder and a folder at the target are failures with path and errno', () => {
    const missing = path.join(folder, 'none', 'a.json');
    expect(failureOf(writeFileDurably(missing, 'x'))).toBe(
      `${missing}: cannot write: no such file or directory (ENOENT)`,
    );
    mkdirSync(path.join(folder, 'b'));
    expect(failureOf(writeFileDurably(path.join(folder, 'b'), 'x'))).toMatch(/EISDIR|EEXIST|ENOTEMPTY/);
    expect(readdirSync(folder)).toEqual(['b']);
  });

  test('a temporary name is told from others', () => {
    expect(isTemporaryName(`.manifest.json.${'0'.repeat(32)}.tmp`)).toBe(true);
    expect(isTemporaryName('manifest.json')).toBe(false);
    expect(isTemporaryName('.gitignore')).toBe(false);
  });
});

describe('a disk that refuses', () => {
  test('a full one: the old file stands, the cause is named', () => {
    const disk = mountTiny('size=64k');
    const at = disk?.at ?? path.join(folder, 'disk');
    const file = path.join(at, 'a.json');
    try {
      expect(writeFileDurably(file, 'old').ok).toBe(true);
      // Without the right to mount, a limit on file sizes stands in: the same code path, another errno.
      const answer = inChild(
        writeCall(file, 200_000),
        disk === null ? ['prlimit', '--fsize=65536', '--'] : [],
      );
      expect(answer).toEqual({
        status: 0,
        text: `${file}: cannot write: ${disk === null ? 'file too large (EFBIG)' : 'no space left on device (ENOSPC)'}`,
      });
      expect(readFileSync(file, 'utf8')).toBe('old');
      expect(readdirSync(at)).toEqual(['a.json']);
    } finally {
      disk?.unmount();
    }
  });

  test('no inodes left', () => {
    const disk = mountTiny('size=64k,nr_inodes=2');
    const at = disk?.at ?? '/proc/self';
    try {
      const result = disk === null ? null : writeFileDurably(path.join(at, 'a'), 'x');
      if (result?.ok !== false) expect(writeFileDurably(path.join(at, 'b'), 'y').ok).toBe(false);
      else expect(failureOf(result)).toContain('ENOSPC');
    } finally {
      disk?.unmount();
    }
  });

  test('a limit on file sizes (EFBIG)', () => {
    const file = path.join(folder, 'a.json');
    writeFileSync(file, 'old');
    const answer = inChild(writeCall(file, 10_000), ['prlimit', '--fsize=4096', '--']);
    expect(answer).toEqual({ status: 0, text: `${file}: cannot write: file too large (EFBIG)` });
    expect(readFileSync(file, 'utf8')).toBe('old');
    expect(readdirSync(folder)).toEqual(['a.json']);
  });

  test('a folder of somebody else (EACCES)', () => {
    const file = path.join(folder, 'a.json');
    writeFileSync(file, 'old');
    execFileSync('chmod', ['755', folder]);
    const answer = inChild(
      writeCall(file),
      process.getuid?.() === 0 ? UNPRIVILEGED : ['chmod', '555', folder],
    );
    expect(answer.text).toBe(`${file}: cannot write: permission denied (EACCES)`);
    expect(readFileSync(file, 'utf8')).toBe('old');
  });

  test('a read-only file system (EROFS)', () => {
    const disk = mountTiny('size=64k');
    const at = disk?.at ?? '/proc';
    try {
      if (disk !== null) execFileSync('mount', ['-o', 'remount,ro', at]);
      const text = failureOf(writeFileDurably(path.join(at, 'a.json'), 'x'));
      expect(text).toMatch(disk === null ? /ENOENT|EACCES|EROFS/ : /read-only file system \(EROFS\)$/);
    } finally {
      disk?.unmount();
    }
  });

  test.each([
    ['of the file', 'fsync:error=EIO:when=1', 'old'],
    ['of the folder, after the rename', 'fsync:error=EIO:when=2', 'nnnnnnnn'],
  ])('an fsync %s that fails is never "saved" (EIO)', (_what, injection, content) => {
    const file = path.join(folder, 'a.json');
    writeFileSync(file, 'old');
    const strace = [
      'strace',
      '-f',
      '-qq',
      '-o',
      '/dev/null',
      '-e',
      'trace=fsync',
      '-e',
      `inject=${injection}`,
    ];
    expect(inChild(writeCall(file), strace).text).toBe(`${file}: cannot write: i/o error (EIO)`);
    expect(readFileSync(file, 'utf8')).toBe(content);
    expect(readdirSync(folder)).toEqual(['a.json']);
  });
});

describe('appending lines', () => {
  test('adds whole lines and repairs a torn one', () => {
    const file = path.join(folder, 'list');
    expect(appendLineDurably(file, '{"a":1}').ok).toBe(true);
    writeFileSync(file, '{"a":2,"to', { flag: 'a' });
    expect(appendLineDurably(file, '{"a":3}').ok).toBe(true);
    expect(appendLineDurably(file, '{"a":4}').ok).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('{"a":1}\n{"a":2,"to\n{"a":3}\n{"a":4}\n');
  });

  test('a line break in a line is a bug', () => {
    expect(() => appendLineDurably(path.join(folder, 'list'), 'a\nb')).toThrow(/line break/);
  });

  test('never through a link, never into a folder, never waiting on a FIFO', () => {
    const target = path.join(folder, 'target');
    writeFileSync(target, 'old\n');
    symlinkSync(target, path.join(folder, 'link'));
    expect(failureOf(appendLineDurably(path.join(folder, 'link'), 'x'))).toContain('ELOOP');
    expect(failureOf(appendLineDurably(folder, 'x'))).toContain('EISDIR');
    execFileSync('mkfifo', [path.join(folder, 'fifo')]);
    expect(failureOf(appendLineDurably(path.join(folder, 'fifo'), 'x'))).toContain('not a regular file');
    expect(readFileSync(target, 'utf8')).toBe('old\n');
  });

  test('a disk that fills up in the middle of a line leaves the earlier ones, and the next line stands alone', () => {
    const file = path.join(folder, 'list');
    appendLineDurably(file, 'x'.repeat(4_000));
    const long = `appendLineDurably(${JSON.stringify(file)}, 'y'.repeat(500))`;
    const answer = inChild(long, ['prlimit', '--fsize=4200', '--']);
    expect(answer).toEqual({ status: 0, text: `${file}: cannot append: file too large (EFBIG)` });
    expect(appendLineDurably(file, 'next').ok).toBe(true);
    expect(readFileSync(file, 'utf8').split('\n')).toEqual(['x'.repeat(4_000), 'y'.repeat(199), 'next', '']);
  });
});

describe('making folders', () => {
  test('makes what is missing and says so', () => {
    expect(makeDirectories(folder, 'a/b')).toEqual({
      ok: true,
      value: { path: path.join(folder, 'a', 'b'), created: true },
    });
    expect(makeDirectories(folder, 'a/b')).toMatchObject({ ok: true, value: { created: false } });
    expect(() => makeDirectories(folder, 'a/../../b')).toThrow(/outside its root/);
  });

  test('refuses a link or a file on the way; the target stays empty', () => {
    mkdirSync(path.join(folder, 'outside'));
    symlinkSync(path.join(folder, 'outside'), path.join(folder, '.runs'));
    expect(failureOf(makeDirectories(folder, '.runs/task'))).toMatch(/\.runs: .*symbolic link/);
    expect(readdirSync(path.join(folder, 'outside'))).toEqual([]);
    writeFileSync(path.join(folder, 'file'), '');
    expect(failureOf(makeDirectories(folder, 'file/x'))).toMatch(/not a folder/);
  });
});

describe('reading', () => {
  test('regular files up to a size, and nothing else', () => {
    const file = path.join(folder, 'a');
    writeFileSync(file, '12345');
    expect(readFileBounded(file, 5)).toEqual({ ok: true, value: Buffer.from('12345') });
    expect(failureOf(readFileBounded(file, 4))).toContain('larger than 4 bytes');
    symlinkSync(file, path.join(folder, 'link'));
    expect(failureOf(readFileBounded(path.join(folder, 'link'), 9))).toContain('ELOOP');
    execFileSync('mkfifo', [path.join(folder, 'fifo')]);
    expect(failureOf(readFileBounded(path.join(folder, 'fifo'), 9))).toContain('not a regular file');
    expect(failureOf(readFileBounded(folder, 9))).toContain('not a regular file');
  });
});

test('errors in words', () => {
  expect(describeErrno(new Error('plain\nwords'))).toBe('plain\\x0awords');
  expect(describeErrno('text')).toBe('text');
  expect(describeErrno(Object.assign(new Error('odd'), { code: 'EODD' }))).toBe('odd (EODD)');
});
