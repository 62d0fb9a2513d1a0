import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import { type Palette, paletteFor } from './color.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { displayWidth, truncateToWidth, wrapToWidth } from './display-width.ts';
import { HEADLINE_MAX_STAGES, NAME_MAX_CHARS } from './limits.ts';
import type { GateReport } from './report-model.ts';
import { outcomeWords, paintTone } from './status-words.ts';
import { renderFailure } from './terminal-failures.ts';
import { hintBlock } from './terminal-findings.ts';
import {
  indentText,
  labelled,
  labelledFile,
  labelledPath,
  remark,
  type TerminalStyle,
} from './terminal-layout.ts';
import { renderStageTable } from './terminal-table.ts';
import { finishText, layoutWidth, terminalText } from './terminal-text.ts';

/** How a report is laid out for people at a terminal. */
export interface TerminalOptions {
  /** Columns of the window; held between 40 and 120. */
  readonly width: number;
  readonly color: boolean;
  /** Folder of the evidence as the user can open it; without it, paths stand as in the manifest. */
  readonly evidencePath?: string;
}

/** The style that options ask for. */
export function terminalStyle(options: TerminalOptions): TerminalStyle {
  return {
    width: layoutWidth(options.width),
    palette: paletteFor(options.color),
    evidencePath: options.evidencePath ?? null,
  };
}

/** `implementation-gate`, then `9f8e7d6 on main, against 1a2b3c4 (origin/main) · 12 files, +340 −22`. */
export function subjectLines(report: GateReport, width: number, palette: Palette): string[] {
  const { change, run } = report;
  const head = change.headSha ?? 'no commit';
  const branch = change.branch === null ? '' : ` on ${change.branch.slice(0, NAME_MAX_CHARS)}`;
  const source = change.baseSource === null ? '' : ` (${change.baseSource})`;
  const base = change.baseSha === null ? '' : `, against ${change.baseSha}${source}`;
  const dirty = change.dirty ? ' with uncommitted files' : '';
  const size = change.size === null ? 'change not measured' : change.size;
  const attempt = run.attempt > 1 ? `, attempt ${run.attempt}` : '';
  const name = truncateToWidth(terminalText(run.pipeline), width - 2 - attempt.length);
  return [
    `  ${palette.bold(name)}${palette.dim(attempt)}`,
    ...indentText(`${head}${branch}${dirty}${base} · ${size}`, '  ', width, palette.dim),
  ];
}

/**
 * `✖ failed: build, test   5 of 7 passed, 2 failed · 56.2 s`, in two rows when it must be, then the
 * manifest's own sentence where it says more.
 */
export function verdictLines(report: GateReport, width: number, palette: Palette): string[] {
  const { symbol, words, tone } = outcomeWords(report.outcome);
  const { stages, note, why } = report.headline;
  const names = stages.slice(0, HEADLINE_MAX_STAGES).map((id) => terminalText(id.slice(0, NAME_MAX_CHARS)));
  const left = stages.length - names.length;
  const list = `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  const deciding = [list, note ?? ''].filter((part) => part !== '').join('; ');
  const verdict = deciding === '' ? words : `${words}: ${deciding}`;
  const time = report.total.durationMs === null ? '' : ` · ${formatDuration(report.total.durationMs)}`;
  const counts = `${report.total.words}${time}`;
  const loud = (text: string) => palette.bold(paintTone(palette, tone, text));
  const reasons = why === null ? [] : indentText(why, '    ', width, (text) => text);
  if (displayWidth(`${verdict}   ${counts}`) <= width - 4) {
    return [`  ${loud(`${symbol} ${verdict}`)}   ${palette.dim(counts)}`, ...reasons];
  }
  const rows = wrapToWidth(verdict, width - 4);
  return [
    ...rows.map((row, at) => `  ${loud(`${at === 0 ? symbol : ' '} ${row}`)}`),
    ...indentText(counts, '    ', width, palette.dim),
    ...reasons,
  ];
}

/** `test slower, suspected: 26.6 s before (typical, n=20), 40.1 s now, +51 % (+32 % … +73 %)`. */
function describeSlower(row: ComparisonRow): string {
  const before =
    row.beforeMs === null
      ? ''
      : `${formatDuration(row.beforeMs)} before (typical${row.n === null ? '' : `, n=${row.n}`})`;
  const now = row.afterMs === null ? '' : `${formatDuration(row.afterMs)} now`;
  const interval = row.interval === null ? '' : ` (${row.interval})`;
  const change = row.change === null ? '' : `${row.change}${interval}`;
  const facts = [before, now, change].filter((fact) => fact !== '').join(', ');
  return `${row.stage} ${row.verdict}${facts === '' ? '' : `: ${facts}`}`;
}

function remarksOf(report: GateReport): string[] {
  const { policy } = report;
  return [
    ...report.comparison.filter((row) => row.shift === 'slower').map(describeSlower),
    ...report.warnings,
    ...(policy.edit === null ? [] : [policy.edit]),
    ...policy.settingsChanged.map((line) => `this change edits a setting: ${line}`),
    ...policy.commandsChanged.map((line) => `this change edits what a stage runs: ${line}`),
    ...report.waivers.map(
      ({ kind, reason, actor, source }) =>
        `waived: ${kind}${actor === null ? '' : ` by ${actor}`} (${source}): ${reason}`,
    ),
  ];
}

/** Remarks shown; the rest is counted and stands in the manifest. */
const MAX_REMARKS = 10;

/** What people should know beside the stages, a `!` before each. */
export function remarkLines(report: GateReport, style: TerminalStyle): string[] {
  const remarks = remarksOf(report);
  const shown = remarks.slice(0, MAX_REMARKS);
  const left = remarks.length - shown.length;
  const all = left > 0 ? [...shown, `and ${plural(left, 'more remark')}, see manifest.json`] : shown;
  return all.flatMap((text) => remark(text, style));
}

/** What to do next: the command that runs it again, and where the evidence is. */
export function closingLines(report: GateReport, style: TerminalStyle): string[] {
  const lines: string[] = [];
  const again = report.commands.find(({ text }) => text.startsWith('gate run'));
  if (report.outcome !== 'passed' && report.outcome !== 'in_progress' && again !== undefined)
    lines.push(...labelled('again', again.text, style, '  '));
  if (style.evidencePath !== null) {
    lines.push(...labelledPath('evidence', style.evidencePath, style, '  '));
    if (report.evidence.files.some((file) => file.path === 'report.md'))
      lines.push(...labelledFile('report', 'report.md', style, '  '));
  }
  return lines;
}

/** Blocks of lines with one blank line between; empty ones are left out. */
export function joinBlocks(blocks: readonly (readonly string[])[]): string[] {
  return blocks.filter((block) => block.length > 0).flatMap((block) => ['', ...block]);
}

/**
 * The final report for people: a line per stage, then what failed, expanded, worst last (next to the
 * verdict, where the eye is), then where the evidence is, then the verdict. Ends in a line break; no
 * line is wider than the window, and nothing of the change can steer the terminal.
 */
export function renderTerminal(report: GateReport, options: TerminalOptions): string {
  const style = terminalStyle(options);
  const { width, palette } = style;
  const lines = joinBlocks([
    subjectLines(report, width, palette),
    renderStageTable(report.stages, width, palette),
    remarkLines(report, style),
    hintBlock(report.hints, style),
    ...[...report.failures].reverse().map((failure) => renderFailure(failure, style)),
    closingLines(report, style),
    verdictLines(report, width, palette),
  ]);
  return finishText(lines);
}
