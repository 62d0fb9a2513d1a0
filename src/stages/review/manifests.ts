import { ECOSYSTEMS, type Ecosystem } from './manifest-formats.ts';
import { baseName, folderOf } from './path-traits.ts';

/** Whose manifest a path is; null when it is none. */
export function ecosystemOf(path: string): Ecosystem | null {
  const name = baseName(path);
  return ECOSYSTEMS.find(({ manifest }) => manifest.test(name)) ?? null;
}

/** Whether a path names what a project depends on. */
export function isManifest(path: string): boolean {
  return ecosystemOf(path) !== null;
}

/** The ecosystem whose lockfile a path is, as far as its manifest is known; else null. */
export function lockedEcosystem(path: string): Ecosystem | null {
  const name = baseName(path);
  return ECOSYSTEMS.find(({ lockfiles }) => lockfiles.includes(name)) ?? null;
}

/** The folder of a path and those above it, nearest first; the root is the empty string. */
export function foldersAbove(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); ; folder = folderOf(folder.slice(0, -1))) {
    folders.push(folder);
    if (folder === '') return folders;
  }
}
