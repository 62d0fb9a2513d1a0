import { existsSync, lstatSync, statSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Git, GitAnswer } from '../host/ports.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { oneLine } from '../kernel/text.ts';
import { type ConfigLine, configFlag, configValue, type GitConfig } from './git-config.ts';
import { gitFailure } from './git-failure.ts';
import { readHeadFiles } from './head-reference.ts';
import { dropUnchangedLfsFiles } from './lfs-files.ts';
import { pathFromBytes } from './path-bytes.ts';
import { lineEndingLines, type PrivateGit } from './private-git.ts';
import type { Repository } from './repository.ts';
import { readUserConfig } from './repository-config.ts';
import { locateRepository } from './repository-location.ts';
import { type IndexEntry, scanWorkTree, type WorkTreeScan } from './work-tree-scan.ts';

const SUBMODULE = '160000';

/** The private index holds the work tree now. */
export interface WorkTreeState {
  /** Something on disk differed from the repository's index. */
  readonly differs: boolean;
  readonly warnings: readonly string[];
}

/**
 * Brings the private index to the state of the work tree: what `git add -A` would stage, with these differences.
 *
 * - Nothing is executed: a file under a filter (LFS, git-crypt) that git has not touched since it wrote it is what the
 *   index says, otherwise its raw bytes count. An LFS file whose contents are those its pointer names is unchanged.
 * - `assume-unchanged` hides nothing, and neither does `skip-worktree` on a file that is there.
 * - A submodule whose folder is missing is one that nobody initialised, not one that was removed.
 * - Files that the gate itself writes (`excluded`) are left out as long as nobody has added them.
 *
 * Line endings are converted as git would (`text`, `eol`, `core.autocrlf`): that runs no code, hides no line, and
 * without it one edited line of a file checked out with CRLF would count as all of them. Ignored are `.gitignore`,
 * `.git/info/exclude` and the user's own ignore file; tracked files are never ignored.
 */
export async function readWorkTree(
  git: Git,
  privateGit: PrivateGit,
  repository: Repository,
  excluded: readonly string[],
): Promise<Result<WorkTreeState>> {
  if (!existsSync(path.join(privateGit.directory, 'index'))) {
    const prepared = await fillIndex(privateGit, repository);
    if (!prepared.ok) return prepared;
  }
  const scan = await scanEntries(privateGit, repository, excluded);
  if (!scan.ok) return scan;
  if (!hasAny(scan.value)) return ok({ differs: false, warnings: [] });
  const lines = userLines(await readUserConfig(git, privateGit.directory), repository);
  if (lines.length === 0) return await updateIndex(privateGit, repository, scan.value);
  privateGit.configure('work-tree', lines);
  const again = await scanEntries(privateGit, repository, excluded);
  return again.ok ? await updateIndex(privateGit, repository, again.value) : again;
}

function hasAny(scan: WorkTreeScan): boolean {
  return (
    scan.changed.length > 0 || scan.untracked.length > 0 || scan.assumed.length > 0 || scan.skipped.length > 0
  );
}

/** The scan without what is absent on purpose. */
async function scanEntries(
  git: PrivateGit,
  repository: Repository,
  excluded: readonly string[],
): Promise<Result<WorkTreeScan>> {
  const scan = await scanWorkTree(git, excluded);
  if (!scan.ok || !hasAny(scan.value)) return scan;
  const isPresent = createPresence(repository.root);
  const isSparse = configFlag(repository.config, 'core.sparsecheckout') === true;
  return ok({
    ...scan.value,
    changed: scan.value.changed.filter((entry) => entry.mode !== SUBMODULE || isPresent(entry.path)),
    skipped: isSparse ? scan.value.skipped.filter((entry) => isPresent(entry.path)) : scan.value.skipped,
  });
}

/** A clone without a checkout has no index yet: HEAD's tree stands in, and every file of it is missing on disk. */
async function fillIndex(git: PrivateGit, repository: Repository): Promise<Result<void>> {
  const answer = await git.run(['read-tree', repository.headSha]);
  return answer.exitCode === 0 ? ok(undefined) : err(gitFailure(answer, "HEAD's tree cannot be read"));
}

/** What the user's own configuration adds: line endings the repository does not fix, and another ignore file. */
function userLines(user: GitConfig, repository: Repository): readonly ConfigLine[] {
  const own = new Map([...user].filter(([key]) => !repository.config.has(key)));
  const file = configValue(repository.config, 'core.excludesfile') ?? configValue(user, 'core.excludesfile');
  const lines = [...lineEndingLines(own)];
  if (file === null) return lines;
  const value = file.startsWith('~/') ? path.join(os.homedir(), file.slice(2)) : file;
  // Git would wait for ever on a FIFO.
  const isFile = statSync(value, { throwIfNoEntry: false })?.isFile() === true;
  if (isFile) lines.push({ section: 'core', subsection: null, name: 'excludesFile', value });
  return lines;
}

function fileOnDisk(root: string, relative: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${root}/`), relative]);
}

/** Tells whether tracked paths are there, looking at every folder once: a sparse checkout skips whole ones. */
function createPresence(root: string): (relative: Buffer) => boolean {
  const folders = new Map<string, boolean>();
  const isThere = (relative: Buffer) =>
    lstatSync(fileOnDisk(root, relative), { throwIfNoEntry: false }) !== undefined;
  const hasFolder = (relative: Buffer): boolean => {
    const slash = relative.lastIndexOf('/');
    if (slash === -1) return true;
    const folder = relative.subarray(0, slash);
    const key = folder.toString('latin1');
    const known = folders.get(key);
    if (known !== undefined) return known;
    const found = hasFolder(folder) && isThere(folder);
    folders.set(key, found);
    return found;
  };
  return (relative) => hasFolder(relative) && isThere(relative);
}

function joinPaths(paths: readonly Buffer[]): Buffer {
  const nul = Buffer.of(0);
  return Buffer.concat(paths.flatMap((name) => [name, nul]));
}

function explain(answer: GitAnswer) {
  return gitFailure(answer, 'a file of the work tree cannot be read');
}

/** Takes a mark off entries, so that git compares them. */
async function unmark(
  git: PrivateGit,
  option: string,
  entries: readonly IndexEntry[],
): Promise<Result<void>> {
  if (entries.length === 0) return ok(undefined);
  const input = joinPaths(entries.map((entry) => entry.path));
  const answer = await git.runOnWorkTree(['update-index', option, '-z', '--stdin'], { input });
  return answer.exitCode === 0 ? ok(undefined) : err(explain(answer));
}

/** A repository inside this one counts as a submodule, if it has a commit; without one git could not add it either. */
function splitNested(root: string, untracked: readonly Buffer[]) {
  const added: Buffer[] = [];
  const warnings: string[] = [];
  for (const name of untracked) {
    if (name.at(-1) !== 0x2f) {
      added.push(name);
      continue;
    }
    const relative = pathFromBytes(name).slice(0, -1);
    const nested = path.join(root, relative);
    const location = locateRepository(nested);
    const isOwn = location.ok && location.value.root === nested;
    if (isOwn && readHeadFiles(location.value) !== null) added.push(name.subarray(0, -1));
    else warnings.push(`${oneLine(relative)} is a repository without commits: nothing in it is measured`);
  }
  return { added, warnings };
}

async function updateIndex(
  git: PrivateGit,
  repository: Repository,
  scan: WorkTreeScan,
): Promise<Result<WorkTreeState>> {
  const { changed, assumed, skipped } = scan;
  for (const [option, entries] of [
    ['--no-skip-worktree', skipped],
    ['--no-assume-unchanged', assumed],
  ] as const) {
    const unmarked = await unmark(git, option, entries);
    if (!unmarked.ok) return unmarked;
  }
  const compared = await dropUnchangedLfsFiles(git, repository, [...changed, ...assumed, ...skipped]);
  const { added, warnings } = splitNested(repository.root, scan.untracked);
  const paths = [...compared.map((entry) => entry.path), ...added];
  const hashed = await hashFiles(git, paths);
  return hashed.ok ? ok({ differs: paths.length > 0, warnings }) : hashed;
}

/** Above this number of files git writes packs: a file for every object costs twice the time and the disk. */
const MAX_LOOSE = 500;

/** Files of one pack; git looks through those already in it one by one. */
const MAX_PACKED = 10_000;

/** Takes the files' contents into the index, or their entries out of it where they are gone. */
async function hashFiles(git: PrivateGit, paths: readonly Buffer[]): Promise<Result<void>> {
  const packing = paths.length > MAX_LOOSE ? ['-c', 'core.bigFileThreshold=1'] : [];
  for (let start = 0; start < paths.length; start += MAX_PACKED) {
    const args = [...packing, 'update-index', '--add', '--remove', '--replace', '-z', '--stdin'];
    const input = joinPaths(paths.slice(start, start + MAX_PACKED));
    const answer = await git.runOnWorkTree(args, { input });
    if (answer.exitCode !== 0) return err(explain(answer));
  }
  return ok(undefined);
}
