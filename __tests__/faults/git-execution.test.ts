import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/host/git.ts';
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

/** A program that leaves a trace when it runs, and the trace. */
interface Canary {
  readonly program: string;
  readonly folder: string;
  /** Names under which it ran. */
  traces(): readonly string[];
}

function makeCanary(): Canary {
  const folder = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-canary-')));
  atEnd(() => rmSync(folder, { recursive: true, force: true }));
  const traceFolder = path.join(folder, 'traces');
  mkdirSync(traceFolder);
  const program = path.join(folder, 'canary');
  writeFileSync(program, `#!/bin/sh\n: > "${traceFolder}/$(basename "$0")"\ncat 2>/dev/null\n`);
  chmodSync(program, 0o755);
  return { program, folder, traces: () => readdirSync(traceFolder) };
}

const HOOKS = [
  'post-index-change',
  'pre-commit',
  'reference-transaction',
  'post-checkout',
  'fsmonitor-watchman',
];

/** Everything in a git configuration by which a program is started. */
function hostileSettings(canary: Canary): readonly (readonly [string, string])[] {
  const hooks = path.join(canary.folder, 'hooks');
  mkdirSync(hooks, { recursive: true });
  for (const name of HOOKS) {
    writeFileSync(path.join(hooks, name), `#!/bin/sh\n"${canary.program}"\n`);
    chmodSync(path.join(hooks, name), 0o755);
  }
  const { program } = canary;
  return [
    ['core.fsmonitor', program],
    ['core.hooksPath', hooks],
    ['core.pager', program],
    ['core.editor', program],
    ['core.askPass', program],
    ['core.sshCommand', program],
    ['core.gitProxy', program],
    ['core.alternateRefsCommand', program],
    ['pager.diff', program],
    ['diff.external', program],
    ['diff.evil.command', program],
    ['diff.evil.textconv', program],
    ['filter.evil.clean', program],
    ['filter.evil.smudge', program],
    ['filter.evil.process', program],
    ['filter.evil.required', 'true'],
    ['merge.evil.driver', program],
    ['credential.helper', `!${program}`],
    ['interactive.diffFilter', program],
    ['gpg.program', program],
    ['log.showSignature', 'true'],
    ['uploadpack.packObjectsHook', program],
    ['alias.diff-index', `!${program}`],
    ['alias.ls-files', `!${program}`],
  ];
}

function repositoryWithHistory(): { readonly repository: TestRepository; readonly base: string } {
  const repository = makeRepository();
  repository.write('a.txt', numberedLines(3));
  repository.write('b.txt', 'b\n');
  const base = repository.commit();
  repository.write('b.txt', 'B\n');
  repository.commit();
  return { repository, base };
}

/** Reads everything there is to read, with a work tree that differs. */
async function readEverything(
  repository: TestRepository,
  base: string,
  git = createGit(),
): Promise<readonly string[]> {
  const { snapshot, ...change } = await measure(repository.root, { base, git });
  await snapshot.listBaseFiles();
  await snapshot.listFilesAt(base);
  await snapshot.readLines();
  await snapshot.readBlobs((await snapshot.listFiles()).map((file) => file.blob));
  return summarize({ snapshot, ...change });
}

const ATTRIBUTES = '* filter=evil diff=evil merge=evil\n';
const EXPECTED = ['A .gitattributes +1 -0', 'M a.txt +1 -0', 'M b.txt +1 -1', 'A new.txt +1 -0'];

function dirty(repository: TestRepository): void {
  repository.write('.gitattributes', ATTRIBUTES);
  repository.write('a.txt', `${numberedLines(3)}four\n`);
  repository.write('new.txt', 'n\n');
}

describe('a base that is an option', () => {
  test.each(['--output=pwned.txt', '--upload-pack=touch pwned.txt', '-opwned.txt', '--exec=touch pwned.txt'])(
    'G01 G02 %s is a mistake (exit 2), makes no file and runs nothing',
    async (base) => {
      const { repository } = repositoryWithHistory();
      for (const source of ['--base', 'BASE_SHA']) {
        const bases = [{ ref: base, source, explicit: true }];
        expect(await failureOf(repository.root, { bases })).toMatchObject({ kind: 'usage', where: source });
      }
      expect(existsSync(path.join(repository.root, 'pwned.txt'))).toBe(false);
      expect(existsSync('pwned.txt')).toBe(false);
    },
  );

  test('G02 a remote that is an option or a program is not asked', async () => {
    const canary = makeCanary();
    const { repository } = repositoryWithHistory();
    repository.git('remote', 'add', 'origin', 'https://127.0.0.1:1/x');
    for (const url of [
      `ext::${canary.program} %S`,
      `--upload-pack=${canary.program}`,
      `ssh://-oProxyCommand=${canary.program}/x`,
    ]) {
      repository.git('config', 'remote.origin.url', url);
      repository.git('config', 'remote.origin.uploadpack', canary.program);
      repository.git('config', 'protocol.allow', 'always');
      const bases = [{ ref: 'e'.repeat(40), source: 'push event', explicit: false }];
      expect((await attempt(repository.root, { bases })).kind).toBe('unmeasured');
    }
    expect(canary.traces()).toEqual([]);
  });
});

describe('G03 configuration of the repository that runs programs', () => {
  test('the canary is a real one: plain git runs it', () => {
    const canary = makeCanary();
    const { repository } = repositoryWithHistory();
    for (const [name, value] of hostileSettings(canary)) repository.git('config', name, value);
    dirty(repository);
    try {
      repository.git('status');
    } catch {
      // The canary does not speak the protocol of a filter.
    }
    expect(canary.traces()).toEqual(['canary']);
  });

  test('never runs, and changes no count', async () => {
    const canary = makeCanary();
    const { repository, base } = repositoryWithHistory();
    dirty(repository);
    for (const [name, value] of hostileSettings(canary)) repository.git('config', name, value);
    expect(await readEverything(repository, base)).toEqual(EXPECTED);
    expect(canary.traces()).toEqual([]);
  });

  test('never runs from a submodule, from hooks, or from a committed bare repository', async () => {
    const canary = makeCanary();
    const { repository, base } = repositoryWithHistory();
    mkdirSync(path.join(repository.root, 'sub'));
    const sub = createRepository({ directory: path.join(repository.root, 'sub') });
    sub.write('x.txt', 'x\n');
    sub.commit();
    repository.commit();
    sub.write('x.txt', 'dirty\n');
    execFileSync('git', ['init', '-q', '--bare', path.join(repository.root, 'bare')], {
      env: gitEnvironment(),
    });
    for (const [name, value] of hostileSettings(canary)) {
      sub.git('config', name, value);
      execFileSync('git', ['-C', path.join(repository.root, 'bare'), 'config', name, value], {
        env: gitEnvironment(),
      });
    }
    for (const name of HOOKS) {
      repository.write(`.git/hooks/${name}`, `#!/bin/sh\n"${canary.program}"\n`, 0o755);
    }
    await readEverything(repository, base);
    await measure(repository.root, { base, startedIn: path.join(repository.root, 'bare') });
    expect(canary.traces()).toEqual([]);
  });

  test('never runs for an object that a partial clone lacks', async () => {
    const canary = makeCanary();
    const { repository } = repositoryWithHistory();
    repository.git('remote', 'add', 'origin', `ssh://127.0.0.1/x`);
    repository.git('config', 'core.repositoryFormatVersion', '1');
    repository.git('config', 'extensions.partialClone', 'origin');
    repository.git('config', 'remote.origin.promisor', 'true');
    repository.git('config', 'remote.origin.uploadpack', canary.program);
    for (const [name, value] of hostileSettings(canary)) repository.git('config', name, value);
    repository.git('config', 'remote.origin.url', '/nowhere');
    for (const explicit of [true, false]) {
      const bases = [{ ref: 'e'.repeat(40), source: 'event', explicit }];
      expect((await attempt(repository.root, { bases })).kind).not.toBe('measured');
    }
    // HEAD is asked for through git when its reference takes a detour.
    repository.git('symbolic-ref', 'refs/heads/alias', 'refs/heads/main');
    repository.git('symbolic-ref', 'HEAD', 'refs/heads/alias');
    await measure(repository.root, { base: 'HEAD~1' });
    expect(canary.traces()).toEqual([]);
  });

  test('a git that was planted first in PATH is not taken', async () => {
    const canary = makeCanary();
    const { repository, base } = repositoryWithHistory();
    for (const name of ['node_modules/.bin/git', 'git', 'bin/git']) {
      repository.write(name, `#!/bin/sh\n"${canary.program}"\n`, 0o755);
    }
    const folders = [
      '.',
      '',
      'bin',
      'node_modules/.bin',
      path.join(repository.root, 'node_modules', '.bin'),
      path.join(repository.root, 'bin'),
      repository.root,
    ];
    const git = createGit({
      environment: { ...process.env, PATH: [...folders, process.env['PATH'] ?? ''].join(':') },
      startedIn: repository.root,
    });
    expect(await readEverything(repository, base, git)).toContain('M b.txt +1 -1');
    expect(canary.traces()).toEqual([]);
  });
});

describe('G04 configuration from outside of the repository', () => {
  test('in the home folder never runs anything', async () => {
    const canary = makeCanary();
    const { repository, base } = repositoryWithHistory();
    dirty(repository);
    const settings = hostileSettings(canary);
    const file = path.join(canary.folder, '.gitconfig');
    writeFileSync(file, '');
    for (const [name, value] of settings) {
      execFileSync('git', ['config', '--file', file, name, value], { env: gitEnvironment() });
    }
    mkdirSync(path.join(canary.folder, '.config', 'git'), { recursive: true });
    writeFileSync(path.join(canary.folder, '.config', 'git', 'attributes'), ATTRIBUTES);
    const environment = { PATH: process.env['PATH'], HOME: canary.folder };
    expect(await readEverything(repository, base, createGit({ environment }))).toEqual(EXPECTED);
    expect(canary.traces()).toEqual([]);
  });

  test('in variables of the environment is ignored', async () => {
    const canary = makeCanary();
    const { repository, base } = repositoryWithHistory();
    dirty(repository);
    const settings = hostileSettings(canary);
    const counted = settings.flatMap(([name, value], index) => [
      [`GIT_CONFIG_KEY_${index}`, name],
      [`GIT_CONFIG_VALUE_${index}`, value],
    ]);
    const { program } = canary;
    const environment = {
      ...process.env,
      ...Object.fromEntries(counted),
      GIT_CONFIG_COUNT: String(settings.length),
      GIT_CONFIG_PARAMETERS: `'core.fsmonitor=${program}'`,
      GIT_EXTERNAL_DIFF: program,
      GIT_PAGER: program,
      PAGER: program,
      GIT_SSH: program,
      GIT_SSH_COMMAND: program,
      GIT_ASKPASS: program,
      GIT_EDITOR: program,
      GIT_PROXY_COMMAND: program,
      GIT_EXEC_PATH: canary.folder,
      GIT_TEMPLATE_DIR: canary.folder,
      GIT_DIR: canary.folder,
      GIT_WORK_TREE: canary.folder,
      GIT_COMMON_DIR: canary.folder,
      GIT_INDEX_FILE: path.join(canary.folder, 'index'),
      GIT_OBJECT_DIRECTORY: canary.folder,
      GIT_ALTERNATE_OBJECT_DIRECTORIES: canary.folder,
      GIT_NAMESPACE: 'evil',
      GIT_LITERAL_PATHSPECS: '1',
      GIT_DIFF_OPTS: '--unified=9',
      GIT_TRACE: path.join(canary.folder, 'traces', 'trace'),
      GIT_TRACE2_EVENT: path.join(canary.folder, 'traces', 'trace2'),
      GIT_REPLACE_REF_BASE: 'refs/evil',
    };
    expect(await readEverything(repository, base, createGit({ environment }))).toEqual(EXPECTED);
    expect(canary.traces()).toEqual([]);
  });
});
