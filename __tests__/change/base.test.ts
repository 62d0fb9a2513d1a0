import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createRepository, gitEnvironment, type TestRepository } from '../fakes/git-repository.ts';
import { atEnd, failureOf, makeRepository, measure, reasonOf, summarize } from './change-scenes.ts';

/** A clone of `main` with three commits, as people and checkouts have it. */
function cloneOf(origin: TestRepository, ...options: readonly string[]): TestRepository {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-clone-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  execFileSync('git', ['clone', '-q', ...options, `file://${origin.root}`, folder], {
    env: gitEnvironment(),
  });
  return createRepository({ directory: folder });
}

function originWithHistory(): TestRepository {
  const origin = makeRepository();
  for (const name of ['one', 'two', 'three']) {
    origin.write(`${name}.txt`, `${name}\n`);
    origin.commit(name);
  }
  return origin;
}

describe('a base that somebody named', () => {
  test('the first that is given counts; empty and all zeros are not given', async () => {
    const repository = makeRepository();
    const first = repository.commit();
    repository.write('a.txt', 'a\n');
    const second = repository.commit();
    repository.write('b.txt', 'b\n');
    repository.commit();
    const candidate = (ref: string, source: string) => ({ ref, source, explicit: source !== 'push event' });
    const change = await measure(repository.root, {
      bases: [
        candidate(' ', '--base'),
        candidate('0'.repeat(40), 'BASE_SHA'),
        candidate(second, 'push event'),
        candidate(first, 'base'),
      ],
    });
    expect(change).toMatchObject({ baseSha: second, baseSource: 'push event', baseExplicit: false });
    expect(summarize(change)).toEqual(['A b.txt +1 -0']);
  });

  test('branches, tags of both kinds, short ids and relative names resolve', async () => {
    const repository = makeRepository();
    const first = repository.commit();
    repository.git('tag', 'light');
    repository.git('tag', '-a', '-m', 'x', 'heavy');
    repository.git('branch', 'other');
    repository.commit();
    for (const base of [
      'light',
      'heavy',
      'other',
      'refs/heads/other',
      first.slice(0, 8),
      'HEAD~1',
      'HEAD^',
      'main~1',
    ]) {
      expect((await measure(repository.root, { base })).baseSha).toBe(first);
    }
  });

  test('the upstream by its shorthand', async () => {
    const clone = cloneOf(originWithHistory());
    clone.write('mine.txt', 'm\n');
    clone.commit();
    expect(summarize(await measure(clone.root, { base: '@{upstream}' }))).toEqual(['A mine.txt +1 -0']);
  });

  test('one that does not exist is refused, with a suggestion', async () => {
    const repository = makeRepository();
    repository.commit();
    repository.git('branch', 'develop');
    expect(await failureOf(repository.root, { base: 'develpo' })).toMatchObject({
      kind: 'usage',
      where: '--base',
      message: '"develpo" does not name a commit in this repository',
      mend: 'did you mean "develop"?',
    });
    const bases = [{ ref: 'f'.repeat(40), source: 'BASE_SHA', explicit: true }];
    expect(await failureOf(repository.root, { bases })).toMatchObject({ kind: 'usage', where: 'BASE_SHA' });
  });

  test('a branch that only the remote has is suggested by its whole name', async () => {
    const origin = originWithHistory();
    origin.git('branch', 'release');
    const clone = cloneOf(origin);
    expect(await failureOf(clone.root, { base: 'release' })).toMatchObject({
      mend: 'did you mean "origin/release"?',
    });
  });

  test('neither a tree nor a file nor a range is one', async () => {
    const repository = makeRepository();
    repository.write('a.txt', 'a\n');
    repository.commit();
    for (const base of [
      'HEAD^{tree}',
      'HEAD:a.txt',
      'main..HEAD',
      'main...HEAD',
      '^main',
      'a b',
      '..',
      '.',
      'HEAD:',
    ]) {
      expect(await failureOf(repository.root, { base })).toMatchObject({ kind: 'usage', where: '--base' });
    }
  });

  test.each([
    '--output=pwned.txt',
    '--upload-pack=touch pwned.txt',
    '-h',
    'main\nHEAD',
    'main\0',
    `x${'y'.repeat(2_000)}`,
  ])('%j is no revision', async (base) => {
    const repository = makeRepository();
    repository.commit();
    const failure = await failureOf(repository.root, { base });
    expect(failure).toMatchObject({
      kind: 'usage',
      where: '--base',
      message: expect.stringContaining('is not a revision'),
    });
    expect(existsSync(path.join(repository.root, 'pwned.txt'))).toBe(false);
  });

  test('an id from an event that this clone lacks is not measured', async () => {
    const repository = makeRepository();
    repository.commit();
    const bases = [{ ref: 'e'.repeat(40), source: 'push event', explicit: false }];
    expect(await reasonOf(repository.root, { bases })).toMatchObject({
      kind: 'evaluation',
      where: 'push event',
      mend: expect.stringContaining('fetch-depth: 0'),
    });
  });

  test('without a common commit it is not measured', async () => {
    const repository = makeRepository();
    repository.commit();
    repository.git('checkout', '-q', '--orphan', 'other');
    repository.commit('beginning');
    expect(await reasonOf(repository.root, { base: 'main' })).toMatchObject({
      kind: 'evaluation',
      message: expect.stringContaining('no commit in common'),
    });
  });
});

describe('the merge commit of a pull request', () => {
  test('is measured against what it was merged into, not against an older base of the event', async () => {
    const repository = makeRepository();
    const eventBase = repository.commit();
    repository.branch('feature');
    repository.write('mine.txt', 'm\n');
    const head = repository.commit();
    repository.checkout('main');
    repository.write('theirs.txt', 't\n');
    repository.commit();
    repository.git('checkout', '-q', '--detach');
    repository.git('merge', '-q', '--no-ff', '--no-edit', 'feature');
    const candidate = { ref: eventBase, source: 'pull_request event', explicit: true };

    const change = await measure(repository.root, { bases: [{ ...candidate, mergedHead: head }] });
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
    expect(change.baseSource).toBe('pull_request event, first parent of the merge commit');

    const other = await measure(repository.root, { bases: [{ ...candidate, mergedHead: eventBase }] });
    expect(summarize(other)).toEqual(['A mine.txt +1 -0', 'A theirs.txt +1 -0']);
  });
});

test('the merge commit in a clone of depth 1 is measured against its first parent as well', async () => {
  const origin = makeRepository();
  const eventBase = origin.commit();
  origin.branch('feature');
  origin.write('mine.txt', 'm\n');
  const head = origin.commit();
  origin.checkout('main');
  origin.write('theirs.txt', 't\n');
  origin.commit();
  origin.git('checkout', '-q', '-b', 'merged');
  origin.git('merge', '-q', '--no-ff', '--no-edit', 'feature');
  const clone = cloneOf(origin, '--depth=1', '--branch=merged');
  const candidate = { ref: eventBase, source: 'pull_request event', explicit: true, mergedHead: head };
  const change = await measure(clone.root, { bases: [candidate] });
  expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
  clone.git('remote', 'remove', 'origin');
  expect(await reasonOf(clone.root, { bases: [candidate] })).toMatchObject({
    where: 'pull_request event, first parent of the merge commit',
    mend: expect.stringContaining('fetch-depth: 0'),
  });
});

describe('a guess', () => {
  test('is the upstream branch', async () => {
    const clone = cloneOf(originWithHistory());
    clone.git('checkout', '-q', '-b', 'feature', 'origin/main');
    clone.write('mine.txt', 'm\n');
    clone.commit();
    const change = await measure(clone.root);
    expect(change).toMatchObject({ baseSource: 'upstream origin/main', baseExplicit: false });
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
  });

  test('main ahead of its own copy is what was not pushed yet', async () => {
    const clone = cloneOf(originWithHistory());
    clone.write('mine.txt', 'm\n');
    clone.commit();
    const change = await measure(clone.root);
    expect(change.baseSource).toBe('upstream origin/main');
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
  });

  test('pushing a branch does not make its change disappear', async () => {
    const clone = cloneOf(originWithHistory());
    clone.branch('feature');
    clone.write('mine.txt', 'm\n');
    clone.commit();
    clone.git('push', '-q', '-u', 'origin', 'feature');
    const change = await measure(clone.root);
    expect(change.baseSource).toBe('origin/HEAD');
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
  });

  test('is origin/main for a detached checkout without origin/HEAD', async () => {
    const clone = cloneOf(originWithHistory());
    clone.git('remote', 'set-head', 'origin', '--delete');
    clone.git('checkout', '-q', '--detach');
    clone.write('mine.txt', 'm\n');
    clone.commit();
    expect((await measure(clone.root)).baseSource).toBe('origin/main');
  });

  test('is the local main without any remote', async () => {
    const repository = originWithHistory();
    repository.branch('feature');
    repository.write('mine.txt', 'm\n');
    repository.commit();
    const change = await measure(repository.root);
    expect(change.baseSource).toBe('local branch main');
    expect(summarize(change)).toEqual(['A mine.txt +1 -0']);
  });

  test('is the root commit of a single line of history', async () => {
    const repository = originWithHistory();
    const change = await measure(repository.root);
    expect(change).toMatchObject({
      baseSource: 'root commit',
      baseSha: repository.git('rev-list', '--max-parents=0', 'HEAD'),
    });
    expect(summarize(change)).toEqual(['A three.txt +1 -0', 'A two.txt +1 -0']);
  });

  test('is nothing before the first commit', async () => {
    const repository = makeRepository();
    repository.write('a.txt', 'a\n');
    repository.commit();
    repository.write('b.txt', 'b\n');
    const change = await measure(repository.root);
    expect(change).toMatchObject({
      baseSource: 'first commit',
      baseSha: null,
      mergeBaseSha: null,
      dirty: true,
    });
    expect(summarize(change)).toEqual(['A a.txt +1 -0', 'A b.txt +1 -0']);
  });

  test('is not made for a history with merges or several beginnings', async () => {
    const repository = originWithHistory();
    repository.branch('side');
    repository.commit();
    repository.checkout('main');
    repository.git('merge', '-q', '--no-ff', '--no-edit', 'side');
    expect(await reasonOf(repository.root)).toMatchObject({
      kind: 'evaluation',
      message: expect.stringContaining('nobody named a base'),
      mend: expect.stringContaining('--base'),
    });
  });
});

describe('a guess that HEAD is on already', () => {
  test('is an empty change for somebody at work', async () => {
    const clone = cloneOf(originWithHistory());
    const change = await measure(clone.root, { unattended: false });
    expect(change).toMatchObject({ files: [], baseSource: 'upstream origin/main', warnings: [] });
  });

  test('is what is on disk for somebody at work', async () => {
    const clone = cloneOf(originWithHistory());
    clone.write('wip.txt', 'w\n');
    for (const options of [{}, { unattended: false }]) {
      expect(summarize(await measure(clone.root, options))).toEqual(['A wip.txt +1 -0']);
    }
  });

  test('is the last commit in CI, and that is said', async () => {
    const clone = cloneOf(originWithHistory());
    for (const options of [{}, { unattended: true }]) {
      const change = await measure(clone.root, options);
      expect(summarize(change)).toEqual(['A three.txt +1 -0']);
      expect(change.baseSource).toBe('the commit before HEAD (HEAD is part of upstream origin/main)');
      expect(change.warnings.join()).toContain('only the last commit is measured');
    }
  });

  test('is the whole merge in CI when the last commit is one', async () => {
    const origin = originWithHistory();
    origin.branch('side');
    origin.write('s1.txt', 's\n');
    origin.commit();
    origin.write('s2.txt', 's\n');
    origin.commit();
    origin.checkout('main');
    origin.git('merge', '-q', '--no-ff', '--no-edit', 'side');
    const clone = cloneOf(origin);
    expect(summarize(await measure(clone.root, { unattended: true }))).toEqual([
      'A s1.txt +1 -0',
      'A s2.txt +1 -0',
    ]);
  });

  test('is everything when there is one commit only', async () => {
    const origin = makeRepository();
    origin.write('a.txt', 'a\n');
    origin.commit();
    const change = await measure(cloneOf(origin).root, { unattended: true });
    expect(change.baseSource).toBe('first commit');
    expect(summarize(change)).toEqual(['A a.txt +1 -0']);
  });

  test('an explicit base that HEAD is on is the true empty change', async () => {
    const clone = cloneOf(originWithHistory());
    expect(await measure(clone.root, { base: 'HEAD', unattended: true })).toMatchObject({
      files: [],
      warnings: [],
    });
  });
});
