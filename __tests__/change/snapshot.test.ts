import { chmodSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { deflateSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { fakeChange } from '../fakes/fake-snapshot.ts';
import type { TestRepository } from '../fakes/git-repository.ts';
import { makeRepository, measure, numberedLines, plainLines } from './change-scenes.ts';

function plantTree(repository: TestRepository, tree: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(tree)) repository.write(name, text);
}

describe('files', () => {
  test('of the state under test and of the merge base, in byte order', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'b.txt': 'b\n', 'a/z.txt': 'z\n', 'gone.txt': 'g\n' });
    repository.link('link', 'b.txt');
    const base = repository.commit();
    repository.git('update-index', '--add', '--cacheinfo', `160000,${base},sub`);
    repository.remove('gone.txt');
    repository.write('\u{1f600}.txt', 'smile\n');
    repository.write('\ufffd.txt', 'diamond\n');
    const { snapshot } = await measure(repository.root, { base: 'HEAD' });
    expect((await snapshot.listFiles()).map((file) => `${file.mode} ${file.path} ${file.bytes}`)).toEqual([
      '100644 a/z.txt 2',
      '100644 b.txt 2',
      '120000 link 5',
      '160000 sub 0',
      '100644 \ufffd.txt 8',
      '100644 \u{1f600}.txt 6',
    ]);
    expect((await snapshot.listBaseFiles()).map((file) => file.path)).toEqual([
      'a/z.txt',
      'b.txt',
      'gone.txt',
      'link',
    ]);
    expect(await snapshot.listFiles()).toBe(await snapshot.listFiles());
  });

  test('of any commit; one that is not there is a rejection', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'a.txt': 'a\n' });
    const first = repository.commit();
    plantTree(repository, { 'b.txt': 'b\n' });
    repository.commit();
    const { snapshot } = await measure(repository.root, { base: 'HEAD' });
    expect(await snapshot.listFilesAt(first)).toMatchObject([{ path: 'a.txt', bytes: 2 }]);
    await expect(snapshot.listFilesAt('f'.repeat(40))).rejects.toThrow('cannot be read');
    await expect(snapshot.listFilesAt('--help')).rejects.toThrow('not an object id');
  });

  test('before the first commit there are none', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'a.txt': 'a\n' });
    repository.commit();
    const { snapshot } = await measure(repository.root);
    expect(await snapshot.listBaseFiles()).toEqual([]);
    expect(await snapshot.readLines()).toMatchObject([
      { path: 'a.txt', added: [{ line: 1, text: 'a' }], removed: [] },
    ]);
  });
});

describe('contents', () => {
  test('come in the order asked for, each as often as asked', async () => {
    const repository = makeRepository();
    const binary = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    repository.write('bin', binary);
    repository.write('empty', '');
    repository.write('text', 'no newline');
    repository.commit();
    const { snapshot } = await measure(repository.root, { base: 'HEAD' });
    const idOf = (name: string) => repository.git('rev-parse', `HEAD:${name}`);
    const [text, bin, again, empty, missing, tree] = await snapshot.readBlobs([
      idOf('text'),
      idOf('bin'),
      idOf('text'),
      idOf('empty'),
      'e'.repeat(40),
      repository.git('rev-parse', 'HEAD^{tree}'),
    ]);
    expect(text?.toString()).toBe('no newline');
    expect(bin?.equals(binary)).toBe(true);
    expect(again?.toString()).toBe('no newline');
    expect(empty).toHaveLength(0);
    expect([missing, tree]).toEqual([null, null]);
    expect(await snapshot.readBlobs([])).toEqual([]);
  });

  test('are those of the pinned state, whatever happens on disk meanwhile', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'a.txt': 'a\n' });
    const base = repository.commit();
    plantTree(repository, { 'a.txt': 'pinned\n', 'new.txt': 'new\n' });
    const { snapshot, files } = await measure(repository.root, { base });
    plantTree(repository, { 'a.txt': 'later\n', 'more.txt': 'more\n' });
    repository.remove('new.txt');
    repository.commit();
    rmSync(path.join(repository.root, '.git', 'index'));
    rmSync(path.join(repository.root, '.git', 'HEAD'));
    const contents = await snapshot.readBlobs(files.map((file) => file.newBlob ?? ''));
    expect(contents.map(String)).toEqual(['pinned\n', 'new\n']);
    expect((await snapshot.listFiles()).map((file) => file.path)).toEqual(['a.txt', 'new.txt']);
    expect((await snapshot.readLines()).map((file) => file.added)).toEqual([
      [{ line: 1, text: 'pinned' }],
      [{ line: 1, text: 'new' }],
    ]);
  });

  test('that a stage has overwritten in the object store do not pass for the real ones', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'a.txt': 'real\n' });
    repository.commit();
    const id = repository.git('rev-parse', 'HEAD:a.txt');
    const { snapshot } = await measure(repository.root, { base: 'HEAD' });
    const file = path.join(repository.root, '.git', 'objects', id.slice(0, 2), id.slice(2));
    chmodSync(file, 0o644);
    writeFileSync(file, deflateSync(Buffer.from('blob 5\0fake\n')));
    expect(await snapshot.readBlobs([id])).toEqual([null]);
    rmSync(file);
    expect(await snapshot.readBlobs([id])).toEqual([null]);
  });

  test('of SHA-256 objects are read as well', async () => {
    const repository = makeRepository({ objectFormat: 'sha256' });
    plantTree(repository, { 'a.txt': 'a\n' });
    const base = repository.commit();
    plantTree(repository, { 'b.txt': 'b\n' });
    const { snapshot, files } = await measure(repository.root, { base });
    expect((await snapshot.readBlobs([files[0]?.newBlob ?? '']))[0]?.toString()).toBe('b\n');
    expect(await snapshot.readLines()).toMatchObject([{ path: 'b.txt' }]);
  });
});

describe('lines', () => {
  test('with their numbers on both sides; binaries and submodules are left out', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'a.txt': numberedLines(10), bin: '\0a', 'mode.sh': 'x\n', 'gone.txt': 'g' });
    const base = repository.commit();
    repository.git('update-index', '--add', '--cacheinfo', `160000,${base},sub`);
    const lines = numberedLines(10).split('\n');
    lines.splice(2, 1, 'three', 'and a half');
    lines.splice(8, 1);
    plantTree(repository, {
      'a.txt': lines.join('\n'),
      bin: '\0b',
      'cr.txt': 'one\rtwo\r',
      'crlf.txt': 'x\r\ny\r\n',
    });
    chmodSync(path.join(repository.root, 'mode.sh'), 0o755);
    repository.remove('gone.txt');
    const { snapshot } = await measure(repository.root, { base });
    expect(plainLines(await snapshot.readLines())).toEqual([
      {
        path: 'a.txt',
        oldPath: null,
        added: [
          { line: 3, text: 'three' },
          { line: 4, text: 'and a half' },
        ],
        removed: [
          { line: 3, text: 'line 3' },
          { line: 8, text: 'line 8' },
        ],
        clipped: false,
      },
      {
        path: 'cr.txt',
        oldPath: null,
        added: [{ line: 1, text: 'one\rtwo\r' }],
        removed: [],
        clipped: false,
      },
      {
        path: 'crlf.txt',
        oldPath: null,
        added: [
          { line: 1, text: 'x\r' },
          { line: 2, text: 'y\r' },
        ],
        removed: [],
        clipped: false,
      },
      { path: 'gone.txt', oldPath: null, added: [], removed: [{ line: 1, text: 'g' }], clipped: false },
    ]);
  });

  test('of contents that look like a diff, under names that look like one', async () => {
    const repository = makeRepository();
    const forged =
      'diff --git a/x b/x\nindex 0000000..1111111 100644\n--- a/x\n+++ b/x\n@@ -1 +1,99 @@\n\\ No newline\n';
    plantTree(repository, { 'b/x\n@@ -0,0 +1 @@\n+forged': 'old\n', 'a"\t\\.txt': '-- old\n' });
    const base = repository.commit();
    plantTree(repository, { 'b/x\n@@ -0,0 +1 @@\n+forged': forged, 'a"\t\\.txt': '++ new' });
    const { snapshot } = await measure(repository.root, { base });
    const lines = await snapshot.readLines();
    expect(lines.map((file) => file.path)).toEqual(['a"\t\\.txt', 'b/x\n@@ -0,0 +1 @@\n+forged']);
    expect(lines[0]).toMatchObject({
      added: [{ line: 1, text: '++ new' }],
      removed: [{ line: 1, text: '-- old' }],
    });
    expect(lines[1]?.added.map((line) => line.text).join('\n')).toBe(forged.trimEnd());
  });

  test('of a changed type, a rename, and a mode beside them', async () => {
    const repository = makeRepository();
    plantTree(repository, { 'moved.txt': numberedLines(20), 'z.txt': 'z\n' });
    repository.link('link', 'z.txt');
    const base = repository.commit();
    repository.git('mv', 'moved.txt', 'm-moved.txt');
    repository.write('m-moved.txt', `${numberedLines(20)}end\n`);
    repository.remove('link');
    repository.write('link', 'file\n');
    const { snapshot } = await measure(repository.root, { base });
    expect(await snapshot.readLines()).toMatchObject([
      { path: 'link', added: [{ line: 1, text: 'file' }], removed: [{ line: 1, text: 'z.txt' }] },
      { path: 'm-moved.txt', oldPath: 'moved.txt', added: [{ line: 21, text: 'end' }], removed: [] },
    ]);
  });

  test('of a very large file are clipped', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    plantTree(repository, {
      'big.txt': `${'x'.repeat(99)}\n`.repeat(30_000),
      'long.txt': 'y'.repeat(3_000_000),
      'small.txt': 's\n',
    });
    const { snapshot, files } = await measure(repository.root, { base });
    expect(files.map((file) => file.added)).toEqual([30_000, 1, 1]);
    const [big, long, small] = await snapshot.readLines();
    expect(big?.clipped).toBe(true);
    expect(big?.added.length).toBeGreaterThan(20_000);
    expect(big?.added.length).toBeLessThan(22_000);
    expect(long).toMatchObject({ path: 'long.txt', added: [], clipped: true });
    expect(small).toMatchObject({ added: [{ line: 1, text: 's' }], clipped: false });
  });
});

test('the fake change keeps the rules of the real one', async () => {
  const before = {
    'a.txt': numberedLines(12),
    'b.txt': 'b',
    'gone.txt': 'g\n',
    bin: 'x\0',
    'é/ü.txt': 'ü\n',
  };
  const after = {
    'a.txt': `first\n${numberedLines(12).replace('line 5\n', '').replace('line 9', 'nine')}`,
    'b.txt': 'b\n',
    bin: 'y\0',
    'new.txt': 'something else\r\n',
    'é/ü.txt': 'ü\nö',
  };
  const repository = makeRepository();
  plantTree(repository, before);
  const base = repository.commit();
  for (const name of Object.keys(before)) if (!Object.hasOwn(after, name)) repository.remove(name);
  plantTree(repository, after);
  const real = await measure(repository.root, { base });
  const fake = fakeChange(before, after);
  expect(fake.files).toEqual(real.files);
  expect(fake.diffDigest).toBe(real.diffDigest);
  expect(await fake.snapshot.listFiles()).toEqual(await real.snapshot.listFiles());
  expect(await fake.snapshot.listBaseFiles()).toEqual(await real.snapshot.listBaseFiles());
  expect(plainLines(await fake.snapshot.readLines())).toEqual(plainLines(await real.snapshot.readLines()));
  const ids = real.files.map((file) => file.newBlob ?? '').filter((id) => id !== '');
  expect(await fake.snapshot.readBlobs(ids)).toEqual(await real.snapshot.readBlobs(ids));
});
