import type { Cancellation, CancellationLevel } from './ports.ts';

/**
 * One key press can arrive twice: from the terminal, and once more from a parent that passes it on (`npm run`
 * does). The same signal within this time, ms, is taken as one.
 */
const ECHO_MS = 100;

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** A watch over the signals of this process; `dispose` gives them back to the system. */
export interface SignalWatch extends Cancellation {
  dispose(): void;
}

/**
 * Turns SIGINT, SIGTERM and SIGHUP (a closed terminal; counts as SIGTERM) into a {@link Cancellation}. The first
 * asks for a graceful end, any second one for an end at once: the hosted runner sends SIGINT, SIGTERM 7.5 s
 * later, and kills the tree 2.5 s after that.
 */
export function watchSignals(): SignalWatch {
  let level: CancellationLevel = 'none';
  let first: 'SIGINT' | 'SIGTERM' | null = null;
  let last = { name: '', atMs: 0 };
  const listeners = new Set<() => void>();

  function rise(received: NodeJS.Signals): void {
    const atMs = performance.now();
    const isEcho = received === last.name && atMs - last.atMs < ECHO_MS;
    last = { name: received, atMs };
    if (isEcho || level === 'kill') return;
    level = level === 'none' ? 'graceful' : 'kill';
    first ??= received === 'SIGINT' ? 'SIGINT' : 'SIGTERM';
    for (const listener of [...listeners]) listener();
  }

  for (const name of SIGNALS) process.on(name, rise);
  return {
    get level() {
      return level;
    },
    get signal() {
      return first;
    },
    onRise(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    dispose() {
      for (const name of SIGNALS) process.off(name, rise);
      listeners.clear();
    },
  };
}
