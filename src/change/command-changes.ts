import { unreachable } from '../kernel/never.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { Change, ChangedFile } from './change.ts';

/** Lines kept; a change to more commands than that is said in one line. */
const MAX_LINES = 50;
const MAX_COMMAND_CHARS = 120;

/** A larger package.json or Makefile is reported as changed, not looked into. */
const MAX_PARSED_BYTES = 1_048_576;

/**
 * Files by whose contents a runner, linter or compiler decides what it looks at, by base name: the documented
 * configuration files of jest, vitest, mocha, ava, playwright, cypress, karma, ESLint, Biome, Prettier, oxlint, tsc,
 * pytest, tox, nox, ruff, flake8, pylint, mypy, cargo, golangci-lint, Maven, Gradle, PHPUnit, RSpec, RuboCop, npm.
 */
const RUNNER_CONFIG =
  /^(?:(?:jest|vitest|vite|playwright|cypress|karma|ava|eslint|prettier|webpack|rollup|rolldown|wdio)(?:\.[\w-]+)?\.config\.[cm]?[jt]sx?|jest\.config\.json|vitest\.workspace\.\w+|\.mocharc(?:\.\w+)?|\.eslintrc(?:\.\w+)?|\.eslintignore|\.prettierrc(?:\.\w+)?|\.prettierignore|biome\.jsonc?|\.oxlintrc\.json|tsconfig(?:\.[\w-]+)?\.json|pytest\.ini|conftest\.py|tox\.ini|noxfile\.py|setup\.cfg|pyproject\.toml|ruff\.toml|\.ruff\.toml|\.flake8|\.pylintrc|mypy\.ini|Cargo\.toml|\.golangci\.\w+|pom\.xml|build\.gradle(?:\.kts)?|settings\.gradle(?:\.kts)?|gradle\.properties|phpunit\.xml(?:\.dist)?|\.rspec|\.rubocop\.yml|\.npmrc|turbo\.json|nx\.json|lerna\.json)$/;

const MAKEFILE = /^(?:GNUmakefile|[Mm]akefile)$/;
const TARGET = /^([A-Za-z0-9_./%-][A-Za-z0-9_./% -]*?)\s*::?(?!=)/;

type Commands = ReadonlyMap<string, string>;

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function scriptsOf(text: string): Commands | null {
  try {
    const parsed: unknown = JSON.parse(text.replace(/^\ufeff/, ''));
    if (typeof parsed !== 'object' || parsed === null || !('scripts' in parsed)) return new Map();
    const { scripts } = parsed;
    if (typeof scripts !== 'object' || scripts === null) return new Map();
    return new Map(Object.entries(scripts).map(([name, line]) => [name, String(line)]));
  } catch {
    return null;
  }
}

/** Targets with their prerequisites and recipes, as text; variables outside of rules belong to the target `""`. */
function targetsOf(text: string): Commands {
  const targets = new Map<string, string>();
  let current = '';
  for (const line of text.split(/\r?\n/)) {
    const isRecipe = line.startsWith('\t');
    if (!isRecipe && (line.trim() === '' || line.startsWith('#'))) continue;
    const target = isRecipe ? undefined : TARGET.exec(line)?.[1];
    if (target !== undefined) current = target;
    else if (!isRecipe) current = '';
    targets.set(current, `${targets.get(current) ?? ''}${line.trim()}\n`);
  }
  return targets;
}

function quote(text: string): string {
  return `"${clip(oneLine(text.trim()), MAX_COMMAND_CHARS)}"`;
}

/** What became of each command of one file. */
function compare(path: string, noun: string, before: Commands, after: Commands): string[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.flatMap((name) => {
    const [old, now] = [before.get(name), after.get(name)];
    if (old === now) return [];
    const what = `${oneLine(path)}: ${name === '' ? 'lines outside of targets' : `${noun} ${quote(name)}`}`;
    if (old === undefined) return [`${what} added: ${quote(now ?? '')}`];
    if (now === undefined) return [`${what} removed, was ${quote(old)}`];
    return [`${what} changed: ${quote(old)} → ${quote(now)}`];
  });
}

async function readSides(change: Change, file: ChangedFile): Promise<readonly [string, string] | null> {
  if (file.oldBytes > MAX_PARSED_BYTES || file.newBytes > MAX_PARSED_BYTES || file.binary) return null;
  const read = async (blob: string | null) => {
    if (blob === null) return '';
    const [content] = await change.snapshot.readBlobs([blob]);
    return content?.toString('utf8') ?? null;
  };
  const [before, after] = [await read(file.oldBlob), await read(file.newBlob)];
  return before === null || after === null ? null : [before, after];
}

async function describeFile(change: Change, file: ChangedFile): Promise<string[]> {
  const name = baseName(file.path);
  const path = oneLine(file.path);
  const isPackage = name === 'package.json';
  if (isPackage || MAKEFILE.test(name)) {
    const sides = await readSides(change, file);
    if (sides === null) return [`${path} changed`];
    const [before, after] = isPackage
      ? [sides[0] === '' ? new Map() : scriptsOf(sides[0]), sides[1] === '' ? new Map() : scriptsOf(sides[1])]
      : [targetsOf(sides[0]), targetsOf(sides[1])];
    if (before === null || after === null) return [`${path} changed and is no JSON`];
    return compare(file.path, isPackage ? 'script' : 'target', before, after);
  }
  const old = file.oldPath ?? file.path;
  if (!RUNNER_CONFIG.test(name) && !RUNNER_CONFIG.test(baseName(old))) return [];
  return [`${path} ${describeStatus(file)}`];
}

function describeStatus({ status, oldPath }: ChangedFile): string {
  switch (status) {
    case 'added':
      return 'added';
    case 'deleted':
      return 'removed';
    case 'renamed':
      return `moved from ${oneLine(oldPath ?? '')}`;
    case 'modified':
    case 'type_changed':
      return 'changed';
    default:
      return unreachable(status);
  }
}

/**
 * What a change does to the commands behind the stages: scripts of package.json, targets of Makefiles, and the
 * configuration files of runners, one line each. Such a change can turn a stage into one that checks nothing.
 */
export async function describeCommandChanges(change: Change): Promise<readonly string[]> {
  const lines: string[] = [];
  for (const file of change.files) lines.push(...(await describeFile(change, file)));
  if (lines.length <= MAX_LINES) return lines;
  return [...lines.slice(0, MAX_LINES), `and ${lines.length - MAX_LINES} more`];
}
