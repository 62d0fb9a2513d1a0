import { formatDuration } from '../kernel/duration.ts';
import type { GateReport } from './gate-report.ts';
import { quoteShellWord } from './rerun-commands.ts';
import { joinBlocks, subjectLines, type TerminalOptions, terminalStyle, verdictLines } from './terminal.ts';
import { renderFailureLine } from './terminal-failures.ts';
import { indentText, labelled, labelledPath, type TerminalStyle } from './terminal-layout.ts';
import { renderStageTable } from './terminal-table.ts';
import { finishText } from './terminal-text.ts';

/** How `gate status` is laid out. */
export interface StatusTextOptions extends TerminalOptions {
  /** Wall time now, ms since the epoch, to say how long ago a run was; absent: only its times are told. */
  readonly nowMs?: number;
}

/** `2026-01-06 11:18:00 UTC`. */
function formatTime(iso: string): string {
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC`;
}

/** How long ago, or nothing where the clocks of two machines do not agree. */
function describeAge(iso: string, nowMs: number | undefined): string {
  const ageMs = nowMs === undefined ? -1 : nowMs - Date.parse(iso);
  return ageMs >= 0 ? `, ${formatDuration(ageMs)} ago` : '';
}

/** Which run this is and when it was. */
function runLines(report: GateReport, nowMs: number | undefined, style: TerminalStyle): string[] {
  const { run } = report;
  const [verb, at] =
    run.completedAt === null ? (['started', run.startedAt] as const) : (['ended', run.completedAt] as const);
  const words = `run ${run.runId} of task ${run.taskId}, ${verb} ${formatTime(at)}${describeAge(at, nowMs)}`;
  return indentText(words, '  ', style.width, style.palette.dim);
}

function placeLines(report: GateReport, style: TerminalStyle): string[] {
  const evidence =
    style.evidencePath === null ? [] : labelledPath('evidence', style.evidencePath, style, '  ');
  const command = `gate report ${quoteShellWord(report.run.runId)}`;
  return [...evidence, ...labelled('report', command, style, '  ')];
}

/**
 * A run at a glance: a line per stage, the cause of each failure in a line or two, where the rest is, the
 * verdict. Made for a run that goes on as well as for one that ended.
 */
export function renderStatus(report: GateReport, options: StatusTextOptions): string {
  const style = terminalStyle(options);
  const { width, palette } = style;
  const lines = joinBlocks([
    [...subjectLines(report, width, palette), ...runLines(report, options.nowMs, style)],
    renderStageTable(report.stages, width, palette),
    [...report.failures].reverse().flatMap((failure) => renderFailureLine(failure, style)),
    placeLines(report, style),
    verdictLines(report, width, palette),
  ]);
  return finishText(lines);
}
