import { getSystemErrorMessage } from 'node:util';
import { isNativeError } from 'node:util/types';
import { oneLine } from '../kernel/text.ts';

/** The code of a system error (`ENOSPC`); null for anything else. */
export function errnoOf(error: unknown): string | null {
  // Not `instanceof`: an error may come from another realm (a vm context, a test runner).
  return isNativeError(error) && 'code' in error && typeof error.code === 'string' ? error.code : null;
}

/** A system error in the words of the platform, with its code: `no space left on device (ENOSPC)`. */
export function describeErrno(error: unknown): string {
  if (!isNativeError(error)) return oneLine(String(error));
  const code = errnoOf(error);
  if (code === null) return oneLine(error.message);
  const number = 'errno' in error && typeof error.errno === 'number' ? error.errno : null;
  return number === null
    ? oneLine(`${error.message} (${code})`)
    : `${getSystemErrorMessage(number)} (${code})`;
}
