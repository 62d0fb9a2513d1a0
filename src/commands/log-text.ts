import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import { breakCommand } from '../report/terminal-text.ts';

/**
 * A text of several lines as it may stand in a job's log: what the runner would take for a command (`##[…]` anywhere,
 * `::…` at the start of a line) is broken. For renderings that are made for another place, such as Markdown.
 */
export function guardText(text: string): string {
  return breakCommand(text).replace(/^(\s*)::/gm, '$1∷');
}

/** A text as one line of stderr, `gate: …`; a job's log finds no command in it. */
export function messageLine(text: string): string {
  return `gate: ${breakCommand(text)}\n`;
}

/** A failure as one line of stderr: where, what, how to mend it. */
export function failureLine(failure: GateFailure): string {
  return messageLine(describeFailure(failure));
}
