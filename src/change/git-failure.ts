import type { GitAnswer } from '../host/ports.ts';
import { evaluationFailure, type GateFailure } from '../kernel/failure.ts';
import { clip } from '../kernel/text.ts';

const MAX_CAUSE_CHARS = 400;

/** The line of git's stderr that says why: the first `fatal:` or `error:`, else the last line. */
function causeOf(answer: GitAnswer): string {
  const lines = answer.stderr.split('\n').filter((line) => line.trim() !== '');
  const cause = lines.find((line) => /^(?:fatal|error): /.test(line)) ?? lines.at(-1) ?? '';
  return clip(cause === '' ? `exit code ${answer.exitCode}` : cause, MAX_CAUSE_CHARS);
}

/** A git command that did not do what it was asked for, as a failure to evaluate (exit 3). `what` is a clause. */
export function gitFailure(answer: GitAnswer, what: string): GateFailure {
  const mend = answer.exitCode === 127 ? 'install git and put its folder on PATH' : null;
  return evaluationFailure(`${what}: ${causeOf(answer)}`, { mend });
}
