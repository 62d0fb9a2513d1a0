import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { openRepository } from '../../src/change/open-repository.ts';
import { createGit } from '../../src/host/git.ts';
import type { Git } from '../../src/host/ports.ts';
import { gitEnvironment } from '../fakes/git-repository.ts';
import { atEnd, makeRepository, open } from './change-scenes.ts';

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-folder-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Counts the commands that are run. */
function countCommands(): { readonly git: Git; readonly commands: string[] } {
  const real = createGit();
  const commands: string[] = [];
  const note = (args: readonly string[]) => commands.push(args.join(' '));
  return {
    commands,
    git: {
      run(args, options) {
        note(args);
        return real.run(args, options);
      },
      converse(args, options) {
        note(args);
        return real.converse(args, options);
      },
    },
  };
}

async function refuse(folder: string) {
  const opened = await openRepository(createGit(), folder);
  if (opened.ok) throw new Error('was opened');
  return opened.error;
}

describe('a repository', () => {
  test('is found from any folder in it, without starting git', async () => {
    const repository = makeRepository();
    repository.write('a/b/c.txt', 'x\n');
    const head = repository.commit();
    const { git, commands } = countCommands();
    const opened = await open(path.join(repository.root, 'a', 'b'), git);
    expect(opened).toMatchObject({
      root: repository.root,
      gitDir: path.join(repository.root, '.git'),
      commonDir: path.join(repository.root, '.git'),
      objectFormat: 'sha1',
      headSha: head,
      branch: 'main',
      isShallow: false,
    });
    expect(commands).toEqual([]);
  });

  test('with packed references and odd branch names', async () => {
    const repository = makeRepository();
    repository.commit();
    repository.branch('feature/mañana-"quoted"');
    const head = repository.commit();
    repository.git('pack-refs', '--all');
    expect(await open(repository.root)).toMatchObject({ headSha: head, branch: 'feature/mañana-"quoted"' });
  });

  test('with a detached HEAD has no branch', async () => {
    const repository = makeRepository();
    const head = repository.commit();
    repository.checkout('HEAD~0');
    expect(await open(repository.root)).toMatchObject({ headSha: head, branch: null });
  });

  test('whose HEAD takes a detour is asked through git', async () => {
    const repository = makeRepository();
    const head = repository.commit();
    repository.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/alias');
    expect(await open(repository.root)).toMatchObject({ headSha: head });
  });

  test('of SHA-256 objects, of a linked work tree, behind a symbolic link', async () => {
    const modern = makeRepository({ objectFormat: 'sha256' });
    const head = modern.commit();
    expect(head).toHaveLength(64);
    expect(await open(modern.root)).toMatchObject({ headSha: head, objectFormat: 'sha256' });

    const main = makeRepository();
    main.commit();
    const linked = path.join(makeFolder(), 'linked');
    main.git('worktree', 'add', '-q', '-b', 'side', linked);
    expect(await open(linked)).toMatchObject({
      root: linked,
      branch: 'side',
      commonDir: path.join(main.root, '.git'),
      gitDir: path.join(main.root, '.git', 'worktrees', 'linked'),
    });

    const folder = makeFolder();
    renameSync(path.join(main.root, '.git'), path.join(folder, 'elsewhere'));
    main.link('.git', path.join(folder, 'elsewhere'));
    expect(await open(main.root)).toMatchObject({ root: main.root, gitDir: path.join(folder, 'elsewhere') });
  });

  test('with a configuration that includes others is read through git', async () => {
    const repository = makeRepository();
    repository.commit();
    const other = path.join(makeFolder(), 'more');
    writeFileSync(other, '[core]\n\tfileMode = false\n');
    repository.git('config', 'include.path', other);
    const { git, commands } = countCommands();
    const opened = await open(repository.root, git);
    expect(opened.config.get('core.filemode')?.at(-1)).toBe('false');
    expect(commands).toEqual(['config --list -z']);
  });

  test('inside another one is the inner one', async () => {
    const outer = makeRepository();
    outer.commit();
    mkdirSync(path.join(outer.root, 'inner'));
    const inner = makeRepository({ directory: path.join(outer.root, 'inner') });
    inner.commit('inner');
    expect((await open(path.join(outer.root, 'inner'))).root).toBe(inner.root);
  });

  test('is the one with .git, not a bare one that was committed into it', async () => {
    const repository = makeRepository();
    const bare = path.join(repository.root, 'sub', 'evil');
    execFileSync('git', ['init', '-q', '--bare', bare], { env: gitEnvironment() });
    repository.commit();
    expect((await open(bare)).root).toBe(repository.root);
  });

  test('above a folder named .git that is none', async () => {
    const repository = makeRepository();
    repository.write('sub/.git/notes', 'x');
    repository.commit();
    expect((await open(path.join(repository.root, 'sub'))).root).toBe(repository.root);
  });
});

describe('what cannot be measured', () => {
  test('no folder, no repository', async () => {
    const folder = makeFolder();
    expect(await refuse(path.join(folder, 'absent'))).toMatchObject({
      kind: 'usage',
      message: 'there is no such folder',
    });
    expect(await refuse(folder)).toMatchObject({
      kind: 'usage',
      message: 'not inside a git repository',
      where: folder,
      mend: expect.stringContaining('git init'),
    });
  });

  test('a bare repository, by form and by configuration', async () => {
    const folder = makeFolder();
    execFileSync('git', ['init', '-q', '--bare', folder], { env: gitEnvironment() });
    expect(await refuse(folder)).toMatchObject({ kind: 'usage', message: expect.stringContaining('bare') });

    const repository = makeRepository();
    repository.commit();
    repository.git('config', 'core.bare', 'true');
    expect(await refuse(repository.root)).toMatchObject({
      kind: 'usage',
      message: expect.stringContaining('bare'),
    });
  });

  test('a linked work tree of a bare repository is fine', async () => {
    const source = makeRepository();
    const head = source.commit();
    const bare = path.join(makeFolder(), 'bare.git');
    execFileSync('git', ['clone', '-q', '--bare', source.root, bare], { env: gitEnvironment() });
    const linked = path.join(makeFolder(), 'linked');
    execFileSync('git', ['-C', bare, 'worktree', 'add', '-q', linked, 'main'], { env: gitEnvironment() });
    expect(await open(linked)).toMatchObject({ root: linked, headSha: head });
  });

  test('no commit yet', async () => {
    const repository = makeRepository({ branch: 'start' });
    expect(await refuse(repository.root)).toMatchObject({
      kind: 'usage',
      message: 'no commit yet on start',
      mend: expect.stringContaining('commit first'),
    });
  });

  test('the inside of .git, a .git file that leads nowhere, another work tree', async () => {
    const repository = makeRepository();
    repository.commit();
    expect(await refuse(path.join(repository.root, '.git', 'refs'))).toMatchObject({
      message: 'inside the git directory',
    });
    repository.write('sub/.git', 'gitdir: ../nowhere\n');
    expect(await refuse(path.join(repository.root, 'sub'))).toMatchObject({
      kind: 'usage',
      where: path.join(repository.root, 'sub', '.git'),
    });
    repository.git('config', 'core.worktree', makeFolder());
    expect(await refuse(repository.root)).toMatchObject({
      message: expect.stringContaining('core.worktree'),
    });
  });

  test('a configuration that git refuses', async () => {
    const repository = makeRepository();
    repository.commit();
    writeFileSync(path.join(repository.root, '.git', 'config'), '[core\n');
    expect(await refuse(repository.root)).toMatchObject({
      kind: 'evaluation',
      message: expect.stringContaining('configuration'),
    });
  });

  test('no git where one is needed', async () => {
    const repository = makeRepository();
    const opened = await openRepository(createGit({ environment: { PATH: '' } }), repository.root);
    expect(opened).toMatchObject({ ok: false, error: { kind: 'evaluation', message: 'git was not found' } });
  });
});
