import { compileGlobs } from '../config/glob.ts';
import type { SnapshotReader, TreeFile } from './change.ts';

/** A larger file of attributes is none that people wrote; it is passed over, so nothing is excluded by it. */
const MAX_BYTES = 262_144;

/** Lines of one file that are looked at. */
const MAX_RULES = 2_000;

const FILE = '.gitattributes';

/** One line of a file of attributes: what it matches below its folder, and what it sets. */
interface Rule {
  readonly matches: (path: string) => boolean;
  readonly values: ReadonlyMap<string, boolean>;
}

/** The rules of one folder, with the folder's path and a final slash; the root's is empty. */
interface Folder {
  readonly prefix: string;
  readonly rules: readonly Rule[];
}

/** Whether an attribute is set for a path; the last line that speaks of it in the deepest folder counts. */
export type AttributeLookup = (path: string, attribute: string) => boolean;

/** `"a b.ts"` and `a.ts` at the start of a line; the pattern and the rest, or null for a comment or a blank line. */
function splitLine(line: string): readonly [string, string] | null {
  const text = line.trim();
  // Macros change what other names mean; none is known for the attributes that are asked for here.
  if (text === '' || text.startsWith('#') || text.startsWith('[attr]')) return null;
  const quoted = /^"((?:[^"\\]|\\.)*)"\s+(.*)$/.exec(text);
  if (quoted !== null) return [(quoted[1] ?? '').replace(/\\(.)/g, '$1'), quoted[2] ?? ''];
  const plain = /^(\S+)\s+(.*)$/.exec(text);
  return plain === null ? null : [plain[1] ?? '', plain[2] ?? ''];
}

/** gitattributes(5): `name`, `-name`, `!name`, `name=value`; as linguist reads them, `=false` is not set. */
function parseValues(text: string): ReadonlyMap<string, boolean> {
  const values = new Map<string, boolean>();
  for (const word of text.split(/\s+/)) {
    const match = /^([-!]?)([A-Za-z0-9_.][A-Za-z0-9_.-]*)(?:=(.*))?$/.exec(word);
    if (match === null) continue;
    const [, sign = '', name = '', value] = match;
    values.set(name, sign === '' && value?.toLowerCase() !== 'false');
  }
  return values;
}

/** A pattern without a slash matches base names at any depth, one with a slash is relative to its folder. */
function compilePattern(pattern: string): ((path: string) => boolean) | null {
  if (pattern.startsWith('!') || pattern.endsWith('/')) return null;
  // Braces and parentheses are ordinary characters in git.
  const escaped = pattern.replace(/^\//, '').replace(/[{}()]/g, '\\$&');
  const isAnchored = pattern.includes('/');
  const glob = isAnchored ? escaped : `**/${escaped}`;
  // In git `a/**` is what lies below `a`, not `a` itself.
  return compileGlobs([isAnchored && glob.endsWith('/**') ? `${glob}/*` : glob]);
}

function parseRules(text: string): readonly Rule[] {
  const rules: Rule[] = [];
  for (const line of text.split(/\r?\n/).slice(0, MAX_RULES)) {
    const parts = splitLine(line);
    const matches = parts === null ? null : compilePattern(parts[0]);
    if (parts !== null && matches !== null) rules.push({ matches, values: parseValues(parts[1]) });
  }
  return rules;
}

function prefixOf(path: string): string {
  return path.slice(0, path.length - FILE.length);
}

/**
 * The attributes that the files `.gitattributes` of a tree give to paths, for attributes that mean something to
 * people (`linguist-generated`), not to git. Pass the files of the base: a change must not exclude itself.
 */
export async function readAttributes(
  snapshot: Pick<SnapshotReader, 'readBlobs'>,
  tree: readonly TreeFile[],
): Promise<AttributeLookup> {
  const files = tree.filter(
    ({ path, mode, bytes }) =>
      (path === FILE || path.endsWith(`/${FILE}`)) && mode.startsWith('100') && bytes <= MAX_BYTES,
  );
  const contents = files.length === 0 ? [] : await snapshot.readBlobs(files.map(({ blob }) => blob));
  const folders = files.flatMap(({ path }, at): Folder[] => {
    const content = contents[at] ?? null;
    return content === null ? [] : [{ prefix: prefixOf(path), rules: parseRules(content.toString('utf8')) }];
  });
  const deepestFirst = folders.sort((a, b) => b.prefix.length - a.prefix.length);
  return (path, attribute) => {
    for (const { prefix, rules } of deepestFirst) {
      if (!path.startsWith(prefix)) continue;
      const found = findLast(rules, path.slice(prefix.length), attribute);
      if (found !== null) return found;
    }
    return false;
  };
}

function findLast(rules: readonly Rule[], path: string, attribute: string): boolean | null {
  for (let at = rules.length - 1; at >= 0; at -= 1) {
    const rule = rules[at];
    const value = rule?.values.get(attribute);
    if (value !== undefined && rule?.matches(path) === true) return value;
  }
  return null;
}
