import type { Change, ChangedFile, FileLines, NumberedLine } from '../../change/change.ts';
import { bytesFromPath } from '../../change/path-bytes.ts';

/** A longer diff is cut; reviewers are told. */
export const MAX_DIFF_BYTES = 8 * 1_048_576;

/** Unchanged lines around a change, where the file is small enough to be read whole. */
const CONTEXT_LINES = 3;
const MAX_CONTEXT_BYTES = 1_048_576;
const BATCH_FILES = 50;

const NAMED_ESCAPES: ReadonlyMap<number, string> = new Map([
  [0x09, '\\t'],
  [0x0a, '\\n'],
  [0x0d, '\\r'],
  [0x22, '\\"'],
  [0x5c, '\\\\'],
]);

/** Quoted as git does it, where a name could end or forge a line or is no UTF-8. */
function quotePath(path: string): string {
  if (path.isWellFormed() && !/["\\\u0000-\u001f\u007f]/.test(path)) return path;
  const keepsHigh = path.isWellFormed();
  const quoted = [...bytesFromPath(path)].map((byte) => {
    const isPlain = (byte >= 0x20 && byte < 0x7f) || (byte > 0x7f && keepsHigh);
    return (
      NAMED_ESCAPES.get(byte) ??
      (isPlain ? String.fromCharCode(byte) : `\\${byte.toString(8).padStart(3, '0')}`)
    );
  });
  const text = quoted.join('');
  return `"${keepsHigh ? Buffer.from(text, 'latin1').toString('utf8') : text}"`;
}

function side(prefix: 'a' | 'b', path: string): string {
  return quotePath(`${prefix}/${path}`);
}

function headerOf(file: ChangedFile): string[] {
  const before = file.oldPath ?? file.path;
  const lines = [`diff --git ${side('a', before)} ${side('b', file.path)}`];
  if (file.status === 'added') lines.push(`new file mode ${file.newMode}`);
  else if (file.status === 'deleted') lines.push(`deleted file mode ${file.oldMode}`);
  else if (file.oldMode !== file.newMode) lines.push(`old mode ${file.oldMode}`, `new mode ${file.newMode}`);
  if (file.oldPath !== null) {
    lines.push(`rename from ${quotePath(file.oldPath)}`, `rename to ${quotePath(file.path)}`);
  }
  return lines;
}

interface Entry {
  readonly sign: ' ' | '+' | '-';
  readonly text: string;
  readonly oldLine: number;
  readonly newLine: number;
}

/** The changed lines in their order, with the unchanged ones around them as far as they are known. */
function entriesOf(lines: FileLines, newLines: readonly string[] | null): readonly (readonly Entry[])[] {
  const groups: Entry[][] = [];
  let group: Entry[] = [];
  let [old, fresh] = [1, 1];
  let [r, a] = [0, 0];
  const removed: readonly NumberedLine[] = lines.removed;
  const added: readonly NumberedLine[] = lines.added;
  const context = (from: number, to: number, shift: number) => {
    for (let line = from; line < to; line += 1) {
      group.push({ sign: ' ', text: newLines?.[line - 1] ?? '', oldLine: line - shift, newLine: line });
    }
  };
  while (r < removed.length || a < added.length) {
    const shift = fresh - old;
    const nextRemoved = (removed[r]?.line ?? Number.POSITIVE_INFINITY) + shift;
    const nextAdded = added[a]?.line ?? Number.POSITIVE_INFINITY;
    const next = Math.min(nextRemoved, nextAdded);
    const gap = next - fresh;
    // Numbers that do not rise are no diff; what is left is not shown.
    if (!(gap >= 0)) break;
    if (newLines !== null && gap > 0) {
      const isNear = group.length > 0 && gap <= CONTEXT_LINES * 2;
      if (isNear) context(fresh, next, shift);
      else {
        if (group.length > 0) {
          context(fresh, fresh + CONTEXT_LINES, shift);
          groups.push(group);
          group = [];
        }
        context(Math.max(1, next - CONTEXT_LINES), next, shift);
      }
    } else if (gap > 0 && group.length > 0) {
      groups.push(group);
      group = [];
    }
    [old, fresh] = [old + gap, fresh + gap];
    for (; removed[r]?.line === old; r += 1, old += 1) {
      group.push({ sign: '-', text: removed[r]?.text ?? '', oldLine: old, newLine: fresh });
    }
    for (; added[a]?.line === fresh; a += 1, fresh += 1) {
      group.push({ sign: '+', text: added[a]?.text ?? '', oldLine: old, newLine: fresh });
    }
  }
  if (newLines !== null) context(fresh, Math.min(fresh + CONTEXT_LINES, newLines.length + 1), fresh - old);
  if (group.length > 0) groups.push(group);
  return groups;
}

function hunkHeader(group: readonly Entry[]): string {
  const [first] = group;
  const oldCount = group.filter(({ sign }) => sign !== '+').length;
  const newCount = group.filter(({ sign }) => sign !== '-').length;
  // An empty side is named by the line before it.
  const oldStart = (first?.oldLine ?? 1) - (oldCount === 0 ? 1 : 0);
  const newStart = (first?.newLine ?? 1) - (newCount === 0 ? 1 : 0);
  return `@@ -${oldStart},${oldCount} +${newStart},${newCount} @@`;
}

/** One file of the diff. */
export function renderFileDiff(file: ChangedFile, lines: FileLines | null, newText: string | null): string {
  const header = headerOf(file);
  const before = file.status === 'added' ? '/dev/null' : side('a', file.oldPath ?? file.path);
  const after = file.status === 'deleted' ? '/dev/null' : side('b', file.path);
  if (file.binary) return `${[...header, `Binary files ${before} and ${after} differ`].join('\n')}\n`;
  if (lines === null || lines.added.length + lines.removed.length === 0) return `${header.join('\n')}\n`;
  const newLines = newText === null ? null : newText.replace(/\n$/, '').split('\n');
  const body = entriesOf(lines, newLines).flatMap((group) => [
    hunkHeader(group),
    ...group.map(({ sign, text }) => `${sign}${text}`),
  ]);
  return `${[...header, `--- ${before}`, `+++ ${after}`, ...body].join('\n')}\n`;
}

/** The change as one diff. */
export interface ChangeDiff {
  readonly text: string;
  /** Files that are not in it whole, or not at all. */
  readonly leftOut: number;
}

/** Renders a change from its pinned snapshot as a unified diff of at most {@link MAX_DIFF_BYTES}. */
export async function renderChangeDiff(change: Change): Promise<ChangeDiff> {
  const lines = new Map((await change.snapshot.readLines()).map((file) => [file.path, file]));
  const parts: string[] = [];
  let bytes = 0;
  let leftOut = 0;
  for (let at = 0; at < change.files.length; at += BATCH_FILES) {
    const batch = change.files.slice(at, at + BATCH_FILES);
    const readable = batch.flatMap(({ binary, newBlob, newBytes }) =>
      binary || newBlob === null || newBytes > MAX_CONTEXT_BYTES || bytes > MAX_DIFF_BYTES ? [] : [newBlob],
    );
    const contents = await change.snapshot.readBlobs(readable);
    const texts = new Map(readable.map((blob, index) => [blob, contents[index]?.toString('utf8') ?? null]));
    for (const file of batch) {
      const of = lines.get(file.path) ?? null;
      const text = file.newBlob === null ? null : (texts.get(file.newBlob) ?? null);
      const part = renderFileDiff(file, of, text);
      const size = Buffer.byteLength(part);
      if (bytes + size > MAX_DIFF_BYTES || of?.clipped === true) leftOut += 1;
      if (bytes + size <= MAX_DIFF_BYTES) parts.push(part);
      bytes += bytes + size <= MAX_DIFF_BYTES ? size : 0;
    }
  }
  return { text: parts.join(''), leftOut };
}
