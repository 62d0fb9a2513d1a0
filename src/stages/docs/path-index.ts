import type { TreeFile } from '../../change/change.ts';
import { nearestName } from '../../kernel/nearest.ts';
import { folderOf } from './link-target.ts';

const SYMLINK = '120000';
const SUBMODULE = '160000';

/** Names are compared with this many neighbours, of at most this length, when one is suggested. */
const MAX_NEIGHBOURS = 200;
const MAX_NEIGHBOUR_CHARS = 80;

/** Of shorter names every other is near. */
const MIN_STEM_CHARS = 3;

/** More files of one name are not told apart by their folders. */
const MAX_NAMESAKES = 2_000;

/** The files and folders of one tree, asked by path. Case counts. */
export class PathIndex {
  private readonly files = new Map<string, TreeFile>();
  private readonly folders = new Set<string>(['']);
  /** Submodules and symbolic links: what lies below them is not in the tree. */
  private readonly opaque = new Set<string>();
  private basenames: ReadonlyMap<string, readonly string[]> | null = null;
  private folderNames: ReadonlyMap<string, readonly string[]> | null = null;
  private sorts: ReadonlySet<string> | null = null;
  private stems: ReadonlyMap<string, readonly string[]> | null = null;
  private folded: ReadonlyMap<string, string> | null = null;

  constructor(files: readonly TreeFile[]) {
    for (const file of files) {
      this.files.set(file.path, file);
      if (file.mode === SYMLINK || file.mode === SUBMODULE) this.opaque.add(file.path);
      for (let folder = folderOf(file.path); !this.folders.has(folder); folder = folderOf(folder)) {
        this.folders.add(folder);
      }
    }
  }

  file(path: string): TreeFile | undefined {
    return this.files.get(path);
  }

  isFolder(path: string): boolean {
    return this.folders.has(path);
  }

  exists(path: string): boolean {
    return this.files.has(path) || this.folders.has(path);
  }

  /** Whether a path lies below a submodule or a symbolic link, so that nobody can tell. */
  isUnknowable(path: string): boolean {
    if (this.opaque.size === 0) return false;
    for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) {
      if (this.opaque.has(folder)) return true;
    }
    return false;
  }

  /** Whether a folder directly holds a file of the same sort as this path: text, picture, or code and data. */
  holdsAlike(folder: string, path: string): boolean {
    this.sorts ??= new Set([...this.files.keys()].map((each) => `${sortOf(each)}:${folderOf(each)}`));
    return this.sorts.has(`${sortOf(path)}:${folder}`);
  }

  /** Files with this last name. */
  named(basename: string): readonly string[] {
    this.basenames ??= groupByBasename(this.files.keys());
    return this.basenames.get(basename) ?? [];
  }

  /** Whether some file's path ends with these whole segments. */
  hasSuffix(suffix: string): boolean {
    this.basenames ??= groupByBasename(this.files.keys());
    return endsSome(this.basenames, suffix);
  }

  /** Whether some folder's path ends with these whole segments. */
  hasFolderSuffix(suffix: string): boolean {
    this.folderNames ??= groupByBasename(this.folders);
    return endsSome(this.folderNames, suffix);
  }

  /** Whether some file's path without its extension ends with these whole segments. */
  hasStemSuffix(suffix: string): boolean {
    this.stems ??= groupByBasename(this.files.keys(), (path) => path.replace(/(?<=[^/])\.[^/]*$/, ''));
    return endsSome(this.stems, suffix);
  }

  /** The path that differs only in case or in the form of its accents; null without one. */
  spelledOtherwise(path: string): string | null {
    if (this.folded === null) {
      const folded = new Map<string, string>();
      for (const name of this.folders) folded.set(foldName(name), name);
      for (const name of this.files.keys()) folded.set(foldName(name), name);
      this.folded = folded;
    }
    const found = this.folded.get(foldName(path));
    return found === undefined || found === path ? null : found;
  }

  /** A path that was perhaps meant: other case, a near name in the same folder, the only file of that name. */
  near(path: string): string | null {
    const other = this.spelledOtherwise(path);
    if (other !== null) return other;
    const folder = folderOf(path);
    const basename = path.slice(folder === '' ? 0 : folder.length + 1);
    const same = this.named(basename);
    if (same.length === 1) return same[0] ?? null;
    if (!this.folders.has(folder) || basename.length > MAX_NEIGHBOUR_CHARS) return null;
    const dot = basename.lastIndexOf('.');
    const extension = dot === -1 ? '' : basename.slice(dot);
    const stem = basename.slice(0, basename.length - extension.length);
    if (stem.length < MIN_STEM_CHARS) return null;
    const stems = this.neighboursIn(folder)
      .filter((name) => name.endsWith(extension))
      .map((name) => name.slice(0, name.length - extension.length));
    const near = nearestName(stem, stems);
    return near === null ? null : joinName(folder, near + extension);
  }

  private neighboursIn(folder: string): readonly string[] {
    const names: string[] = [];
    for (const path of this.files.keys()) {
      if (folderOf(path) !== folder) continue;
      const name = path.slice(folder === '' ? 0 : folder.length + 1);
      if (name.length <= MAX_NEIGHBOUR_CHARS) names.push(name);
      if (names.length === MAX_NEIGHBOURS) break;
    }
    return names;
  }
}

/** Whether one of the grouped paths ends with whole segments. Of a name that is everywhere it is taken for granted. */
function endsSome(groups: ReadonlyMap<string, readonly string[]>, suffix: string): boolean {
  const group = groups.get(suffix.slice(suffix.lastIndexOf('/') + 1)) ?? [];
  const end = `/${suffix}`;
  return group.length > MAX_NAMESAKES || group.some((path) => path === suffix || path.endsWith(end));
}

function sortOf(path: string): 'text' | 'picture' | 'code' {
  if (/\.(?:md|mdx|markdown|txt|rst|adoc|html?)$/i.test(path)) return 'text';
  return /\.(?:svg|png|jpe?g|gif|webp|ico|pdf)$/i.test(path) ? 'picture' : 'code';
}

function joinName(folder: string, name: string): string {
  return folder === '' ? name : `${folder}/${name}`;
}

function foldName(path: string): string {
  return path.normalize('NFC').toLowerCase();
}

function groupByBasename(
  paths: Iterable<string>,
  shorten: (path: string) => string = (path) => path,
): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const each of paths) {
    const path = shorten(each);
    const name = path.slice(path.lastIndexOf('/') + 1);
    const group = groups.get(name);
    if (group === undefined) groups.set(name, [path]);
    else group.push(path);
  }
  return groups;
}
