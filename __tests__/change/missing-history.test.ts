import { execFileSync } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { parseGitConfig } from '../../src/change/git-config.ts';
import { findRemoteAccess } from '../../src/change/remote-access.ts';
import type { Repository } from '../../src/change/repository.ts';
import { createGit } from '../../src/host/git.ts';
import { createRepository, gitEnvironment, type TestRepository } from '../fakes/git-repository.ts';
import { atEnd, failureOf, makeRepository, measure, reasonOf, summarize } from './change-scenes.ts';
import { hashTree } from './tree-hash.ts';

let origin: TestRepository;

/** `main` with sixty commits; `feature` left it at the fifth with two of its own; `island` has its own beginning. */
beforeAll(() => {
  origin = createRepository();
  const commit = (branch: string, name: string, text: string, mark: string) => [
    `commit refs/heads/${branch}\n${mark}committer Ada <ada@example.org> 1767225600 +0000\ndata 1\nx\n`,
    `M 100644 inline ${name}\ndata ${text.length}\n${text}\n`,
  ];
  const stream = Array.from({ length: 60 }, (_, index) =>
    commit('main', 'main.txt', `${index + 1}\n`, index === 4 ? 'mark :5\n' : ''),
  );
  stream.push(['reset refs/heads/feature\nfrom :5\n\n']);
  for (const name of ['one', 'two']) stream.push(commit('feature', `${name}.txt`, `${name}\n`, ''));
  stream.push(commit('island', 'island.txt', 'i\n', ''));
  execFileSync('git', ['fast-import', '--quiet'], {
    cwd: origin.root,
    env: gitEnvironment(),
    input: stream.flat().join(''),
  });
  origin.git('config', 'uploadpack.allowFilter', 'true');
});

afterAll(() => origin.dispose());

function cloneOf(...options: readonly string[]): TestRepository {
  return cloneFrom(origin, ...options);
}

function cloneFrom(source: TestRepository, ...options: readonly string[]): TestRepository {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-clone-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['clone', '-q', ...options, `file://${source.root}`, folder], {
    env: gitEnvironment(),
  });
  return createRepository({ directory: folder });
}

function shallowFeature(): TestRepository {
  return cloneOf('--depth=1', '--no-single-branch', '--branch=feature');
}

describe('a shallow clone with a remote', () => {
  test('is deepened in private until the merge base is there', async () => {
    const clone = shallowFeature();
    const before = hashTree(path.join(clone.root, '.git'));
    const change = await measure(clone.root, { base: 'origin/main' });
    expect(summarize(change)).toEqual(['A one.txt +1 -0', 'A two.txt +1 -0']);
    expect(change.warnings).toEqual(['history that this clone lacks was fetched from origin']);
    expect(await change.snapshot.listBaseFiles()).toMatchObject([{ path: 'main.txt' }]);
    expect(hashTree(path.join(clone.root, '.git'))).toEqual(before);
  });

  test('fetches a base of which only the id is known', async () => {
    const clone = cloneOf('--depth=1', '--branch=feature');
    for (const ref of [origin.git('rev-parse', 'main'), origin.git('rev-parse', 'main~30')]) {
      const change = await measure(clone.root, { bases: [{ ref, source: 'BASE_SHA', explicit: true }] });
      expect(change.baseSha).toBe(ref);
      expect(summarize(change)).toEqual(['A one.txt +1 -0', 'A two.txt +1 -0']);
    }
  });

  test('finds the commit before HEAD when nobody named a base', async () => {
    const clone = cloneOf('--depth=1', '--branch=main');
    const change = await measure(clone.root, { unattended: true });
    expect(summarize(change)).toEqual(['M main.txt +1 -1']);
    expect(change.warnings).toHaveLength(2);
  });

  test('with enough history is left alone', async () => {
    const clone = cloneOf('--depth=2', '--branch=main');
    clone.git('remote', 'remove', 'origin');
    const change = await measure(clone.root, { base: 'HEAD~1' });
    expect(summarize(change)).toEqual(['M main.txt +1 -1']);
    expect(change.warnings).toEqual([]);
  });

  test('is not trusted with a common commit that may not be the nearest', async () => {
    const source = makeRepository();
    source.commit('root');
    source.branch('near');
    source.write('theirs.txt', 't\n');
    source.commit('near');
    source.git('checkout', '-q', '-b', 'feature');
    source.write('mine.txt', 'm\n');
    source.commit('mine');
    source.git('checkout', '-q', '-b', 'base', 'near');
    const cut = source.commit('above near');
    source.git('checkout', '-q', '-b', 'other', 'main');
    source.commit('above root');
    source.checkout('base');
    source.git('merge', '-q', '--no-edit', 'other');
    source.checkout('feature');
    const clone = cloneFrom(source);
    // Without what is below it, the walk from the base meets HEAD's at the root only.
    writeFileSync(path.join(clone.root, '.git', 'shallow'), `${cut}\n`);
    expect(clone.git('merge-base', 'origin/base', 'HEAD')).toBe(source.git('rev-parse', 'main'));
    const change = await measure(clone.root, { base: 'origin/base' });
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
    expect(change.warnings).toHaveLength(1);
  });
});

describe('a shallow clone that cannot be deepened', () => {
  test('without a remote is not measured', async () => {
    const clone = shallowFeature();
    const base = clone.git('rev-parse', 'origin/main');
    clone.git('remote', 'remove', 'origin');
    expect(await reasonOf(clone.root, { base })).toMatchObject({
      kind: 'evaluation',
      where: '--base',
      message: expect.stringContaining('too shallow'),
      mend: expect.stringContaining('fetch-depth: 0'),
    });
    expect(await reasonOf(clone.root, { base: 'f'.repeat(40) })).toMatchObject({
      message: expect.stringContaining('there is no remote'),
      mend: expect.stringContaining('fetch-depth: 0'),
    });
    expect(await reasonOf(clone.root)).toMatchObject({ mend: expect.stringContaining('fetch-depth: 0') });
  });

  test('because its remote is gone or does not know the commit either is not measured', async () => {
    const clone = shallowFeature();
    expect(await reasonOf(clone.root, { base: 'f'.repeat(40) })).toMatchObject({
      message: expect.stringContaining('fetching from origin failed'),
    });
    clone.git('remote', 'set-url', 'origin', path.join(origin.root, 'gone'));
    expect(await reasonOf(clone.root, { base: 'origin/main' })).toMatchObject({
      mend: expect.stringContaining('fetch-depth: 0'),
    });
  });

  test('with a name nobody knows is a mistake, with a hint', async () => {
    const clone = shallowFeature();
    expect(await failureOf(clone.root, { base: 'absent' })).toMatchObject({
      kind: 'usage',
      mend: expect.stringContaining('fetch-depth: 0'),
    });
  });

  test('and whose histories have nothing in common is said to be so', async () => {
    const clone = cloneOf('--depth=1', '--no-single-branch', '--branch=feature');
    expect(await reasonOf(clone.root, { base: 'origin/island' })).toMatchObject({
      message: expect.stringContaining('no commit in common'),
    });
  });
});

describe('a partial clone', () => {
  test('fetches the contents that it compares with, in private', async () => {
    const clone = cloneOf('--filter=blob:none', '--branch=main');
    const before = hashTree(path.join(clone.root, '.git'));
    const change = await measure(clone.root, { base: 'HEAD~3' });
    expect(summarize(change)).toEqual(['M main.txt +1 -1']);
    expect(change.files[0]).toMatchObject({ oldBytes: 3, newBytes: 3 });
    expect(change.warnings).toEqual(['contents that this partial clone lacks were fetched from its remote']);
    expect(hashTree(path.join(clone.root, '.git'))).toEqual(before);
  });

  test('is not measured when its remote is gone', async () => {
    const clone = cloneOf('--filter=blob:none', '--branch=main');
    clone.git('remote', 'set-url', 'origin', path.join(origin.root, 'gone'));
    expect(await reasonOf(clone.root, { base: 'HEAD~3' })).toMatchObject({
      kind: 'evaluation',
      message: expect.stringContaining('partial clone'),
      mend: expect.stringContaining('fetch-depth: 0'),
    });
  });
});

describe('the remote', () => {
  const at = (config: string): Pick<Repository, 'config' | 'branch' | 'root'> => {
    const parsed = parseGitConfig(config);
    if (parsed === null) throw new Error('bad fixture');
    return { config: parsed, branch: null, root: '/work tree' };
  };
  const urlOf = (url: string) =>
    findRemoteAccess({ ...base, ...at(`[remote "origin"]\n url = ${url}\n`) })?.url ?? null;
  const base: Repository = {
    root: '/work tree',
    gitDir: '/work tree/.git',
    commonDir: '/work tree/.git',
    objectFormat: 'sha1',
    refStorage: 'files',
    config: new Map(),
    headSha: 'a'.repeat(40),
    branch: null,
    isShallow: true,
  };

  test.each([
    'https://example.org/x.git',
    'ssh://git@example.org/x',
    'git@example.org:team/x.git',
    'git://example.org/x',
  ])('%s is one', (url) => {
    expect(urlOf(url)).toBe(url);
  });

  test.each([
    'ext::sh -c touch% pwned',
    'evil::https://example.org',
    '--upload-pack=evil',
    'ssh://-oProxyCommand=evil/x',
    '-oProxyCommand=evil:x',
    'git@-oProxyCommand=evil:x',
    'ftp://example.org/x',
    '../relative',
    'relative',
    '/nowhere',
    'file:///nowhere',
    '""',
  ])('%s is none', (url) => {
    expect(urlOf(url)).toBeNull();
  });

  test('inside the work tree is none', () => {
    const repository = makeRepository();
    repository.write('evil/HEAD', 'x');
    const config = at(`[remote "origin"]\n url = ${repository.root}/evil\n`).config;
    expect(findRemoteAccess({ ...base, root: repository.root, config })).toBeNull();
  });

  test('brings its credentials along, and nothing that runs', () => {
    const access = findRemoteAccess({
      ...base,
      ...at(
        '[core]\n sshCommand = evil\n gitProxy = evil\n[credential]\n helper = !evil\n[http]\n proxy = p\n' +
          '[http "https://example.org/"]\n extraheader = AUTHORIZATION: basic x\n sslVerify = false\n' +
          '[url "https://example.org/"]\n insteadOf = gh:\n' +
          '[remote "origin"]\n url = gh:x.git\n uploadpack = evil\n vcs = evil\n proxy = evil\n',
      ),
    });
    expect(
      access?.configLines.map((line) => `${line.section} ${line.subsection} ${line.name} ${line.value}`),
    ).toEqual([
      'remote gate url https://example.org/x.git',
      'http null proxy p',
      'http https://example.org/ extraheader AUTHORIZATION: basic x',
    ]);
  });
});

test('a silent remote is given up, and nothing of it stays', async () => {
  const server: Server = createServer((socket) => socket.resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  atEnd(() => new Promise((resolve) => server.close(() => resolve(undefined))));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const repository = makeRepository();
  repository.commit();
  const args = ['fetch', '-q', `git://127.0.0.1:${port}/x`];
  const answer = await createGit().run(args, {
    cwd: repository.root,
    env: { GIT_ALLOW_PROTOCOL: 'git' },
    timeoutMs: 300,
    startsChildren: true,
  });
  expect(answer).toMatchObject({ exitCode: 124, stderr: 'git took longer than 0.3 s' });
});
