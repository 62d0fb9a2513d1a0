import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';
import { failureOf, makeRepository, measure, numberedLines, summarize } from './change-scenes.ts';

function repositoryWith(files: Readonly<Record<string, string>>): TestRepository {
  const repository = makeRepository();
  for (const [name, text] of Object.entries(files)) repository.write(name, text);
  repository.commit();
  return repository;
}

async function differences(repository: TestRepository, base = 'HEAD'): Promise<readonly string[]> {
  return summarize(await measure(repository.root, { base }));
}

describe('what is on disk counts', () => {
  test('staged, unstaged, untracked, deleted, and all of them at once', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n' });
    repository.write('a.txt', 'a\nstaged\n');
    repository.git('add', 'a.txt');
    repository.write('a.txt', 'a\nstaged\nand more\n');
    repository.write('b.txt', 'B\n');
    repository.remove('c.txt');
    repository.git('rm', '-q', '--cached', 'd.txt');
    repository.write('sub/new.txt', 'n\n');
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(change.dirty).toBe(true);
    // `d.txt` is out of the index and still there: as untracked it is what it was.
    expect(summarize(change)).toEqual([
      'M a.txt +2 -0',
      'M b.txt +1 -1',
      'D c.txt +0 -1',
      'A sub/new.txt +1 -0',
    ]);
  });

  test('modes, links, and files that became folders', async () => {
    const repository = repositoryWith({ 'a.sh': 'a\n', 'b.txt': 'b\n', c: 'c\n', 'd/e.txt': 'e\n' });
    chmodSync(path.join(repository.root, 'a.sh'), 0o755);
    repository.remove('b.txt');
    repository.link('b.txt', 'a.sh');
    repository.remove('c');
    repository.write('c/deep.txt', 'deep\n');
    repository.remove('d');
    repository.write('d', 'd\n');
    expect(await differences(repository)).toEqual([
      'M a.sh +0 -0',
      'T b.txt +1 -1',
      'D c +0 -1',
      'A c/deep.txt +1 -0',
      'A d +1 -0',
      'D d/e.txt +0 -1',
    ]);
  });

  test('a change of the same size and time is seen', async () => {
    const repository = repositoryWith({ 'a.txt': 'one\n' });
    const file = path.join(repository.root, 'a.txt');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'two\n');
    utimesSync(file, atime, mtime);
    expect(await differences(repository)).toEqual(['M a.txt +1 -1']);
  });

  test('a touched file is no change', async () => {
    const repository = repositoryWith({ 'a.txt': 'one\n' });
    utimesSync(path.join(repository.root, 'a.txt'), 1, 1);
    expect(await measure(repository.root, { base: 'HEAD' })).toMatchObject({ files: [], dirty: false });
  });

  test('a file added with intent, and one in conflict', async () => {
    const repository = repositoryWith({ 'a.txt': 'base\n' });
    repository.branch('side');
    repository.write('a.txt', 'side\n');
    repository.commit();
    repository.checkout('main');
    repository.write('a.txt', 'main\n');
    repository.commit();
    expect(() => repository.git('merge', '-q', 'side')).toThrow();
    repository.write('intended.txt', 'i\n');
    repository.git('add', '-N', 'intended.txt');
    expect(await differences(repository)).toEqual(['M a.txt +4 -0', 'A intended.txt +1 -0']);
  });

  test('a fresh clone without a checkout has deleted everything', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n' });
    repository.remove('.git/index');
    expect(await measure(repository.root, { base: 'HEAD' })).toMatchObject({ files: [], dirty: false });
    repository.remove('a.txt');
    expect(await differences(repository)).toEqual(['D a.txt +0 -1']);
  });
});

test('a repository may lie under any name', async () => {
  const parent = makeRepository();
  for (const name of [
    'with space',
    '"quoted"',
    '#hash',
    'back\\slash',
    'new\nline',
    'ümläut',
    'colon:',
    '-dash',
  ]) {
    const directory = path.join(parent.root, name);
    mkdirSync(directory);
    const repository = createRepository({ directory });
    repository.write('a.txt', 'a\n');
    const base = repository.commit();
    repository.write('b.txt', 'b\n');
    const change = await measure(directory, { base });
    expect(summarize(change)).toEqual(['A b.txt +1 -0']);
    expect(await change.snapshot.listBaseFiles()).toHaveLength(1);
  }
});

describe('what is left out', () => {
  test('ignored files, but not tracked ones that are ignored', async () => {
    const repository = repositoryWith({ '.gitignore': '*.log\n', 'kept.txt': 'k\n' });
    repository.write('tracked.log', 't\n');
    repository.git('add', '-f', 'tracked.log');
    repository.git('commit', '-qm', 'forced');
    repository.write('tracked.log', 't\nt\n');
    repository.write('stray.log', 's\n');
    repository.write('sub/.gitignore', '/secret.txt\n');
    repository.write('sub/secret.txt', 's\n');
    repository.write('.git/info/exclude', 'private.txt\n');
    repository.write('private.txt', 'p\n');
    expect(await differences(repository)).toEqual(['A sub/.gitignore +1 -0', 'M tracked.log +1 -0']);
  });

  test('what the gate writes, while nobody has added it', async () => {
    const repository = repositoryWith({ 'out/kept.txt': 'k\n' });
    repository.write('.runs/task/cli/x/manifest.json', '{}');
    repository.write('out/task/state.json', '{}');
    repository.write('outer/out/a.txt', 'a\n');
    repository.write('out/kept.txt', 'k\nk\n');
    repository.write('out/added.txt', 'a\n');
    repository.git('add', 'out/added.txt');
    expect(await differences(repository)).toEqual([
      'A out/added.txt +1 -0',
      'M out/kept.txt +1 -0',
      'A outer/out/a.txt +1 -0',
    ]);
  });

  test('excluded names are names, not patterns, and stay below the root', async () => {
    const repository = repositoryWith({ a: 'a\n' });
    repository.write('r*[x]/one.txt', '1\n');
    repository.write('rab[x]/two.txt', '2\n');
    repository.write('odd /three.txt', '3\n');
    const excluded = ['r*[x]/', './odd ', '../a', '/', ''];
    expect(summarize(await measure(repository.root, { base: 'HEAD', excluded }))).toEqual([
      'A rab[x]/two.txt +1 -0',
    ]);
  });
});

describe('marks in the index hide nothing', () => {
  test('assume-unchanged and skip-worktree', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n', 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n' });
    repository.git('update-index', '--assume-unchanged', 'a.txt', 'c.txt');
    repository.git('update-index', '--skip-worktree', 'b.txt', 'd.txt');
    repository.write('a.txt', 'A\n');
    repository.write('b.txt', 'B\n');
    repository.remove('d.txt');
    expect(await differences(repository)).toEqual(['M a.txt +1 -1', 'M b.txt +1 -1', 'D d.txt +0 -1']);
  });

  test('a sparse checkout is not a deletion, and a file that is there counts', async () => {
    const repository = repositoryWith({ 'in/a.txt': 'a\n', 'out/b.txt': 'b\n', 'out/deep/c.txt': 'c\n' });
    for (const mode of ['--no-sparse-index', '--sparse-index']) {
      repository.git('sparse-checkout', 'set', '--cone', mode, 'in');
      expect(await measure(repository.root, { base: 'HEAD', excluded: [] })).toMatchObject({
        files: [],
        dirty: false,
      });
    }
    repository.write('out/b.txt', 'B\n');
    repository.write('in/a.txt', 'A\n');
    expect(summarize(await measure(repository.root, { base: 'HEAD', excluded: [] }))).toEqual([
      'M in/a.txt +1 -1',
      'M out/b.txt +1 -1',
    ]);
  });

  test('a split index, and one with caches of what was seen before', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
    repository.git('update-index', '--split-index');
    repository.git('update-index', '--untracked-cache');
    repository.git('config', 'core.untrackedCache', 'true');
    repository.git('status');
    repository.write('a.txt', 'A\n');
    repository.write('new.txt', 'n\n');
    expect(await differences(repository)).toEqual(['M a.txt +1 -1', 'A new.txt +1 -0']);
  });
});

test('what a file system monitor said before is not believed', async () => {
  const repository = repositoryWith({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  // Version 2 of its protocol: a token, and no path that changed since.
  repository.write('.git/monitor', '#!/bin/sh\nprintf "token\\0"\n', 0o755);
  repository.git('config', 'core.fsmonitor', path.join(repository.root, '.git', 'monitor'));
  repository.git('update-index', '--fsmonitor');
  repository.git('status');
  repository.write('a.txt', 'A\n');
  repository.write('new.txt', 'n\n');
  expect(repository.git('diff', '--name-only')).toBe('');
  expect(await differences(repository)).toEqual(['M a.txt +1 -1', 'A new.txt +1 -0']);
});

describe('line endings and filters', () => {
  test('a file checked out with CRLF counts the lines that were edited', async () => {
    const repository = repositoryWith({ '.gitattributes': '*.txt text eol=crlf\n' });
    repository.write('a.txt', numberedLines(20));
    repository.commit();
    repository.remove('a.txt');
    repository.git('checkout', '-q', '--', 'a.txt');
    repository.write('a.txt', `${numberedLines(20).replaceAll('\n', '\r\n')}edited\r\n`);
    expect(await differences(repository)).toEqual(['M a.txt +1 -0']);
  });

  test('the same by core.autocrlf', async () => {
    const repository = repositoryWith({ 'a.txt': numberedLines(20) });
    repository.git('config', 'core.autocrlf', 'true');
    repository.write('a.txt', `${numberedLines(20).replaceAll('\n', '\r\n')}edited\r\n`);
    expect(await differences(repository)).toEqual(['M a.txt +1 -0']);
  });

  test('without attributes a flip of line endings is every line', async () => {
    const repository = repositoryWith({ 'a.txt': numberedLines(20) });
    repository.write('a.txt', numberedLines(20).replaceAll('\n', '\r\n'));
    expect(await differences(repository)).toEqual(['M a.txt +20 -20']);
  });

  test('an encoding that an attribute claims is not believed', async () => {
    const repository = repositoryWith({ '.gitattributes': '*.txt working-tree-encoding=no-such\n' });
    repository.write('a.txt', 'a\n');
    expect(await differences(repository)).toEqual(['A a.txt +1 -0']);
  });
});

describe('repositories in the repository', () => {
  test('one with a commit counts as a submodule, one without is left out with a word', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n' });
    mkdirSync(path.join(repository.root, 'whole'));
    const whole = createRepository({ directory: path.join(repository.root, 'whole') });
    whole.write('x.txt', 'x\n');
    const head = whole.commit();
    mkdirSync(path.join(repository.root, 'unborn'));
    createRepository({ directory: path.join(repository.root, 'unborn') }).write('y.txt', 'y\n');
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(summarize(change)).toEqual(['A whole +0 -0']);
    expect(change.files[0]).toMatchObject({ newMode: '160000', newBlob: head, newBytes: 0 });
    expect(change.warnings).toEqual(['unborn is a repository without commits: nothing in it is measured']);
  });

  test('a submodule is a repository of its own', async () => {
    const library = repositoryWith({ 'lib.txt': 'l\n' });
    const repository = repositoryWith({ 'a.txt': 'a\n' });
    repository.git(
      '-c',
      'protocol.file.allow=always',
      'submodule',
      '--quiet',
      'add',
      `file://${library.root}`,
      'lib',
    );
    repository.commit();
    repository.write('lib/lib.txt', 'L\n');
    expect(summarize(await measure(path.join(repository.root, 'lib'), { base: 'HEAD' }))).toEqual([
      'M lib.txt +1 -1',
    ]);
    expect(await measure(repository.root, { base: 'HEAD' })).toMatchObject({ files: [], dirty: false });
  });

  test('a submodule on another commit is a change', async () => {
    const repository = repositoryWith({ 'a.txt': 'a\n' });
    mkdirSync(path.join(repository.root, 'sub'));
    const sub = createRepository({ directory: path.join(repository.root, 'sub') });
    sub.commit();
    repository.commit();
    expect(await differences(repository)).toEqual([]);
    sub.write('dirt.txt', 'd\n');
    expect(await differences(repository)).toEqual([]);
    const moved = sub.commit('moved');
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(change.files).toMatchObject([
      { path: 'sub', status: 'modified', newBlob: moved, added: 0, deleted: 0 },
    ]);
  });
});

test('a file that cannot be read is a failure that names it', async () => {
  const repository = repositoryWith({ 'a.txt': 'a\n' });
  repository.remove('a.txt');
  execFileSync('mkfifo', [path.join(repository.root, 'a.txt')]);
  expect(await failureOf(repository.root, { base: 'HEAD' })).toMatchObject({
    kind: 'evaluation',
    message: expect.stringContaining('a.txt'),
  });
});
