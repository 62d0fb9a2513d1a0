import type { TextStream } from './streams.ts';

/** What every verb is handed: the streams, the environment and where it was started. */
export interface CommandContext {
  readonly stdout: TextStream;
  readonly stderr: TextStream;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Absolute. */
  readonly startedIn: string;
}
