import type { ChangedFile } from '../../change/change.ts';
import { checkGlob, checkGlobList, compileGlobs } from '../../config/glob.ts';
import { clip, oneLine, plural } from '../../kernel/text.ts';
import type { SpecFile } from './spec-file.ts';

/** More globs than that in one spec, or longer ones, are not read: they come from the change itself. */
const MAX_OWNED_GLOBS = 50;
const MAX_GLOB_CHARS = 200;

/** Names of files in one line of text before "and n more". */
const NAMES_SHOWN = 5;

/** A longer path is clipped where it is shown. */
const MAX_NAME_CHARS = 200;

/** Changed code whose spec did not change: the files share their owners. */
export interface UncoveredCode {
  /** Changed code files, in path order; a file that moved or was deleted stands with its old path. */
  readonly files: readonly string[];
  /** Specs that own them; empty: any spec would do. */
  readonly owners: readonly string[];
}

/** One spec with its globs compiled. */
interface Owner {
  readonly path: string;
  readonly owns: (path: string) => boolean;
}

/** `a, b, c and 4 more`, safe to print. */
export function listNames(names: readonly string[], shown = NAMES_SHOWN): string {
  const more = names.length - shown;
  const head = names
    .slice(0, shown)
    .map((name) => clip(oneLine(name), MAX_NAME_CHARS))
    .join(', ');
  return more > 0 ? `${head} and ${more} more` : head;
}

/** The folder that all paths share, with its final slash; empty when they share none. */
export function commonFolder(paths: readonly string[]): string {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  const shared = first.findIndex((part, index) => folders.some((folder) => folder[index] !== part));
  const parts = shared === -1 ? first : first.slice(0, shared);
  return parts.length === 0 ? '' : `${parts.join('/')}/`;
}

/** Whether the text of a file is new: a move, a mode change and a deletion write nothing. */
function hasNewText(file: ChangedFile): boolean {
  return file.newBlob !== null && file.newBlob !== file.oldBlob;
}

/** The paths by which a change touches the code: a move out of it is a change of it. */
function touchedCode(files: readonly ChangedFile[], isCode: (path: string) => boolean): readonly string[] {
  return files.flatMap((file) => {
    if (isCode(file.path)) return [file.path];
    return file.oldPath !== null && isCode(file.oldPath) ? [file.oldPath] : [];
  });
}

/** Globs of a spec's `code` that own nothing: refused, too long, too many, or too many with braces written out. */
export function findUnusableGlobs({ code }: Pick<SpecFile, 'code'>): readonly string[] {
  const isUsable = (glob: string, at: number) =>
    at < MAX_OWNED_GLOBS && glob !== '' && glob.length <= MAX_GLOB_CHARS && checkGlob(glob) === null;
  const usable = code.filter(isUsable);
  return checkGlobList(usable) === null ? code.filter((glob, at) => !isUsable(glob, at)) : code;
}

function compileOwners(specs: readonly SpecFile[]): readonly Owner[] {
  return specs.flatMap((spec) => {
    const unusable = new Set(findUnusableGlobs(spec));
    const globs = spec.code.filter((glob) => !unusable.has(glob));
    return globs.length === 0 ? [] : [{ path: spec.path, owns: compileGlobs(globs) }];
  });
}

/** What rule 1 looks at. */
export interface CodeRuleInput {
  readonly changed: readonly ChangedFile[];
  readonly codeGlobs: readonly string[];
  /** Text files of the state under test that match `specs`. */
  readonly specs: readonly SpecFile[];
  /** Whether a path is a spec; a file that is both counts as a spec. */
  readonly isSpec: (path: string) => boolean;
}

/**
 * Rule 1, code needs its spec. A changed code file with owners (specs that name it in `code`) needs new text in
 * one of them; one without owners needs new text in any spec. Moving or deleting a spec writes nothing.
 */
export function findUncoveredCode(input: CodeRuleInput): readonly UncoveredCode[] {
  const matchesCode = compileGlobs(input.codeGlobs);
  const files = touchedCode(input.changed, (path) => matchesCode(path) && !input.isSpec(path));
  const rewritten = new Set(
    input.changed.filter((file) => input.isSpec(file.path) && hasNewText(file)).map((file) => file.path),
  );
  const owners = compileOwners(input.specs);
  const groups = new Map<string, { files: string[]; owners: readonly string[] }>();
  for (const file of files) {
    const own = owners.filter((owner) => owner.owns(file)).map((owner) => owner.path);
    const covered = own.length === 0 ? rewritten.size > 0 : own.some((path) => rewritten.has(path));
    if (covered) continue;
    const key = JSON.stringify(own);
    const group = groups.get(key) ?? { files: [], owners: own };
    group.files.push(file);
    groups.set(key, group);
  }
  return [...groups.values()];
}

/** What to do about a group, as the end of a sentence: `update docs/specs/a.md`. */
export function mendUncovered(group: UncoveredCode, context: CodeRuleMend): string {
  const [first] = group.owners;
  if (first !== undefined && group.owners.length === 1) return `update ${oneLine(first)}`;
  if (group.owners.length > 1) return `update one of ${listNames(group.owners)}`;
  if (context.specPaths.length === 0) {
    return (
      `add ${context.newSpecPath} with last_review: ${context.today} and what the code is for, ` +
      'or set stages.spec-guard.code or require_update'
    );
  }
  const sample = context.specPaths.length <= NAMES_SHOWN ? ` (${listNames(context.specPaths)})` : '';
  return `update the spec under ${context.specGlobs.map(oneLine).join(', ')} that speaks of this code${sample}`;
}

/** What the mend of rule 1 depends on. */
export interface CodeRuleMend {
  readonly specPaths: readonly string[];
  readonly specGlobs: readonly string[];
  /** `docs/specs/<topic>.md`, derived from the globs. */
  readonly newSpecPath: string;
  readonly today: string;
}

/** `2 changed files under src/ have no spec change: src/a.ts, src/b.ts – update docs/specs/a.md`. */
export function describeUncovered(group: UncoveredCode, context: CodeRuleMend): string {
  const folder = commonFolder(group.files);
  const under = folder === '' ? '' : ` under ${oneLine(folder)}`;
  const verb = group.files.length === 1 ? 'has' : 'have';
  const what = `${plural(group.files.length, 'changed file')}${under} ${verb} no spec change`;
  return `${what}: ${listNames(group.files)} – ${mendUncovered(group, context)}`;
}
