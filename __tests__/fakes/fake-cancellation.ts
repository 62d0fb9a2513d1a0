import type { Cancellation, CancellationLevel } from '../../src/host/ports.ts';

/** A wish to stop that tests express by a call. */
export interface FakeCancellation extends Cancellation {
  /** As the first, or any further, signal does; the level never sinks. */
  raise(signal?: 'SIGINT' | 'SIGTERM'): void;
}

export function createFakeCancellation(): FakeCancellation {
  let level: CancellationLevel = 'none';
  let first: 'SIGINT' | 'SIGTERM' | null = null;
  const listeners = new Set<() => void>();
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
    raise(signal = 'SIGINT') {
      if (level === 'kill') return;
      level = level === 'none' ? 'graceful' : 'kill';
      first ??= signal;
      for (const listener of [...listeners]) listener();
    },
  };
}
