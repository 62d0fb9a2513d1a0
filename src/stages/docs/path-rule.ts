import { type DocSource, foldersAround, speaksOfElsewhere, speaksOfPast } from './doc-source.ts';
import type { Context } from './document.ts';
import { PLACEHOLDER } from './link-rule.ts';
import { folderOf, joinPath } from './link-target.ts';
import { extensionOf, type PathMention } from './path-mention.ts';
import { type Problem, quote, showPath } from './problem.ts';
import type { Repository } from './repository.ts';

/** A mention with the place where it stands. */
export interface PlacedMention {
  readonly mention: PathMention;
  readonly line: number;
  readonly context: Context;
  /** Offset in the context's text. */
  readonly at: number;
}

/** Files that a tool expects by name; docs name them to speak of any project. */
const CONVENTIONAL =
  /(?:^|\/)(?:\.github|\.vscode|\.husky|\.circleci|\.devcontainer|\.idea|\.git|\.claude|\.cursor|\.config)\//;

/** Extensions of built files, whose source has another: `lib/a.js` of `lib/a.ts`. */
const BUILT_FROM: Readonly<Record<string, readonly string[]>> = {
  js: ['ts', 'tsx', 'jsx', 'mts', 'mjs', 'coffee'],
  mjs: ['mts', 'ts'],
  cjs: ['cts', 'ts'],
  css: ['scss', 'sass', 'less', 'styl'],
  html: ['md', 'pug', 'hbs', 'ejs'],
  'd.ts': ['ts'],
};

function hasSource(path: string, repository: Repository): boolean {
  const extension = extensionOf(path);
  const stem = path.slice(0, path.length - extension.length);
  return (BUILT_FROM[extension] ?? []).some((each) => repository.now.file(stem + each) !== undefined);
}

/** A way to read a mention: against the document's folder, one above it, or the root. */
interface Reading {
  readonly path: string;
  /** The folder that the path begins with. */
  readonly top: string;
}

function readings(source: DocSource, path: string): readonly Reading[] {
  const first = path.slice(0, path.indexOf('/'));
  return foldersAround(source.path).flatMap((folder) => {
    const joined = joinPath(folder, path);
    const top = joinPath(folder, first);
    return joined === null || joined === '' || top === null ? [] : [{ path: joined, top }];
  });
}

/** Whether something of the tree is meant, in any way in which people shorten paths. */
function isFound(paths: readonly Reading[], mention: PathMention, repository: Repository): boolean {
  const { now } = repository;
  if (paths.some(({ path }) => now.exists(path) || now.isUnknowable(path) || repository.isIgnored(path)))
    return true;
  const suffix = mention.path.replace(/^(?:\.\.\/)+/, '');
  if (now.hasSuffix(suffix)) return true;
  return !mention.isFile && (now.hasFolderSuffix(suffix) || now.hasStemSuffix(suffix));
}

/** The first folder of a path exists, now or before the change. */
function isRooted({ top }: Reading, repository: Repository): boolean {
  return repository.now.isFolder(top) || repository.before.isFolder(top);
}

function describeGone(
  source: DocSource,
  placed: PlacedMention,
  path: string,
  repository: Repository,
): Problem {
  const { mention, line, context, at } = placed;
  const movedTo = repository.moved.get(path);
  const how = movedTo === undefined ? 'deletes' : `moves to ${showPath(movedTo)}`;
  const past = speaksOfPast(context.text, at);
  // A bare file name may stand for such files in general.
  const certain = mention.path.includes('/') ? 1 : 2;
  return {
    ruleId: source.isWritten ? 'docs/missing-path' : 'docs/stale-mention',
    path: source.path,
    line,
    what: `names ${quote(mention.path)}, which this change ${how}`,
    mend: movedTo === undefined ? 'say what is there now' : 'name its new place',
    priority: past ? 3 : certain,
    suggest: () => movedTo ?? null,
  };
}

/**
 * Judges a path that a document names. Certain is a path that was there before the change, one in another case, and
 * a file of a folder that holds such files, where the words around it do not speak of another project; the rest are
 * guesses.
 */
export function judgePath(source: DocSource, placed: PlacedMention, repository: Repository): Problem | null {
  const { mention, line, context, at } = placed;
  if (source.isHistory || source.placement === 'template') return null;
  const paths = readings(source, mention.path);
  if (paths.length === 0 || isFound(paths, mention, repository)) return null;
  const gone = paths.find(({ path }) => repository.before.exists(path));
  if (gone !== undefined) return describeGone(source, placed, gone.path, repository);
  // A name without a folder stands for such files in general.
  if (!mention.path.includes('/') || PLACEHOLDER.test(mention.path)) return null;
  const rooted = paths.filter((path) => isRooted(path, repository)).map(({ path }) => path);
  const [first] = rooted;
  if (first === undefined) return null;
  const other = rooted.map((path) => repository.now.spelledOtherwise(path)).find((each) => each !== null);
  const elsewhere =
    speaksOfElsewhere(context, at) || CONVENTIONAL.test(`/${first}`) || hasSource(first, repository);
  const inFolder = rooted.some((path) => repository.now.holdsAlike(folderOf(path), path));
  const certain = mention.isFile && inFolder && !elsewhere;
  return {
    ruleId: 'docs/missing-path',
    path: source.path,
    line,
    what:
      typeof other === 'string'
        ? `names ${quote(mention.path)}, but it is spelled ${showPath(other)}`
        : `names ${quote(mention.path)}, which does not exist`,
    mend: 'name what is there, or take it out',
    priority: certain || (typeof other === 'string' && mention.isFile) ? 1 : 3,
    suggest: () => repository.now.near(first),
  };
}
