import { oneLine } from './text.ts';

/**
 * What a user can mend. `usage` and `config` mean nothing was run (exit 2);
 * `evaluation` and `storage` mean no verdict could be reached or recorded (exit 3).
 */
export type FailureKind = 'usage' | 'config' | 'evaluation' | 'storage';

/** One failure, in three parts that together make one line: where, what, how to mend it. */
export interface GateFailure {
  readonly kind: FailureKind;
  /** What is wrong, without a final full stop. */
  readonly message: string;
  /** File with line (`.github/gate.yml:7`), key or flag; null where the message says it all. */
  readonly where: string | null;
  /** What to do about it; null where that is plain from the message. */
  readonly mend: string | null;
}

interface FailureDetails {
  readonly where?: string | null;
  readonly mend?: string | null;
}

function failure(kind: FailureKind, message: string, details: FailureDetails): GateFailure {
  return { kind, message, where: details.where ?? null, mend: details.mend ?? null };
}

/** The request itself is wrong: a flag, an argument, a name. Exit 2. */
export function usageFailure(message: string, details: FailureDetails = {}): GateFailure {
  return failure('usage', message, details);
}

/** The configuration is wrong. Exit 2. */
export function configFailure(message: string, details: FailureDetails = {}): GateFailure {
  return failure('config', message, details);
}

/** The question could not be answered (history missing, reviewer unavailable). Exit 3. */
export function evaluationFailure(message: string, details: FailureDetails = {}): GateFailure {
  return failure('evaluation', message, details);
}

/** The answer could not be recorded (disk full, read-only). Exit 3. */
export function storageFailure(message: string, details: FailureDetails = {}): GateFailure {
  return failure('storage', message, details);
}

/** Exit code of a failure, as documented in the README. */
export function failureExitCode(failure: GateFailure): 2 | 3 {
  return failure.kind === 'usage' || failure.kind === 'config' ? 2 : 3;
}

/** The failure as one printable line. */
export function describeFailure(failure: GateFailure): string {
  const where = failure.where === null ? '' : `${failure.where}: `;
  const mend = failure.mend === null ? '' : ` – ${failure.mend}`;
  return oneLine(`${where}${failure.message}${mend}`);
}
