import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** How a test repository is made. */
export interface RepositoryOptions {
  /** Default `sha1`. */
  readonly objectFormat?: 'sha1' | 'sha256';
  /** Name of the first branch; default `main`. */
  readonly branch?: string;
  /** Runs `git init` in this existing folder instead of a new temporary one; `dispose` leaves it alone. */
  readonly directory?: string;
}

/** A real repository in a temporary folder, untouched by the configuration of whoever runs the tests. */
export interface TestRepository {
  /** Absolute and without symbolic links. */
  readonly root: string;
  /** Writes a file and the folders above it; `mode` is octal as a number (`0o755`). */
  write(relative: string, content: string | Buffer, mode?: number): void;
  /** Makes a symbolic link and the folders above it. */
  link(relative: string, target: string): void;
  /** Removes a file or a folder with everything in it. */
  remove(relative: string): void;
  /** Stages everything and commits; an empty commit is fine. Returns the commit's id. */
  commit(message?: string): string;
  /** Runs git in the root and returns stdout without the last newline; throws when git fails. */
  git(...args: string[]): string;
  /** Makes a branch at HEAD and switches to it. */
  branch(name: string): void;
  checkout(ref: string): void;
  dispose(): void;
}

/** First commit of every test repository, seconds since the epoch; each commit is a minute later. */
const FIRST_COMMIT_S = 1_767_225_600;

/** The environment of git in tests: no configuration but the repository's own, fixed people. */
export function gitEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.toUpperCase().startsWith('GIT_')) kept[name] = value;
  }
  return {
    ...kept,
    GIT_CONFIG_GLOBAL: os.devNull,
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_TERMINAL_PROMPT: '0',
    GIT_AUTHOR_NAME: 'Ada',
    GIT_AUTHOR_EMAIL: 'ada@example.org',
    GIT_COMMITTER_NAME: 'Ada',
    GIT_COMMITTER_EMAIL: 'ada@example.org',
    LC_ALL: 'C',
    ...extra,
  };
}

/** Makes a repository without commits. Call `dispose` when done. */
export function createRepository(options: RepositoryOptions = {}): TestRepository {
  const own = options.directory === undefined;
  const root = realpathSync(options.directory ?? mkdtempSync(path.join(os.tmpdir(), 'gate-repository-')));
  let commits = 0;

  const git = (...args: string[]): string => {
    const date = `${FIRST_COMMIT_S + commits * 60} +0000`;
    const output = execFileSync('git', args, {
      cwd: root,
      env: gitEnvironment({ GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date }),
      encoding: 'utf8',
      maxBuffer: 64 * 1024 * 1024,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return output.endsWith('\n') ? output.slice(0, -1) : output;
  };
  const place = (relative: string): string => {
    const file = path.join(root, relative);
    mkdirSync(path.dirname(file), { recursive: true });
    return file;
  };

  git('init', '-q', '-b', options.branch ?? 'main', `--object-format=${options.objectFormat ?? 'sha1'}`);
  git('config', 'commit.gpgSign', 'false');
  git('config', 'core.autocrlf', 'false');
  return {
    root,
    git,
    write: (relative, content, mode) => {
      const file = place(relative);
      writeFileSync(file, content);
      if (mode !== undefined) chmodSync(file, mode);
    },
    link: (relative, target) => symlinkSync(target, place(relative)),
    remove: (relative) => rmSync(path.join(root, relative), { recursive: true, force: true }),
    commit: (message = 'a change') => {
      git('add', '-A');
      git('commit', '-q', '--allow-empty', '--no-verify', '-m', message);
      commits += 1;
      return git('rev-parse', 'HEAD');
    },
    branch: (name) => {
      git('checkout', '-q', '-b', name);
    },
    checkout: (ref) => {
      git('checkout', '-q', ref);
    },
    dispose: () => {
      if (own) rmSync(root, { recursive: true, force: true });
    },
  };
}
