import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/host/git.ts';
import { locateGit } from '../../src/host/git-binary.ts';
import { hardenEnvironment } from '../../src/host/git-environment.ts';

const folders: string[] = [];

afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

function makeFolder(): string {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-git-test-')));
  folders.push(folder);
  return folder;
}

/** A program named git that does what the script says. */
function plantGit(folder: string, script = 'echo planted'): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'git');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  return file;
}

/** A git of ours instead of the system's. */
function gitThatDoes(script: string) {
  const folder = makeFolder();
  plantGit(folder, script);
  return createGit({ environment: { PATH: `${folder}:/usr/bin:/bin` }, startedIn: folder });
}

/** Whether a process has ended, or does so within two seconds; nobody may have collected it yet. */
async function isGone(pid: number): Promise<boolean> {
  for (let tries = 0; tries < 100; tries += 1) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      if (/^[ZX]/.test(stat.slice(stat.lastIndexOf(')') + 2))) return true;
    } catch {
      return true;
    }
    await setTimeout(20);
  }
  return false;
}

describe('the binary', () => {
  test('is the first in an absolute folder of the search path', () => {
    const [empty, first, second] = [makeFolder(), makeFolder(), makeFolder()];
    const file = plantGit(first);
    plantGit(second);
    expect(locateGit(`${empty}:${first}:${second}`, os.tmpdir())).toEqual({
      binary: file,
      searchPath: `${empty}:${first}:${second}`,
    });
  });

  test('never lies in the work tree, in node_modules, or in a relative folder', () => {
    const workTree = makeFolder();
    mkdirSync(path.join(workTree, '.git'));
    const inside = path.join(workTree, 'bin');
    const packages = path.join(makeFolder(), 'node_modules', '.bin');
    plantGit(inside);
    plantGit(packages);
    const searchPath = ['', '.', 'bin', inside, packages, '/nowhere'].join(':');
    for (const startedIn of [workTree, inside]) {
      expect(locateGit(searchPath, startedIn)).toEqual({ binary: null, searchPath: '' });
    }
  });

  test('is not reached through a link into the work tree either', () => {
    const workTree = makeFolder();
    mkdirSync(path.join(workTree, '.git'));
    const file = plantGit(path.join(workTree, 'bin'));
    const [folderLink, fileLink] = [path.join(makeFolder(), 'link'), makeFolder()];
    symlinkSync(path.join(workTree, 'bin'), folderLink);
    symlinkSync(file, path.join(fileLink, 'git'));
    expect(locateGit(`${folderLink}:${fileLink}`, workTree)).toEqual({ binary: null, searchPath: fileLink });
  });

  test('is a file that can be executed', () => {
    const [plain, folder, good] = [makeFolder(), makeFolder(), makeFolder()];
    writeFileSync(path.join(plain, 'git'), '');
    mkdirSync(path.join(folder, 'git'));
    const file = plantGit(good);
    expect(locateGit(`${plain}:${folder}:${good}`, os.tmpdir()).binary).toBe(file);
  });
});

describe('the environment', () => {
  const { own, withUserConfiguration } = hardenEnvironment(
    {
      HOME: '/home/ada',
      HTTPS_PROXY: 'p',
      PATH: '/evil',
      GIT_DIR: '/evil',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_GLOBAL: '/home/ada/other',
      GIT_EXTERNAL_DIFF: 'evil',
      GIT_SSH_COMMAND: 'evil',
      git_exec_path: 'evil',
      PAGER: 'evil',
      SSH_ASKPASS: 'evil',
      GCONV_PATH: 'evil',
      GITHUB_TOKEN: 'secret',
      ACTIONS_RUNTIME_TOKEN: 'secret',
      LC_ALL: 'de_DE',
    },
    '/usr/bin',
  );

  test('has nothing that runs code or names a repository, and no token', () => {
    expect(Object.values(own)).not.toContain('evil');
    expect(Object.values(own)).not.toContain('/evil');
    expect(Object.values(own)).not.toContain('secret');
    expect(own).toMatchObject({
      PATH: '/usr/bin',
      HOME: '/home/ada',
      HTTPS_PROXY: 'p',
      LC_ALL: 'C',
      GIT_CONFIG_GLOBAL: os.devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_NO_REPLACE_OBJECTS: '1',
      GIT_TERMINAL_PROMPT: '0',
      GIT_OPTIONAL_LOCKS: '0',
      GIT_ALLOW_PROTOCOL: 'none',
    });
  });

  test('names the user’s files of configuration only where they are asked for', () => {
    expect(withUserConfiguration['GIT_CONFIG_GLOBAL']).toBe('/home/ada/other');
    expect(withUserConfiguration['GIT_CONFIG_NOSYSTEM']).toBeUndefined();
    expect(withUserConfiguration['GIT_CONFIG_COUNT']).toBeUndefined();
  });
});

describe('a command', () => {
  test('answers with its code, its output and its complaint', async () => {
    const git = gitThatDoes('cat; echo "$1 $EXTRA"; pwd; echo oops >&2; exit 3');
    const cwd = makeFolder();
    const answer = await git.run(['verb'], { input: Buffer.from('in\n'), env: { EXTRA: 'more' }, cwd });
    expect(answer).toMatchObject({ exitCode: 3, stderr: 'oops' });
    expect(answer.stdout.toString()).toBe(`in\nverb more\n${cwd}\n`);
  });

  test('without input has an empty stdin', async () => {
    expect((await gitThatDoes('cat; echo end').run([])).stdout.toString()).toBe('end\n');
  });

  test('that does not read its input is no error', async () => {
    const answer = await gitThatDoes('exec <&-; echo done').run([], { input: Buffer.alloc(5_000_000) });
    expect(answer).toMatchObject({ exitCode: 0 });
  });

  test('hands its output over in pieces when asked to', async () => {
    let bytes = 0;
    const answer = await gitThatDoes('head -c 3000000 /dev/zero').run([], {
      onStdout: (chunk) => (bytes += chunk.length),
    });
    expect([bytes, answer.stdout.length]).toEqual([3_000_000, 0]);
  });

  test('complains briefly', async () => {
    const { stderr } = await gitThatDoes('head -c 3000000 /dev/zero | tr "\\0" x >&2').run([]);
    expect(stderr.length).toBeLessThanOrEqual(16_384);
  });

  test('that is killed has 128 and the signal', async () => {
    expect(await gitThatDoes('kill -SEGV $$').run([])).toMatchObject({ exitCode: 139 });
  });

  test('that takes too long is ended', async () => {
    const answer = await gitThatDoes('exec sleep 60').run([], { timeoutMs: 50 });
    expect(answer).toMatchObject({ exitCode: 124, stderr: 'git took longer than 0.05 s' });
  });

  test('that takes too long is ended with its children, also when it does not want to', async () => {
    const pidFile = path.join(makeFolder(), 'pid');
    const git = gitThatDoes(`trap "" TERM; sleep 60 & echo $! > ${pidFile}; wait; sleep 60`);
    const answer = await git.run([], { timeoutMs: 300, startsChildren: true });
    expect(answer.exitCode).toBe(124);
    const child = Number(readFileSync(pidFile, 'utf8'));
    expect(await isGone(child)).toBe(true);
  });

  test('is 127 without git, 126 when it cannot be started', async () => {
    const none = await createGit({ environment: { PATH: '/nowhere' } }).run(['version']);
    expect(none).toMatchObject({ exitCode: 127, stderr: expect.stringContaining('git was not found') });
    const gone = gitThatDoes('');
    await gone.run([]);
    for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
    expect(await gone.run([])).toMatchObject({ exitCode: 127 });
    const long = await gitThatDoes('').run(['x'.repeat(3_000_000)]);
    expect(long).toMatchObject({ exitCode: 126, stderr: expect.stringContaining('E2BIG') });
    expect(await gitThatDoes('').run(['a\0b'])).toMatchObject({ exitCode: 126 });
  });

  test('that stays open answers as it is asked', async () => {
    const git = gitThatDoes('while read -r line; do echo "<$line>"; done; exit 7');
    const answers: string[] = [];
    let heard = () => {};
    const conversation = git.converse([], {
      onStdout(chunk) {
        answers.push(chunk.toString());
        heard();
      },
    });
    for (const word of ['one', 'two']) {
      const answer = new Promise<void>((resolve) => {
        heard = resolve;
      });
      conversation.write(Buffer.from(`${word}\n`));
      await answer;
    }
    conversation.finish();
    expect(await conversation.ended).toMatchObject({ exitCode: 7 });
    expect(answers).toEqual(['<one>\n', '<two>\n']);
  });
});
