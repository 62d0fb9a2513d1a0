import { isObject, parseObject } from './json-object.ts';

/** Direct dependencies by name, with the range or source asked for; several groups are joined. */
export type Dependencies = ReadonlyMap<string, string>;

type Extract = (text: string) => Dependencies | null;

const NPM_FIELDS = ['dependencies', 'devDependencies', 'optionalDependencies'] as const;

function collect(from: Readonly<Record<string, unknown>>, fields: readonly string[]): Map<string, string> {
  const found = new Map<string, string>();
  for (const field of fields) {
    const group = from[field];
    if (!isObject(group)) continue;
    for (const [name, range] of Object.entries(group)) {
      found.set(name, typeof range === 'string' ? range : JSON.stringify(range));
    }
  }
  return found;
}

/** `dependencies`, `devDependencies`, `optionalDependencies` of a package.json, or of a package in package-lock.json. */
export function npmDependencies(manifest: Readonly<Record<string, unknown>>): Map<string, string> {
  return collect(manifest, NPM_FIELDS);
}

const fromPackageJson: Extract = (text) => {
  const manifest = parseObject(text);
  return manifest === null ? null : npmDependencies(manifest);
};

const fromComposer: Extract = (text) => {
  const manifest = parseObject(text);
  if (manifest === null) return null;
  const all = [...collect(manifest, ['require', 'require-dev'])];
  return new Map(all.filter(([name]) => name.includes('/')));
};

/** Lines of TOML in sections that hold dependencies: `name = …`; `[dependencies.name]` counts too. */
function fromTables(text: string, section: RegExp): Map<string, string> {
  const found = new Map<string, string>();
  let isInside = false;
  for (const line of text.split('\n')) {
    const header = /^\s*\[{1,2}([^\]\n]{1,200})\]{1,2}/.exec(line)?.[1]?.trim();
    if (header !== undefined) {
      const dot = header.lastIndexOf('.');
      isInside = section.test(header);
      if (!isInside && dot !== -1 && section.test(header.slice(0, dot))) {
        found.set(header.slice(dot + 1).replace(/["']/g, ''), '');
      }
      continue;
    }
    const entry = isInside ? /^\s*["']?([\w.@/-]{1,100})["']?\s{0,20}=\s{0,20}(.{1,400})/.exec(line) : null;
    if (entry !== null) found.set(entry[1] ?? '', (entry[2] ?? '').trim());
  }
  return found;
}

const fromCargo: Extract = (text) =>
  fromTables(text, /^(?:workspace\.|target\..{1,120}\.)?(?:dev-|build-)?dependencies$/);

const fromPipfile: Extract = (text) => fromTables(text, /^(?:dev-)?packages$/);

/** Arrays of requirement strings in pyproject.toml, by the key they stand under. */
function fromRequirements(text: string): Map<string, string> {
  const found = new Map<string, string>();
  let header = '';
  let isInside = false;
  for (const line of text.split('\n')) {
    const table = /^\[{1,2}([^\]\n]{1,200})\]{1,2}\s*$/.exec(line)?.[1]?.trim();
    if (table !== undefined) {
      header = table;
      isInside = false;
      continue;
    }
    const isGroup = /^(?:project\.optional-dependencies|dependency-groups|tool\.pdm\.dev-dependencies)$/.test(
      header,
    );
    const key = /^([\w-]{1,80})\s{0,20}=\s{0,20}\[/.exec(line)?.[1];
    if (key !== undefined) {
      isInside =
        isGroup ||
        (header === 'project' && key === 'dependencies') ||
        (header === 'tool.uv' && key === 'dev-dependencies');
    }
    if (!isInside) continue;
    for (const match of line.matchAll(/["']([A-Za-z0-9][\w.-]{0,100})([^"']{0,300})["']/g)) {
      found.set((match[1] ?? '').toLowerCase(), match[2] ?? '');
    }
    if (/\]\s*(?:#.*)?$/.test(line)) isInside = false;
  }
  return found;
}

const fromPyproject: Extract = (text) =>
  new Map([
    ...fromTables(text, /^tool\.poetry\.(?:dev-dependencies|dependencies|group\.[\w-]{1,60}\.dependencies)$/),
    ...fromRequirements(text),
  ]);

function fromLines(text: string, pattern: RegExp): Map<string, string> {
  return new Map([...text.matchAll(pattern)].map((match) => [match[1] ?? '', (match[2] ?? '').trim()]));
}

const fromGoMod: Extract = (text) =>
  fromLines(
    text,
    /^(?:require)?[ \t]{1,8}([\w.-]{1,100}\.[\w.-]{1,60}\/[\w./~-]{1,200})[ \t]{1,8}(v[\w.+-]{1,100})/gm,
  );

const fromGemfile: Extract = (text) =>
  fromLines(text, /^[ \t]{0,40}gem[ (]["']([\w.-]{1,100})["']([^#\n]{0,300})/gm);

const fromMix: Extract = (text) => fromLines(text, /\{:(\w{1,100}),\s{0,10}([^}\n]{0,300})/g);

const fromPodfile: Extract = (text) =>
  fromLines(text, /^[ \t]{0,40}pod[ (]["']([\w./+-]{1,100})["']([^#\n]{0,300})/gm);

const fromPubspec: Extract = (text) => {
  const found = new Map<string, string>();
  let isInside = false;
  for (const line of text.split('\n')) {
    if (/^\S/.test(line) && !line.startsWith('#')) isInside = /^(?:dev_)?dependencies:/.test(line);
    const entry = isInside ? /^ {2}(\w{1,100}):(.{0,200})/.exec(line) : null;
    if (entry !== null) found.set(entry[1] ?? '', (entry[2] ?? '').trim());
  }
  return found;
};

const fromProject: Extract = (text) =>
  fromLines(text, /<PackageReference\s{1,20}Include="([\w.-]{1,150})"(?:\s{1,20}Version="([^"]{0,60})")?/g);

/** How an ecosystem writes down what it depends on, and what its package manager made of it. */
export interface Ecosystem {
  readonly id: string;
  /** Base names in small letters. */
  readonly manifest: RegExp;
  readonly lockfiles: readonly string[];
  readonly extract: Extract;
  /** Also another range of a known dependency changes the lockfile; else only another set of names does for sure. */
  readonly locksRanges: boolean;
  /** A lockfile above the manifest's folder may hold it (workspaces). */
  readonly hasWorkspaces: boolean;
  /** What brings both in step. */
  readonly mend: string;
}

/** In the order in which a manifest is looked up. From the documentation of each package manager. */
export const ECOSYSTEMS: readonly Ecosystem[] = [
  {
    id: 'npm',
    manifest: /^package\.json$/,
    lockfiles: [
      'package-lock.json',
      'npm-shrinkwrap.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'bun.lock',
      'bun.lockb',
    ],
    extract: fromPackageJson,
    locksRanges: true,
    hasWorkspaces: true,
    mend: 'run the package manager (npm install, yarn, pnpm install, bun install)',
  },
  {
    id: 'cargo',
    manifest: /^cargo\.toml$/,
    lockfiles: ['cargo.lock'],
    extract: fromCargo,
    locksRanges: false,
    hasWorkspaces: true,
    mend: 'run cargo check',
  },
  {
    id: 'go',
    manifest: /^go\.mod$/,
    lockfiles: ['go.sum'],
    extract: fromGoMod,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run go mod tidy',
  },
  {
    id: 'python',
    manifest: /^pyproject\.toml$/,
    lockfiles: ['poetry.lock', 'uv.lock', 'pdm.lock', 'pylock.toml'],
    extract: fromPyproject,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run the package manager (poetry lock, uv lock, pdm lock)',
  },
  {
    id: 'pipenv',
    manifest: /^pipfile$/,
    lockfiles: ['pipfile.lock'],
    extract: fromPipfile,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run pipenv lock',
  },
  {
    id: 'composer',
    manifest: /^composer\.json$/,
    lockfiles: ['composer.lock'],
    extract: fromComposer,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run composer update --lock',
  },
  {
    id: 'bundler',
    manifest: /^(?:gemfile|gems\.rb)$/,
    lockfiles: ['gemfile.lock', 'gems.locked'],
    extract: fromGemfile,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run bundle install',
  },
  {
    id: 'mix',
    manifest: /^mix\.exs$/,
    lockfiles: ['mix.lock'],
    extract: fromMix,
    locksRanges: false,
    hasWorkspaces: true,
    mend: 'run mix deps.get',
  },
  {
    id: 'pub',
    manifest: /^pubspec\.yaml$/,
    lockfiles: ['pubspec.lock'],
    extract: fromPubspec,
    locksRanges: false,
    hasWorkspaces: false,
    mend: 'run dart pub get',
  },
  {
    id: 'cocoapods',
    manifest: /^podfile$/,
    lockfiles: ['podfile.lock'],
    extract: fromPodfile,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run pod install',
  },
  {
    id: 'nuget',
    manifest: /\.(?:cs|fs|vb)proj$/,
    lockfiles: ['packages.lock.json'],
    extract: fromProject,
    locksRanges: true,
    hasWorkspaces: false,
    mend: 'run dotnet restore',
  },
];
