import type { SnapshotReader, TreeFile } from '../../change/change.ts';
import type { PathIndex } from './path-index.ts';

/** More or larger manifests are not read. */
const MAX_FILES = 500;
const MAX_BYTES = 2 * 1_048_576;

const MAKEFILES = ['Makefile', 'makefile', 'GNUmakefile'];

/** Whether a path is a file that {@link readProjectScripts} reads. */
export function definesScripts(path: string): boolean {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return name === 'package.json' || MAKEFILES.includes(name);
}

/** Names that commands can run: `npm run NAME` and `make NAME`, of all manifests of a tree. */
export interface ProjectScripts {
  /** Null: there is no package.json. */
  readonly scripts: ReadonlySet<string> | null;
  /** Null: there is no Makefile. */
  readonly targets: ReadonlySet<string> | null;
  /** Names by which the repository's own commands are called: of its packages and their programs. */
  readonly programs: ReadonlySet<string>;
  /** Makefiles that include others or compute targets, manifests that could not be read: there may be more. */
  readonly isOpen: boolean;
}

interface Collected {
  readonly scripts: Set<string>;
  readonly targets: Set<string>;
  readonly programs: Set<string>;
  isOpen: boolean;
}

function newCollection(): Collected {
  return { scripts: new Set(), targets: new Set(), programs: new Set(), isOpen: false };
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function collectScripts(text: string, into: Collected): void {
  let manifest: unknown;
  try {
    manifest = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch {
    into.isOpen = true;
    return;
  }
  if (!isRecord(manifest)) return;
  const { scripts, name, bin } = manifest;
  if (isRecord(scripts)) for (const each of Object.keys(scripts)) into.scripts.add(each);
  if (isRecord(bin)) for (const each of Object.keys(bin)) into.programs.add(each);
  if (typeof name === 'string') into.programs.add(name.slice(name.lastIndexOf('/') + 1));
}

const OPEN_LINE = /^-?include\b|^sinclude\b|\$\(eval\b|\$\(call\b/;

/** The names that a line like `a b: c` or `.PHONY: a` defines; not `a := b`, nor recipes, which begin with a tab. */
function targetsOf(line: string): readonly string[] {
  const colon = line.indexOf(':');
  const head = line.slice(0, Math.max(0, colon));
  if (/^\s|^#/.test(line) || /[#=]/.test(head) || /^::?=/.test(line.slice(colon))) return [];
  const names = head.trim() === '.PHONY' ? line.slice(colon + 1) : head;
  return names.split(/\s+/).filter((name) => name !== '');
}

function collectTargets(text: string, into: Collected): void {
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (OPEN_LINE.test(line)) into.isOpen = true;
    for (const name of targetsOf(line)) {
      if (/[$%]/.test(name)) into.isOpen = true;
      into.targets.add(name);
    }
  }
}

async function collect(snapshot: SnapshotReader, files: readonly TreeFile[], into: Collected): Promise<void> {
  const read = files
    .slice(0, MAX_FILES)
    .filter((file) => file.bytes <= MAX_BYTES && file.mode.startsWith('100'));
  if (read.length < files.length) into.isOpen = true;
  const contents = await snapshot.readBlobs(read.map((file) => file.blob));
  for (const [index, file] of read.entries()) {
    const text = contents[index]?.toString('utf8');
    if (text === undefined) into.isOpen = true;
    else if (file.path.endsWith('.json')) collectScripts(text, into);
    else collectTargets(text, into);
  }
}

/** Reads every package.json and Makefile of a tree: a command of the docs may be meant in any folder. */
export async function readProjectScripts(
  snapshot: SnapshotReader,
  index: PathIndex,
): Promise<ProjectScripts> {
  const find = (names: readonly string[]) =>
    names.flatMap((name) => index.named(name)).flatMap((path) => index.file(path) ?? []);
  const manifests = find(['package.json']);
  const makefiles = find(MAKEFILES);
  const into = newCollection();
  await collect(snapshot, [...manifests, ...makefiles], into);
  return {
    scripts: manifests.length === 0 ? null : into.scripts,
    targets: makefiles.length === 0 ? null : into.targets,
    programs: into.programs,
    isOpen: into.isOpen,
  };
}

/** The names that older versions of some manifests defined. */
export async function readScriptsOf(
  snapshot: SnapshotReader,
  files: readonly TreeFile[],
): Promise<{ readonly scripts: ReadonlySet<string>; readonly targets: ReadonlySet<string> }> {
  const into = newCollection();
  await collect(snapshot, files, into);
  return into;
}
