import type { Dirent } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';

/** Folders that hold other people's reports, or none. */
const LEFT_OUT: ReadonlySet<string> = new Set(['node_modules', '.git']);

/** Entries looked at before the walk gives up; a large monorepo without its dependencies has fewer. */
const MAX_ENTRIES = 300_000;

/** Files found, or that a bound was hit. */
export type FileSearch =
  | { readonly complete: true; readonly files: readonly string[] }
  | { readonly complete: false; readonly limit: string };

/** The folders of a glob before its first special character: `build/reports/**` gives `build/reports`. */
function fixedFolders(glob: string): readonly string[] {
  const parts = glob.replace(/^\.\//, '').split('/');
  const magic = parts.findIndex((part) => /[*?[\]{}()!+@\\]/.test(part));
  return parts.slice(0, magic === -1 ? parts.length - 1 : magic);
}

/** Whether a folder lies on the way to, or below, where a glob can match. */
function leadsTo(folder: readonly string[], fixed: readonly string[]): boolean {
  return folder.every((name, index) => index >= fixed.length || fixed[index] === name);
}

async function listFolder(folder: string): Promise<readonly Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    // Gone or unreadable: what cannot be listed proves nothing.
    return [];
  }
}

/**
 * Regular files under a directory that match, as `/`-separated paths relative to it, sorted. Looks only into
 * folders that a glob can reach; follows no symbolic link; leaves `node_modules` and `.git` out.
 */
export async function findFiles(
  directory: string,
  globs: readonly string[],
  matches: (file: string) => boolean,
  maxFiles: number,
): Promise<FileSearch> {
  const roots = globs.map(fixedFolders);
  const waiting: (readonly string[])[] = [[]];
  const files: string[] = [];
  let entries = 0;
  for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
    const list = await listFolder(path.join(directory, ...folder));
    entries += list.length;
    if (entries > MAX_ENTRIES) return { complete: false, limit: `${MAX_ENTRIES} files and folders` };
    for (const entry of list) {
      const parts = [...folder, entry.name];
      if (entry.isDirectory()) {
        if (!LEFT_OUT.has(entry.name) && roots.some((fixed) => leadsTo(parts, fixed))) waiting.push(parts);
      } else if (entry.isFile() && matches(parts.join('/'))) files.push(parts.join('/'));
    }
    if (files.length > maxFiles) return { complete: false, limit: `${maxFiles} files` };
  }
  return { complete: true, files: files.sort() };
}
