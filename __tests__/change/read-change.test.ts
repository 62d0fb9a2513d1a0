import { chmodSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/host/git.ts';
import { attempt, failureOf, makeRepository, measure, numberedLines, summarize } from './change-scenes.ts';

function privateDirectories(): readonly string[] {
  return readdirSync(os.tmpdir()).filter((name) => name.startsWith(`gate-git-${process.pid}-`));
}

describe('files', () => {
  test('every status, with lines, modes, ids and sizes', async () => {
    const repository = makeRepository();
    repository.write('keep.txt', 'same\n');
    repository.write('edit.txt', numberedLines(10));
    repository.write('gone.txt', 'a\nb\n');
    repository.write('old-name.txt', numberedLines(20, 'moved'));
    repository.write('tool.sh', 'echo\n');
    repository.link('link', 'keep.txt');
    const base = repository.commit();
    repository.write('edit.txt', `${numberedLines(9)}ten\nno newline`);
    repository.remove('gone.txt');
    repository.git('mv', 'old-name.txt', 'new-name.txt');
    repository.write('new.txt', 'n\n');
    chmodSync(path.join(repository.root, 'tool.sh'), 0o755);
    repository.remove('link');
    repository.write('link', 'a file now\n');
    const head = repository.commit();

    const change = await measure(repository.root, { base });
    expect(summarize(change)).toEqual([
      'M edit.txt +2 -1',
      'D gone.txt +0 -2',
      'T link +1 -1',
      'R old-name.txt → new-name.txt +0 -0',
      'A new.txt +1 -0',
      'M tool.sh +0 -0',
    ]);
    expect(change).toMatchObject({
      root: repository.root,
      baseSource: '--base',
      baseExplicit: true,
      baseSha: base,
      mergeBaseSha: base,
      headSha: head,
      branch: 'main',
      dirty: false,
      added: 4,
      deleted: 4,
      warnings: [],
    });
    expect(change.files[4]).toMatchObject({
      path: 'new.txt',
      oldMode: '000000',
      newMode: '100644',
      oldBlob: null,
      newBlob: repository.git('rev-parse', 'HEAD:new.txt'),
      oldBytes: 0,
      newBytes: 2,
      binary: false,
    });
    expect(change.files[5]).toMatchObject({ oldMode: '100644', newMode: '100755' });
    expect(change.files[2]).toMatchObject({
      oldMode: '120000',
      newMode: '100644',
      oldBytes: 8,
      newBytes: 11,
    });
  });

  test('a NUL in the first 8,000 bytes makes a binary, whatever attributes say', async () => {
    const repository = makeRepository();
    repository.write('.gitattributes', '*.txt -diff\n*.bin diff\n');
    repository.write('late.bin', `${'x'.repeat(8_000)}\0\n`);
    const base = repository.commit();
    repository.write('hidden.txt', numberedLines(5));
    repository.write('early.bin', `${'x'.repeat(7_999)}\0\n`);
    repository.write('late.bin', `${'x'.repeat(8_000)}\0\nmore\n`);
    repository.commit();
    expect(summarize(await measure(repository.root, { base }))).toEqual([
      'A early.bin bin 0→8001',
      'A hidden.txt +5 -0',
      'M late.bin +1 -0',
    ]);
  });

  test('a copy is an addition', async () => {
    const repository = makeRepository();
    repository.write('a.txt', numberedLines(30));
    const base = repository.commit();
    repository.write('b.txt', numberedLines(30));
    repository.commit();
    expect(summarize(await measure(repository.root, { base }))).toEqual(['A b.txt +30 -0']);
  });

  test('a submodule that becomes a file shows its lines, and the reverse', async () => {
    const repository = makeRepository();
    const first = repository.commit();
    repository.git('update-index', '--add', '--cacheinfo', `160000,${first},sub`);
    repository.write('file.txt', numberedLines(7));
    repository.git('add', 'file.txt');
    repository.git('commit', '-qm', 'submodule');
    const base = repository.git('rev-parse', 'HEAD');
    repository.git('rm', '-q', '--cached', 'sub', 'file.txt');
    repository.write('sub', numberedLines(9));
    repository.git('add', 'sub');
    repository.git('update-index', '--add', '--cacheinfo', `160000,${first},file.txt`);
    repository.git('commit', '-qm', 'swapped');
    repository.remove('file.txt');
    expect(summarize(await measure(repository.root, { base }))).toEqual(['T file.txt +0 -7', 'T sub +9 -0']);
  });

  test('equal changes have equal digests, others do not', async () => {
    const digestOf = async (text: string, order: string | null) => {
      const repository = makeRepository();
      repository.write('a.txt', numberedLines(10));
      const base = repository.commit();
      if (order !== null) repository.git('config', 'diff.orderFile', order);
      repository.write('a.txt', text);
      repository.write('z.txt', 'z\n');
      repository.commit();
      return (await measure(repository.root, { base })).diffDigest;
    };
    const digest = await digestOf('x\n', null);
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
    expect(await digestOf('x\n', '/dev/null')).toBe(digest);
    expect(await digestOf('y\n', null)).not.toBe(digest);
  });

  test('an empty change is no files', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    const change = await measure(repository.root, { base });
    expect(change).toMatchObject({ files: [], added: 0, deleted: 0, dirty: false });
  });

  test('a thousand files and more', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    for (let index = 0; index < 1_200; index += 1)
      repository.write(`d${index % 7}/f${index}.txt`, `${index}\n`);
    repository.commit();
    const change = await measure(repository.root, { base });
    expect(change.files).toHaveLength(1_200);
    expect(change.added).toBe(1_200);
    expect(change.files.every((file) => file.newBytes > 1)).toBe(true);
  });
});

describe('what the merge base cuts off', () => {
  test('commits that landed on the base meanwhile do not count', async () => {
    const repository = makeRepository();
    repository.write('a.txt', 'a\n');
    const fork = repository.commit();
    repository.branch('feature');
    repository.write('mine.txt', 'm\n');
    repository.commit();
    repository.checkout('main');
    repository.write('theirs.txt', numberedLines(50));
    const tip = repository.commit();
    repository.checkout('feature');
    const change = await measure(repository.root, { base: 'main' });
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
    expect(change).toMatchObject({ baseSha: tip, mergeBaseSha: fork, branch: 'feature' });
  });

  test('neither do those that a merge brought in', async () => {
    const repository = makeRepository();
    repository.commit();
    repository.branch('feature');
    repository.write('mine.txt', 'm\n');
    repository.commit();
    repository.checkout('main');
    repository.write('theirs.txt', numberedLines(50));
    repository.commit();
    repository.checkout('feature');
    repository.git('merge', '-q', '--no-edit', 'main');
    expect(summarize(await measure(repository.root, { base: 'main' }))).toEqual(['A mine.txt +1 -0']);
  });

  test('a merge commit counts what it brings', async () => {
    const repository = makeRepository();
    repository.commit();
    repository.branch('feature');
    repository.write('mine.txt', 'm\n');
    repository.commit();
    repository.checkout('main');
    repository.git('merge', '-q', '--no-ff', '--no-edit', 'feature');
    expect(summarize(await measure(repository.root, { base: 'HEAD^1' }))).toEqual(['A mine.txt +1 -0']);
  });
});

describe('the private directory', () => {
  test('is gone after close, also when called twice', async () => {
    const repository = makeRepository();
    repository.commit();
    const before = privateDirectories();
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(privateDirectories()).toHaveLength(before.length + 1);
    await change.snapshot.close();
    await change.snapshot.close();
    expect(privateDirectories()).toEqual(before);
  });

  test('is gone after a failure and when nothing was measured', async () => {
    const repository = makeRepository();
    repository.commit();
    const before = privateDirectories();
    await failureOf(repository.root, { base: 'absent' });
    repository.git('checkout', '-q', '--orphan', 'other');
    repository.commit();
    expect((await attempt(repository.root, { base: 'main' })).kind).toBe('unmeasured');
    expect(privateDirectories()).toEqual(before);
  });

  test('without git the failure says what to do', async () => {
    const repository = makeRepository();
    repository.commit();
    const git = createGit({ environment: { PATH: '/nowhere' } });
    expect(await failureOf(repository.root, { git, base: 'HEAD' })).toMatchObject({
      kind: 'evaluation',
      message: expect.stringContaining('git was not found'),
      mend: expect.stringContaining('install git'),
    });
  });

  test('a damaged HEAD is a failure, not an empty change', async () => {
    const repository = makeRepository();
    const head = repository.commit();
    repository.remove(`.git/objects/${head.slice(0, 2)}/${head.slice(2)}`);
    expect((await attempt(repository.root, { base: head })).kind).toBe('failure');
    expect((await attempt(repository.root)).kind).toBe('failure');
  });
});
