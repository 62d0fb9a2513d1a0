import { formatDuration } from '../kernel/duration.ts';
import { plural } from '../kernel/text.ts';
import { type Palette, paletteFor } from './color.ts';
import { truncateToWidth, wrapToWidth } from './display-width.ts';
import { HEADLINE_MAX_STAGES, NAME_MAX_CHARS } from './limits.ts';
import type { GateReport } from './report-model.ts';
import { outcomeWords, paintTone } from './status-words.ts';
import {
  evidenceFile,
  indentText,
  labelled,
  renderFailure,
  type TerminalStyle,
} from './terminal-failures.ts';
import { renderStageTable } from './terminal-table.ts';
import { layoutWidth, terminalText } from './terminal-text.ts';

/** How a report is laid out for people at a terminal. */
export interface TerminalOptions {
  /** Columns of the window; held between 40 and 120. */
  readonly width: number;
  readonly color: boolean;
  /** Folder of the evidence as the user can open it; without it, paths stand as in the manifest. */
  readonly evidencePath?: string;
}

/** `implementation-gate  9f8e7d6 on main, against 1a2b3c4 (origin/main)`. */
export function subjectLines(report: GateReport, width: number, palette: Palette): string[] {
  const { change, run } = report;
  const head = change.headSha ?? 'no commit';
  const branch = change.branch === null ? '' : ` on ${change.branch.slice(0, NAME_MAX_CHARS)}`;
  const source = change.baseSource === null ? '' : ` (${change.baseSource})`;
  const base = change.baseSha === null ? '' : `, against ${change.baseSha}${source}`;
  const dirty = change.dirty ? ' with uncommitted files' : '';
  const size = change.size === null ? 'change not measured' : change.size;
  const name = truncateToWidth(terminalText(run.pipeline), width - 2);
  return [
    `  ${palette.bold(name)}`,
    ...indentText(`${head}${branch}${dirty}${base} · ${size}`, '  ', width, palette.dim),
  ];
}

/** `✖ failed: build, test   5 of 7 passed, 2 failed · 56.2 s`, wrapped when it must be. */
export function verdictLines(report: GateReport, width: number, palette: Palette): string[] {
  const { symbol, words, tone } = outcomeWords(report.outcome);
  const { stages } = report.headline;
  const names = stages.slice(0, HEADLINE_MAX_STAGES).map((id) => terminalText(id.slice(0, NAME_MAX_CHARS)));
  const left = stages.length - names.length;
  const list = `${names.join(', ')}${left > 0 ? ` and ${left} more` : ''}`;
  const verdict = stages.length === 0 ? words : `${words}: ${list}`;
  const time = report.total.durationMs === null ? '' : ` · ${formatDuration(report.total.durationMs)}`;
  const counts = `${report.total.words}${time}`;
  const loud = (text: string) => palette.bold(paintTone(palette, tone, text));
  const oneRow = `${verdict}   ${counts}`;
  if (wrapToWidth(oneRow, width - 4).length === 1) {
    return [`  ${loud(`${symbol} ${verdict}`)}   ${palette.dim(counts)}`];
  }
  const rows = wrapToWidth(verdict, width - 4);
  return [
    ...indentText(counts, '  ', width, palette.dim),
    ...rows.map((row, at) => `  ${loud(`${at === 0 ? symbol : ' '} ${row}`)}`),
  ];
}

function remarkLines(report: GateReport, style: TerminalStyle): string[] {
  const { palette } = style;
  const waivers = report.waivers.map(
    (waiver) =>
      `waived: ${waiver.kind} by ${waiver.actor ?? 'an unknown actor'} (${waiver.source}): ${waiver.reason}`,
  );
  const policy = report.policy.changedInChange
    ? ['this change edits the gate’s configuration; the edit counts for the changes after it']
    : [];
  const commands = report.policy.commandsChanged.map(
    (line) => `this change edits what a stage runs: ${line}`,
  );
  const remarks = [...report.warnings, ...policy, ...commands, ...waivers];
  const shown = remarks.slice(0, 10);
  const left = remarks.length - shown.length;
  const all = left > 0 ? [...shown, `and ${plural(left, 'more warning')}, see manifest.json`] : shown;
  return all.flatMap((remark) => {
    const rows = indentText(remark, '    ', style.width, (text) => text);
    return rows.map((row, at) => (at === 0 ? `  ${palette.yellow('!')} ${row.slice(4)}` : row));
  });
}

function closingLines(report: GateReport, style: TerminalStyle, evidencePath: string | undefined): string[] {
  const lines: string[] = [];
  const { why } = report.headline;
  if (why !== null) lines.push(...indentText(why, '  ', style.width, (text) => text), '');
  const again = report.commands.find(({ text }) => text.startsWith('gate run'));
  if (report.failures.length > 0 && again !== undefined)
    lines.push(...labelled('again', again.text, style, '  '));
  if (evidencePath !== undefined) lines.push(...labelled('evidence', evidencePath, style, '  '));
  if (evidencePath !== undefined && report.evidence.files.some((file) => file.path === 'report.md')) {
    lines.push(...labelled('report', evidenceFile(style, 'report.md'), style, '  '));
  }
  return lines.length === 0 ? lines : [...lines, ''];
}

function block(lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', ...lines];
}

/**
 * The final report for people: a line per stage, then what failed, expanded, worst last (next to the
 * verdict, where the eye is), then where the evidence is, then the verdict. Ends in a line break; no
 * line is wider than the window, and nothing of the change can steer the terminal.
 */
export function renderTerminal(report: GateReport, options: TerminalOptions): string {
  const width = layoutWidth(options.width);
  const palette = paletteFor(options.color);
  const style: TerminalStyle = { width, palette, evidencePath: options.evidencePath ?? null };
  const failures = [...report.failures].reverse();
  const lines = [
    '',
    ...subjectLines(report, width, palette),
    '',
    ...renderStageTable(report.stages, width, palette),
    ...block(remarkLines(report, style)),
    ...failures.flatMap((failure) => block(renderFailure(failure, style))),
    '',
    ...closingLines(report, style, options.evidencePath),
    ...verdictLines(report, width, palette),
  ];
  return `${lines.join('\n')}\n`;
}
