import { clip } from '../kernel/text.ts';
import type { Palette } from './color.ts';
import { displayWidth, wrapToWidth } from './display-width.ts';
import { TEXT_MAX_CHARS } from './limits.ts';
import { breakCommand, terminalText } from './terminal-text.ts';
import { visibleLines } from './visible-text.ts';

/** How everything of one report is painted. */
export interface TerminalStyle {
  readonly width: number;
  readonly palette: Palette;
  /** Folder of the evidence as the user can open it; null: unknown. */
  readonly evidencePath: string | null;
}

type Paint = (text: string) => string;

/** Columns of a label before its value. */
const LABEL_WIDTH = 10;

/** Wraps free text under an indent; every row is at most `width` wide. */
export function indentText(text: string, indent: string, width: number, paint: Paint): string[] {
  const rows = visibleLines(clip(text, TEXT_MAX_CHARS)).flatMap((line) =>
    wrapToWidth(breakCommand(line), width - indent.length),
  );
  return rows.map((row) => (row === '' ? '' : `${indent}${paint(row)}`));
}

/** A remark under a yellow `!`; further rows stand under the first. */
export function remark(text: string, { width, palette }: Pick<TerminalStyle, 'width' | 'palette'>): string[] {
  const rows = indentText(text, '    ', width, (row) => row);
  return rows.map((row, at) => (at === 0 ? `  ${palette.yellow('!')} ${row.slice(4)}` : row));
}

/** A label and a value that may wrap; continuation rows stand under the value. */
export function labelled(label: string, value: string, style: TerminalStyle, indent = '    '): string[] {
  const room = style.width - indent.length - LABEL_WIDTH;
  const rows = visibleLines(clip(value, TEXT_MAX_CHARS)).flatMap((line) =>
    wrapToWidth(breakCommand(line), room),
  );
  return rows.map(
    (row, at) => `${indent}${style.palette.dim((at === 0 ? label : '').padEnd(LABEL_WIDTH))}${row}`,
  );
}

/** A path to be copied: where it does not fit behind its label it starts on a row of its own. */
export function labelledPath(label: string, path: string, style: TerminalStyle, indent: string): string[] {
  const text = terminalText(clip(path, TEXT_MAX_CHARS));
  if (displayWidth(text) <= style.width - indent.length - LABEL_WIDTH)
    return labelled(label, path, style, indent);
  return [
    `${indent}${style.palette.dim(label)}`,
    ...wrapToWidth(text, style.width - indent.length).map((row) => `${indent}${row}`),
  ];
}

/** A file of the evidence: its whole path where that fits on a row, else its name inside the folder. */
export function labelledFile(label: string, file: string, style: TerminalStyle, indent: string): string[] {
  const room = style.width - indent.length - LABEL_WIDTH;
  const whole = style.evidencePath === null ? file : `${style.evidencePath.replace(/[\\/]$/, '')}/${file}`;
  const path = displayWidth(terminalText(whole)) <= room ? whole : file;
  return labelled(label, path, style, indent);
}
