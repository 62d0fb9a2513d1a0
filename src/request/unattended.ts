import { readVariable } from './gate-request.ts';

/** Whether nobody watches: `CI` or `GITHUB_ACTIONS` is set, and not to `false` or `0`. */
export function isUnattended(environment: Readonly<Record<string, string | undefined>>): boolean {
  return ['CI', 'GITHUB_ACTIONS'].some((name) => {
    const value = readVariable(environment, name)?.trim().toLowerCase();
    return value !== undefined && value !== 'false' && value !== '0';
  });
}
