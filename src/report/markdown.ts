import { formatDuration } from '../kernel/duration.ts';
import { HEADLINE_MAX_STAGES } from './limits.ts';
import { detailSections } from './markdown-details.ts';
import { failureSection } from './markdown-failures.ts';
import { cutMarkdown, fits, type MarkdownRoom } from './markdown-size.ts';
import { stageTable } from './markdown-table.ts';
import { codeSpan, inlineText } from './markdown-text.ts';
import type { GateReport } from './report-model.ts';
import { needsAttention } from './stage-rows.ts';
import { outcomeWords } from './status-words.ts';

/** Room and links of a Markdown rendering. */
export interface MarkdownOptions {
  /** At most so many UTF-16 units; comments: `COMMENT_MAX_CHARS`. */
  readonly maxChars: number;
  /** At most so many UTF-8 bytes; job summaries: `SUMMARY_MAX_BYTES`. */
  readonly maxBytes?: number;
  /** Prefix of links to files, `https://host/owner/repo/blob/<sha>`; without it places stand as code. */
  readonly blobUrl?: string;
  /** Where the whole evidence can be had. */
  readonly evidenceUrl?: string;
}

/** `### ❌ failed: build, test`. */
function headline(report: GateReport, named: boolean): string {
  const { emoji, words } = outcomeWords(report.outcome);
  const { stages, note } = report.headline;
  const names = stages.slice(0, HEADLINE_MAX_STAGES).map((id) => inlineText(id, 'paragraph', 80));
  const left = stages.length - names.length;
  const list = `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  const deciding = [list, note ?? ''].filter((part) => part !== '').join('; ');
  return `### ${emoji} ${words}${named && deciding !== '' ? `: ${deciding}` : ''}`;
}

/** What was tested, against what, and how long it took, on one line. */
function subject(report: GateReport): string {
  const { change, run } = report;
  const head = change.headSha === null ? 'no commit' : codeSpan(change.headSha);
  const dirty = change.dirty ? ' with uncommitted files' : '';
  const branch = change.branch === null ? '' : ` on ${codeSpan(change.branch)}`;
  const source = change.baseSource === null ? '' : ` (${inlineText(change.baseSource)})`;
  const base = change.baseSha === null ? '' : ` against ${codeSpan(change.baseSha)}${source}`;
  const parts = [
    `${head}${dirty}${branch}${base}`,
    change.size ?? 'change not measured',
    run.durationMs === null ? '' : formatDuration(run.durationMs),
  ];
  return parts.filter((part) => part !== '').join(' · ');
}

function warningLines(report: GateReport): string[] {
  const shown = report.warnings.slice(0, 10).map((warning) => `- ⚠️ ${inlineText(warning)}`);
  const left = report.warnings.length - shown.length;
  const more = left > 0 ? [`- and ${left} more, see \`manifest.json\``] : [];
  return shown.length === 0 ? [] : ['', ...shown, ...more];
}

function opening(report: GateReport): string[] {
  const { why } = report.headline;
  return [headline(report, true), '', subject(report), ...(why === null ? [] : ['', inlineText(why)])];
}

function footer(report: GateReport): string[] {
  const commands = report.commands.map(({ label, text }) => `${codeSpan(text, 'paragraph', 500)} (${label})`);
  const { run } = report;
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
  return [
    '',
    '---',
    '',
    `Locally: ${commands.join(' · ')}`,
    '',
    `${inlineText(run.tool)} · pipeline ${codeSpan(run.pipeline)} · task ${codeSpan(run.taskId)} · run ${codeSpan(run.runId)}${attempt}`,
  ];
}

/** Blocks with a blank line between. */
function joinBlocks(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((block) => ['', ...block]);
}

function fullLines(report: GateReport, blobUrl: string | null): string[] {
  return [
    ...opening(report),
    '',
    ...stageTable(report),
    ...warningLines(report),
    ...joinBlocks(report.failures.map((failure) => failureSection(failure, blobUrl))),
    ...joinBlocks(detailSections(report, blobUrl)),
    ...footer(report),
  ];
}

function failureLines(report: GateReport, blobUrl: string | null): string[] {
  const rows = report.stages.filter(needsAttention);
  return [
    ...opening(report),
    ...(rows.length === 0 ? [] : ['', ...stageTable(report, rows)]),
    ...joinBlocks(report.failures.map((failure) => failureSection(failure, blobUrl))),
  ];
}

function countLines(report: GateReport): string[] {
  return [headline(report, false), '', `${report.total.words}.`];
}

/** Says that something is missing, and where all of it is. */
function shortenedNotice(report: GateReport, options: MarkdownOptions): string[] {
  const where =
    options.evidenceUrl === undefined
      ? `in the evidence of run ${codeSpan(report.run.runId)}`
      : `in [the evidence](${options.evidenceUrl})`;
  return ['', `*Shortened to fit. The whole report is ${where}.*`];
}

/**
 * The report as GitHub-flavoured Markdown, for comment, job summary and `report.md`. What does not fit
 * loses detail before it loses the message: everything → only failures → failures cut at a line →
 * counts and a link. Nothing from the change can act in it (see `markdown-text.ts`).
 */
export function renderMarkdown(report: GateReport, options: MarkdownOptions): string {
  const room: MarkdownRoom = { maxChars: options.maxChars, maxBytes: options.maxBytes ?? null };
  const blobUrl = options.blobUrl ?? null;
  const full = `${fullLines(report, blobUrl).join('\n')}\n`;
  if (fits(full, room)) return full;
  const notice = [...shortenedNotice(report, options), ...footer(report), ''];
  const failures = failureLines(report, blobUrl);
  const counts = countLines(report);
  const minLines = opening(report).length + 1;
  const shortNotice = [...shortenedNotice(report, options), ''];
  const shortened =
    cutMarkdown(failures, notice, minLines, room) ??
    cutMarkdown(failures, shortNotice, minLines, room) ??
    cutMarkdown(counts, shortNotice, counts.length, room) ??
    cutMarkdown(counts, [], 1, room);
  return shortened ?? headline(report, false).slice(0, Math.max(0, options.maxChars));
}
