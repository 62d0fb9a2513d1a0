import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import { breakCommand } from '../report/terminal-text.ts';

/** A text as one line of stderr, `gate: …`; a job's log finds no command in it. */
export function messageLine(text: string): string {
  return `gate: ${breakCommand(text)}\n`;
}

/** A failure as one line of stderr: where, what, how to mend it. */
export function failureLine(failure: GateFailure): string {
  return messageLine(describeFailure(failure));
}
