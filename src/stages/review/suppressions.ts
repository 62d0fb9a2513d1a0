import type { Change } from '../../change/change.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import type { Finding } from '../../run/finding.ts';
import type { ReviewFile } from './review-file.ts';
import { coversFinding, readSuppressionComments, type SuppressionComment } from './suppression-comments.ts';
import {
  type FileSuppression,
  MAX_SUPPRESSION_BYTES,
  readSuppressionFile,
  SUPPRESSION_FILE,
} from './suppression-file.ts';

/** A file of the base with more than that is not searched for comments. */
const MAX_COMMENT_BYTES = 1_048_576;

/** Files are read so many at a time. */
const BATCH_FILES = 50;

/** A finding that the base had set aside, with why and where that stands. */
export interface Suppressed {
  readonly finding: Finding;
  readonly reason: string;
  readonly where: string;
}

export interface SuppressionOutcome {
  readonly kept: readonly Finding[];
  readonly suppressed: readonly Suppressed[];
  /** Entries that do not count, one line each. */
  readonly problems: readonly string[];
}

async function readList(change: Change, nowMs: number) {
  const file = (await change.snapshot.listBaseFiles()).find(({ path }) => path === SUPPRESSION_FILE);
  if (file === undefined) return { entries: [], problems: [] };
  if (!file.mode.startsWith('100') || file.bytes > MAX_SUPPRESSION_BYTES) {
    return { entries: [], problems: [`${SUPPRESSION_FILE} is no file of at most 256 KiB – it is ignored`] };
  }
  const [content] = await change.snapshot.readBlobs([file.blob]);
  if (content === null || content === undefined) {
    return { entries: [], problems: [`${SUPPRESSION_FILE} is not in this clone – it is ignored`] };
  }
  return await readSuppressionFile(content.toString('utf8'), nowMs);
}

/** The comments of the base in the files that have findings. */
async function readComments(
  change: Change,
  files: readonly ReviewFile[],
): Promise<ReadonlyMap<string, readonly SuppressionComment[]>> {
  const comments = new Map<string, readonly SuppressionComment[]>();
  for (let at = 0; at < files.length; at += BATCH_FILES) {
    const batch = files.slice(at, at + BATCH_FILES).flatMap((file) => {
      const { oldBlob, oldBytes, binary } = file.file;
      return oldBlob === null || binary || oldBytes > MAX_COMMENT_BYTES ? [] : [{ file, oldBlob }];
    });
    const contents = await change.snapshot.readBlobs(batch.map(({ oldBlob }) => oldBlob));
    for (const [index, { file }] of batch.entries()) {
      const text = contents[index]?.toString('utf8') ?? '';
      comments.set(file.path, readSuppressionComments(file, text));
    }
  }
  return comments;
}

function findEntry(finding: Finding, entries: readonly FileSuppression[]): FileSuppression | undefined {
  return entries.find(({ ruleId, matches }) => ruleId === finding.ruleId && matches(finding.path ?? ''));
}

/**
 * Sets findings aside that the merge base had set aside: by an entry of {@link SUPPRESSION_FILE} or by a comment
 * `gate-ignore <rule>: <reason>` above the line. What the change itself adds or moves of these does not count.
 */
export async function applySuppressions(
  change: Change,
  files: readonly ReviewFile[],
  findings: readonly Finding[],
  nowMs: number,
): Promise<SuppressionOutcome> {
  const { entries, problems } = await readList(change, nowMs);
  const paths = new Set(findings.map(({ path }) => path));
  const concerned = files.filter(({ path }) => paths.has(path));
  const comments = await readComments(change, concerned);
  const byPath = new Map(concerned.map((file) => [file.path, file]));
  const kept: Finding[] = [];
  const suppressed: Suppressed[] = [];
  for (const finding of findings) {
    const file = byPath.get(finding.path ?? '');
    const entry = findEntry(finding, entries);
    const comment =
      file === undefined
        ? undefined
        : comments.get(file.path)?.find((candidate) => coversFinding(candidate, finding, file));
    if (entry !== undefined) suppressed.push({ finding, reason: entry.reason, where: entry.where });
    else if (comment !== undefined && file !== undefined) {
      const where = `${clip(oneLine(file.file.oldPath ?? file.path), 200)}:${comment.line} of the base`;
      suppressed.push({ finding, reason: clip(oneLine(comment.reason), 300), where });
    } else kept.push(finding);
  }
  return { kept, suppressed, problems };
}
