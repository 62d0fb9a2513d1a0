import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readFileBounded } from '../host/durable-file.ts';
import { describeErrno } from '../host/errno.ts';
import type { Cancellation, CancellationLevel, ProcessExit } from '../host/ports.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { formatDuration } from '../kernel/duration.ts';
import { describeFailure } from '../kernel/failure.ts';
import type { CommandAnswer, CommandQuestion, CommandRunner } from './builtin-stage.ts';
import type { RunDependencies } from './run-dependencies.ts';

/** How often the size of an answer is looked at, ms. */
const WATCH_MS = 25;

/** What is kept of everything that is not the answer. */
const MAX_MESSAGE_BYTES = 8_192;

const INPUT = 'input';
const OUTPUT = 'output';

/** The commands of one stage. */
export interface StageCommands extends CommandRunner {
  /** Commands started so far. */
  readonly started: number;
  /** Ends what still runs; what is asked afterwards is not started. */
  close(): Promise<void>;
}

type Needs = Pick<RunDependencies, 'processes' | 'cancellation' | 'environment' | 'directory' | 'runId'> & {
  readonly graceMs: number;
};

/** The user's wish to stop, and the stage's own. */
class JoinedCancellation implements Cancellation {
  readonly #user: Cancellation;
  readonly #listeners = new Set<() => void>();
  #isEnded = false;

  constructor(user: Cancellation) {
    this.#user = user;
  }

  get level(): CancellationLevel {
    return this.#isEnded ? 'kill' : this.#user.level;
  }

  get signal(): 'SIGINT' | 'SIGTERM' | null {
    return this.#user.signal;
  }

  onRise(listener: () => void): () => void {
    const stopListening = this.#user.onRise(listener);
    this.#listeners.add(listener);
    return () => {
      stopListening();
      this.#listeners.delete(listener);
    };
  }

  /** Kills what runs under this cancellation. */
  end(): void {
    if (this.#isEnded) return;
    this.#isEnded = true;
    for (const listener of [...this.#listeners]) listener();
  }
}

/** Input from a file, answer into a file: what is left on the pipe are messages for people. */
function redirect(commandLine: string, directory: string): string {
  const [input, output] = [path.join(directory, INPUT), path.join(directory, OUTPUT)];
  if (process.platform === 'win32') return `(${commandLine}) < "${input}" > "${output}"`;
  const quote = (file: string) => `'${file.replaceAll("'", "'\\''")}'`;
  return `exec < ${quote(input)} > ${quote(output)}\n${commandLine}`;
}

function describeEnd(exit: ProcessExit, question: CommandQuestion, isTooLong: boolean): string | null {
  if (isTooLong) return `wrote more than ${formatByteSize(question.maxOutputBytes)}`;
  switch (exit.outcome) {
    case 'exited':
      return null;
    case 'signalled':
      return `ended by ${exit.signal ?? 'a signal'}`;
    case 'timed_out':
      return `gave no answer within ${formatDuration(question.timeoutMs)}`;
    case 'cancelled':
      return 'was stopped';
    case 'spawn_failed':
      return exit.spawnError ?? 'could not be started';
  }
}

/** The last bytes of what was printed. */
class MessageTail {
  #bytes = Buffer.alloc(0);

  add(chunk: Buffer): void {
    this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-MAX_MESSAGE_BYTES);
  }

  get text(): string {
    return this.#bytes.toString('utf8');
  }
}

function unstarted(problem: string): CommandAnswer {
  return { outcome: 'spawn_failed', exitCode: null, stdout: '', messages: '', problem };
}

/** Puts input and further files in their place; one line on what went wrong (a full disk), or null. */
function writeFiles(directory: string, question: CommandQuestion): string | null {
  const input = question.input(directory);
  try {
    writeFileSync(path.join(directory, INPUT), input);
    for (const [name, content] of question.files) writeFileSync(path.join(directory, name), content);
    return null;
  } catch (error) {
    return `could not be given its input: ${describeErrno(error)}`;
  }
}

/** Ends the command as soon as its answer is too long, so that no disk fills up. */
function watchSize(file: string, maxBytes: number, tooLong: () => void): () => void {
  const timer = setInterval(() => {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > maxBytes) tooLong();
  }, WATCH_MS);
  return () => clearInterval(timer);
}

/**
 * Runs commands in the working directory with the scrubbed environment. Input, answer and further files stand in a
 * private temporary folder that is gone afterwards. An answer is never more than asked for, and never through a link.
 */
export function createStageCommands(needs: Needs): StageCommands {
  const stop = new JoinedCancellation(needs.cancellation);
  const running = new Set<Promise<CommandAnswer>>();
  let started = 0;

  async function runIn(directory: string, question: CommandQuestion): Promise<CommandAnswer> {
    const output = path.join(directory, OUTPUT);
    const problemOfFiles = writeFiles(directory, question);
    if (problemOfFiles !== null) return unstarted(problemOfFiles);
    const cancellation = new JoinedCancellation(stop);
    const messages = new MessageTail();
    let isTooLong = false;
    const stopWatching = watchSize(output, question.maxOutputBytes, () => {
      isTooLong = true;
      cancellation.end();
    });
    started += 1;
    const exit = await needs.processes
      .run({
        commandLine: redirect(question.commandLine, directory),
        cwd: needs.directory,
        env: needs.environment,
        timeoutMs: question.timeoutMs,
        graceMs: needs.graceMs,
        runMarker: needs.runId,
        cancellation,
        onOutput: (chunk) => messages.add(chunk),
      })
      .finally(stopWatching);
    const size = statSync(output, { throwIfNoEntry: false })?.size ?? 0;
    isTooLong ||= size > question.maxOutputBytes;
    const problem = describeEnd(exit, question, isTooLong);
    const outcome: CommandAnswer['outcome'] = isTooLong ? 'too_much_output' : exit.outcome;
    const end = { outcome, exitCode: exit.exitCode, messages: messages.text };
    if (problem !== null) return { ...end, stdout: '', problem };
    const answer = readFileBounded(output, question.maxOutputBytes);
    if (!answer.ok) return { ...end, stdout: '', problem: describeFailure(answer.error) };
    return { ...end, stdout: answer.value.toString('utf8'), problem: null };
  }

  async function ask(question: CommandQuestion): Promise<CommandAnswer> {
    let directory: string;
    try {
      directory = mkdtempSync(path.join(os.tmpdir(), 'gate-review-'));
    } catch (error) {
      return unstarted(`could not be given its input: ${describeErrno(error)}`);
    }
    try {
      return await runIn(directory, question);
    } finally {
      rmSync(directory, { recursive: true, force: true, maxRetries: 3 });
    }
  }

  return {
    get started() {
      return started;
    },
    async ask(question) {
      const answer = ask(question);
      running.add(answer);
      try {
        return await answer;
      } finally {
        running.delete(answer);
      }
    },
    async close() {
      stop.end();
      await Promise.allSettled([...running]);
    },
  };
}
