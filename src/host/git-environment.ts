import os from 'node:os';
import { scrubEnvironment } from './environment.ts';

/** What changes where git looks for code or whom it asks, besides everything that starts with `GIT_`. */
const DROPPED = new Set([
  'PAGER',
  'EDITOR',
  'VISUAL',
  'SSH_ASKPASS',
  // Folders from which the C library loads character set converters.
  'GCONV_PATH',
  'LANGUAGE',
]);

/** Files of configuration that the person or the runner may have named. */
const CONFIGURATION_FILES = ['GIT_CONFIG_GLOBAL', 'GIT_CONFIG_SYSTEM', 'GIT_CONFIG_NOSYSTEM'] as const;

/** Nothing outside of the repository's private directory is configuration. */
const NO_CONFIGURATION = { GIT_CONFIG_GLOBAL: os.devNull, GIT_CONFIG_NOSYSTEM: '1' } as const;

const HARDENED = {
  GIT_ATTR_NOSYSTEM: '1',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_TERMINAL_PROMPT: '0',
  GIT_OPTIONAL_LOCKS: '0',
  // No transport of any kind, also not for objects that a partial clone lacks; who fetches says so.
  GIT_ALLOW_PROTOCOL: 'none',
  GIT_NO_LAZY_FETCH: '1',
  GIT_TRACE2: '0',
  GIT_TRACE2_EVENT: '0',
  GIT_TRACE2_PERF: '0',
  GIT_ADVICE: '0',
  LC_ALL: 'C',
} as const;

/** The environments that git gets: the usual one, and the one that also reads the user's configuration files. */
export interface GitEnvironments {
  readonly own: Readonly<Record<string, string>>;
  readonly withUserConfiguration: Readonly<Record<string, string>>;
}

/**
 * The environment for git: what this process has, without tokens, without any `GIT_…`, and with what keeps git from
 * running, asking, locking or fetching anything.
 */
export function hardenEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
  searchPath: string,
): GitEnvironments {
  const base: Record<string, string> = {};
  for (const [name, value] of Object.entries(scrubEnvironment(environment))) {
    const upper = name.toUpperCase();
    if (!upper.startsWith('GIT_') && !DROPPED.has(upper) && upper !== 'PATH') base[name] = value;
  }
  const hardened = { ...base, PATH: searchPath, ...HARDENED };
  const files: Record<string, string> = {};
  for (const name of CONFIGURATION_FILES) {
    const value = environment[name];
    if (value !== undefined) files[name] = value;
  }
  return {
    own: { ...hardened, ...NO_CONFIGURATION },
    withUserConfiguration: { ...hardened, ...files },
  };
}
