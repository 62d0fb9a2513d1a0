import type { Clock } from '../../src/host/ports.ts';

/** A clock that stands still until told otherwise. */
export interface FakeClock extends Clock {
  /** Time passes: both clocks go on. */
  pass(durationMs: number): void;
  /** Somebody sets the machine's date: only the wall clock moves, in either direction. */
  setWall(wallMs: number): void;
}

/** Starts at a fixed date; the monotonic clock starts elsewhere, so that mixing the two shows. */
export function createFakeClock(wallMs = Date.UTC(2026, 0, 6, 11, 18, 0, 343)): FakeClock {
  let monotonic = 5_000.25;
  let wall = wallMs;
  return {
    monotonicMs: () => monotonic,
    wallMs: () => wall,
    pass(durationMs) {
      if (!(durationMs >= 0)) throw new Error('time passes forwards only');
      monotonic += durationMs;
      wall += durationMs;
    },
    setWall(next) {
      wall = next;
    },
  };
}
