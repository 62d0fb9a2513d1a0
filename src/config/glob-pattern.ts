/** A glob may be this long, as written; a path of a repository is at most 4,096. */
export const MAX_GLOB_CHARS = 512;

/** Braces may stand for this many globs at most, all combinations counted. */
const MAX_ALTERNATIVES = 100;

/** One element of a glob that stands for one character, or a `*`. */
export type GlobToken =
  | { readonly kind: 'star' }
  | { readonly kind: 'any' }
  | { readonly kind: 'text'; readonly code: number }
  | {
      readonly kind: 'set';
      readonly negated: boolean;
      readonly ranges: readonly (readonly [number, number])[];
    };

/** The part of a glob between two slashes; null: `**`, any number of folders. */
export type GlobSegment = readonly GlobToken[] | null;

/** A glob with its braces written out, each alternative in segments; or why it is none. */
export type GlobReading =
  | { readonly ok: true; readonly alternatives: readonly (readonly GlobSegment[])[] }
  | { readonly ok: false; readonly reason: string };

type Item =
  | GlobToken
  | { readonly kind: 'slash' }
  | { readonly kind: 'choice'; readonly options: readonly Items[] };
type Items = readonly Item[];

/** Carries the reason out of the recursive reading; never leaves this file. */
class GlobProblem {
  readonly reason: string;
  constructor(reason: string) {
    this.reason = reason;
  }
}

const ESCAPABLE = /^[^A-Za-z0-9/\s]$/u;

function textToken(character: string): GlobToken {
  return { kind: 'text', code: character.codePointAt(0) ?? 0 };
}

/** Reads one glob from its first character to its last. */
class GlobReader {
  readonly #characters: readonly string[];
  #at = 0;
  /** Open parentheses, to tell `(a|b)` from a bar that only stands there. */
  #parentheses = 0;

  constructor(text: string) {
    this.#characters = [...text];
  }

  readAll(): Items {
    const { items, end } = this.#readItems(0);
    if (end !== null)
      throw new GlobProblem(`has a "${end}" without a "{" (write \\${end} for the character)`);
    return items;
  }

  /** Items up to the end, or inside braces up to a comma or the closing brace. */
  #readItems(depth: number): { readonly items: Item[]; readonly end: ',' | '}' | null } {
    const items: Item[] = [];
    for (;;) {
      const character = this.#characters[this.#at];
      if (character === undefined) return { items, end: null };
      this.#at += 1;
      if (character === '}' || (character === ',' && depth > 0)) return { items, end: character };
      if (character === '{') items.push(...this.#readBraces(depth + 1));
      else items.push(this.#readItem(character));
    }
  }

  #readItem(character: string): Item {
    switch (character) {
      case '/':
        return { kind: 'slash' };
      case '*':
        this.#refuseExtended(character);
        return { kind: 'star' };
      case '?':
        this.#refuseExtended(character);
        return { kind: 'any' };
      case '[':
        return this.#readSet();
      case '\\':
        return this.#readEscaped();
      default:
        return this.#readPlain(character);
    }
  }

  #readPlain(character: string): Item {
    if (character === '!' || character === '+' || character === '@') this.#refuseExtended(character);
    if (character === '(') this.#parentheses += 1;
    if (character === ')') this.#parentheses -= 1;
    if (character === '|' && this.#parentheses > 0) {
      throw new GlobProblem('has a group in parentheses, which is not taken (write {a,b}, or \\| for a bar)');
    }
    return textToken(character);
  }

  #refuseExtended(character: string): void {
    if (this.#characters[this.#at] !== '(') return;
    const shown = `${character}(…)`;
    throw new GlobProblem(
      `has the extended pattern ${shown}, which is not taken (write {a,b}, or \\( for a parenthesis)`,
    );
  }

  #readEscaped(): GlobToken {
    const character = this.#characters[this.#at];
    this.#at += 1;
    if (character === undefined) throw new GlobProblem('ends in a backslash');
    if (ESCAPABLE.test(character)) return textToken(character);
    throw new GlobProblem('has a backslash before an ordinary character (folders are separated by /)');
  }

  /** Past the opening brace. Braces without a comma are ordinary characters, as in a shell. */
  #readBraces(depth: number): Item[] {
    const options: Item[][] = [];
    for (;;) {
      const { items, end } = this.#readItems(depth);
      options.push(items);
      if (end === null) throw new GlobProblem('has a "{" without its "}" (write \\{ for the character)');
      if (end === '}') break;
    }
    const [only] = options;
    if (only === undefined || options.length > 1) return [{ kind: 'choice', options }];
    if (isRange(only)) throw new GlobProblem('has a range in braces, which is not taken (write {1,2,3})');
    return [textToken('{'), ...only, textToken('}')];
  }

  /** Past the opening bracket. A `]` that comes first is an ordinary character. */
  #readSet(): GlobToken {
    const first = this.#characters[this.#at];
    const negated = first === '!' || first === '^';
    if (negated) this.#at += 1;
    const ranges: [number, number][] = [];
    for (let start = this.#at; ; ) {
      const character = this.#readSetCharacter();
      if (character === null && this.#at - 1 > start) return { kind: 'set', negated, ranges };
      const low = (character ?? ']').codePointAt(0) ?? 0;
      const high = this.#readRangeEnd(low);
      if (high < low) throw new GlobProblem('has a range that runs backwards');
      ranges.push([low, high]);
    }
  }

  #readRangeEnd(low: number): number {
    const next = this.#characters[this.#at + 1];
    if (this.#characters[this.#at] !== '-' || next === undefined || next === ']') return low;
    this.#at += 1;
    return (this.#readSetCharacter() ?? ']').codePointAt(0) ?? 0;
  }

  /** The next character of a set; null for the bracket that may close it. */
  #readSetCharacter(): string | null {
    const character = this.#characters[this.#at];
    this.#at += 1;
    if (character === undefined)
      throw new GlobProblem('has a "[" without its "]" (write \\[ for the character)');
    if (character === '/') throw new GlobProblem('has a "/" in brackets (write \\[ for a bracket)');
    if (character === '[' && this.#characters[this.#at] === ':') {
      throw new GlobProblem('has a named class [:…:], which is not taken');
    }
    if (character !== '\\') return character === ']' ? null : character;
    const escaped = this.#readEscaped();
    return escaped.kind === 'text' ? String.fromCodePoint(escaped.code) : null;
  }
}

const DOT = 46;

/** `1..9` */
function isRange(items: Items): boolean {
  return items.some((item, at) => {
    const next = items[at + 1];
    return item.kind === 'text' && item.code === DOT && next?.kind === 'text' && next.code === DOT;
  });
}

/** How many globs the braces stand for; counted before any is written out. */
function countAlternatives(items: Items): number {
  let count = 1;
  for (const item of items) {
    if (item.kind === 'choice')
      count *= item.options.reduce((sum, option) => sum + countAlternatives(option), 0);
  }
  return count;
}

type Flat = GlobToken | { readonly kind: 'slash' };

function writeOut(items: Items): readonly (readonly Flat[])[] {
  let written: Flat[][] = [[]];
  for (const item of items) {
    if (item.kind === 'choice') {
      const parts = item.options.flatMap(writeOut);
      written = written.flatMap((start) => parts.map((part) => [...start, ...part]));
    } else {
      for (const start of written) start.push(item);
    }
  }
  return written;
}

function isText(tokens: readonly GlobToken[], text: string): boolean {
  const codes = tokens.map((token) => (token.kind === 'text' ? token.code : -1));
  return codes.length === text.length && codes.every((code, at) => code === text.charCodeAt(at));
}

function toSegment(tokens: readonly GlobToken[]): GlobSegment {
  const isStars = tokens.every(({ kind }) => kind === 'star');
  if (isStars && tokens.length > 1) return null;
  // Several stars beside other characters are one.
  return tokens.filter((token, at) => token.kind !== 'star' || tokens[at - 1]?.kind !== 'star');
}

function splitSegments(flat: readonly Flat[]): readonly GlobSegment[] {
  const parts: GlobToken[][] = [[]];
  for (const token of flat) {
    if (token.kind === 'slash') parts.push([]);
    else parts.at(-1)?.push(token);
  }
  if (parts.length > 1 && isText(parts[0] ?? [], '.')) parts.shift();
  const last = parts.at(-1) ?? [];
  if (parts.length === 1 && last.length === 0) throw new GlobProblem('is empty');
  if ((parts[0] ?? []).length === 0)
    throw new GlobProblem('starts with "/" (paths are relative to the root)');
  if (last.length === 0) throw new GlobProblem('ends with "/" (add ** for everything below a folder)');
  if (parts.some((part) => part.length === 0)) throw new GlobProblem('has an empty part between two slashes');
  if (parts.some((part) => isText(part, '.') || isText(part, '..'))) {
    throw new GlobProblem('has "." or ".." as a part, which no path has');
  }
  return parts.map(toSegment);
}

function readItems(text: string): Items {
  if (text.length > MAX_GLOB_CHARS) throw new GlobProblem(`is longer than ${MAX_GLOB_CHARS} characters`);
  if (/[\u0000-\u001f\u007f]/.test(text)) throw new GlobProblem('has a control character');
  if (text.startsWith('!')) {
    throw new GlobProblem('starts with "!", and exclusions are not taken (write \\! for the character)');
  }
  const items = new GlobReader(text).readAll();
  if (countAlternatives(items) > MAX_ALTERNATIVES) {
    throw new GlobProblem(`stands for more than ${MAX_ALTERNATIVES} globs with its braces written out`);
  }
  return items;
}

/** Reads a glob. The work is bounded by its length and the number of its alternatives. */
export function readGlob(text: string): GlobReading {
  try {
    return { ok: true, alternatives: writeOut(readItems(text)).map(splitSegments) };
  } catch (problem) {
    if (problem instanceof GlobProblem) return { ok: false, reason: problem.reason };
    throw problem;
  }
}
