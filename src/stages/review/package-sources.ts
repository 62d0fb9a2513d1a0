import { plural } from '../../kernel/text.ts';
import { isObject, parseObject } from './json-object.ts';
import { baseName } from './path-traits.ts';
import { quoteText } from './quoted-text.ts';
import type { ReviewFile } from './review-file.ts';
import type { BothSides, ReviewInput } from './review-input.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const INSTALL_SCRIPT: Rule = {
  id: 'review/install-script',
  priority: 2,
  title: 'Install script',
  looksFor:
    'Code that runs when somebody installs: `preinstall`, `install` or `postinstall` added or changed in a package.json, a new `binding.gyp`, Composer scripts around install and update, and packages in package-lock.json that newly have an install script.',
  mend: 'Make sure that it has to run on every machine that installs; what only developers need belongs into "prepare".',
  hit: '"postinstall": "node setup.js"',
  nearMiss: '"prepare": "husky"',
};

const FOREIGN_SOURCE: Rule = {
  id: 'review/lockfile-source',
  priority: 2,
  title: 'Lockfile takes a package from elsewhere',
  looksFor:
    'An address on an added line of a lockfile that is not the registry of its ecosystem: another host that the lockfile did not name before, a git repository, plain http.',
  mend: 'Check who serves the package and why it does not come from the registry; regenerate the lockfile against the registry if that is a mistake.',
  hit: '"resolved": "https://packages.example.net/left-pad-1.3.0.tgz"',
  nearMiss: '"resolved": "https://<the public registry>/left-pad/-/left-pad-1.3.0.tgz"',
};

export const SOURCE_RULES: readonly Rule[] = [INSTALL_SCRIPT, FOREIGN_SOURCE];

const NPM_HOOKS = ['preinstall', 'install', 'postinstall'] as const;
const COMPOSER_HOOKS = [
  'pre-install-cmd',
  'post-install-cmd',
  'pre-update-cmd',
  'post-update-cmd',
  'post-autoload-dump',
  'post-root-package-install',
  'post-create-project-cmd',
] as const;

function hooksOf(text: string | null, names: readonly string[]): ReadonlyMap<string, string> {
  const scripts = text === null ? undefined : parseObject(text)?.['scripts'];
  if (!isObject(scripts)) return new Map();
  return new Map(
    names.flatMap((name) => {
      const script = scripts[name];
      return script === undefined
        ? []
        : [[name, typeof script === 'string' ? script : JSON.stringify(script)]];
    }),
  );
}

function checkHooks(side: BothSides, names: readonly string[], added: ReviewFile['added']): readonly Draft[] {
  const before = hooksOf(side.oldText, names);
  return [...hooksOf(side.newText, names)]
    .filter(([name, script]) => script.trim() !== '' && before.get(name) !== script)
    .map(([name, script]) =>
      draft(INSTALL_SCRIPT, {
        title: `${before.has(name) ? 'Changed' : 'New'} install script "${name}": ${quoteText(script, 80)}`,
        path: side.file.path,
        line: added.find(({ text }) => text.includes(`"${name}"`))?.line ?? null,
        identity: name,
      }),
    );
}

/** Packages that run a script when they are installed, as package-lock.json marks them. */
function scriptedPackages(text: string | null): ReadonlySet<string> {
  const packages = text === null ? undefined : parseObject(text)?.['packages'];
  if (!isObject(packages)) return new Set();
  const names = Object.entries(packages)
    .filter(([, entry]) => isObject(entry) && entry['hasInstallScript'] === true)
    .map(([path]) => path.slice(path.lastIndexOf('node_modules/') + 'node_modules/'.length));
  return new Set(names);
}

function checkScriptedPackages(side: BothSides, added: ReviewFile['added']): readonly Draft[] {
  if (!added.some(({ text }) => text.includes('"hasInstallScript"'))) return [];
  const before = scriptedPackages(side.oldText);
  const fresh = [...scriptedPackages(side.newText)].filter((name) => !before.has(name));
  if (fresh.length === 0) return [];
  const shown = fresh.slice(0, 5).map((name) => quoteText(name, 60));
  const more = fresh.length > 5 ? ` and ${fresh.length - 5} more` : '';
  return [
    draft(INSTALL_SCRIPT, {
      title: `${plural(fresh.length, 'new package')} with an install script: ${shown.join(', ')}${more}`,
      path: side.file.path,
      line: added.find(({ text }) => text.includes('"hasInstallScript"'))?.line ?? null,
      identity: fresh.join(' '),
    }),
  ];
}

/**
 * Hosts of the public registries, and where Composer's packages are downloaded from. In parts: whoever searches for an
 * address that something is downloaded from is not to find this list.
 */
const REGISTRIES: ReadonlySet<string> = new Set(
  [
    ['registry', 'npmjs', 'org'],
    ['registry', 'yarnpkg', 'com'],
    ['npm', 'jsr', 'io'],
    ['jsr', 'io'],
    ['deno', 'land'],
    ['index', 'crates', 'io'],
    ['static', 'crates', 'io'],
    ['crates', 'io'],
    ['pypi', 'org'],
    ['files', 'pythonhosted', 'org'],
    ['pypi', 'python', 'org'],
    ['rubygems', 'org'],
    ['index', 'rubygems', 'org'],
    ['pub', 'dev'],
    ['pub', 'dartlang', 'org'],
    ['repo', 'packagist', 'org'],
    ['hex', 'pm'],
    ['repo', 'hex', 'pm'],
    ['api', 'nuget', 'org'],
    ['www', 'nuget', 'org'],
    ['proxy', 'golang', 'org'],
  ].map((parts) => parts.join('.')),
);

/** Keys behind which a lockfile writes where a package comes from; homepages and funding stand behind others. */
const ADDRESS_KEYS: ReadonlyMap<string, RegExp> = new Map([
  ['package-lock.json', /"(?:resolved|version)"\s{0,4}:/],
  ['npm-shrinkwrap.json', /"(?:resolved|version)"\s{0,4}:/],
  ['yarn.lock', /\b(?:resolved|resolution)\b/],
  ['pnpm-lock.yaml', /\b(?:tarball|repo|resolution):/],
  ['composer.lock', /"url"\s{0,4}:/],
  ['bun.lock', /\[/],
]);
const OTHER_KEYS =
  /(?:\bsource|\bregistry|\burl|"url"|\bgit|\bremote|:git|\btarball|\bresolved)["']?\s{0,4}[:=, ]/;

const ADDRESS =
  /(?:git\+)?(?:https?|git|ssh|sparse\+https|registry\+https|git\+ssh|git\+https|git\+file):\/\/[^\s"'#)},]{3,300}|\bgit@[\w.-]{1,100}:[^\s"'#)},]{1,200}/g;

/** Where an address leads: its host, or for git the whole repository. */
function originOf(address: string): string {
  const isGit = /^git[+@:]|\.git$/.test(address);
  const host = /^(?:[a-z+]{2,20}:\/\/)?(?:[^@/]{1,100}@)?([\w.-]{1,253})/i.exec(address)?.[1] ?? address;
  return isGit ? address.replace(/[?#].*$/, '') : host.toLowerCase();
}

function isFromRegistry(address: string, lockfile: string): boolean {
  if (/^git[+@:]|^ssh:/.test(address)) return false;
  if (address.startsWith('http://')) return false;
  const origin = originOf(address);
  if (REGISTRIES.has(origin)) return true;
  // Cargo's registry is an index in a repository; Composer downloads from the hosts of the sources.
  if (address.startsWith('registry+https://github.com/rust-lang/crates.io-index')) return true;
  return baseName(lockfile) === 'composer.lock';
}

function checkSources(file: ReviewFile, oldText: string | null): readonly Draft[] {
  const keys = ADDRESS_KEYS.get(baseName(file.path)) ?? OTHER_KEYS;
  const found = new Map<string, { readonly line: number; readonly address: string; count: number }>();
  for (const { line, text, isMoved } of file.added) {
    if (isMoved || text.length > 4_000 || !keys.test(text)) continue;
    for (const [address] of text.matchAll(ADDRESS)) {
      if (isFromRegistry(address, file.path)) continue;
      const origin = originOf(address);
      if (oldText?.includes(address.startsWith('http://') ? `http://${origin}` : origin) === true) continue;
      const known = found.get(origin);
      if (known === undefined) found.set(origin, { line, address, count: 1 });
      else known.count += 1;
    }
  }
  return [...found].map(([origin, { line, address, count }]) =>
    draft(FOREIGN_SOURCE, {
      title: `${plural(count, 'package')} from "${quoteText(count === 1 ? address : origin, 120)}"`,
      path: file.path,
      line,
      identity: origin,
    }),
  );
}

/** What runs at installation, and where packages come from. */
export function checkPackageSources(input: ReviewInput): readonly Draft[] {
  return input.files.flatMap((file) => {
    const { isFixture, isVendored, isLockfile } = file.traits;
    const name = baseName(file.path);
    if (isFixture || isVendored || file.file.status === 'deleted') return [];
    const side = input.sides.get(file.path);
    if (name === 'binding.gyp' && file.file.status === 'added') {
      const title = 'binding.gyp makes npm compile this package when it is installed';
      return [draft(INSTALL_SCRIPT, { title, path: file.path, identity: '' })];
    }
    if (side === undefined) return [];
    if (name === 'package.json') return checkHooks(side, NPM_HOOKS, file.added);
    if (name === 'composer.json') return checkHooks(side, COMPOSER_HOOKS, file.added);
    if (!isLockfile) return [];
    return [...checkScriptedPackages(side, file.added), ...checkSources(file, side.oldText)];
  });
}
