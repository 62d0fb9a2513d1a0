import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import {
  atEnd,
  attempt,
  failureOf,
  makeRepository,
  measure,
  numberedLines,
  summarize,
} from '../change/change-scenes.ts';
import { createRepository, gitEnvironment, type TestRepository } from '../fakes/git-repository.ts';

/** What a workflow's checkout looks like: a detached HEAD, remote branches, no origin/HEAD, no upstream. */
function checkOut(origin: TestRepository, commit: string): TestRepository {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-checkout-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const clone = createRepository({ directory: folder });
  clone.git('remote', 'add', 'origin', `file://${origin.root}`);
  clone.git('fetch', '-q', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  clone.git('checkout', '-q', '--force', '--detach', commit);
  return clone;
}

function makeOrigin(): TestRepository {
  const origin = makeRepository();
  for (const name of ['one', 'two', 'three']) {
    origin.write(`${name}.txt`, `${name}\n`);
    origin.commit(name);
  }
  return origin;
}

describe('traps that measured too much', () => {
  test('other people’s commits on the base, by two dots', async () => {
    const origin = makeOrigin();
    origin.branch('feature');
    origin.write('mine.txt', 'm\n');
    origin.commit();
    origin.checkout('main');
    origin.write('theirs.txt', numberedLines(500));
    origin.remove('one.txt');
    const base = origin.commit();
    const clone = checkOut(origin, 'origin/feature');
    expect(summarize(await measure(clone.root, { base }))).toEqual(['A mine.txt +1 -0']);
    expect(summarize(await measure(clone.root))).toEqual(['A mine.txt +1 -0']);
  });

  test('moves counted twice', async () => {
    const origin = makeOrigin();
    for (let index = 0; index < 30; index += 1)
      origin.write(`old/${index}.txt`, numberedLines(40, `${index}`));
    const base = origin.commit();
    origin.git('mv', 'old', 'new');
    origin.commit();
    const change = await measure(origin.root, { base });
    expect(change).toMatchObject({ added: 0, deleted: 0 });
    expect(change.files).toHaveLength(30);
    expect(change.files.every((file) => file.status === 'renamed')).toBe(true);
  });
});

describe('traps that measured too little', () => {
  test('untracked files with names beyond ASCII', async () => {
    const repository = makeOrigin();
    repository.write('año/mañana – 日本.txt', 'x\n');
    expect(summarize(await measure(repository.root, { base: 'HEAD' }))).toEqual([
      'A año/mañana – 日本.txt +1 -0',
    ]);
  });

  test('a clean checkout in CI without a base is never "0 files"', async () => {
    const origin = makeOrigin();
    const clone = checkOut(origin, 'origin/main');
    const bases = [
      { ref: '', source: 'BASE_SHA', explicit: true },
      { ref: '0'.repeat(40), source: 'push event', explicit: false },
    ];
    for (const options of [{}, { unattended: true }, { bases, unattended: true }]) {
      const change = await measure(clone.root, options);
      expect(summarize(change)).toEqual(['A three.txt +1 -0']);
      expect(change.baseSource).toContain('the commit before HEAD');
      expect(change.warnings.join()).toContain('nobody named a base');
    }
  });

  test('artefacts of earlier steps do not stand in for the change', async () => {
    const clone = checkOut(makeOrigin(), 'origin/main');
    clone.write('coverage.txt', 'c\n');
    expect(summarize(await measure(clone.root, { unattended: true }))).toEqual([
      'A coverage.txt +1 -0',
      'A three.txt +1 -0',
    ]);
  });

  test('a merge commit counted as nothing', async () => {
    const origin = makeOrigin();
    origin.branch('side');
    origin.write('side.txt', numberedLines(5));
    origin.commit();
    origin.checkout('main');
    const before = origin.git('rev-parse', 'HEAD');
    origin.git('merge', '-q', '--no-ff', '--no-edit', 'side');
    const clone = checkOut(origin, 'origin/main');
    for (const options of [{ base: before }, { unattended: true }]) {
      expect(summarize(await measure(clone.root, options))).toEqual(['A side.txt +5 -0']);
    }
  });

  test('a large binary counted as nothing', async () => {
    const repository = makeOrigin();
    repository.write('large.bin', Buffer.alloc(5 * 1_048_576, '\0x'));
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(change.files).toMatchObject([{ binary: true, newBytes: 5 * 1_048_576, oldBytes: 0, added: 0 }]);
  });
});

describe('traps that measured something else', () => {
  test('a base that does not exist, replaced by another', async () => {
    const clone = checkOut(makeOrigin(), 'origin/main');
    const bases = [
      { ref: 'absent', source: '--base', explicit: true },
      { ref: 'origin/main', source: 'BASE_SHA', explicit: true },
    ];
    expect(await failureOf(clone.root, { bases })).toMatchObject({ kind: 'usage', where: '--base' });
    const ofEvent = [{ ...bases[0], ref: 'a'.repeat(40), source: 'push event', explicit: false }, bases[1]];
    const given = ofEvent.filter((candidate) => candidate !== undefined);
    expect((await attempt(clone.root, { bases: given })).kind).toBe('unmeasured');
  });

  test('HEAD~1, when the change against a named base is empty', async () => {
    const clone = checkOut(makeOrigin(), 'origin/main');
    for (const base of ['HEAD', 'origin/main']) {
      const change = await measure(clone.root, { base, unattended: true });
      expect(change).toMatchObject({ files: [], baseSource: '--base', warnings: [] });
    }
  });
});

describe('G22 a very large change', () => {
  test('of many files, committed and untracked, is read whole', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    const [committed, untracked] = [2_000, 700];
    for (let folder = 0; folder < 30; folder += 1) mkdirSync(path.join(repository.root, `d${folder}`));
    const write = (prefix: string, count: number) => {
      for (let index = 0; index < count; index += 1) {
        writeFileSync(
          path.join(repository.root, `d${index % 30}`, `${prefix}${index}.txt`),
          `${prefix} ${index}\n`,
        );
      }
    };
    write('committed', committed);
    execFileSync('git', ['-c', 'core.fsync=none', 'add', '-A'], {
      cwd: repository.root,
      env: gitEnvironment(),
    });
    repository.git('commit', '-qm', 'many');
    write('untracked', untracked);
    const change = await measure(repository.root, { base });
    expect(change.files).toHaveLength(committed + untracked);
    expect(change).toMatchObject({ added: committed + untracked, deleted: 0, dirty: true });
    expect(change.files.every((file) => file.newBytes > 10 && file.status === 'added')).toBe(true);
    const lines = await change.snapshot.readLines();
    expect(lines).toHaveLength(committed + untracked);
    expect(await change.snapshot.listFiles()).toHaveLength(committed + untracked);
  });
});
