import type { ChildProcess } from 'node:child_process';
import type { ProcessRequest } from './ports.ts';
import type { ProcessTree } from './process-tree.ts';

/** How long a cancelled run may be polite: its evidence has to be complete 5 s after the signal. */
const CANCEL_GRACE_MS = 3_000;

/** After KILL a process can only hang inside the system (a dead network drive); nobody waits longer for that. */
const GIVE_UP_MS = 400;

/** What `setTimeout` can hold; more would fire at once. */
const MAX_TIMER_MS = 2_147_483_647;

/** The end of the main process. */
export interface MainEnd {
  /** Null: it ended by itself. */
  readonly stoppedFor: 'timed_out' | 'cancelled' | null;
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** How much of the grace period is left for the rest of the tree, ms. */
  readonly graceLeftMs: number;
}

/** Stops a process tree: TERM, the grace period, KILL. */
class Stopping {
  stoppedFor: MainEnd['stoppedFor'] = null;
  readonly #tree: ProcessTree;
  readonly #onGivenUp: () => void;
  #killAtMs = 0;
  #killTimer: NodeJS.Timeout | undefined;

  constructor(tree: ProcessTree, onGivenUp: () => void) {
    this.#tree = tree;
    this.#onGivenUp = onGivenUp;
  }

  get graceLeftMs(): number {
    return this.stoppedFor === null ? 0 : Math.max(0, this.#killAtMs - performance.now());
  }

  /** The first reason stays; a later call can only bring the KILL forward. */
  stop(reason: 'timed_out' | 'cancelled', graceMs: number): void {
    const killAtMs = performance.now() + graceMs;
    const isFirst = this.stoppedFor === null;
    if (!isFirst && killAtMs >= this.#killAtMs) return;
    this.stoppedFor ??= reason;
    this.#killAtMs = killAtMs;
    clearTimeout(this.#killTimer);
    if (graceMs <= 0) {
      this.#kill();
      return;
    }
    if (isFirst) this.#tree.signalAll('SIGTERM');
    this.#killTimer = setTimeout(() => this.#kill(), graceMs);
  }

  dispose(): void {
    clearTimeout(this.#killTimer);
  }

  #kill(): void {
    this.#tree.signalAll('SIGKILL');
    this.#killTimer = setTimeout(this.#onGivenUp, GIVE_UP_MS);
  }
}

/**
 * Waits for the main process and sees to it that the wait ends: by itself, at the time limit, or when the user
 * wants to stop. A process that answers TERM with exit code 0 was stopped all the same.
 */
export function awaitMainEnd(
  child: ChildProcess,
  tree: ProcessTree,
  request: ProcessRequest,
): Promise<MainEnd> {
  return new Promise((resolve) => {
    const stopping = new Stopping(tree, () => {
      child.unref();
      finish(null, null);
    });
    const limit = setTimeout(
      () => {
        // The loop may have been busy: an end that is already waiting to be told comes first.
        setImmediate(() => {
          if (!isOver) stopping.stop('timed_out', request.graceMs);
        });
      },
      Math.min(request.timeoutMs, MAX_TIMER_MS),
    );
    const stopListening = request.cancellation.onRise(onRise);
    let isOver = false;

    function onRise(): void {
      const isUrgent = request.cancellation.level === 'kill';
      stopping.stop('cancelled', isUrgent ? 0 : Math.min(request.graceMs, CANCEL_GRACE_MS));
    }

    function finish(exitCode: number | null, signal: string | null): void {
      if (isOver) return;
      isOver = true;
      clearTimeout(limit);
      stopping.dispose();
      stopListening();
      const { stoppedFor, graceLeftMs } = stopping;
      resolve({ stoppedFor, exitCode: stoppedFor === null ? exitCode : null, signal, graceLeftMs });
    }

    child.on('exit', finish);
    // Between the caller's look and this listener the wish may have come.
    if (request.cancellation.level !== 'none') onRise();
  });
}
