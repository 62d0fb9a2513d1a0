import type { Change } from '../../change/change.ts';
import { folderOf } from './link-target.ts';
import { PathIndex } from './path-index.ts';

/** What the rules ask about files: the trees, and what the change did to them. */
export interface Repository {
  readonly now: PathIndex;
  readonly before: PathIndex;
  /** Old path → new path of the files that the change moved. */
  readonly moved: ReadonlyMap<string, string>;
  /** Paths whose text the change wrote. */
  readonly written: ReadonlySet<string>;
  /** The documents are the source of a site, whose links need not work on GitHub. */
  readonly isSite: boolean;
  /** Whether git would ignore a path, as far as the plain lines of the `.gitignore` files go. */
  readonly isIgnored: (path: string) => boolean;
}

/** Names of files that a site generator is configured with, at any depth. */
const SITE_FILES = [
  ...['js', 'ts', 'mjs', 'cjs', 'mts', 'cts'].map((extension) => `docusaurus.config.${extension}`),
  ...['mkdocs.yml', 'mkdocs.yaml', 'zensical.toml', 'book.toml', 'antora.yml', '_config.yml', 'hugo.toml'],
  ...['_sidebar.md', '.nojekyll', 'docfx.json', 'gridsome.config.js', 'gatsby-config.js', 'mint.json'],
  ...['astro.config.mjs', 'astro.config.ts', 'hexo.yml', 'SUMMARY.md', '.eleventy.js', 'sidebars.js'],
];
const SITE_FOLDERS = ['.vitepress', '.vuepress', '.docusaurus', 'docsify'];

/** Whether the tree has the configuration of a site generator. */
export function hasSite(index: PathIndex): boolean {
  return (
    SITE_FILES.some((name) => index.named(name).length > 0) ||
    SITE_FOLDERS.some((name) => index.hasFolderSuffix(name))
  );
}

/** More or longer ignore lines are not read. */
const MAX_IGNORE_FILES = 50;
const MAX_IGNORE_BYTES = 65_536;
const MAX_IGNORE_LINES = 500;

/** Folders that hold what is installed or built, whatever the ignore files say. */
const BUILT = new Set([
  ...[
    'node_modules',
    'dist',
    'build',
    'out',
    'output',
    'coverage',
    'target',
    'tmp',
    'temp',
    'vendor',
    'venv',
  ],
  ...['.venv', '.cache', '.next', '.nuxt', '.turbo', '.parcel-cache', '__pycache__', 'obj', '_site', '.git'],
]);

/** The plain lines of one ignore file: names at any depth, paths from its folder, extensions (`*.log`). */
interface IgnoreFile {
  readonly names: ReadonlySet<string>;
  readonly paths: ReadonlySet<string>;
  readonly extensions: ReadonlySet<string>;
}

const PLAIN_LINE = /^(?:\*\*\/|\/)?(?:\*\.)?[\w@.+-][\w@.+/-]*(?:\/\*{0,2})?$/;

function parseIgnore(contents: Buffer): IgnoreFile {
  const names = new Set<string>();
  const paths = new Set<string>();
  const extensions = new Set<string>();
  for (const raw of contents.toString('utf8').split(/\r?\n/, MAX_IGNORE_LINES)) {
    const line = raw.trim();
    if (!PLAIN_LINE.test(line)) continue;
    const text = line.replace(/^\*\*\//, '').replace(/\/\*{0,2}$/, '');
    if (text.startsWith('*.')) extensions.add(text.slice(1));
    else if (!line.startsWith('**/') && text.includes('/')) paths.add(text.replace(/^\//, ''));
    else names.add(text);
  }
  return { names, paths, extensions };
}

function isIgnoredBy(file: IgnoreFile, inner: string): boolean {
  const parts = inner.split('/');
  return (
    parts.some((part) => file.names.has(part)) ||
    parts.some((_, index) => file.paths.has(parts.slice(0, index + 1).join('/'))) ||
    [...inner.slice(inner.lastIndexOf('/') + 1).matchAll(/\./g)].some((dot) =>
      file.extensions.has(inner.slice(inner.lastIndexOf('/') + 1 + dot.index)),
    )
  );
}

async function readIgnores(change: Change, now: PathIndex): Promise<(path: string) => boolean> {
  const paths = now.named('.gitignore').slice(0, MAX_IGNORE_FILES);
  const files = paths
    .flatMap((path) => now.file(path) ?? [])
    .filter((file) => file.bytes <= MAX_IGNORE_BYTES);
  const contents = await change.snapshot.readBlobs(files.map((file) => file.blob));
  const ignores = files.map((file, index) => {
    const folder = folderOf(file.path);
    return {
      under: folder === '' ? '' : `${folder}/`,
      file: parseIgnore(contents[index] ?? Buffer.alloc(0)),
    };
  });
  return (path) =>
    path.split('/').some((part) => BUILT.has(part)) ||
    ignores.some(({ under, file }) => path.startsWith(under) && isIgnoredBy(file, path.slice(under.length)));
}

/** Reads both trees and what the change did to them. */
export async function readRepository(change: Change): Promise<Repository> {
  const { snapshot, files } = change;
  const [filesNow, filesBefore] = await Promise.all([snapshot.listFiles(), snapshot.listBaseFiles()]);
  const now = new PathIndex(filesNow);
  const before = new PathIndex(filesBefore);
  return {
    now,
    before,
    moved: new Map(
      files.flatMap((file) =>
        file.status === 'renamed' && file.oldPath !== null ? [[file.oldPath, file.path] as const] : [],
      ),
    ),
    written: new Set(files.filter((file) => file.newBlob !== file.oldBlob).map((file) => file.path)),
    isSite: hasSite(now),
    isIgnored: await readIgnores(change, now),
  };
}
