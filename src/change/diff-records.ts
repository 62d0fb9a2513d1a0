import { unreachable } from '../kernel/never.ts';
import type { ChangedFile, FileStatus } from './change.ts';
import { pathFromRange } from './path-bytes.ts';

/**
 * Options that fix what a diff is, whatever a configuration says. Renames are found from half of the content on, among
 * at most 1,000 candidates a side for those with edits (git's own defaults); copies are additions.
 */
export const DIFF_OPTIONS = [
  '-r',
  '--no-abbrev',
  '--full-index',
  '--find-renames=50%',
  '-l1000',
  '--no-rename-empty',
  '--diff-algorithm=myers',
  '--no-indent-heuristic',
  '--ignore-submodules=none',
  '--no-ext-diff',
  '--no-textconv',
  '--no-color',
  '--no-relative',
] as const;

const STATUS: ReadonlyMap<string, FileStatus> = new Map([
  ['A', 'added'],
  ['M', 'modified'],
  ['D', 'deleted'],
  ['R', 'renamed'],
  ['T', 'type_changed'],
]);

const RAW = /^:(\d{6}) (\d{6}) ([0-9a-f]{40,64}) ([0-9a-f]{40,64}) ([A-Z])\d*$/;
const COUNT = /^(?:-|\d+)$/;
const COLON = 0x3a;
const TAB = 0x09;

const SUBMODULE = '160000';

function idOrNull(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}

/** Mutable while its counts and sizes are still to come: there may be a hundred thousand of them. */
export type OpenRecord = { -readonly [K in keyof ChangedFile]: ChangedFile[K] };

function openRecord(head: string): OpenRecord {
  const match = RAW.exec(head);
  const status = STATUS.get(match?.[5] ?? '');
  if (match === null || status === undefined) throw new Error(`git diff answered an unknown record: ${head}`);
  const [, oldMode = '', newMode = '', oldId = '', newId = ''] = match;
  return {
    path: '',
    oldPath: null,
    status,
    oldMode,
    newMode,
    oldBlob: idOrNull(oldId),
    newBlob: idOrNull(newId),
    added: 0,
    deleted: 0,
    binary: false,
    oldBytes: 0,
    newBytes: 0,
  };
}

/** A submodule's side has no lines: what git counts for it is its own one-line description. */
function count(record: OpenRecord, added: string, deleted: string): void {
  const wasModule = record.oldMode === SUBMODULE;
  const isModule = record.newMode === SUBMODULE;
  const binary = added === '-';
  record.added = binary || isModule ? 0 : Number(added);
  record.deleted = binary || wasModule ? 0 : Number(deleted);
  record.binary = binary;
}

/** What the next field of the output is. */
type Expected = 'record' | 'old path' | 'path' | 'counted old path' | 'counted path';

const NUL = 0;

/**
 * Reads the output of a diff with `--raw --numstat -z` as it comes: all raw records, then the counts in the same
 * order. Throws when it is anything else.
 */
export class DiffReader {
  readonly #records: OpenRecord[] = [];
  #counted = 0;
  #expected: Expected = 'record';
  #added = '';
  #deleted = '';
  #rest: Buffer = Buffer.alloc(0);

  read(chunk: Buffer): void {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    let start = 0;
    for (let end = bytes.indexOf(NUL); end !== -1; end = bytes.indexOf(NUL, start)) {
      this.#take(bytes, start, end);
      start = end + 1;
    }
    this.#rest = Buffer.from(bytes.subarray(start));
  }

  /** Every record, counted; the sizes are 0 and for the caller to fill in. */
  finish(): OpenRecord[] {
    if (this.#rest.length > 0 || this.#expected !== 'record')
      throw new Error('a record of git diff ends early');
    if (this.#counted !== this.#records.length)
      throw new Error('git diff counted fewer files than it listed');
    return this.#records;
  }

  #take(bytes: Buffer, start: number, end: number): void {
    const last = this.#records.at(-1);
    switch (this.#expected) {
      case 'record':
        this.#takeHead(bytes, start, end);
        return;
      case 'old path':
        if (last !== undefined) last.oldPath = pathFromRange(bytes, start, end);
        this.#expected = 'path';
        return;
      case 'path':
        if (last !== undefined) last.path = pathFromRange(bytes, start, end);
        this.#expected = 'record';
        return;
      case 'counted old path':
        this.#expected = 'counted path';
        return;
      case 'counted path':
        this.#takeCounts(pathFromRange(bytes, start, end));
        this.#expected = 'record';
        return;
      default:
        unreachable(this.#expected);
    }
  }

  #takeHead(bytes: Buffer, start: number, end: number): void {
    if (bytes[start] === COLON && this.#counted === 0) {
      const record = openRecord(bytes.toString('latin1', start, end));
      this.#records.push(record);
      this.#expected = record.status === 'renamed' ? 'old path' : 'path';
      return;
    }
    // `added TAB deleted TAB path`, or for a rename an empty path and the two names behind it.
    const first = bytes.indexOf(TAB, start);
    const second = bytes.indexOf(TAB, first + 1);
    if (first === -1 || second === -1 || second >= end) {
      throw new Error(`git diff answered unknown counts: ${bytes.toString('latin1', start, end)}`);
    }
    this.#added = bytes.toString('latin1', start, first);
    this.#deleted = bytes.toString('latin1', first + 1, second);
    if (second + 1 === end) this.#expected = 'counted old path';
    else this.#takeCounts(pathFromRange(bytes, second + 1, end));
  }

  #takeCounts(path: string): void {
    const record = this.#records[this.#counted];
    if (record?.path !== path) throw new Error(`git diff counted lines for an unexpected file: ${path}`);
    if (!COUNT.test(this.#added) || !COUNT.test(this.#deleted)) {
      throw new Error(`git diff answered unknown counts for ${path}: ${this.#added} ${this.#deleted}`);
    }
    count(record, this.#added, this.#deleted);
    this.#counted += 1;
  }
}
