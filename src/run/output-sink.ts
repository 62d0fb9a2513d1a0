import type { Result } from '../kernel/result.ts';
import type { LogRecord } from './stage-result.ts';

/** Where the output of one stage goes; implemented by the evidence floor. */
export interface OutputSink {
  /**
   * Takes raw bytes; synchronous, so that a slow disk slows the stage instead of filling memory.
   * After a storage failure it only counts; the failure comes out of {@link close}.
   */
  write(chunk: Buffer): void;
  /** Ends the log and seals it with its digest; a storage failure (disk full) ends the run as not recorded. */
  close(): Result<LogRecord>;
  /** The last bytes of what was written so far, redacted, at most 64 KiB. */
  tail(maxBytes: number): Buffer;
}
