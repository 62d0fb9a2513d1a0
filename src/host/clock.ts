import type { Clock } from './ports.ts';

/** The system's clocks. Setting the machine's date moves `wallMs` only. */
export function createSystemClock(): Clock {
  return { monotonicMs: () => performance.now(), wallMs: () => Date.now() };
}
