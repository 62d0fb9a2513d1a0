import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import { MARKDOWN_MAX_FINDINGS, TEXT_MAX_CHARS } from './limits.ts';
import { codeSpan, fencedBlock, inlineText, locationLink } from './markdown-text.ts';
import type { FindingRow, StageFailure } from './report-model.ts';
import { stageWords } from './status-words.ts';
import { visibleLines } from './visible-text.ts';

/** The lines of a longer text as paragraphs, indented to stand in a list item. */
function paragraphs(text: string, indent: string): string[] {
  return visibleLines(text.slice(0, TEXT_MAX_CHARS))
    .filter((line) => line !== '')
    .flatMap((line) => ['', `${indent}${inlineText(line)}`]);
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
  if (finding.body.trim() !== finding.title.trim()) lines.push(...paragraphs(finding.body, '  '));
  if (finding.suggestion !== null) {
    const code = visibleLines(finding.suggestion.slice(0, TEXT_MAX_CHARS));
    if (code.length > 0) lines.push('', ...indented(['Suggested:', '', ...fencedBlock(code, 'text')]), '');
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
  const shown = findings.slice(0, maxFindings).flatMap((finding) => findingItem(finding, blobUrl));
  const left = findings.length - maxFindings;
  return left > 0 ? [...shown, `- and ${plural(left, 'more finding')}, see \`manifest.json\``] : shown;
}

/** What ran and for how long, with the attempts when there were several. */
function ranLine(failure: StageFailure): string[] {
  const { row } = failure;
  if (row.command === null) return [];
  const cwd = row.cwd === null ? '' : ` in ${codeSpan(row.cwd)}`;
  const time = row.durationMs === null ? '' : `, ${formatDuration(row.durationMs)}`;
  const attempts = failure.attempts.length === 0 ? '' : ` – ${failure.attempts.join('; ')}`;
  return ['', `Command: ${codeSpan(row.command, 'paragraph', 500)}${cwd}${time}${inlineAttempts(attempts)}`];
}

function inlineAttempts(attempts: string): string {
  return attempts === '' ? '' : ` ${inlineText(attempts)}`;
}

/** A failure, expanded: reason, command, the end of its log, findings, what to do. */
export function failureSection(failure: StageFailure, blobUrl: string | null): string[] {
  const { row } = failure;
  const { emoji, words } = stageWords(row.status);
  const reason = row.reason ?? words;
  const optional = row.required ? '' : ' (optional)';
  const lines = [`#### ${emoji} ${inlineText(row.id)}: ${inlineText(reason)}${optional}`];
  if (row.detail !== null) lines.push('', inlineText(row.detail));
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
