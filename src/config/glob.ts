import { type GlobSegment, type GlobToken, readGlob } from './glob-pattern.ts';

/** One list holds at most so many characters with its braces written out; that bounds the time of a match. */
const MAX_LIST_CHARS = 32_768;

/** What is wrong with a glob, as the end of a sentence (`has a "[" without its "]"`); null when it can be used. */
export function checkGlob(text: string): string | null {
  const reading = readGlob(text);
  return reading.ok ? null : reading.reason;
}

/** What is wrong with globs that stand together, beyond each of them: their number; null when they can be used. */
export function checkGlobList(globs: readonly string[]): string | null {
  const size = globs.reduce((sum, glob) => sum + sizeOf(segmentsOf(glob)), 0);
  return size <= MAX_LIST_CHARS
    ? null
    : `holds more than ${MAX_LIST_CHARS} characters with all braces written out`;
}

function segmentsOf(glob: string): readonly (readonly GlobSegment[])[] {
  const reading = readGlob(glob);
  return reading.ok ? reading.alternatives : [];
}

/** Steps that matching one character of a path can take at most. */
function sizeOf(alternatives: readonly (readonly GlobSegment[])[]): number {
  const lengths = alternatives.flatMap((segments) => segments.map((segment) => 1 + (segment?.length ?? 0)));
  return lengths.reduce((sum, length) => sum + length, 0);
}

function accepts(token: GlobToken | undefined, code: number): boolean {
  switch (token?.kind) {
    case 'text':
      return token.code === code;
    case 'any':
      return true;
    case 'set':
      return token.ranges.some(([low, high]) => low <= code && code <= high) !== token.negated;
    default:
      return false;
  }
}

function widthOf(code: number): 1 | 2 {
  return code > 0xffff ? 2 : 1;
}

/**
 * One part of a path against one part of a glob. After a mismatch only the last star takes one more character:
 * at most length × length steps.
 */
function matchTokens(tokens: readonly GlobToken[], text: string): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < text.length) {
    const token = tokens[next];
    const code = text.codePointAt(at) ?? 0;
    if (token?.kind === 'star') {
      star = next;
      starAt = at;
      next += 1;
    } else if (accepts(token, code)) {
      at += widthOf(code);
      next += 1;
    } else {
      if (star === -1) return false;
      starAt += widthOf(text.codePointAt(starAt) ?? 0);
      at = starAt;
      next = star + 1;
    }
  }
  while (tokens[next]?.kind === 'star') next += 1;
  return next === tokens.length;
}

type PartMatcher = (part: string) => boolean;

function asText(tokens: readonly GlobToken[]): string | null {
  let text = '';
  for (const token of tokens) {
    if (token.kind !== 'text') return null;
    text += String.fromCodePoint(token.code);
  }
  return text;
}

/** The forms nearly every glob has (`src`, `*`, `*.md`) get by without the general loop. */
function compilePart(tokens: readonly GlobToken[]): PartMatcher {
  const literal = asText(tokens);
  if (literal !== null) return (part) => part === literal;
  const suffix = tokens[0]?.kind === 'star' ? asText(tokens.slice(1)) : null;
  if (suffix !== null) return (part) => part.endsWith(suffix);
  return (part) => matchTokens(tokens, part);
}

/** The parts of a path against the parts of a glob, `**` (null) for any number of folders; as {@link matchTokens}. */
function matchParts(matchers: readonly (PartMatcher | null)[], parts: readonly string[]): boolean {
  let at = 0;
  let next = 0;
  let star = -1;
  let starAt = 0;
  while (at < parts.length) {
    const matcher = matchers[next];
    if (matcher === null) {
      star = next;
      starAt = at;
      next += 1;
    } else if (matcher?.(parts[at] ?? '')) {
      at += 1;
      next += 1;
    } else {
      if (star === -1) return false;
      starAt += 1;
      at = starAt;
      next = star + 1;
    }
  }
  while (matchers[next] === null) next += 1;
  return next === matchers.length;
}

function compileAll(globs: readonly string[]): readonly (readonly (PartMatcher | null)[])[] {
  let size = 0;
  return globs.flatMap((glob) => {
    const alternatives = segmentsOf(glob);
    size += sizeOf(alternatives);
    if (size > MAX_LIST_CHARS) return [];
    return alternatives.map((segments) =>
      segments.map((segment) => (segment === null ? null : compilePart(segment))),
    );
  });
}

/**
 * A test for paths (`/`-separated, relative to the repository's root) against any of the globs: `*` and `?` within a
 * folder, `**` for any number of folders, `[a-z]`, `[!a]`, `{a,b}`, `\` before a special character. Everything else
 * is itself; upper and lower case differ; dot files match; no globs match nothing.
 *
 * No regular expressions: the time is at most the length of the globs × that of the path, whatever is in them. A
 * glob that {@link checkGlob} refuses, and those beyond the bound of {@link checkGlobList}, match nothing.
 */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  const compiled = compileAll(globs);
  if (compiled.length === 0) return () => false;
  return (path) => {
    const parts = path.split('/');
    return compiled.some((matchers) => matchParts(matchers, parts));
  };
}
