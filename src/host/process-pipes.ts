import { spawn } from 'node:child_process';
import { closeSync, constants, existsSync, mkdtempSync, openSync, rmdirSync, unlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { identifyFile } from './process-files.ts';

/** The two ends of a pipe, as descriptors; `writeEnd` goes to the child and is closed here after its start. */
export interface PipeEnds {
  readonly readEnd: number;
  readonly writeEnd: number;
  /** `device:inode`. */
  readonly identity: string | null;
}

/** Pipes made at once: one call of the tool serves a usual run. */
const BATCH = 8;

const TOOL_PATHS = ['/usr/bin/mkfifo', '/bin/mkfifo'] as const;

/** The tool does its work in a millisecond or two; a machine on which it hangs does without. */
const TOOL_TIMEOUT_MS = 2_000;

/**
 * Real pipes for the output of commands. What Node calls a pipe is a socket on Linux, and a socket cannot be opened
 * by name: `echo … > /dev/stderr` would fail in a stage although it works in every shell and on every runner. Node
 * cannot make a pipe, so named ones are made by the system's tool, opened, and their names removed again at once.
 * They are faster than sockets as well.
 */
export class PipePool {
  /** One descriptor for reading and writing per pipe: it keeps the nameless pipe alive until it is taken. */
  readonly #ready: number[] = [];
  #filling: Promise<void> | null = null;

  /** Makes pipes ahead of time, so that the first command need not wait. */
  prepare(): Promise<void> {
    if (this.#ready.length > 0) return Promise.resolve();
    this.#filling ??= this.#fill().finally(() => {
      this.#filling = null;
    });
    return this.#filling;
  }

  /** Takes a pipe; null where there are none. */
  async take(): Promise<PipeEnds | null> {
    await this.prepare();
    const descriptor = this.#ready.pop();
    if (descriptor === undefined) return null;
    try {
      return splitPipe(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  async #fill(): Promise<void> {
    const tool = process.platform === 'linux' ? TOOL_PATHS.find((file) => existsSync(file)) : undefined;
    if (tool === undefined) return;
    try {
      const directory = mkdtempSync(path.join(tmpdir(), 'gate-pipes-'));
      const names = Array.from({ length: BATCH }, (_, index) => path.join(directory, String(index)));
      try {
        await makeNamedPipes(tool, names);
        for (const name of names) this.#ready.push(openSync(name, constants.O_RDWR | constants.O_NONBLOCK));
      } finally {
        removeNames(directory, names);
      }
    } catch {
      // No writable temporary folder or hardly any descriptors left: those go to the command, with sockets.
      for (const descriptor of this.#ready.splice(0)) closeSync(descriptor);
    }
  }
}

/** Removes what is there of them; unlike a recursive removal this needs no descriptor. */
function removeNames(directory: string, names: readonly string[]): void {
  for (const name of names) {
    try {
      unlinkSync(name);
    } catch {
      // It was not made.
    }
  }
  rmdirSync(directory);
}

function makeNamedPipes(tool: string, names: readonly string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(tool, ['-m', '600', ...names], {
      stdio: 'ignore',
      env: {},
      timeout: TOOL_TIMEOUT_MS,
    });
    child.on('error', reject);
    child.on('exit', (exitCode) => (exitCode === 0 ? resolve() : reject(new Error('no pipes were made'))));
  });
}

/** Reading must not block the event loop, writing must block the child: the flag belongs to each opening. */
function splitPipe(descriptor: number): PipeEnds | null {
  const name = `/proc/self/fd/${descriptor}`;
  let readEnd: number | null = null;
  try {
    readEnd = openSync(name, constants.O_RDONLY | constants.O_NONBLOCK);
    return { readEnd, writeEnd: openSync(name, constants.O_WRONLY), identity: identifyFile(name) };
  } catch {
    if (readEnd !== null) closeSync(readEnd);
    return null;
  }
}
