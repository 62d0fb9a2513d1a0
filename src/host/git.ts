import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { clip } from '../kernel/text.ts';
import { describeErrno, errnoOf } from './errno.ts';
import { locateGit } from './git-binary.ts';
import { type GitEnvironments, hardenEnvironment } from './git-environment.ts';
import type { Git, GitAnswer, GitConversation, GitConversationOptions, GitOptions } from './ports.ts';

const EXIT_TOO_LONG = 124;
const EXIT_TOO_MUCH = 125;
const EXIT_NOT_STARTED = 126;
const EXIT_NO_GIT = 127;

/** No command of the gate is meant to take longer; large repositories are read in seconds. */
const DEFAULT_TIMEOUT_MS = 600_000;

/** Collected output beyond this is a mistake: lists of a million files stay below. */
const MAX_STDOUT_BYTES = 512 * 1_048_576;

const MAX_STDERR_BYTES = 16_384;

/** Between TERM and KILL of a command that took too long. */
const KILL_DELAY_MS = 2_000;

/** What {@link createGit} looks at; by default this process's own. */
export interface GitSettings {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  /** Folder the gate was started in: no git is taken from the work tree around it. */
  readonly startedIn?: string;
}

interface Installation {
  readonly binary: string | null;
  readonly environments: GitEnvironments;
}

/**
 * The system's git, looked up once. It is started by its absolute path, with an environment of its own: no
 * configuration of user or system, no `GIT_…` from outside, no prompt, no replace refs, no optional locks, no
 * transport.
 */
export function createGit(settings: GitSettings = {}): Git {
  const environment = settings.environment ?? process.env;
  let installation: Installation | null = null;
  const install = (): Installation => {
    if (installation === null) {
      const { binary, searchPath } = locateGit(
        environment['PATH'] ?? environment['Path'] ?? '',
        settings.startedIn ?? process.cwd(),
      );
      installation = { binary, environments: hardenEnvironment(environment, searchPath) };
    }
    return installation;
  };
  return {
    run(args, options = {}) {
      const conversation = start(install(), args, options, options.input !== undefined);
      if (options.input !== undefined) conversation.write(options.input);
      conversation.finish();
      return conversation.ended;
    },
    converse: (args, options: GitConversationOptions) => start(install(), args, options, true),
  };
}

function start(
  installation: Installation,
  args: readonly string[],
  options: GitOptions,
  hasInput: boolean,
): GitConversation {
  const { binary, environments } = installation;
  if (binary === null) {
    return gone(EXIT_NO_GIT, 'git was not found in any absolute folder of PATH outside of the work tree');
  }
  const environment =
    options.readsUserConfiguration === true ? environments.withUserConfiguration : environments.own;
  try {
    const child = spawn(binary, args, {
      cwd: options.cwd,
      env: { ...environment, ...options.env },
      stdio: [hasInput ? 'pipe' : 'ignore', 'pipe', 'pipe'],
      detached: options.startsChildren === true && process.platform !== 'win32',
      windowsHide: true,
    });
    return follow(child, options);
  } catch (error) {
    // The platform refused at once: too long arguments, a NUL in one of them.
    return gone(EXIT_NOT_STARTED, `git cannot be started: ${describeErrno(error)}`);
  }
}

function gone(exitCode: number, stderr: string): GitConversation {
  return {
    write() {},
    finish() {},
    ended: Promise.resolve({ exitCode, stdout: Buffer.alloc(0), stderr }),
  };
}

/** What a running command has said so far, and why it was stopped. */
interface Progress {
  readonly stdout: Buffer[];
  stdoutBytes: number;
  readonly stderr: Buffer[];
  stderrBytes: number;
  /** Set when the gate itself ended the command. */
  stopped: { readonly exitCode: number; readonly cause: string } | null;
  /** What `onStdout` threw. */
  bug: { readonly error: unknown } | null;
}

function follow(child: ChildProcess, options: GitOptions): GitConversation {
  const progress: Progress = {
    stdout: [],
    stdoutBytes: 0,
    stderr: [],
    stderrBytes: 0,
    stopped: null,
    bug: null,
  };
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const timers: NodeJS.Timeout[] = [];
  const stop = (exitCode: number, cause: string) => {
    if (progress.stopped !== null) return;
    progress.stopped = { exitCode, cause };
    signalTree(child, options, 'SIGTERM');
    timers.push(setTimeout(() => signalTree(child, options, 'SIGKILL'), KILL_DELAY_MS));
  };
  timers.push(setTimeout(() => stop(EXIT_TOO_LONG, `git took longer than ${timeoutMs / 1000} s`), timeoutMs));
  child.stdout?.on('data', (chunk: Buffer) => {
    if (options.onStdout !== undefined) {
      try {
        if (progress.stopped === null) options.onStdout(chunk);
      } catch (error) {
        // Whoever listens has a bug, or git answered what nobody expects: the command's promise tells it.
        progress.bug = { error };
        stop(EXIT_TOO_MUCH, 'what git answered could not be read');
      }
      return;
    }
    progress.stdoutBytes += chunk.length;
    if (progress.stdoutBytes <= MAX_STDOUT_BYTES) progress.stdout.push(chunk);
    else stop(EXIT_TOO_MUCH, `git answered more than ${MAX_STDOUT_BYTES} bytes`);
  });
  child.stderr?.on('data', (chunk: Buffer) => {
    if (progress.stderrBytes < MAX_STDERR_BYTES) progress.stderr.push(chunk);
    progress.stderrBytes += chunk.length;
  });
  // A command that ends early closes its stdin; its exit code tells the story.
  child.stdin?.on('error', () => {});

  const ended = new Promise<GitAnswer>((resolve, reject) => {
    const settle = (exitCode: number, cause: string | null) => {
      for (const timer of timers) clearTimeout(timer);
      if (progress.bug === null) resolve(answerOf(progress, exitCode, cause));
      else reject(progress.bug.error);
    };
    child.on('error', (error) => {
      // Also raised when a signal cannot be delivered; only a child without a number was never there.
      if (child.pid !== undefined) return;
      settle(
        errnoOf(error) === 'ENOENT' ? EXIT_NO_GIT : EXIT_NOT_STARTED,
        `git cannot be started: ${describeErrno(error)}`,
      );
    });
    child.on('exit', () => {
      // Somebody who inherited the pipes must not hold up the end of a command that was stopped.
      if (progress.stopped === null) return;
      signalTree(child, options, 'SIGKILL');
      child.stdout?.destroy();
      child.stderr?.destroy();
    });
    child.on('close', (code, signal) => {
      if (progress.stopped !== null) settle(progress.stopped.exitCode, progress.stopped.cause);
      else settle(code ?? 128 + (signal === null ? 0 : constants.signals[signal]), null);
    });
  });
  return {
    write: (bytes) => {
      child.stdin?.write(bytes);
    },
    finish: () => {
      child.stdin?.end();
    },
    ended,
  };
}

function answerOf(progress: Progress, exitCode: number, cause: string | null): GitAnswer {
  const [only] = progress.stdout;
  const stdout = only !== undefined && progress.stdout.length === 1 ? only : Buffer.concat(progress.stdout);
  const said = Buffer.concat(progress.stderr).toString('utf8').trim();
  return { exitCode, stdout, stderr: clip(cause ?? said, MAX_STDERR_BYTES) };
}

/** Ends the command, with its whole group if it has one of its own. */
function signalTree(child: ChildProcess, options: GitOptions, signal: 'SIGTERM' | 'SIGKILL'): void {
  if (child.pid === undefined) return;
  if (options.startsChildren !== true || process.platform === 'win32') {
    child.kill(signal);
    return;
  }
  try {
    process.kill(-child.pid, signal);
  } catch {
    // The group is empty: everyone in it has ended.
  }
}
