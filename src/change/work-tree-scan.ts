import type { GitAnswer } from '../host/ports.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { gitFailure } from './git-failure.ts';
import type { PrivateGit } from './private-git.ts';

/** One entry of the index, as far as it is of interest. */
export interface IndexEntry {
  /** Git's bytes of the path. */
  readonly path: Buffer;
  readonly mode: string;
  readonly blob: string;
}

/** How the work tree differs from the index. */
export interface WorkTreeScan {
  /** Contents, mode or type differ, the file is gone, or the entry is in conflict. May name an entry twice. */
  readonly changed: readonly IndexEntry[];
  /** Files that are not in the index and not ignored; a repository inside this one ends in `/`. */
  readonly untracked: readonly Buffer[];
  /** Entries that git was told to take for unchanged (`update-index --assume-unchanged`): not compared yet. */
  readonly assumed: readonly IndexEntry[];
  /** Entries that are not meant to be in the work tree (sparse checkout): not compared yet. */
  readonly skipped: readonly IndexEntry[];
}

const NUL = 0;
const TAB = 0x09;
const UNCHANGED = 0x48;

/** Takes the records of `ls-files -v -s -z` apart as they come; unchanged files, nearly all of them, cost no memory. */
export class ScanReader {
  readonly changed: IndexEntry[] = [];
  readonly untracked: Buffer[] = [];
  readonly assumed: IndexEntry[] = [];
  readonly skipped: IndexEntry[] = [];
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NUL); end !== -1; end = bytes.indexOf(NUL, start)) {
      if (bytes[start] !== UNCHANGED) this.#take(bytes.subarray(start, end));
      start = end + 1;
    }
    this.#rest = bytes.subarray(start);
  }

  /** `? path`, or `H 100644 <id> <stage>` and a tab before the path; a lower-case tag means assumed unchanged. */
  #take(record: Buffer): void {
    const tag = String.fromCharCode(record[0] ?? 0);
    if (tag === '?') {
      this.untracked.push(Buffer.from(record.subarray(2)));
      return;
    }
    const tab = record.indexOf(TAB);
    const [, mode = '', blob = ''] = record.toString('latin1', 0, tab).split(' ');
    const entry = { path: Buffer.from(record.subarray(tab + 1)), mode, blob };
    if (tag === 'S' || tag === 's') this.skipped.push(entry);
    else if (tag === tag.toLowerCase()) this.assumed.push(entry);
    else this.changed.push(entry);
  }
}

/** A path as a pattern of gitignore(5) that matches it alone. */
function patternOf(relative: string): string {
  const escaped = relative.replace(/[\\*?[\]]/g, '\\$&').replace(/ $/, '\\ ');
  return `/${escaped}`;
}

/** Paths below the root that are given as plain relative ones; others match nothing. */
function excludeArguments(excluded: readonly string[]): readonly string[] {
  return excluded
    .map((name) => name.replace(/^(?:\.\/)+/, '').replace(/\/+$/, ''))
    .filter((name) => name !== '' && !name.startsWith('/') && !name.split('/').includes('..'))
    .map((name) => `--exclude=${patternOf(name)}`);
}

function explain(answer: GitAnswer): GateFailure {
  return gitFailure(answer, 'the work tree cannot be compared with the index');
}

/**
 * Compares the work tree with the private index in one process. Files whose stat data say that nothing touched them
 * since git wrote them are taken as unchanged, as git does; of the others the contents are compared.
 */
export async function scanWorkTree(
  git: PrivateGit,
  excluded: readonly string[],
): Promise<Result<WorkTreeScan>> {
  const reader = new ScanReader();
  const args = ['ls-files', '-z', '-v', '-s', '-c', '-m', '-d', '-o', '--exclude-standard'];
  const answer = await git.runOnWorkTree([...args, ...excludeArguments(excluded)], {
    onStdout: (chunk) => reader.read(chunk),
  });
  if (answer.exitCode !== 0) return err(explain(answer));
  const { changed, untracked, assumed, skipped } = reader;
  return ok({ changed, untracked, assumed, skipped });
}
