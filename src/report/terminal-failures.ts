import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import type { Palette } from './color.ts';
import { displayWidth, hardWrapToWidth, truncateToWidth, wrapToWidth } from './display-width.ts';
import {
  NAME_MAX_CHARS,
  TAIL_LINE_MAX_ROWS,
  TERMINAL_MAX_FINDINGS,
  TERMINAL_TAIL_LINES,
  TEXT_MAX_CHARS,
} from './limits.ts';
import type { FindingRow, StageFailure } from './report-model.ts';
import { paintTone, stageWords } from './status-words.ts';
import { breakCommand, guardLine, terminalText } from './terminal-text.ts';
import { visibleLines } from './visible-text.ts';

/** What a failure is painted with. */
export interface TerminalStyle {
  readonly width: number;
  readonly palette: Palette;
  /** Folder of the evidence as the user can open it; null: unknown. */
  readonly evidencePath: string | null;
}

type Paint = (text: string) => string;

/** Wraps free text under an indent; every row is at most `width` wide and starts no command. */
export function indentText(text: string, indent: string, width: number, paint: Paint): string[] {
  const rows = visibleLines(text.slice(0, TEXT_MAX_CHARS)).flatMap((line) =>
    wrapToWidth(breakCommand(line), width - indent.length),
  );
  return rows.map((row) => `${indent}${paint(guardLine(row))}`);
}

/** `✖ test · exit 1 · 40.1 s ─────────`: a rule that the eye finds again when scrolling. */
function heading(failure: StageFailure, style: TerminalStyle): string {
  const { row } = failure;
  const { symbol, tone, words } = stageWords(row.status);
  const facts = [
    terminalText(row.reason ?? words),
    row.durationMs === null || (row.reason ?? '').startsWith('timed out')
      ? ''
      : formatDuration(row.durationMs),
    row.required ? '' : 'optional',
  ].filter((fact) => fact !== '');
  const room = style.width - 4;
  const name = truncateToWidth(terminalText(row.id), Math.max(8, Math.floor(room / 2)));
  const rest = truncateToWidth(` · ${facts.join(' · ')}`, room - displayWidth(name));
  const rule = style.width - 5 - displayWidth(name) - displayWidth(rest);
  const line = rule >= 3 ? ` ${style.palette.dim('─'.repeat(rule))}` : '';
  const { palette } = style;
  return `  ${paintTone(palette, tone, symbol)} ${palette.bold(name)}${paintTone(palette, tone, rest)}${line}`;
}

function tailLines(failure: StageFailure, style: TerminalStyle): string[] {
  if (failure.tail === null) return [];
  const { palette } = style;
  const shown = failure.tail.lines.slice(-TERMINAL_TAIL_LINES);
  const bar = `    ${palette.dim('│')} `;
  const rows = shown.flatMap((line) =>
    hardWrapToWidth(breakCommand(line), style.width - 6, TAIL_LINE_MAX_ROWS),
  );
  return ['', ...rows.map((row) => `${bar}${row}`.replace(/ +$/, '')), ''];
}

function place(finding: FindingRow): string {
  if (finding.path === null) return '';
  const path = terminalText(finding.path);
  return finding.startLine === null ? path : `${path}:${finding.startLine}`;
}

/** `P0 src/a.ts:12  rule`, then the title and how to mend it, each wrapped. */
function findingLines(finding: FindingRow, style: TerminalStyle): string[] {
  const { palette, width } = style;
  const tone = finding.priority <= 1 ? 'bad' : finding.priority === 2 ? 'warn' : 'quiet';
  const level = `P${finding.priority}`;
  const where = place(finding);
  const facts = [
    terminalText(finding.ruleId),
    finding.side === 'old' ? 'removed line' : '',
    finding.confidence ?? '',
  ]
    .filter((fact) => fact !== '')
    .join(', ');
  const room = width - 7;
  const fitsOne = displayWidth(where) + displayWidth(facts) + 2 <= room;
  const first = fitsOne || where === '' ? truncateToWidth(where === '' ? facts : where, room) : null;
  const lines =
    first !== null
      ? [
          `    ${paintTone(palette, tone, level)} ${palette.cyan(first)}${where === '' ? '' : `  ${palette.dim(facts)}`}`,
        ]
      : [
          `    ${paintTone(palette, tone, level)} ${palette.cyan(shortenPath(where, room))}`,
          `       ${palette.dim(truncateToWidth(facts, room))}`,
        ];
  lines.push(...indentText(finding.title, '       ', width, (row) => row));
  if (finding.body.trim() !== finding.title.trim()) {
    lines.push(...indentText(finding.body, '       ', width, palette.dim));
  }
  if (finding.suggestion !== null && finding.suggestion.trim() !== '') {
    lines.push(...indentText(`suggested: ${finding.suggestion}`, '       ', width, palette.dim));
  }
  return lines;
}

/** The end of a path says more than its start. */
function shortenPath(path: string, width: number): string {
  if (displayWidth(path) <= width) return path;
  let kept = '';
  for (const character of [...path].reverse()) {
    if (displayWidth(character + kept) > width - 1) break;
    kept = character + kept;
  }
  return `…${kept}`;
}

/** Findings of a stage; what is beyond the limit is counted. */
export function findingBlock(findings: readonly FindingRow[], style: TerminalStyle): string[] {
  const shown = findings.slice(0, TERMINAL_MAX_FINDINGS);
  const lines = shown.flatMap((finding) => ['', ...findingLines(finding, style)]);
  const left = findings.length - shown.length;
  if (left > 0)
    lines.push('', `    ${style.palette.dim(`and ${plural(left, 'more finding')}, see manifest.json`)}`);
  return lines;
}

/** A label and a value that may wrap; continuation rows stand under the value. */
export function labelled(label: string, value: string, style: TerminalStyle, indent = '    '): string[] {
  const size = 10;
  const room = style.width - indent.length - size;
  const rows = wrapToWidth(terminalText(value.slice(0, TEXT_MAX_CHARS)), room);
  return rows.map((row, at) => `${indent}${style.palette.dim((at === 0 ? label : '').padEnd(size))}${row}`);
}

/** Joins the folder of the evidence with a path inside it. */
export function evidenceFile(style: TerminalStyle, path: string): string {
  return style.evidencePath === null ? path : `${style.evidencePath.replace(/[\\/]$/, '')}/${path}`;
}

/** One failure, expanded: what ran, why it failed, the end of its log, its findings, what to do next. */
export function renderFailure(failure: StageFailure, style: TerminalStyle): string[] {
  const { row } = failure;
  const lines = [heading(failure, style)];
  if (row.detail !== null) lines.push(...indentText(row.detail, '    ', style.width, (text) => text));
  lines.push(...tailLines(failure, style));
  if (failure.findings.length > 0)
    lines.push(...findingBlock(failure.findings, style).slice(failure.tail === null ? 1 : 2), '');
  if (row.command !== null) {
    const cwd = row.cwd === null ? '' : ` (in ${row.cwd.slice(0, NAME_MAX_CHARS)})`;
    lines.push(...labelled('command', `${row.command}${cwd}`, style));
  }
  for (const attempt of failure.attempts) lines.push(...labelled('', attempt, style));
  if (row.logPath !== null) lines.push(...labelled('log', evidenceFile(style, row.logPath), style));
  if (failure.advice !== null) lines.push(...labelled('next', failure.advice, style));
  while (lines.at(-1) === '') lines.pop();
  return lines;
}
