import type { Survivor } from './process-tree.ts';

/** Processes that are about to end by themselves are no strays. */
const SETTLE_MS = 100;

/** From TERM to KILL for what outlived its command. */
const STRAY_GRACE_MS = 200;

/** From the first KILL on, for those that were born meanwhile. */
const KILL_MS = 300;

const POLL_MS = [1, 2, 4, 8, 16, 25] as const;

export interface StrayTally {
  readonly count: number;
  /** User and system time of the strays, ms; nobody will wait for them and be told. */
  readonly cpuMs: number;
}

/** What is known when the main process is gone. */
export interface StrayRequest {
  readonly find: () => readonly Survivor[];
  /** The tree was told to end already; ms it still has to do so. Null: nobody has asked it yet. */
  readonly graceLeftMs: number | null;
  /** The user wants everything gone now. */
  readonly isUrgent: () => boolean;
}

function sleep(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

class StrayHunt {
  readonly #request: StrayRequest;
  readonly #signalled = new Map<string, number>();

  constructor(request: StrayRequest) {
    this.#request = request;
  }

  get tally(): StrayTally {
    const cpuMs = [...this.#signalled.values()].reduce((sum, value) => sum + value, 0);
    return { count: this.#signalled.size, cpuMs };
  }

  /** Waits for the survivors to vanish; true when they have. `signal` goes to each at every look. */
  async wait(limitMs: number, signal: NodeJS.Signals | null, isRepeated: boolean): Promise<boolean> {
    const endMs = performance.now() + limitMs;
    for (let look = 0; ; look += 1) {
      const found = this.#request.find();
      if (found.length === 0) return true;
      for (const survivor of found) this.#send(survivor, look === 0 || isRepeated ? signal : null);
      if (performance.now() >= endMs || (signal !== 'SIGKILL' && this.#request.isUrgent())) return false;
      await sleep(POLL_MS[Math.min(look, POLL_MS.length - 1)] ?? 25);
    }
  }

  #send(survivor: Survivor, signal: NodeJS.Signals | null): void {
    const isKnown = this.#signalled.has(survivor.key);
    if (signal === null && !isKnown) return;
    if (signal === null || survivor.signal(signal)) this.#signalled.set(survivor.key, survivor.cpuMs);
  }
}

/**
 * Ends what outlived its command: a moment to end by itself, TERM, KILL; those that were told to end before are
 * only waited for and killed. Takes less than a second beyond the grace that is left.
 */
export async function endStrays(request: StrayRequest): Promise<StrayTally> {
  const hunt = new StrayHunt(request);
  const isGone =
    (await hunt.wait(Math.max(SETTLE_MS, request.graceLeftMs ?? 0), null, false)) ||
    (request.graceLeftMs === null && (await hunt.wait(STRAY_GRACE_MS, 'SIGTERM', false)));
  if (!isGone) await hunt.wait(KILL_MS, 'SIGKILL', true);
  return hunt.tally;
}
