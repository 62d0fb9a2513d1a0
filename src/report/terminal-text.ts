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

/** A runner reads `::name::` at the start of a line as a command, after any white space: `∷` is not one. */
export function guardLine(line: string): string {
  return line.replace(/^(\s*)::/, '$1∷');
}
