import { unreachable } from '../../kernel/never.ts';
import { createLiveProgress } from './live-progress.ts';
import { createPlainProgress } from './plain-progress.ts';
import type { Progress, ProgressOptions } from './progress-options.ts';

export type { Progress, ProgressMode, ProgressOptions, ProgressStream } from './progress-options.ts';

/** A display of a run's progress. A live one needs a terminal; elsewhere it is plain. */
export function createProgress(options: ProgressOptions): Progress {
  const mode = options.mode === 'live' && !options.stream.isTTY ? 'plain' : options.mode;
  switch (mode) {
    case 'live':
      return createLiveProgress(options);
    case 'plain':
      return createPlainProgress(options);
    case 'silent':
      return { restoreText: '', onEvent() {}, note() {}, close() {} };
    default:
      return unreachable(mode);
  }
}

/** What the choice of a mode depends on. */
export interface ProgressSituation {
  readonly isTTY: boolean;
  /** False with `--no-interactive` and where an agent reads along. */
  readonly isInteractive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** `live` on a terminal that can move its cursor, outside of CI, when nobody asked for plain lines. */
export function chooseProgressMode({
  isTTY,
  isInteractive,
  environment,
}: ProgressSituation): 'live' | 'plain' {
  const ci = environment['CI'] ?? '';
  const isCi = ci !== '' && ci !== '0' && ci.toLowerCase() !== 'false';
  return isTTY && isInteractive && !isCi && environment['TERM'] !== 'dumb' ? 'live' : 'plain';
}
