import type { Clock } from '../../host/ports.ts';
import type { RunEvent } from '../../run/events.ts';

/** `live`: repainted in place, for a terminal. `plain`: a line per start and end. `silent`: nothing. */
export type ProgressMode = 'live' | 'plain' | 'silent';

/** The stream that progress is written to. */
export interface ProgressStream {
  write(text: string): void;
  readonly isTTY: boolean;
  /** Columns of the window now. */
  columns(): number;
  /** Rows of the window now; without it 24 are assumed. */
  rows?(): number;
}

/** What the display of a run's progress needs. */
export interface ProgressOptions {
  readonly stream: ProgressStream;
  readonly mode: ProgressMode;
  readonly color: boolean;
  readonly clock: Pick<Clock, 'monotonicMs'>;
  /** Replaces what is secret in a text. */
  readonly redact: (text: string) => string;
  /** How long a stage usually takes, ms; null or absent where nothing is known. */
  readonly expectedMs?: (stageId: string) => number | null;
  /**
   * Calls back every so many ms until the function it answers is called. By default a timer that does not
   * keep the process alive.
   */
  readonly every?: (intervalMs: number, tick: () => void) => () => void;
}

/** Shows a run while it goes on. */
export interface Progress {
  /** Takes the events of the run, in order; those after {@link close} are ignored. */
  onEvent(event: RunEvent): void;
  /** Writes one line that stays, above what is repainted: for words of the gate itself. */
  note(text: string): void;
  /**
   * Ends the display and gives the cursor back; safe to call twice. What was repainted is taken away, because
   * the final report, which comes next, has a line for each stage.
   */
  close(): void;
  /** Shows the cursor again: for a path out of the process on which {@link close} cannot run. Empty unless live. */
  readonly restoreText: string;
}
