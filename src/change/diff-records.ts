import type { ChangedFile, FileStatus } from './change.ts';
import { pathFromBytes } from './path-bytes.ts';

/** A changed file as the diff tells it; the sizes are asked for afterwards. */
export type DiffRecord = Omit<ChangedFile, 'oldBytes' | 'newBytes'>;

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
const COUNTS = /^(-|\d+)\t(-|\d+)\t([\s\S]*)$/;

const SUBMODULE = '160000';

function idOrNull(id: string): string | null {
  return /^0+$/.test(id) ? null : id;
}

interface RawRecord {
  readonly path: string;
  readonly oldPath: string | null;
  readonly status: FileStatus;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
}

interface Counts {
  readonly added: number;
  readonly deleted: number;
  readonly binary: boolean;
}

/** Walks over the NUL-separated fields of a diff. */
class Fields {
  readonly #fields: readonly string[];
  #at = 0;

  constructor(text: string) {
    this.#fields = text.split('\0');
  }

  get next(): string {
    return this.#fields[this.#at] ?? '';
  }

  take(): string {
    const field = this.#fields[this.#at];
    if (field === undefined) throw new Error('a record of git diff ends early');
    this.#at += 1;
    return field;
  }
}

function takeRaw(fields: Fields): RawRecord {
  const head = fields.take();
  const match = RAW.exec(head);
  const status = STATUS.get(match?.[5] ?? '');
  if (match === null || status === undefined) throw new Error(`git diff answered an unknown record: ${head}`);
  const [, oldMode = '', newMode = '', oldId = '', newId = ''] = match;
  const oldPath = status === 'renamed' ? fields.take() : null;
  return {
    path: fields.take(),
    oldPath,
    status,
    oldMode,
    newMode,
    oldBlob: idOrNull(oldId),
    newBlob: idOrNull(newId),
  };
}

/** `added TAB deleted TAB path`, or for a rename an empty path and the two names behind it. */
function takeCounts(fields: Fields): readonly [string, Counts] {
  const head = fields.take();
  const match = COUNTS.exec(head);
  if (match === null) throw new Error(`git diff answered unknown counts: ${head}`);
  const [, added = '', deleted = '', name = ''] = match;
  if (name === '') fields.take();
  const path = name === '' ? fields.take() : name;
  const binary = added === '-';
  return [path, { added: binary ? 0 : Number(added), deleted: binary ? 0 : Number(deleted), binary }];
}

/** A submodule's side has no lines: what git counts for it is its own one-line description. */
function countLines(record: RawRecord, { added, deleted, binary }: Counts): Counts {
  const wasModule = record.oldMode === SUBMODULE;
  const isModule = record.newMode === SUBMODULE;
  if (!wasModule && !isModule) return { added, deleted, binary };
  const other = wasModule ? record.newMode : record.oldMode;
  return {
    added: isModule ? 0 : added,
    deleted: wasModule ? 0 : deleted,
    binary: binary && other !== SUBMODULE && other !== '000000',
  };
}

/**
 * Reads the output of a diff with `--raw --numstat -z`: all raw records, then all counts. Throws when it is anything
 * else.
 */
export function parseDiffRecords(output: Buffer): readonly DiffRecord[] {
  const fields = new Fields(pathFromBytes(output));
  const raw: RawRecord[] = [];
  while (fields.next.startsWith(':')) raw.push(takeRaw(fields));
  const counts = new Map<string, Counts>();
  while (fields.next !== '') {
    const [path, count] = takeCounts(fields);
    counts.set(path, count);
  }
  return raw.map((record) => {
    const count = counts.get(record.path);
    if (count === undefined) throw new Error(`git diff counted no lines for ${record.path}`);
    return { ...record, ...countLines(record, count) };
  });
}
