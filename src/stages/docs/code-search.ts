import type { SnapshotReader, TreeFile } from '../../change/change.ts';
import { readFiles } from './file-batches.ts';
import type { RemovedName } from './removed-names.ts';

/** So much code is read, at most; what is left unread makes the answer incomplete. */
const MAX_TOTAL_BYTES = 128 * 1_048_576;
const MAX_FILE_BYTES = 2 * 1_048_576;
const MAX_NAMES = 100;

/** Documents, locks and binaries have no code in them. */
const NO_CODE =
  /\.(?:md|markdown|mdx|rst|adoc|txt|lock|svg|png|jpe?g|gif|webp|ico|pdf|zip|gz|tgz|woff2?|ttf|eot|mp4|mp3|wasm|map|snap)$|(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|pnpm-lock\.yaml|yarn\.lock|CHANGELOG[^/]*)$/i;

/** Which names still stand somewhere in the code. */
export interface SearchAnswer {
  readonly found: ReadonlySet<string>;
  /** False: not all code, or not all names, were looked at. */
  readonly complete: boolean;
}

/** The ways in which code may spell a name: `--dry-run` also as `dry-run` and `dryRun`, `--fix` also as `'fix'`. */
function formsOf(removed: RemovedName): readonly string[] {
  if (removed.kind !== 'flag') return [removed.name];
  const bare = removed.name.slice(2);
  if (!bare.includes('-')) return [removed.name, `'${bare}'`, `"${bare}"`, `\`${bare}\``];
  return [removed.name, bare, bare.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())];
}

function isWordByte(byte: number | undefined): boolean {
  if (byte === undefined) return false;
  return (
    (byte >= 48 && byte <= 57) ||
    (byte >= 65 && byte <= 90) ||
    (byte >= 97 && byte <= 122) ||
    byte === 95 ||
    byte === 36
  );
}

/** Whether a name stands in the text with no letter, digit or further hyphen beside it. */
function hasWord(content: Buffer, needle: Buffer): boolean {
  const hyphen = 45;
  for (let at = content.indexOf(needle); at !== -1; at = content.indexOf(needle, at + 1)) {
    const before = content[at - 1];
    const after = content[at + needle.length];
    const first = needle[0];
    const quoted = first === 34 || first === 39 || first === 96;
    const joined = needle.includes(hyphen) && after === hyphen;
    if (quoted || (!isWordByte(before) && !isWordByte(after) && !joined)) return true;
  }
  return false;
}

/** The files that are read: those up to the limits. */
function selectCode(files: readonly TreeFile[]): {
  readonly files: readonly TreeFile[];
  readonly all: boolean;
} {
  const code = files.filter((file) => file.mode.startsWith('100') && !NO_CODE.test(file.path));
  let total = 0;
  const selected = code.filter((file) => {
    if (file.bytes > MAX_FILE_BYTES || total + file.bytes > MAX_TOTAL_BYTES) return false;
    total += file.bytes;
    return true;
  });
  return { files: selected, all: selected.length === code.length };
}

/** Looks for names in all code of the state under test; ends as soon as all are found. */
export async function searchCode(
  snapshot: SnapshotReader,
  files: readonly TreeFile[],
  names: readonly RemovedName[],
): Promise<SearchAnswer> {
  const wanted = new Map(
    names.slice(0, MAX_NAMES).map((name) => [name.name, formsOf(name).map((form) => Buffer.from(form))]),
  );
  const found = new Set<string>();
  const code = selectCode(files);
  let complete = code.all && names.length <= MAX_NAMES;
  for await (const { contents } of readFiles(snapshot, code.files)) {
    if (contents === null) {
      complete = false;
      continue;
    }
    for (const [name, forms] of wanted) {
      if (!forms.some((form) => hasWord(contents, form))) continue;
      found.add(name);
      wanted.delete(name);
    }
    if (wanted.size === 0) break;
  }
  return { found, complete };
}
