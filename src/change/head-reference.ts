import { lstatSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Git } from '../host/ports.ts';
import { bytesFromPath, pathFromBytes } from './path-bytes.ts';
import type { RepositoryLocation } from './repository.ts';

/** What HEAD stands for. `sha` is null on a branch without commits. */
export interface HeadReference {
  readonly branch: string | null;
  readonly sha: string | null;
}

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const BRANCH = /^refs\/heads\/(?!.*(?:^|\/)\.)[^\0\n]+$/;

function readSmall(file: Buffer): Buffer | null {
  try {
    return lstatSync(file).isFile() ? readFileSync(file) : null;
  } catch {
    return null;
  }
}

/** The commit of a branch from its own file or from `packed-refs` (gitrepository-layout(5)); null when in neither. */
function readBranch(commonDir: string, reference: string): string | null {
  const loose = readSmall(Buffer.concat([Buffer.from(`${commonDir}/`), bytesFromPath(reference)]));
  if (loose !== null) {
    const id = loose.toString('latin1').trim();
    return OBJECT_ID.test(id) ? id : null;
  }
  const packed = readSmall(Buffer.from(path.join(commonDir, 'packed-refs')));
  if (packed === null) return null;
  const at = packed.indexOf(Buffer.concat([Buffer.from(' '), bytesFromPath(reference), Buffer.from('\n')]));
  const lineStart = at === -1 ? -1 : packed.lastIndexOf('\n', at) + 1;
  const id = at === -1 ? '' : packed.toString('latin1', lineStart, at);
  return OBJECT_ID.test(id) ? id : null;
}

/** HEAD as the files of a git directory tell it; null where they do not. */
export function readHeadFiles(location: RepositoryLocation): HeadReference | null {
  const head = readSmall(Buffer.from(path.join(location.gitDir, 'HEAD')));
  if (head === null) return null;
  const text = pathFromBytes(head).replace(/\n$/, '');
  if (OBJECT_ID.test(text)) return { branch: null, sha: text };
  const reference = /^ref:\s*(.+)$/.exec(text)?.[1] ?? '';
  if (!BRANCH.test(reference)) return null;
  const sha = readBranch(location.commonDir, reference);
  return sha === null ? null : { branch: reference.slice('refs/heads/'.length), sha };
}

/** Git with the repository's own references; reads no object and no index, so nothing configured there can run. */
async function askGit(git: Git, location: RepositoryLocation): Promise<HeadReference | null> {
  const options = { env: { GIT_DIR: location.gitDir }, cwd: location.gitDir };
  const [id, name] = await Promise.all([
    git.run(['rev-parse', '--verify', '--quiet', 'HEAD'], options),
    git.run(['symbolic-ref', '--quiet', 'HEAD'], options),
  ]);
  if (id.exitCode === 127) return null;
  const sha = id.stdout.toString('latin1').trim();
  const full = pathFromBytes(name.stdout).replace(/\n$/, '');
  return {
    sha: OBJECT_ID.test(sha) ? sha : null,
    branch: full.startsWith('refs/heads/') ? full.slice('refs/heads/'.length) : null,
  };
}

/**
 * Resolves HEAD: from the files of the git directory, which costs no process, and by asking git where they do not
 * say (reftable, a symbolic reference to another, a branch without commits). Null when there is no git to ask.
 */
export async function readHead(
  git: Git,
  location: RepositoryLocation,
  refStorage: string,
): Promise<HeadReference | null> {
  const read = refStorage === 'files' ? readHeadFiles(location) : null;
  return read ?? (await askGit(git, location));
}
