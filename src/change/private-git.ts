import {
  copyFileSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  unlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { describeErrno } from '../host/errno.ts';
import type { Git, GitAnswer, GitConversation, GitOptions } from '../host/ports.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { type ConfigLine, configFlag, configValue, formatGitConfig } from './git-config.ts';
import { makePrivateDirectory } from './private-directory.ts';
import type { Repository } from './repository.ts';
import { TEXT_ATTRIBUTES } from './text-names.ts';

/**
 * Git with a git directory of the gate's own, outside of the work tree. It sees the repository's objects and, until
 * `forgetReferences`, its references; configuration, attributes, hooks, index and everything that is written are its
 * own.
 */
export interface PrivateGit {
  readonly directory: string;
  /** Runs a command that looks at objects only. */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** Runs a command that looks at the user's work tree, with the private index. */
  runOnWorkTree(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  converse(args: readonly string[], onStdout: (chunk: Buffer) => void): GitConversation;
  /** Writes lines into the configuration, in place of those last written for the same purpose. */
  configure(purpose: 'work-tree' | 'remote', lines: readonly ConfigLine[]): void;
  /** Cuts the way to the repository's references; from then on there are only object ids, and a branch at HEAD. */
  forgetReferences(): void;
  /** Other work that `close` waits for. */
  waitFor(work: Promise<void>): void;
  /** Removes the directory once everything that runs in it has ended. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Attributes that beat every `.gitattributes`: whether a file is text is decided by its name, else by its bytes, no
 * driver compares or converts it, no filter cleans it, no other encoding is read into it. Line endings (`text`, `eol`)
 * stay with the work tree: see `work-tree-state.ts`.
 */
const ATTRIBUTES = `* !diff -filter -working-tree-encoding\n${TEXT_ATTRIBUTES}`;

/** Keys of the repository that tell what its work tree and its file system can hold, and what git makes of values. */
const WORK_TREE_FLAGS = [
  'filemode',
  'symlinks',
  'ignorecase',
  'precomposeunicode',
  'protecthfs',
  'protectntfs',
];

const AUTO_CRLF = /^(?:true|false|input|yes|no|on|off|0|1)$/i;
const EOL = /^(?:lf|crlf|native)$/i;

function line(section: string, name: string, value: string): ConfigLine {
  return { section, subsection: null, name, value };
}

function configLines(repository: Repository): readonly ConfigLine[] {
  const { config } = repository;
  const lines = [
    line('core', 'repositoryformatversion', repository.objectFormat === 'sha1' ? '0' : '1'),
    line('core', 'bare', 'true'),
    line('core', 'hooksPath', os.devNull),
    line('core', 'attributesFile', os.devNull),
    line('core', 'fsmonitor', 'false'),
    line('core', 'logAllRefUpdates', 'false'),
    line('core', 'safecrlf', 'false'),
    // What is written here lives for one run.
    line('core', 'looseCompression', '1'),
    line('pack', 'compression', '1'),
    line('core', 'fsync', 'none'),
    line('gc', 'auto', '0'),
    line('maintenance', 'auto', 'false'),
    line('protocol', 'version', '2'),
  ];
  if (repository.objectFormat === 'sha256') lines.push(line('extensions', 'objectFormat', 'sha256'));
  for (const name of WORK_TREE_FLAGS) {
    const flag = configFlag(config, `core.${name}`);
    if (flag !== null) lines.push(line('core', name, String(flag)));
  }
  return [...lines, ...lineEndingLines(config)];
}

/** `core.autocrlf` and `core.eol` of a configuration, if they are values that git knows. */
export function lineEndingLines(config: Repository['config']): readonly ConfigLine[] {
  const autoCrlf = configValue(config, 'core.autocrlf');
  const eol = configValue(config, 'core.eol');
  return [
    ...(autoCrlf !== null && AUTO_CRLF.test(autoCrlf) ? [line('core', 'autocrlf', autoCrlf)] : []),
    ...(eol !== null && EOL.test(eol) ? [line('core', 'eol', eol)] : []),
  ];
}

/** A path in `objects/info/alternates`: C-quoted, as it may hold a newline or begin with `#`. */
function quoteAlternate(file: string): string {
  return `"${file.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n')}"\n`;
}

/** What of the repository is seen through links while names are resolved. */
const SHARED = ['refs', 'packed-refs', 'logs'];

/** Makes a file of the repository visible in the private directory, if it is there. */
function share(from: string, to: string): void {
  if (statSync(from, { throwIfNoEntry: false }) === undefined) return;
  try {
    symlinkSync(from, to, 'junction');
  } catch {
    // No right to make links (Windows): a copy is as good, for what is only read.
    if (statSync(from).isFile()) copyFileSync(from, to);
  }
}

/** Removes the links, and nothing that they lead to. */
function unshare(directory: string): void {
  for (const name of SHARED) {
    const file = path.join(directory, name);
    if (lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() === true) unlinkSync(file);
  }
}

/** Puts a file in the place of another at once: some git may be starting up and needs to find one. */
function replaceFile(file: string, content: string): void {
  writeFileSync(`${file}.new`, content, { mode: 0o600 });
  renameSync(`${file}.new`, file);
}

/**
 * References of the directory's own in the place of the repository's: a branch at HEAD, which tells a remote what is
 * here already.
 */
function replaceReferences(directory: string, head: string): void {
  const refs = path.join(directory, 'refs');
  const isLink = lstatSync(refs).isSymbolicLink();
  const own = isLink ? path.join(directory, 'own-refs') : refs;
  mkdirSync(path.join(own, 'heads'), { recursive: true });
  writeFileSync(path.join(own, 'heads', 'head'), `${head}\n`);
  replaceFile(path.join(directory, 'HEAD'), 'ref: refs/heads/head\n');
  if (isLink) {
    // Link by link, as there must never be a moment without `refs`.
    symlinkSync(own, `${refs}.new`, 'junction');
    renameSync(`${refs}.new`, refs);
  }
  for (const name of ['packed-refs', 'logs']) unlinkIfThere(path.join(directory, name));
}

function unlinkIfThere(file: string): void {
  if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) unlinkSync(file);
}

function copyIfThere(from: string, to: string): boolean {
  // Not a FIFO or a device: reading one would wait for ever.
  if (statSync(from, { throwIfNoEntry: false })?.isFile() !== true) return false;
  copyFileSync(from, to);
  return true;
}

/** How much older the copy of an index says it is than the original, ms. */
const INDEX_AGE_MS = 1;

/**
 * Copies the index with its time. Git takes files that changed at or after that time for possibly changed and compares
 * their contents ("racy git"); a later time would make it trust them. Times are set with microseconds only, so the
 * copy is made a little older.
 */
function copyIndex(repository: Repository, directory: string): void {
  const index = path.join(repository.gitDir, 'index');
  const copy = path.join(directory, 'index');
  const time = statSync(index, { throwIfNoEntry: false })?.mtimeMs;
  if (time === undefined || !copyIfThere(index, copy)) return;
  const seconds = Math.floor(time - INDEX_AGE_MS) / 1000;
  utimesSync(copy, seconds, seconds);
  // A split index keeps most entries in a second file beside it.
  for (const name of readdirSync(repository.gitDir)) {
    if (name.startsWith('sharedindex.'))
      copyFileSync(path.join(repository.gitDir, name), path.join(directory, name));
  }
}

function fill(repository: Repository, directory: string): void {
  const { commonDir, headSha } = repository;
  for (const name of ['objects', 'objects/info', 'info']) mkdirSync(path.join(directory, name));
  const place = (name: string, content: Buffer | string) =>
    writeFileSync(path.join(directory, name), content);
  place('objects/info/alternates', quoteAlternate(path.join(commonDir, 'objects')));
  place('info/attributes', ATTRIBUTES);
  // Not the branch: HEAD is pinned, also while names like HEAD~2 are resolved.
  place('HEAD', `${headSha}\n`);
  copyIfThere(path.join(commonDir, 'info', 'exclude'), path.join(directory, 'info', 'exclude'));
  copyIfThere(path.join(commonDir, 'shallow'), path.join(directory, 'shallow'));
  if (repository.refStorage === 'files') {
    for (const name of ['refs', 'packed-refs']) share(path.join(commonDir, name), path.join(directory, name));
    share(path.join(repository.gitDir, 'logs'), path.join(directory, 'logs'));
  } else mkdirSync(path.join(directory, 'refs'));
  copyIndex(repository, directory);
}

/** The configuration, written anew with each part that is added. It may hold credentials. */
function createConfigWriter(directory: string, lines: readonly ConfigLine[]): PrivateGit['configure'] {
  const parts = new Map<string, readonly ConfigLine[]>();
  return (purpose, more) => {
    parts.set(purpose, more);
    replaceFile(path.join(directory, 'config'), formatGitConfig([...lines, ...[...parts.values()].flat()]));
  };
}

/** References of another storage than files, as the `packed-refs` that every git reads. */
async function exportReferences(git: Git, repository: Repository, directory: string): Promise<void> {
  if (repository.refStorage === 'files') return;
  const answer = await git.run(['for-each-ref', '--format=%(objectname) %(refname)'], {
    cwd: repository.gitDir,
    env: { GIT_DIR: repository.gitDir },
  });
  writeFileSync(path.join(directory, 'packed-refs'), answer.stdout);
}

/**
 * Makes a private git directory for a repository. `temporary` is the folder it is made in, by default the system's.
 * A storage failure (exit 3) says where it could not be made.
 */
export async function openPrivateGit(
  git: Git,
  repository: Repository,
  temporary: string | null,
): Promise<Result<PrivateGit>> {
  const made = makePrivateDirectory(repository.root, temporary);
  if (!made.ok) return made;
  const { directory, remove } = made.value;
  const configure = createConfigWriter(directory, configLines(repository));
  try {
    configure('work-tree', []);
    fill(repository, directory);
    await exportReferences(git, repository, directory);
  } catch (error) {
    await remove();
    return err(
      storageFailure(`cannot fill the private git directory: ${describeErrno(error)}`, { where: directory }),
    );
  }
  const objectsOnly = { GIT_DIR: directory };
  const onWorkTree = { ...objectsOnly, GIT_WORK_TREE: repository.root };
  const running = new Set<Promise<unknown>>();
  const follow = (ended: Promise<GitAnswer>): Promise<GitAnswer> => {
    running.add(ended);
    return ended.finally(() => running.delete(ended));
  };
  return ok({
    directory,
    run: (args, options = {}) =>
      follow(git.run(args, { ...options, cwd: directory, env: { ...options.env, ...objectsOnly } })),
    runOnWorkTree: (args, options = {}) =>
      follow(git.run(args, { ...options, cwd: repository.root, env: { ...options.env, ...onWorkTree } })),
    converse(args, onStdout) {
      const conversation = git.converse(args, { cwd: directory, env: objectsOnly, onStdout });
      return { ...conversation, ended: follow(conversation.ended) };
    },
    configure,
    forgetReferences: () => replaceReferences(directory, repository.headSha),
    waitFor: (work) => {
      running.add(work);
    },
    async close() {
      await Promise.allSettled(running);
      unshare(directory);
      await remove();
    },
  });
}
