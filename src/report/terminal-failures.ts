import { formatDuration } from '../kernel/duration.ts';
import { clip, plural } from '../kernel/text.ts';
import { displayWidth, truncateToWidth, wrapOutputToWidth } from './display-width.ts';
import { CELL_MAX_CHARS, NAME_MAX_CHARS, TAIL_LINE_MAX_ROWS, TERMINAL_TAIL_LINES } from './limits.ts';
import type { FindingRow, StageFailure } from './report-model.ts';
import { paintTone, stageWords } from './status-words.ts';
import { findingBlock, placeOf } from './terminal-findings.ts';
import { indentText, labelled, labelledFile, type TerminalStyle } from './terminal-layout.ts';
import { breakCommand, terminalText } from './terminal-text.ts';

/** Names of the stages of one failure. */
function namesOf({ row, also }: StageFailure): string {
  return [row, ...also].map(({ id }) => terminalText(id.slice(0, NAME_MAX_CHARS))).join(', ');
}

/** `✖ test · exit 1 · 40.1 s ─────────`: a rule that the eye finds again when scrolling. */
function heading(failure: StageFailure, style: TerminalStyle): string {
  const { row } = failure;
  const { palette } = style;
  const { symbol, tone, words } = stageWords(row.status);
  const facts = [
    terminalText(row.reason ?? words),
    row.durationMs === null || (row.reason ?? '').startsWith('timed out')
      ? ''
      : formatDuration(row.durationMs),
    row.required ? '' : 'optional',
  ].filter((fact) => fact !== '');
  const room = style.width - 4;
  const name = truncateToWidth(namesOf(failure), Math.max(8, Math.floor((room * 2) / 3)));
  const rest = truncateToWidth(` · ${facts.join(' · ')}`, room - displayWidth(name));
  const rule = style.width - 5 - displayWidth(name) - displayWidth(rest);
  const line = rule >= 3 ? ` ${palette.dim('─'.repeat(rule))}` : '';
  return `  ${paintTone(palette, tone, symbol)} ${palette.bold(name)}${paintTone(palette, tone, rest)}${line}`;
}

function tailLines(failure: StageFailure, style: TerminalStyle): string[] {
  if (failure.tail === null) return [];
  const bar = `    ${style.palette.dim('│')}`;
  const rows = failure.tail.lines
    .slice(-TERMINAL_TAIL_LINES)
    .flatMap((line) => wrapOutputToWidth(breakCommand(line), style.width - 6, TAIL_LINE_MAX_ROWS));
  return rows.map((row) => (row === '' ? bar : `${bar} ${row}`));
}

function factLines(failure: StageFailure, style: TerminalStyle): string[] {
  const { row } = failure;
  const lines: string[] = [];
  if (row.command !== null) {
    const cwd = row.cwd === null ? '' : ` (in ${row.cwd.slice(0, NAME_MAX_CHARS)})`;
    lines.push(...labelled('command', `${row.command}${cwd}`, style));
  }
  for (const [at, attempt] of failure.attempts.entries())
    lines.push(...labelled(at === 0 ? 'attempts' : '', attempt.replace(/^attempt /, ''), style));
  // The findings of a built-in stage are all that its log says.
  if (row.logPath !== null && (row.command !== null || failure.findings.length === 0))
    lines.push(...labelledFile('log', row.logPath, style, '    '));
  if (failure.advice !== null) lines.push(...labelled('next', failure.advice, style));
  return lines;
}

/** One failure, expanded: why it failed, the end of its log, its findings, what ran, what to do next. */
export function renderFailure(failure: StageFailure, style: TerminalStyle): string[] {
  const cause = failure.cause === null ? [] : indentText(failure.cause, '    ', style.width, (text) => text);
  const blocks = [
    cause,
    tailLines(failure, style),
    findingBlock(failure.findings, style),
    factLines(failure, style),
  ].filter((block) => block.length > 0);
  return [heading(failure, style), ...blocks.flatMap((block, at) => (at === 0 ? block : ['', ...block]))];
}

/** The worst finding, and how many more there are; null without findings. */
function describeWorst(findings: readonly FindingRow[]): string | null {
  const [worst] = findings;
  if (worst === undefined) return null;
  const place = placeOf(worst);
  const more = findings.length === 1 ? '' : `, and ${plural(findings.length - 1, 'more finding')}`;
  return `P${worst.priority} ${place === '' ? '' : `${place} `}${clip(worst.title, CELL_MAX_CHARS)}${more}`;
}

/** One failure in a line or two; none where a line of the table says all there is to say. */
export function renderFailureLine(failure: StageFailure, style: TerminalStyle): string[] {
  const { row, cause } = failure;
  const { symbol, tone, words } = stageWords(row.status);
  const reason = row.reason ?? words;
  const said =
    describeWorst(failure.findings) ?? (cause === null ? null : `${reason}: ${clip(cause, CELL_MAX_CHARS)}`);
  if (said === null) return [];
  const rows = indentText(`${namesOf(failure)}: ${said}`, '    ', style.width, (text) => text);
  const sign = paintTone(style.palette, tone, symbol);
  return rows.map((text, at) => (at === 0 ? `  ${sign} ${text.slice(4)}` : text));
}
