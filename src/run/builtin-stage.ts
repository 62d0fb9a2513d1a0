import type { Change, Notes } from '../change/change.ts';
import type { BuiltinStageSettings } from '../config/gate-config.ts';
import type { Approval } from './approval.ts';
import type { StageResult } from './stage-result.ts';

/** What a built-in stage may look at. */
export interface BuiltinContext {
  readonly change: Change;
  readonly notes: Notes;
  /** Wall time that counts as now, ms since the epoch. */
  readonly nowMs: number;
  /** The gate's own version, for the source of findings. */
  readonly toolVersion: string;
  /** Limits and waivers from the environment, already validated. */
  readonly overrides: BudgetOverrides;
  /** Names of the configured pipelines: docs may mention them. */
  readonly pipelineIds: readonly string[];
  /** Adds one line to the stage's log. */
  readonly log: (line: string) => void;
  /** Runs the commands of reviewers; without it they are unavailable. */
  readonly commands?: CommandRunner | null;
  /** Who approved the pull request, oldest first; without it that is not known. */
  readonly approvals?: readonly Approval[] | null;
}

/** One command that is given a file as its input and answers on its standard output. */
export interface CommandQuestion {
  /** Command line for the platform's shell. */
  readonly commandLine: string;
  /** What it reads from its standard input; made once the folder for its files is known. */
  readonly input: (directory: string) => string;
  /** Further files by name, written into the folder before it starts. */
  readonly files: ReadonlyMap<string, string | Buffer>;
  readonly timeoutMs: number;
  /** More output than that is no answer. */
  readonly maxOutputBytes: number;
}

/** How a command ended, and what it wrote. */
export interface CommandAnswer {
  readonly outcome: 'exited' | 'signalled' | 'timed_out' | 'cancelled' | 'spawn_failed' | 'too_much_output';
  readonly exitCode: number | null;
  /** Standard output; empty unless the command exited by itself. */
  readonly stdout: string;
  /** The last lines of everything else it printed, for people. */
  readonly messages: string;
  /** One line on why there is no answer; null when the command exited. */
  readonly problem: string | null;
}

/** Runs one command with its whole process tree to the end; nothing of it is left behind, nor are its files. */
export interface CommandRunner {
  ask(question: CommandQuestion): Promise<CommandAnswer>;
}

/** `DIFF_BUDGET_MAX_FILES`, `DIFF_BUDGET_MAX_LINES`, `DIFF_BUDGET_OVERRIDE_REASON`; null where unset. */
export interface BudgetOverrides {
  readonly maxFiles: number | null;
  readonly maxLines: number | null;
  readonly overrideReason: string | null;
  /** Who asks for the waiver (`GITHUB_ACTOR`, else the system's user); null when unknown. */
  readonly actor: string | null;
}

/** A stage that the gate evaluates itself. Throws only on a bug. */
export type BuiltinStage = (settings: BuiltinStageSettings, context: BuiltinContext) => Promise<StageResult>;
