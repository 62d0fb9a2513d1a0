/** Where a destination leads, before anybody looks whether it exists. */
export type LinkTarget =
  /** Not to be checked: other hosts, mail, data, templates of site generators, nothing at all. */
  | { readonly kind: 'elsewhere' }
  /** A place on one machine: `/home/me/x`, `C:\x`, `file:…`. */
  | { readonly kind: 'machine' }
  /** Above the root of the repository; `rest` is what follows the last `..` that leaves it. */
  | { readonly kind: 'outside'; readonly rest: string }
  | LocalTarget;

/** A path of the repository; empty is its root. `fragment` is decoded, null without one. */
export interface LocalTarget {
  readonly kind: 'local';
  readonly path: string;
  /** The same without percent-decoding, for names that have a `%` of their own; null when equal. */
  readonly rawPath: string | null;
  readonly fragment: string | null;
  /** Only a fragment was given. */
  readonly sameFile: boolean;
  /** Written from the root: `/docs/x.md`. */
  readonly rooted: boolean;
}

const SCHEME = /^[A-Za-z][A-Za-z0-9+.-]+:/;
const DRIVE = /^[A-Za-z]:[\\/]/;

/** Jinja, Liquid, ERB, shell and Vue: the address is known only when the page is built. */
const TEMPLATE = /\{\{|\{%|<%|\$\{|\{[a-z_]\w*\}|^:[a-z]/i;

/** Aliases of site generators and bundlers: `@site/…`, `~/…`, `pathname:///…`. */
const ALIAS = /^(?:@[\w-]+\/|~)/;

/** Top folders of machines that no repository has by chance. */
const MACHINE_ROOT =
  /^\/(?:home|Users|root|mnt|media|private|var|tmp|etc|opt|usr|srv|Volumes|Applications)\/[^/]/;

/** Decodes `%20`; a text that is not decodable stays as it is. */
export function decodePercent(text: string): string {
  if (!text.includes('%')) return text;
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Joins a relative path to a folder (`''` is the root); null when it leaves the repository. */
export function joinPath(folder: string, relative: string): string | null {
  const parts = folder === '' ? [] : folder.split('/');
  for (const part of relative.split('/')) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return null;
  }
  return parts.join('/');
}

/** The folder of a path: `docs` of `docs/a.md`, `''` of `a.md`. */
export function folderOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash === -1 ? '' : path.slice(0, slash);
}

/** What follows the last `..` of a path that leaves the repository. */
function restOutside(relative: string): string {
  return relative.replace(/^.*\.\.(?:\/|$)/s, '');
}

/** Reads a destination of the document at `from`. Pure: looks at no tree. */
export function readTarget(from: string, destination: string): LinkTarget {
  const text = destination.trim();
  if (text === '' || text.startsWith('//') || text.startsWith('\\\\')) return { kind: 'elsewhere' };
  if (DRIVE.test(text) || /^file:/i.test(text)) return { kind: 'machine' };
  if (SCHEME.test(text) || TEMPLATE.test(text) || ALIAS.test(text)) return { kind: 'elsewhere' };
  const hash = text.indexOf('#');
  const address = hash === -1 ? text : text.slice(0, hash);
  const fragment = hash === -1 ? null : decodePercent(text.slice(hash + 1));
  const query = address.indexOf('?');
  const written = query === -1 ? address : address.slice(0, query);
  if (written === '') {
    return { kind: 'local', path: from, rawPath: null, fragment, sameFile: true, rooted: false };
  }
  if (MACHINE_ROOT.test(written)) return { kind: 'machine' };
  const rooted = written.startsWith('/');
  const folder = rooted ? '' : folderOf(from);
  const decoded = decodePercent(written);
  const path = joinPath(folder, decoded);
  // GitHub takes `/../branch/file` for a file of another branch.
  if (path === null && decoded.startsWith('/../')) return { kind: 'elsewhere' };
  if (path === null) return { kind: 'outside', rest: restOutside(decoded) };
  const rawPath = decoded === written ? null : joinPath(folder, written);
  return { kind: 'local', path, rawPath, fragment, sameFile: false, rooted };
}
