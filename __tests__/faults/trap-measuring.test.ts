import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { type GateRun, latestManifest, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterEach);

function makeRepository(directory?: string): TestRepository {
  const made = createRepository(directory === undefined ? {} : { directory });
  scenes.later(() => made.dispose());
  return made;
}

function lines(count: number, word = 'line'): string {
  return Array.from({ length: count }, (_, at) => `${word} ${at}\n`).join('');
}

/** A repository whose policy allows 3 files, 50 lines and 1 KiB, with a second commit on `main`. */
function makeOrigin(): TestRepository {
  const made = makeRepository();
  made.write(
    'gate.yml',
    'version: 1\ndefault_pipeline: own\nstages:\n  diff-budget: { max_files: 3, max_lines: 50, max_bytes: 1KiB }\npipelines:\n  own: [diff-budget]\n',
  );
  made.write('.gitignore', '.runs/\n');
  made.commit('policy');
  made.write('old.txt', 'old\n');
  made.commit('second');
  return made;
}

/** What a workflow's checkout is: a detached HEAD, remote branches, no upstream, no origin/HEAD. */
function checkOut(origin: TestRepository, commit: string): TestRepository {
  const clone = makeRepository(scenes.folder());
  clone.git('remote', 'add', 'origin', `file://${origin.root}`);
  clone.git('fetch', '-q', 'origin', '+refs/heads/*:refs/remotes/origin/*');
  clone.git('checkout', '-q', '--force', '--detach', commit);
  return clone;
}

interface Answer extends GateRun {
  readonly words: string;
  readonly manifest: RunManifest;
}

async function judge(
  { root }: TestRepository,
  args: readonly string[] = [],
  env: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  const run = await runGate(['run', ...args], { cwd: root, env });
  expect(run.stderr).toBe('');
  return { ...run, words: run.stdout.replaceAll(/ *\n +/g, ' '), manifest: latestManifest(root) };
}

describe('what a predecessor measured too much', () => {
  test('trap: other people’s commits, by a base of two dots', async () => {
    const origin = makeOrigin();
    origin.branch('topic');
    origin.write('mine.txt', 'mine\n');
    origin.commit('mine');
    origin.checkout('main');
    origin.write('theirs.txt', lines(500));
    origin.remove('old.txt');
    origin.commit('theirs');
    const clone = checkOut(origin, 'origin/topic');
    for (const [args, env] of [
      [['--base', 'origin/main'], {}],
      [[], { CI: 'true', BASE_SHA: 'origin/main' }],
      [[], { CI: 'true' }],
    ] as const) {
      const { exitCode, manifest } = await judge(clone, args, env);
      expect(exitCode).toBe(0);
      expect(manifest.change).toMatchObject({ files: 1, added: 1, deleted: 0 });
    }
  });

  test('trap: a move counted twice', async () => {
    const origin = makeOrigin();
    origin.write('long.txt', lines(400));
    origin.commit('long');
    origin.branch('topic');
    origin.git('mv', 'long.txt', 'moved.txt');
    origin.commit('move');
    origin.git('config', 'diff.renames', 'false');
    const { exitCode, manifest } = await judge(origin, ['--base', 'main']);
    expect(exitCode).toBe(0);
    expect(manifest.change).toMatchObject({ files: 1, added: 0, deleted: 0 });
  });
});

describe('what a predecessor measured too little', () => {
  test('trap: untracked files whose names are not ASCII', async () => {
    const origin = makeOrigin();
    origin.write('año/mañana – 日本\n語.txt', lines(60));
    const { exitCode, words, manifest } = await judge(origin, ['--base', 'HEAD']);
    expect([exitCode, words]).toEqual([1, expect.stringContaining('60 lines of 50')]);
    expect(words).toContain('año/mañana – 日本');
    expect(manifest.change).toMatchObject({ files: 1, added: 60, dirty: true });
  });

  test('trap: a clean checkout in CI without a base is never "0 files OK"', async () => {
    const origin = makeOrigin();
    origin.write('many.txt', lines(60));
    origin.commit('many');
    const clone = checkOut(origin, 'origin/main');
    for (const env of [
      { CI: 'true' },
      { CI: 'true', BASE_SHA: '' },
      { GITHUB_ACTIONS: 'true', BASE_SHA: '0'.repeat(40) },
    ]) {
      const { exitCode, words, manifest } = await judge(clone, [], env);
      expect([exitCode, words]).toEqual([1, expect.stringContaining('60 lines of 50')]);
      expect(words).toContain('nobody named a base');
      expect(manifest.change.files).toBe(1);
    }
  });

  test('trap: a clean checkout in CI of depth 1 without a remote: not evaluated, exit 3', async () => {
    const origin = makeOrigin();
    const clone = makeRepository(scenes.folder());
    clone.git('fetch', '-q', '--depth=1', `file://${origin.root}`, 'main');
    clone.git('checkout', '-q', '--detach', 'FETCH_HEAD');
    const { exitCode, words, manifest } = await judge(clone, [], { CI: 'true' });
    expect([exitCode, words]).toEqual([3, expect.stringContaining('fetch-depth: 0')]);
    expect(manifest.verdict).toBe('not_evaluated');
  });

  test('trap: a merge commit counted as 0', async () => {
    const origin = makeOrigin();
    const before = origin.git('rev-parse', 'HEAD');
    origin.branch('topic');
    origin.write('side.txt', lines(60));
    origin.commit('side');
    origin.checkout('main');
    origin.git('merge', '-q', '--no-ff', '--no-edit', 'topic');
    const clone = checkOut(origin, 'origin/main');
    for (const env of [
      { CI: 'true', BASE_SHA: before },
      { CI: 'true' },
      { CI: 'true', BASE_SHA: 'HEAD~1' },
    ]) {
      const { exitCode, words, manifest } = await judge(clone, [], env);
      expect([exitCode, words]).toEqual([1, expect.stringContaining('60 lines of 50')]);
      expect(manifest.change).toMatchObject({ files: 1, added: 60 });
    }
  });

  test('trap: a binary of 5 MB counted as 0', async () => {
    const origin = makeOrigin();
    const large = Buffer.alloc(5 * 1_048_576, '\0x');
    origin.write('large.bin', large);
    const untracked = await judge(origin, ['--base', 'HEAD']);
    origin.branch('topic');
    origin.commit('large');
    const committed = await judge(origin, [], { CI: 'true', BASE_SHA: 'main' });
    for (const { exitCode, words } of [untracked, committed]) {
      expect([exitCode, words]).toEqual([1, expect.stringContaining('5.00 MiB of 1.00 KiB')]);
      expect(words).toContain('large.bin');
    }
  });
});

describe('what a predecessor measured instead', () => {
  test.each([
    ['--base', ['--base', 'absent'], {}],
    ['--base', ['--base', 'f'.repeat(40)], {}],
    ['--base', ['--base', 'HEAD~99'], {}],
    ['BASE_SHA', [], { BASE_SHA: 'absent' }],
    ['BASE_SHA', [], { BASE_SHA: 'origin/main', CI: 'true' }],
  ])(
    'trap: a base that does not exist replaced by another (%s, %j, %j): exit 2',
    async (where, args, env) => {
      const { root } = makeOrigin();
      const { exitCode, stdout, stderr } = await runGate(['run', ...args], { cwd: root, env });
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(onlyLine(stderr)).toMatch(new RegExp(`^gate: ${where}: .*does not name a commit`));
    },
  );

  test('trap: a base of the configuration that does not exist: exit 2', async () => {
    const made = makeOrigin();
    made.write(
      'gate.yml',
      'version: 1\nbase: absent\ndefault_pipeline: own\npipelines:\n  own: [diff-budget]\n',
    );
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect([exitCode, onlyLine(stderr)]).toEqual([
      2,
      expect.stringContaining('"absent" does not name a commit'),
    ]);
  });

  test('trap: HEAD~1 taken when the change is empty: it passes with 0 files', async () => {
    const made = makeOrigin();
    for (const [args, env] of [
      [['--base', 'HEAD'], {}],
      [['--base', 'main'], { CI: 'true' }],
      [[], { CI: 'true', BASE_SHA: 'HEAD' }],
    ] as const) {
      const { exitCode, manifest, words } = await judge(made, args, env);
      expect([exitCode, manifest.verdict]).toEqual([0, 'passed']);
      expect(manifest.change).toMatchObject({ files: 0, added: 0, deleted: 0 });
      expect(words).toContain('0 files');
    }
  });

  test('trap: HEAD~1 taken when the change is empty, attended: against the upstream it passes with 0 files', async () => {
    const origin = makeOrigin();
    const clone = checkOut(origin, 'origin/main');
    clone.git('checkout', '-q', '-b', 'main', '--track', 'origin/main');
    const { exitCode, manifest } = await judge(clone);
    expect([exitCode, manifest.change.files]).toEqual([0, 0]);
    expect(manifest.change.base_source).toBe(`upstream ${path.posix.join('origin', 'main')}`);
  });
});
