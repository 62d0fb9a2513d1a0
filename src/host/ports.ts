/** The outside world as the gate sees it: plain requests in, plain data out. */

/** Two clocks: durations come from the monotonic one, dates from the wall. */
export interface Clock {
  /** Milliseconds from an arbitrary start; never goes back, may be fractional. */
  monotonicMs(): number;
  /** Milliseconds since the Unix epoch; may jump. */
  wallMs(): number;
}

/** How far a cancellation has gone: `graceful` = TERM and the grace period, `kill` = KILL at once. */
export type CancellationLevel = 'none' | 'graceful' | 'kill';

/** The user's or the runner's wish to stop, as told by SIGINT and SIGTERM. */
export interface Cancellation {
  readonly level: CancellationLevel;
  /** The first signal that asked; null while nobody has. */
  readonly signal: 'SIGINT' | 'SIGTERM' | null;
  /** Calls the listener at every rise of the level; returns the way to stop listening. */
  onRise(listener: () => void): () => void;
}

/** One command to run with its whole process tree. */
export interface ProcessRequest {
  /** Command line for the platform's shell (`sh -c`, `cmd /d /s /c`). */
  readonly commandLine: string;
  /** Absolute working directory. */
  readonly cwd: string;
  /** The whole environment of the child, already scrubbed. */
  readonly env: Readonly<Record<string, string>>;
  /** Time limit of the main process, ms. */
  readonly timeoutMs: number;
  /** Between TERM and KILL, ms. */
  readonly graceMs: number;
  /** Names the run in the child's environment, so that strays are found after the group is gone. */
  readonly runMarker: string;
  readonly cancellation: Cancellation;
  /**
   * Receives stdout and stderr in the order written; synchronous work here is the back-pressure. The chunk's
   * memory is used again after the call: copy what is kept.
   */
  readonly onOutput: (chunk: Buffer) => void;
}

/** What became of a command. The outcome is decided by the main process alone. */
export interface ProcessExit {
  readonly outcome: 'exited' | 'signalled' | 'timed_out' | 'cancelled' | 'spawn_failed';
  /** Null unless the process ended by itself with a code. */
  readonly exitCode: number | null;
  /** Signal name (`SIGSEGV`); null unless one ended the process. */
  readonly signal: string | null;
  readonly durationMs: number;
  /** User and system CPU time of the tree, ms; null where the platform cannot say. */
  readonly cpuMs: number | null;
  /** Largest resident set of one process of the tree, bytes; null where unknown. */
  readonly maxRssBytes: number | null;
  /** Bytes written by the tree, before any cut. */
  readonly outputBytes: number;
  /** Processes that outlived the main one and were killed. */
  readonly strays: number;
  /** One line with the errno when the process could not be started. */
  readonly spawnError: string | null;
}

/** Starts commands and never leaves one behind. */
export interface ProcessHost {
  run(request: ProcessRequest): Promise<ProcessExit>;
  /** Kills every process that carries the marker; resolves to their number. For runs whose gate is dead. */
  sweep(runMarker: string): Promise<number>;
}

/** What a git command answered. */
export interface GitAnswer {
  /** Git's own; 127 when there is no git, 126 when it cannot be started, 124 when it took too long, 128 + signal. */
  readonly exitCode: number;
  readonly stdout: Buffer;
  /** Clipped text of stderr, for messages. */
  readonly stderr: string;
}

/** A git that runs nothing from the workspace: absolute binary, own environment, bounded output. */
export interface Git {
  /** Runs one command to its end. Rejects only with what `onStdout` threw; a missing git is exit code 127. */
  run(args: readonly string[], options?: GitOptions): Promise<GitAnswer>;
  /** Starts a command that answers while its stdin stays open; what it says goes to `onStdout`. */
  converse(args: readonly string[], options: GitConversationOptions): GitConversation;
}

/** Per-call options of {@link Git.run}. */
export interface GitOptions {
  readonly input?: Buffer;
  /** Added to the hardened environment (GIT_DIR, GIT_INDEX_FILE, …). */
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  /** Receives stdout in pieces instead of collecting it. */
  readonly onStdout?: (chunk: Buffer) => void;
  /** Limit on the whole command, ms; default ten minutes. */
  readonly timeoutMs?: number;
  /**
   * Lets git read the configuration files of the user and the system, as named by the environment. Only for commands
   * that list configuration.
   */
  readonly readsUserConfiguration?: boolean;
  /** The command starts children (ssh, http): it gets a process group that is killed whole, and no terminal. */
  readonly startsChildren?: boolean;
}

/** Options of {@link Git.converse}. */
export type GitConversationOptions = Omit<GitOptions, 'input' | 'onStdout'> & {
  readonly onStdout: (chunk: Buffer) => void;
};

/** A running git command with an open stdin. */
export interface GitConversation {
  /** Writes to the command's stdin; lost without an error once the command is gone. */
  write(bytes: Buffer): void;
  /** Closes stdin. */
  finish(): void;
  /** Resolves when the command has ended, whatever ended it. Rejects only with what `onStdout` threw. */
  readonly ended: Promise<GitAnswer>;
}
