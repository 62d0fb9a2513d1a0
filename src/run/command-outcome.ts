import { constants } from 'node:os';
import type { CommandStage, ExecutionSettings } from '../config/gate-config.ts';
import type { ProcessExit } from '../host/ports.ts';
import { formatDuration } from '../kernel/duration.ts';
import { unreachable } from '../kernel/never.ts';
import { clip, oneLine, stripAnsi } from '../kernel/text.ts';
import type { AttemptRecord, StageReason } from './stage-result.ts';

/** What one attempt amounts to, in the words of the report. */
export interface AttemptJudgement {
  readonly status: AttemptRecord['status'];
  readonly reason: StageReason | null;
  /** One line; null on a plain pass. */
  readonly detail: string | null;
}

/** What is looked at besides the exit itself. */
export interface OutcomeContext {
  readonly settings: Pick<CommandStage, 'id' | 'timeoutMs'>;
  readonly commandLine: string;
  readonly execution: Pick<ExecutionSettings, 'timeoutMs'>;
  readonly cancelSignal: 'SIGINT' | 'SIGTERM' | null;
  /** End of the output: a shell says there what it could not find. */
  readonly tail: string;
}

const MAX_COMMAND_CHARS = 200;
const MAX_CAUSE_CHARS = 120;

/** The lines of the output in which a shell's complaint is looked for. */
const COMPLAINT_LINES = 5;

/**
 * Exit codes of the shell when it could not run a command at all (POSIX, "Exit Status for Commands"), with the
 * ends of the lines in which dash, bash and busybox say so. The name before is text from the change.
 */
const SHELL_COMPLAINTS = [
  { exitCode: 127, endings: [': command not found', ': not found', ': No such file or directory'] },
  { exitCode: 126, endings: [': Permission denied', ': Exec format error', ': Is a directory'] },
] as const;

/** The limit that counts for a stage, ms. */
export function timeoutOf(context: Pick<OutcomeContext, 'settings' | 'execution'>): number {
  return context.settings.timeoutMs ?? context.execution.timeoutMs;
}

/** What the shell complains about: the word before `: not found`; null when it says nothing like it. */
function findComplaint(exitCode: number, tail: string): string | null {
  const endings: readonly string[] =
    SHELL_COMPLAINTS.find((entry) => entry.exitCode === exitCode)?.endings ?? [];
  const lines = stripAnsi(tail.slice(-4_096)).trimEnd().split('\n').slice(-COMPLAINT_LINES).reverse();
  for (const line of lines) {
    const ending = endings.find((text) => line.trimEnd().endsWith(text));
    if (ending === undefined) continue;
    const before = line.trimEnd().slice(0, -ending.length);
    return clip(oneLine(before.slice(before.lastIndexOf(': ') + 1).trim()), MAX_CAUSE_CHARS);
  }
  return null;
}

function describeUnstartable(exitCode: 126 | 127, tail: string): string {
  const complaint = findComplaint(exitCode, tail);
  const name = complaint === null || complaint === '' ? '' : `: ${complaint}`;
  return exitCode === 127
    ? `exit code 127, command not found${name} (or the interpreter that its first line names)`
    : `exit code 126, command cannot be executed${name} (is it executable, and a program?)`;
}

/** A shell reports a child that a signal ended as 128 + its number. */
function describeExitCode(exitCode: number): string {
  const signal = Object.entries(constants.signals).find(([, number]) => number === exitCode - 128)?.[0];
  return signal === undefined ? `exit code ${exitCode}` : `exit code ${exitCode} (128 + ${signal})`;
}

function judgeExitCode(exitCode: number | null, context: OutcomeContext): AttemptJudgement {
  if (exitCode === 0) return { status: 'passed', reason: null, detail: null };
  const words =
    exitCode === null
      ? 'ended without an exit code'
      : exitCode === 126 || exitCode === 127
        ? describeUnstartable(exitCode, context.tail)
        : describeExitCode(exitCode);
  return { status: 'failed', reason: 'exit_nonzero', detail: `${words}: ${showCommand(context)}` };
}

function showCommand({ commandLine }: OutcomeContext): string {
  return clip(oneLine(commandLine.trim()), MAX_COMMAND_CHARS);
}

function describeTimeout(context: OutcomeContext): string {
  const key = `stages.${context.settings.id}.timeout`;
  const mend = context.settings.timeoutMs === null ? `set ${key} (or execution.timeout)` : `raise ${key}`;
  return `timed out after ${formatDuration(timeoutOf(context))}: find what hangs, or ${mend}`;
}

/** Judges a command by the way it ended; what it printed changes only the words. */
export function judgeExit(exit: ProcessExit, context: OutcomeContext): AttemptJudgement {
  switch (exit.outcome) {
    case 'exited':
      return judgeExitCode(exit.exitCode, context);
    case 'signalled': {
      const detail = `ended by ${exit.signal ?? 'a signal'}: ${showCommand(context)}`;
      return { status: 'failed', reason: 'signalled', detail };
    }
    case 'timed_out':
      return { status: 'failed', reason: 'timed_out', detail: describeTimeout(context) };
    case 'cancelled': {
      const detail = `stopped by ${context.cancelSignal ?? 'the user'} after ${formatDuration(exit.durationMs)}`;
      return { status: 'cancelled', reason: 'cancelled', detail };
    }
    case 'spawn_failed': {
      const detail = oneLine(exit.spawnError ?? 'the command could not be started');
      return { status: 'not_evaluated', reason: 'spawn_failed', detail };
    }
    default:
      return unreachable(exit.outcome);
  }
}
