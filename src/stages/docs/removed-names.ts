import type { FileLines, SnapshotReader } from '../../change/change.ts';
import { nearestName } from '../../kernel/nearest.ts';
import { extensionOf } from './path-mention.ts';

/** A name that the change takes out of the code. Whether it is gone everywhere is another question. */
export interface RemovedName {
  readonly name: string;
  readonly kind: 'flag' | 'variable' | 'identifier';
  /** The line defined it (an option declared, a variable read, an export), and did not only use it. */
  readonly isDefinition: boolean;
  /** The file it was taken from. */
  readonly path: string;
  /** Names of its kind that the change adds to the same file: one of them may follow it. */
  readonly heirs: readonly string[];
  /** It is the only one of its kind that the file loses. */
  readonly isOnly: boolean;
}

/** The removed names, or why they were not looked for. */
export interface RemovedNames {
  readonly names: ReadonlyMap<string, RemovedName>;
  /** Null: all were looked at. */
  readonly remark: string | null;
}

/** A change that removes more is a rewrite; its docs are another. */
const MAX_NAMES = 3_000;
const MAX_LINES = 200_000;
const MAX_LINE_CHARS = 1_000;
const MAX_HEIRS = 100;

const CODE = new Set(
  'ts tsx mts cts js jsx mjs cjs py go rs rb java kt cs php swift sh bash zsh vue svelte lua ex exs dart scala'.split(
    ' ',
  ),
);

/** Tests, examples, fixtures and what is built: what they lose, no reader misses. */
const ASIDE =
  /(?:^|\/)(?:__tests__|__mocks__|tests?|specs?|e2e|fixtures?|examples?|samples?|benchmarks?|bench|docs?|dist|build|vendor|third_party|node_modules)\/|[._-](?:test|spec|stories|min|bench)\.[a-z]+$/i;

const FLAG_LITERAL = /["'`](?:-\w(?:, ?|\||\s))?(--[a-z][\w-]{1,60})/g;
const FLAG_CASE = /^\s*(?:-\w\s*\|\s*)?(--[a-z][\w-]{1,60})(?:\s*\|\s*--?[\w-]+)*\)/;
/** Declared without dashes: `.option('dry-run', …)`. */
const OPTION_NAME = /\.(?:option|boolean|string|number|flag)\(\s*["'`]([a-z][\w-]{1,60})["'`]/g;
const FLAG_DEFINITION =
  /\b(?:option|requiredOption|addOption|new Option|add_argument|add_option|flag|Flag|case|click\.option|OptionSpec)\b|[=!]==?\s*["'`]--|["'`]--[\w-]+["'`]\s*(?::|=>)|^\s*(?:-\w\s*\|\s*)?--[\w-]+\S*\)/;

const VARIABLE_READ =
  /\b(?:env|environ|ENV|getenv|Getenv|GetEnvironmentVariable|LookupEnv|env::var)(?:\.|\[["'`]|\.get\(["'`]|\.fetch\(["'`]|\(["'`])([A-Z][A-Z0-9_]{3,80})\b/g;
const VARIABLE_LITERAL = /["'`]([A-Z][A-Z0-9]*_[A-Z0-9_]{1,80})["'`]/g;

const EXPORTS: readonly RegExp[] = [
  /^\s*export\s+(?:declare\s+)?(?:default\s+)?(?:abstract\s+)?(?:async\s+)?(?:function\*?|class|const|let|var|interface|type|enum)\s+([A-Za-z_$][\w$]*)/,
  /^\s*(?:module\.)?exports\.([A-Za-z_$][\w$]*)\s*=/,
  /^(?:async\s+)?(?:def|class)\s+([A-Za-z]\w*)/,
  /^(?:func\s+(?:\([^()]{0,100}\)\s*)?|type\s+)([A-Z]\w*)/,
  /^\s*pub\s+(?:async\s+)?(?:fn|struct|enum|trait|const|type)\s+([A-Za-z_]\w*)/,
];
const EXPORT_LIST = /^\s*export\s+(?:type\s+)?\{([^{}]{1,600})\}/;

interface Found {
  readonly name: string;
  readonly kind: RemovedName['kind'];
  readonly isDefinition: boolean;
}

function exportsOf(text: string): readonly string[] {
  const list = EXPORT_LIST.exec(text)?.[1];
  if (list !== undefined) {
    return list
      .split(',')
      .map((each) => /([A-Za-z_$][\w$]*)\s*$/.exec(each)?.[1] ?? '')
      .filter((name) => name !== '' && name !== 'default');
  }
  const name = EXPORTS.map((pattern) => pattern.exec(text)?.[1]).find((each) => each !== undefined);
  return name === undefined ? [] : [name];
}

function namesOf(text: string): readonly Found[] {
  const found: Found[] = [];
  if (text.includes('--')) {
    const isDefinition = FLAG_DEFINITION.test(text);
    const add = (name: string | undefined) => {
      if (name !== undefined) found.push({ name, kind: 'flag', isDefinition });
    };
    for (const match of text.matchAll(FLAG_LITERAL)) add(match[1]);
    add(FLAG_CASE.exec(text)?.[1]);
  }
  for (const match of text.matchAll(OPTION_NAME)) {
    found.push({ name: `--${match[1]}`, kind: 'flag', isDefinition: true });
  }
  for (const match of text.matchAll(VARIABLE_READ)) {
    if (match[1] !== undefined) found.push({ name: match[1], kind: 'variable', isDefinition: true });
  }
  for (const match of text.matchAll(VARIABLE_LITERAL)) {
    if (match[1] !== undefined) found.push({ name: match[1], kind: 'variable', isDefinition: false });
  }
  for (const name of exportsOf(text)) {
    if (name.length > 2) found.push({ name, kind: 'identifier', isDefinition: true });
  }
  return found;
}

const TOKEN = /--[A-Za-z][\w-]*|[A-Za-z_$][\w$]*/g;

function isCode(file: FileLines): boolean {
  const path = file.oldPath ?? file.path;
  return CODE.has(extensionOf(path)) && !ASIDE.test(path);
}

/** The name that seems to follow a removed one; null when none does. */
export function successorOf(removed: RemovedName): string | null {
  if (removed.isOnly && removed.heirs.length === 1) return removed.heirs[0] ?? null;
  return nearestName(removed.name, removed.heirs.slice(0, MAX_HEIRS));
}

function foundIn(lines: FileLines['added']): readonly Found[] {
  return lines.flatMap((line) => (line.text.length > MAX_LINE_CHARS ? [] : namesOf(line.text)));
}

function groupNames(found: readonly Found[]): ReadonlyMap<RemovedName['kind'], ReadonlySet<string>> {
  const groups = new Map<RemovedName['kind'], Set<string>>();
  for (const { kind, name } of found) {
    const group = groups.get(kind) ?? new Set();
    groups.set(kind, group.add(name));
  }
  return groups;
}

/** The names that a file loses, with those that may follow them. */
function compareFile(file: FileLines, added: ReadonlySet<string>, into: Map<string, RemovedName>): void {
  const gone = foundIn(file.removed).filter((found) => !added.has(found.name));
  if (gone.length === 0) return;
  const left = groupNames(gone);
  const arrived = groupNames(foundIn(file.added));
  for (const { name, kind, isDefinition } of gone) {
    const known = into.get(name);
    if (known === undefined ? into.size >= MAX_NAMES : known.isDefinition || !isDefinition) continue;
    const heirs = [...(arrived.get(kind) ?? [])].slice(0, MAX_HEIRS);
    const isOnly = left.get(kind)?.size === 1;
    into.set(name, { name, kind, isDefinition, path: file.oldPath ?? file.path, heirs, isOnly });
  }
}

/** The words of all lines that the change adds outside of documents. */
function addedWords(files: readonly FileLines[]): ReadonlySet<string> {
  const words = new Set<string>();
  for (const file of files) {
    if (/\.(?:md|markdown|mdx|lock)$/i.test(file.path)) continue;
    for (const { text } of file.added) {
      if (text.length > MAX_LINE_CHARS) continue;
      for (const match of text.matchAll(TOKEN)) words.add(match[0]);
    }
  }
  return words;
}

/**
 * The flags, environment variables and exported names that the change takes out of code, and that no line it adds
 * has. Reads the diff only.
 */
export async function findRemovedNames(snapshot: SnapshotReader): Promise<RemovedNames> {
  const files = await snapshot.readLines();
  const code = files.filter((file) => isCode(file) && file.removed.length > 0);
  const names = new Map<string, RemovedName>();
  if (code.length === 0) return { names, remark: null };
  if (code.reduce((sum, file) => sum + file.removed.length, 0) > MAX_LINES) {
    return { names, remark: `the change removes more than ${MAX_LINES} lines of code` };
  }
  const added = addedWords(files);
  for (const file of code) compareFile(file, added, names);
  const clipped = code.some((file) => file.clipped);
  if (clipped) return { names, remark: 'not all removed lines could be read' };
  return {
    names,
    remark: names.size >= MAX_NAMES ? `the change removes more than ${MAX_NAMES} names` : null,
  };
}
