import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { remoteOf } from './base-guess.ts';
import { type ConfigLine, configFlag, configValue, type GitConfig } from './git-config.ts';
import type { Repository } from './repository.ts';

/** How history that is missing can be had: the remote's address, and what it wants to know of us. */
export interface RemoteAccess {
  /** Name in the repository's configuration, for messages. */
  readonly name: string;
  readonly url: string;
  /** Lines for the private configuration: the remote as `gate`, and the credentials. */
  readonly configLines: readonly ConfigLine[];
  readonly environment: Readonly<Record<string, string>>;
}

/** The remote's name in the private configuration. */
export const PRIVATE_REMOTE = 'gate';

/**
 * Transports that start nothing but git's own helpers and ssh. Not `ext::`, which runs any command, and no other
 * helper that a URL could name.
 */
const PROTOCOLS = 'https:http:ssh:git:file';
const SCHEME = /^(https?|ssh|git|file):\/\/[^-]/;
/** `host:path`, as scp writes it; a host never begins with a dash, which ssh would take for an option. */
const SCP_LIKE = /^(?!-)(?:[\w.-]+@)?(?!-)[\w.-]+:(?!:)/;

/** Settings of the HTTP transport that are plain data: headers with the token, proxy, certificates. */
const HTTP_SETTING = /^http\.(?:(.+)\.)?(extraheader|proxy|sslcainfo|sslcapath)$/s;

const ENVIRONMENT = {
  GIT_ALLOW_PROTOCOL: PROTOCOLS,
  // Never asks for a passphrase or about an unknown host.
  GIT_SSH_COMMAND: 'ssh -oBatchMode=yes',
  GIT_NO_LAZY_FETCH: '1',
} as const;

function localPath(url: string): string | null {
  if (url.startsWith('file://')) {
    try {
      return fileURLToPath(url);
    } catch {
      return null;
    }
  }
  return path.isAbsolute(url) ? url : null;
}

/** A repository on this machine must lie outside of the work tree: one inside could be part of the change. */
function isOutside(file: string, root: string): boolean {
  try {
    const real = realpathSync(file);
    return real !== root && !real.startsWith(`${root}${path.sep}`);
  } catch {
    return false;
  }
}

function isUsable(url: string, root: string): boolean {
  if (/[\0\r\n]/.test(url)) return false;
  const file = localPath(url);
  if (file !== null) return isOutside(file, root);
  return url.includes('://') ? SCHEME.test(url) : SCP_LIKE.test(url);
}

function httpLines(config: GitConfig): readonly ConfigLine[] {
  return [...config].flatMap(([key, values]) => {
    const match = HTTP_SETTING.exec(key);
    if (match === null) return [];
    const [, subsection = null, name = ''] = match;
    return values.map((value) => ({ section: 'http', subsection, name, value }));
  });
}

/** The longest `url.<base>.insteadOf` that fits is put in place, as git does. */
function rewrite(config: GitConfig, url: string): string {
  let best = { prefix: '', base: '' };
  for (const [key, prefixes] of config) {
    const base = /^url\.(.+)\.insteadof$/s.exec(key)?.[1];
    if (base === undefined) continue;
    for (const prefix of prefixes) {
      if (prefix !== '' && url.startsWith(prefix) && prefix.length > best.prefix.length)
        best = { prefix, base };
    }
  }
  return best.base + url.slice(best.prefix.length);
}

/** Whether objects may be missing from a clone on purpose (`--filter`). */
export function isPartialClone({ config }: Pick<Repository, 'config'>): boolean {
  if (configValue(config, 'extensions.partialclone') !== null) return true;
  return [...config].some(([key]) => /^remote\..+\.promisor$/s.test(key) && configFlag(config, key) === true);
}

/** Lines and environment with which git fetches single objects that it misses, by itself, from the same remote. */
export function promiseObjects(access: RemoteAccess): Pick<RemoteAccess, 'configLines' | 'environment'> {
  const remote = (name: string, value: string) => ({
    section: 'remote',
    subsection: PRIVATE_REMOTE,
    name,
    value,
  });
  const core = { section: 'core', subsection: null, name: 'repositoryformatversion', value: '1' };
  const extension = { section: 'extensions', subsection: null, name: 'partialClone', value: PRIVATE_REMOTE };
  return {
    configLines: [
      ...access.configLines,
      core,
      extension,
      remote('promisor', 'true'),
      remote('partialCloneFilter', 'blob:none'),
    ],
    environment: { ...access.environment, GIT_NO_LAZY_FETCH: '0' },
  };
}

/**
 * The repository's remote as something the gate may fetch from. Only its address and credentials are taken over: no
 * ssh command, no upload-pack, no credential helper, no proxy command. Null without a remote, or with one whose
 * address could run something or leads into the work tree.
 */
export function findRemoteAccess(repository: Repository): RemoteAccess | null {
  const name = remoteOf(repository);
  const configured = name === null ? null : configValue(repository.config, `remote.${name}.url`);
  if (name === null || configured === null) return null;
  const url = rewrite(repository.config, configured);
  if (!isUsable(url, repository.root)) return null;
  const remote = (setting: string, value: string) => ({
    section: 'remote',
    subsection: PRIVATE_REMOTE,
    name: setting,
    value,
  });
  return {
    name,
    url,
    configLines: [remote('url', url), ...httpLines(repository.config)],
    environment: ENVIRONMENT,
  };
}
