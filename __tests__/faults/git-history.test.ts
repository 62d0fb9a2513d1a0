import { execFileSync } from 'node:child_process';
import { chownSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { readChange } from '../../src/change/read-change.ts';
import { createGit } from '../../src/host/git.ts';
import type { Git } from '../../src/host/ports.ts';
import { failureExitCode } from '../../src/kernel/failure.ts';
import {
  atEnd,
  attempt,
  failureOf,
  makeRepository,
  measure,
  numberedLines,
  open,
  reasonOf,
  summarize,
} from '../change/change-scenes.ts';
import { hashTree } from '../change/tree-hash.ts';
import { createRepository, gitEnvironment, type TestRepository } from '../fakes/git-repository.ts';

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-clone-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function cloneOf(origin: TestRepository, ...options: readonly string[]): TestRepository {
  const folder = makeFolder();
  execFileSync('git', ['clone', '-q', ...options, `file://${origin.root}`, folder], {
    env: gitEnvironment(),
  });
  return createRepository({ directory: folder });
}

/** `main` with two commits; `feature` with one more. */
function makeOrigin(options: { readonly objectFormat?: 'sha1' | 'sha256' } = {}): TestRepository {
  const origin = makeRepository(options);
  origin.write('a.txt', 'a\n');
  origin.commit();
  origin.write('b.txt', 'b\n');
  origin.commit();
  origin.branch('feature');
  origin.write('mine.txt', 'm\n');
  origin.commit();
  return origin;
}

describe('G16 a clone of depth 1', () => {
  test('that nothing can deepen is not measured (exit 3), and the mend is said', async () => {
    const origin = makeOrigin();
    const clone = cloneOf(origin, '--depth=1', '--no-single-branch', '--branch=feature');
    clone.git('remote', 'set-url', 'origin', `file://${origin.root}-gone`);
    for (const options of [{ base: 'origin/main' }, { base: 'f'.repeat(40) }, {}, { unattended: true }]) {
      const reason = await reasonOf(clone.root, options);
      expect(failureExitCode(reason)).toBe(3);
      expect(reason.mend).toContain('fetch-depth: 0');
    }
  });

  test('that can be deepened is measured right, never as nothing', async () => {
    const clone = cloneOf(makeOrigin(), '--depth=1', '--no-single-branch', '--branch=feature');
    expect(summarize(await measure(clone.root, { base: 'origin/main' }))).toEqual(['A mine.txt +1 -0']);
  });

  test('whose HEAD only looks like a first commit is not taken for one', async () => {
    const clone = cloneOf(makeOrigin(), '--depth=1', '--branch=feature');
    clone.git('remote', 'remove', 'origin');
    for (const options of [{}, { unattended: true }, { unattended: false }]) {
      expect((await reasonOf(clone.root, options)).mend).toContain('fetch-depth: 0');
    }
  });
});

describe('G17 a base without a way to it', () => {
  test('unrelated histories and a base that is gone are not measured (exit 3)', async () => {
    const repository = makeOrigin();
    repository.git('checkout', '-q', '--orphan', 'island');
    repository.commit('island');
    for (const options of [
      { base: 'main' },
      { bases: [{ ref: 'd'.repeat(40), source: 'push event', explicit: false }] },
    ]) {
      const reason = await reasonOf(repository.root, options);
      expect(failureExitCode(reason)).toBe(3);
    }
  });
});

describe('G18 states of HEAD', () => {
  test('without a commit is a mistake (exit 2)', async () => {
    const repository = makeRepository();
    const failure = await failureOf(repository.root);
    expect(failureExitCode(failure)).toBe(2);
    expect(failure.mend).toContain('commit first');
  });

  test('the first commit is compared with the empty tree, in both object formats', async () => {
    for (const objectFormat of ['sha1', 'sha256'] as const) {
      const repository = makeRepository({ objectFormat });
      repository.write('a.txt', 'a\n');
      repository.commit();
      const change = await measure(repository.root);
      expect(summarize(change)).toEqual(['A a.txt +1 -0']);
      expect(change).toMatchObject({ baseSha: null, mergeBaseSha: null, baseSource: 'first commit' });
    }
  });

  test('detached is fine, and an empty change is one of 0 files', async () => {
    const repository = makeOrigin();
    repository.git('checkout', '-q', '--detach');
    expect(summarize(await measure(repository.root, { base: 'main' }))).toEqual(['A mine.txt +1 -0']);
    expect(await measure(repository.root, { base: 'HEAD' })).toMatchObject({ files: [], branch: null });
  });
});

describe('G19 other forms of repositories', () => {
  test('SHA-256, a linked work tree, a sparse checkout', async () => {
    const modern = makeOrigin({ objectFormat: 'sha256' });
    modern.write('wip.txt', 'w\n');
    expect(summarize(await measure(modern.root, { base: 'main' }))).toEqual([
      'A mine.txt +1 -0',
      'A wip.txt +1 -0',
    ]);

    const main = makeOrigin();
    main.checkout('main');
    const linked = path.join(makeFolder(), 'linked');
    main.git('worktree', 'add', '-q', linked, 'feature');
    writeFileSync(path.join(linked, 'wip.txt'), 'w\n');
    const before = hashTree(path.join(main.root, '.git'));
    const change = await measure(linked, { base: 'main' });
    expect(summarize(change)).toEqual(['A mine.txt +1 -0', 'A wip.txt +1 -0']);
    expect(change).toMatchObject({ root: linked, branch: 'feature' });
    expect(hashTree(path.join(main.root, '.git'))).toEqual(before);

    const sparse = makeRepository();
    for (const name of ['in/a.txt', 'off/b.txt']) sparse.write(name, 'x\n');
    const base = sparse.commit();
    sparse.write('off/b.txt', 'y\n');
    sparse.commit();
    sparse.git('sparse-checkout', 'set', '--cone', 'in');
    expect(summarize(await measure(sparse.root, { base }))).toEqual(['M off/b.txt +1 -1']);
  });

  test('references in another storage are read through git', async () => {
    const repository = makeOrigin();
    // Git 2.45 and newer can keep them as a reftable; what is asked of git is the same for any storage.
    const opened = { ...(await open(repository.root)), refStorage: 'reftable' };
    const bases = [{ ref: 'main', source: '--base', explicit: true }];
    const reading = await readChange(createGit(), opened, { bases, excluded: [] });
    if (!reading.ok || !reading.value.measured) throw new Error('not measured');
    expect(summarize(reading.value.change)).toEqual(['A mine.txt +1 -0']);
    await reading.value.change.snapshot.close();
  });
});

/** Git that takes every folder for somebody else's, as its own tests do. */
function gitOfAStranger(): Git {
  const git = createGit();
  const env = { GIT_TEST_ASSUME_DIFFERENT_OWNER: '1' };
  return {
    run: (args, options = {}) => git.run(args, { ...options, env: { ...options.env, ...env } }),
    converse: (args, options) => git.converse(args, { ...options, env: { ...options.env, ...env } }),
  };
}

function giveAway(folder: string): void {
  chownSync(folder, 1000, 1000);
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    execFileSync('chown', ['-h', '1000:1000', path.join(folder, name)]);
  }
}

describe('G20 a checkout of another owner', () => {
  test('is measured right, never as empty', async () => {
    const repository = makeOrigin();
    repository.write('wip.txt', numberedLines(3));
    if (process.getuid?.() === 0) {
      giveAway(repository.root);
      expect(() => repository.git('status')).toThrow('dubious ownership');
    }
    for (const git of [createGit(), gitOfAStranger()]) {
      const change = await measure(repository.root, { base: 'main', git });
      expect(summarize(change)).toEqual(['A mine.txt +1 -0', 'A wip.txt +3 -0']);
      expect(await change.snapshot.listBaseFiles()).toHaveLength(2);
    }
  });
});

describe('G24 the repository’s own git directory', () => {
  test('is byte for byte the same, with its times, after any reading', async () => {
    const repository = makeOrigin();
    repository.git('update-index', '--split-index');
    repository.write('a.txt', 'changed\n');
    repository.write('staged.txt', 's\n');
    repository.git('add', 'staged.txt');
    repository.write('untracked.txt', 'u\n');
    repository.git('update-index', '--assume-unchanged', 'b.txt');
    repository.write('b.txt', 'hidden\n');
    const before = hashTree(path.join(repository.root, '.git'));
    for (const options of [
      { base: 'main' },
      {},
      { base: 'absent' },
      { bases: [{ ref: 'e'.repeat(40), source: 'x', explicit: false }] },
    ]) {
      const outcome = await attempt(repository.root, options);
      if (outcome.kind !== 'measured') continue;
      const { snapshot } = outcome.change;
      await Promise.all([snapshot.listFiles(), snapshot.listBaseFiles(), snapshot.readLines()]);
      await snapshot.close();
    }
    expect(hashTree(path.join(repository.root, '.git'))).toEqual(before);
    expect(before.size).toBeGreaterThan(20);
  });
});
