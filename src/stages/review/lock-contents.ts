import { isObject, parseObject } from './json-object.ts';
import { type Dependencies, npmDependencies } from './manifest-formats.ts';
import { baseName } from './path-traits.ts';

/** Ranges that name no version of a registry: the lockfile may write them in its own way. */
const LOCAL_RANGE = /^(?:workspace|file|link|portal|catalog|patch):/;

/** What package-lock.json says a package asks for; null for old forms and packages that it does not hold. */
function fromPackageLock(text: string, folder: string): Dependencies | null {
  const packages = parseObject(text)?.['packages'];
  const own = isObject(packages) ? packages[folder] : undefined;
  return isObject(own) ? npmDependencies(own) : null;
}

function unquote(text: string): string {
  return /^(['"]).*\1$/.test(text) ? text.slice(1, -1) : text;
}

/** `importers:` of pnpm-lock.yaml by indentation; the whole file is too large for a parser. */
function fromPnpmLock(text: string, folder: string): Dependencies | null {
  const start = /^importers:[ \t]*$/m.exec(text);
  if (start === null) return null;
  const found = new Map<string, string>();
  const wanted = folder === '' ? '.' : folder;
  let isOwn = false;
  let wasFound = false;
  let name = '';
  for (const line of text.slice(start.index + start[0].length + 1).split('\n')) {
    if (/^\S/.test(line)) break;
    const importer = /^ {2}(\S.{0,300}?):[ \t]*(?:\{\})?[ \t]*$/.exec(line)?.[1];
    if (importer !== undefined) {
      isOwn = unquote(importer) === wanted;
      wasFound ||= isOwn;
      continue;
    }
    if (!isOwn) continue;
    name = unquote(/^ {6}(\S.{0,200}?):[ \t]*$/.exec(line)?.[1] ?? name);
    const range = /^ {8}specifier:[ \t]{1,8}(.{1,300})$/.exec(line)?.[1];
    if (range !== undefined) found.set(name, unquote(range.trim()));
  }
  return wasFound ? found : null;
}

/**
 * What a lockfile of npm or pnpm itself holds as the direct dependencies of the package in a folder (relative to the
 * lockfile's, without a final slash); null when it does not say.
 */
export function lockedDependencies(lockfile: string, text: string, folder: string): Dependencies | null {
  switch (baseName(lockfile)) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
      return fromPackageLock(text, folder);
    case 'pnpm-lock.yaml':
      return fromPnpmLock(text, folder);
    default:
      return null;
  }
}

function holdsRange(lockfile: string, text: string, name: string, range: string): boolean {
  switch (baseName(lockfile)) {
    case 'yarn.lock':
      return ['', 'npm:'].some((protocol) => text.includes(`${name}@${protocol}${range}`));
    case 'bun.lock':
      return text.includes(`"${name}": ${JSON.stringify(range)}`);
    case 'go.sum':
      return text.includes(`${name} ${range}/go.mod`) || text.includes(`${name} ${range} `);
    default:
      return true;
  }
}

/** Whether the text of a lockfile knows a dependency with its range, as far as its format can tell. */
export function isLocked(lockfile: string, text: string, name: string, range: string): boolean {
  if (LOCAL_RANGE.test(range)) return true;
  const bare = name.toLowerCase();
  const isNamed = text.includes(name) || text.toLowerCase().includes(bare.replaceAll('_', '-'));
  return isNamed && holdsRange(lockfile, text, name, range);
}

/** Whether a lockfile above a package's folder holds that package: it is one of its workspaces. */
export function holdsWorkspace(
  lockfile: string,
  text: string,
  folder: string,
  packageName: string | null,
): boolean {
  switch (baseName(lockfile)) {
    case 'package-lock.json':
    case 'npm-shrinkwrap.json':
    case 'bun.lock':
      return text.includes(`"${folder}": {`);
    case 'pnpm-lock.yaml':
      return fromPnpmLock(text, folder) !== null;
    case 'yarn.lock':
      return text.includes(`@workspace:${folder}`);
    case 'cargo.lock':
      return packageName !== null && text.includes(`name = "${packageName}"`);
    default:
      return baseName(lockfile) === 'mix.lock';
  }
}
