import type { DocSource } from './doc-source.ts';
import type { DocLink } from './document.ts';
import { decodePercent, folderOf, type LocalTarget, readTarget } from './link-target.ts';
import { detach, type Problem, quote, showPath } from './problem.ts';
import type { Repository } from './repository.ts';

/** A fragment to be looked up when all anchors are known. */
export interface PendingAnchor {
  readonly source: DocSource;
  readonly line: number;
  readonly destination: string;
  /** Existing file, or folder whose README is meant. */
  readonly target: string;
  readonly fragment: string;
}

/** A link is fine, broken, or fine as soon as its anchor exists. */
export type LinkVerdict = Problem | PendingAnchor | null;

/** Below `owner/repository`: links out of the tree lead to pages of the platform (`../../issues`). */
const PLATFORM_PAGE =
  /^(?:issues?|pulls?|wiki|releases?|actions|discussions|security|projects?|labels|milestones?|graphs|tree|blob|raw|compare|commits?|network|stargazers|settings|workflows|packages|tags|branches|contributors|archive|edit|new|fork|pulse|deployments|forks|watchers|subscription|community|generate)(?:[/?#]|$)/;

/** A link one folder above the root leads to another branch: `../gh-pages/logo.png`. */
const BRANCH = /^(?:main|master|develop|gh-[\w-]+|[\w-]+-(?:pages|assets|images))\//;

/** Segments of paths that only show what a path looks like: `path/to/file.md`, `src/foo.ts`, `src/my-plugin.ts`. */
export const PLACEHOLDER =
  /(?:^|\/)(?:(?:foo|bar|baz|qux|foobar|Foo|Bar|Baz|xxx|yyy|file|filename|file-name|[Ee]xample|placeholder|TODO)(?:\.[\w.]+)?|your[\w.-]*|(?:my|some)(?=[-_A-Z])[\w.-]+)(?:[/#?]|$)|(?:^|\/)path[-_/]to(?:[-_/]|$)/;

const MARKDOWN = /\.(?:md|markdown|mdx)$/i;
const HAS_EXTENSION = /\.[A-Za-z0-9]{1,10}$/;

/** What a site serves from a source page: `intro` and `intro.html` from `intro.md`. */
const PAGE_FORMS = [
  '.md',
  '.mdx',
  '.markdown',
  '/index.md',
  '/README.md',
  '/index.mdx',
  '/readme.md',
  '.html',
];

/** Path from a document to a target, as it would be written in a link. */
export function relativePath(from: string, target: string): string {
  const folder = folderOf(from);
  const up = folder === '' ? [] : folder.split('/');
  const down = target.split('/');
  while (up.length > 0 && down.length > 1 && up[0] === down[0]) {
    up.shift();
    down.shift();
  }
  return `${'../'.repeat(up.length)}${down.join('/')}`.replaceAll(' ', '%20');
}

function problemAt(source: DocSource, link: DocLink, rest: Omit<Problem, 'path' | 'line'>): Problem {
  return { path: source.path, line: link.line, ...rest };
}

/** The page that a site would serve under a path; null when none. */
function findPage(target: LocalTarget, repository: Repository): string | null {
  const { now } = repository;
  const bare = target.path.replace(/\.html?$/, '');
  for (const form of PAGE_FORMS) {
    if (now.file(bare + form) !== undefined) return bare + form;
    if (target.rooted && now.hasSuffix(bare + form))
      return now.named(`${bare}${form}`.split('/').at(-1) ?? '')[0] ?? null;
  }
  return null;
}

/** How sure it is that a path that does not exist was meant as one of this repository. */
function isGuess(source: DocSource, link: DocLink, target: LocalTarget, repository: Repository): boolean {
  const { path, rooted } = target;
  if (source.placement === 'template') return true;
  if (path.includes('\ufffd') || PLACEHOLDER.test(link.destination)) return true;
  if (repository.isIgnored(path)) return true;
  const hasExtension = HAS_EXTENSION.test(path);
  if (/^[a-z][a-z0-9_-]*$/.test(link.destination)) return true;
  if (source.placement === 'site' && (rooted || !MARKDOWN.test(path))) return true;
  if (!rooted) return path.split('/').length === 2 && PLATFORM_PAGE.test(path) && !hasExtension;
  // From the root of a site, unless the repository has such a folder.
  const top = path.split('/')[0] ?? '';
  const { now, before } = repository;
  const isHere = path.includes('/') ? now.isFolder(top) || before.isFolder(top) : MARKDOWN.test(path);
  return !hasExtension || !isHere;
}

/** `example.com/a` and `me@example.com` as they were meant; null for a path. */
function completeAddress(destination: string): string | null {
  if (/^[\w.+-]{1,60}@[\w-]{1,60}(?:\.[\w-]{1,60})+$/.test(destination)) return `mailto:${destination}`;
  const host = /^(?:[\w-]{1,60}\.){1,4}(?:com|org|net|io|dev|app|ly|gov|edu|co|ai)(?:[/?#:]|$)/i;
  return host.test(destination) ? `https://${destination}` : null;
}

/** A path that does not exist, with what the change or the tree knows of it. */
function describeMissing(
  source: DocSource,
  link: DocLink,
  target: LocalTarget,
  repository: Repository,
): Problem {
  const { now, before, moved } = repository;
  const { path } = target;
  const ruleId = 'docs/broken-link';
  const tail = target.fragment === null ? '' : `#${target.fragment}`;
  const named = `links to ${quote(link.destination)}`;
  const write = (to: string) => (target.rooted ? `/${to}` : relativePath(source.path, to)) + tail;
  const priority = isGuess(source, link, target, repository) ? 3 : 1;
  const movedTo = moved.get(path);
  if (movedTo !== undefined) {
    const what = `${named}, which this change moves to ${showPath(movedTo)}`;
    const suggest = () => write(movedTo);
    return problemAt(source, link, { ruleId, what, mend: 'link to its new place', priority, suggest });
  }
  const other = now.spelledOtherwise(path);
  if (other !== null) {
    const what = `${named}, but it is spelled ${showPath(other)}`;
    const suggest = () => write(other);
    return problemAt(source, link, { ruleId, what, mend: 'mind the case', priority, suggest });
  }
  const address = completeAddress(link.destination);
  if (address !== null) {
    const what = `links to ${quote(link.destination)}, which is a path here, not an address`;
    return problemAt(source, link, {
      ruleId,
      what,
      mend: 'give the whole address',
      priority,
      suggest: () => address,
    });
  }
  const gone = before.exists(path);
  const what = gone ? `${named}, which this change deletes` : `${named}, which does not exist`;
  const mend = gone ? 'take the link out or keep the file' : 'mend the link or add the file';
  const suggest = () => {
    const near = now.near(path);
    return near === null ? null : write(near);
  };
  return problemAt(source, link, { ruleId, what, mend, priority, suggest });
}

/** A site serves its folder from the root, or under a prefix: `/img/a.png`, `/project/docs/a.md`. */
function servesSuffix(path: string, { now }: Repository): boolean {
  if (now.hasSuffix(path)) return true;
  const parts = path.split('/');
  // Two segments are the least that is no coincidence.
  return (
    !now.isFolder(parts[0] ?? '') &&
    parts.some(
      (_, index) => index > 0 && parts.length - index >= 2 && now.hasSuffix(parts.slice(index).join('/')),
    )
  );
}

function judgeLocal(
  source: DocSource,
  link: DocLink,
  target: LocalTarget,
  repository: Repository,
): LinkVerdict {
  const { now } = repository;
  const found = [target.path, target.rawPath].find((path) => path !== null && now.exists(path));
  if (found === undefined || found === null) {
    if (now.isUnknowable(target.path)) return null;
    if (target.rooted && servesSuffix(target.path, repository)) return null;
    const page = findPage(target, repository);
    if (page === null) return describeMissing(source, link, target, repository);
    if (source.placement !== 'here' || target.rooted) return null;
    const what = `links to ${quote(link.destination)}, which only a site would find as ${showPath(page)}`;
    const suggest = () => relativePath(source.path, page);
    const rest = {
      ruleId: 'docs/broken-link',
      what,
      mend: 'name the file itself',
      priority: 1,
      suggest,
    } as const;
    return problemAt(source, link, rest);
  }
  if (target.fragment === null || target.fragment === '') return null;
  return {
    source,
    line: link.line,
    destination: detach(link.destination),
    target: detach(found),
    fragment: detach(target.fragment),
  };
}

/** Judges one link of a document. Anchors are left pending: their documents may not have been read yet. */
export function judgeLink(source: DocSource, link: DocLink, repository: Repository): LinkVerdict {
  const target = readTarget(source.path, link.destination);
  switch (target.kind) {
    case 'elsewhere':
      return null;
    case 'machine': {
      if (source.placement === 'template') return null;
      const rooted = decodePercent(link.destination.replace(/[?#].*$/s, '')).replace(/^\/+/, '');
      if (link.destination.startsWith('/') && repository.now.exists(rooted)) return null;
      const what = `links to ${quote(link.destination)}, a place on one machine`;
      const mend = 'link to a path of the repository';
      return problemAt(source, link, {
        ruleId: 'docs/absolute-path',
        what,
        mend,
        priority: 1,
        suggest: null,
      });
    }
    case 'outside': {
      if (PLATFORM_PAGE.test(target.rest) || BRANCH.test(target.rest)) return null;
      const what = `links to ${quote(link.destination)}, which leaves the repository`;
      const mend = 'count the ../ or give the whole address';
      const priority = source.placement === 'here' && !PLACEHOLDER.test(link.destination) ? 1 : 3;
      const near = repository.now.exists(target.rest) && target.rest !== '' ? target.rest : null;
      const suggest = () => (near === null ? null : relativePath(source.path, near));
      return problemAt(source, link, { ruleId: 'docs/broken-link', what, mend, priority, suggest });
    }
    case 'local':
      return judgeLocal(source, link, target, repository);
  }
}
