import { accessSync, constants, existsSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';

const BINARY = process.platform === 'win32' ? 'git.exe' : 'git';

/** Where git is, and the search path that is safe to hand to it. */
export interface GitLocation {
  /** Absolute; null when no trusted folder has a git. */
  readonly binary: string | null;
  /** The trusted folders of the search path, joined as the platform does. */
  readonly searchPath: string;
}

/** The work tree that a folder is in: the nearest folder above it, or itself, with an entry `.git`. */
function enclosingWorkTree(folder: string): string | null {
  for (let current = folder; ; current = path.dirname(current)) {
    if (existsSync(path.join(current, '.git'))) return current;
    if (path.dirname(current) === current) return null;
  }
}

function realPath(file: string): string | null {
  try {
    return realpathSync(file);
  } catch {
    return null;
  }
}

function isWithin(file: string, folder: string): boolean {
  return file === folder || file.startsWith(folder.endsWith(path.sep) ? folder : `${folder}${path.sep}`);
}

function isPackageFolder(folder: string): boolean {
  const parts = folder.split(path.sep);
  return parts.includes('node_modules');
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Finds the system's git in a search path (`PATH`). Entries that are relative, inside the work tree around
 * `startedIn`, or inside any `node_modules` (which `npm run` puts first) are not trusted: what lies there comes from
 * the change. Symbolic links are followed before that is decided.
 */
export function locateGit(searchPath: string, startedIn: string): GitLocation {
  const start = realPath(startedIn) ?? path.resolve(startedIn);
  const workTree = enclosingWorkTree(start);
  const isTrusted = (file: string) =>
    !isPackageFolder(file) && (workTree === null || !isWithin(file, workTree));
  const folders: string[] = [];
  for (const entry of searchPath.split(path.delimiter)) {
    if (!path.isAbsolute(entry)) continue;
    const folder = realPath(entry);
    if (folder !== null && isTrusted(path.resolve(entry)) && isTrusted(folder)) folders.push(entry);
  }
  const binary = folders
    .map((folder) => path.join(folder, BINARY))
    .find((file) => isExecutable(file) && isTrusted(realPath(file) ?? file));
  return { binary: binary ?? null, searchPath: folders.join(path.delimiter) };
}
