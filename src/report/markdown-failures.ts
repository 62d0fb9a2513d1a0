import { formatDuration } from '../kernel/duration.ts';
import { clip, plural } from '../kernel/text.ts';
import { MARKDOWN_MAX_FINDINGS, TEXT_MAX_CHARS } from './limits.ts';
import { codeSpan, fencedBlock, inlineText, locationLink } from './markdown-text.ts';
import type { FindingRow, StageFailure } from './report-model.ts';
import { stageWords } from './status-words.ts';
import { visibleLines } from './visible-text.ts';

/** `- item`, as bodies list things. */
const ITEM = /^[-*] +(?=\S)/;

/** The lines of a longer text as paragraphs and lists, indented to stand in a list item. */
function paragraphs(text: string, indent: string): string[] {
  const lines = visibleLines(clip(text, TEXT_MAX_CHARS)).filter((line) => line !== '');
  return lines.flatMap((line, at) => {
    if (!ITEM.test(line)) return ['', `${indent}${inlineText(line)}`];
    const item = `${indent}- ${inlineText(line.replace(ITEM, ''))}`;
    return ITEM.test(lines[at - 1] ?? '') ? [item] : ['', item];
  });
}

/** One finding as an item of a list: where, what, and how to mend it. */
function findingItem(finding: FindingRow, blobUrl: string | null): string[] {
  const url = finding.side === 'new' ? blobUrl : null;
  const place =
    finding.path === null ? '' : ` ${locationLink(url, finding.path, finding.startLine, finding.endLine)}`;
  const removed = finding.side === 'old' ? ' (removed line)' : '';
  const sure = finding.confidence === null ? '' : `, ${finding.confidence}`;
  const lines = [
    `- **P${finding.priority}**${place}${removed} ${inlineText(finding.title)} (${codeSpan(finding.ruleId)}${sure})`,
  ];
  lines.push(...paragraphs(finding.body, '  '));
  if (finding.suggestion !== null) {
    const code = visibleLines(clip(finding.suggestion, TEXT_MAX_CHARS));
    if (code.length > 0) lines.push('', ...indented(['Suggested:', '', ...fencedBlock(code, 'text')]));
  }
  return lines;
}

function indented(lines: readonly string[]): string[] {
  return lines.map((line) => (line === '' ? '' : `  ${line}`));
}

/** Findings as a list; what is beyond the limit is counted. */
export function findingList(
  findings: readonly FindingRow[],
  blobUrl: string | null,
  maxFindings = MARKDOWN_MAX_FINDINGS,
): string[] {
  const shown = findings.slice(0, maxFindings).flatMap((finding, at) => {
    const item = findingItem(finding, blobUrl);
    return at > 0 && item.length > 1 ? ['', ...item] : item;
  });
  const left = findings.length - maxFindings;
  return left > 0 ? [...shown, `- and ${plural(left, 'more finding')}, see \`manifest.json\``] : shown;
}

/** What ran and for how long, with the attempts when there were several. */
function ranLine(failure: StageFailure): string[] {
  const { row } = failure;
  if (row.command === null) return [];
  const cwd = row.cwd === null ? '' : ` in ${codeSpan(row.cwd)}`;
  const time = row.durationMs === null ? '' : `, ${formatDuration(row.durationMs)}`;
  const attempts = failure.attempts.length === 0 ? '' : ` (${inlineText(failure.attempts.join('; '))})`;
  const lines = visibleLines(clip(row.command, TEXT_MAX_CHARS));
  if (lines.length > 1) return ['', `Command${cwd}${time}${attempts}:`, '', ...fencedBlock(lines, 'text')];
  return ['', `Command: ${codeSpan(row.command.trim(), 'paragraph', 500)}${cwd}${time}${attempts}`];
}

/** A failure, expanded: reason, command, the end of its log, findings, what to do. */
export function failureSection(failure: StageFailure, blobUrl: string | null): string[] {
  const { row } = failure;
  const { emoji, words } = stageWords(row.status);
  const reason = row.reason ?? words;
  const optional = row.required ? '' : ' (optional)';
  const names = [row, ...failure.also].map(({ id }) => inlineText(id)).join(', ');
  const lines = [`#### ${emoji} ${names}: ${inlineText(reason)}${optional}`];
  if (failure.cause !== null) lines.push('', inlineText(failure.cause));
  lines.push(...ranLine(failure));
  if (failure.tail !== null) {
    const log = row.logPath === null ? 'the log' : codeSpan(row.logPath);
    const heading = failure.tail.shortened ? `The last lines of ${log}:` : `All of ${log}:`;
    lines.push('', heading, '', ...fencedBlock(failure.tail.lines, 'text'));
  }
  if (failure.findings.length > 0) lines.push('', ...findingList(failure.findings, blobUrl));
  if (failure.advice !== null) lines.push('', `Next: ${inlineText(failure.advice)}`);
  return lines;
}
