import { TERMINAL_MAX_WIDTH, TERMINAL_MIN_WIDTH } from './limits.ts';
import { visible } from './visible-text.ts';

/**
 * Text from the change for a terminal and for a job's log: {@link visible}, and `##[` broken, which the
 * runner reads as a command anywhere in a line.
 */
export function terminalText(text: string): string {
  return breakCommand(visible(text));
}

/** Breaks `##[…]` in text that is visible already. */
export function breakCommand(text: string): string {
  return text.replaceAll('##[', '## [');
}

/** The width to lay out for: the window's, between 40 and 120 columns; 100 where there is no window. */
export function layoutWidth(columns: number | undefined): number {
  if (columns === undefined || !Number.isFinite(columns) || columns <= 0) return 100;
  return Math.min(TERMINAL_MAX_WIDTH, Math.max(TERMINAL_MIN_WIDTH, Math.floor(columns)));
}

/**
 * A line as it may leave for a terminal or a log: without blanks at its end, and with the `::` broken that a
 * runner reads as a command at the start of a line, after any white space: `∷` is not one.
 */
export function finishLine(line: string): string {
  return line.replace(/^((?:\s|\u001b\[\d+m)*)::/, '$1∷').replace(/\s+((?:\u001b\[\d+m)*)$/, '$1');
}

/** The lines of a rendering as one text; each ends in a line break. */
export function finishText(lines: readonly string[]): string {
  return lines.map((line) => `${finishLine(line)}\n`).join('');
}
