import {
  type ConfigDocument,
  isForbiddenKey,
  MAX_DEPTH,
  MAX_VALUES,
  makeDocument,
  type Place,
} from './config-document.ts';
import { createLineIndex } from './line-index.ts';
import { type Line, NotPlain, resolvePlain, splitLines } from './plain-line.ts';

interface Part {
  readonly value: unknown;
  readonly place: Place;
}

/** Tabs, controls and the line breaks of other systems. */
const UNUSUAL = /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\ufeff]/;

/** YAML 1.2.2 (section 7.4.2) allows 1,024 for a key without a question mark before it. */
const MAX_KEY_CHARS = 1_000;

const PLAIN_KEY = /[A-Za-z0-9_][A-Za-z0-9_./-]{0,200}(?=:(?:[ \n]|$))/y;
const DOUBLE_QUOTED = /"(?:[^"\\\n]|\\["\\/nt])*"/y;
const SINGLE_QUOTED = /'(?:[^'\n]|'')*'/y;
const PLAIN_TEXT = /(?:[^\s?:,[\]{}#&*!|>'"%@`-]|-[A-Za-z0-9./_])[^\n]*/y;
const PLAIN_TEXT_IN_FLOW = /(?:[^\s?:,[\]{}#&*!|>'"%@`-]|-[A-Za-z0-9./_])[^\n,[\]{}]*/y;
const LITERAL = /\|(-?) *(?=\n)/y;
const SPACES = / */y;
const SPACES_AND_BREAKS = /[ \n]*/y;
const REST_OF_LINE = / *(?: #[^\n]*)?(?:\n|$)/y;

const ESCAPES: Readonly<Record<string, string>> = { n: '\n', t: '\t' };

/** Reads from a position on; every method throws where the text is not plain. */
class PlainReader {
  readonly #text: string;
  readonly #lines: readonly Line[];
  #line = 0;
  #values = 0;
  /** Within a document that is one flow collection (JSON), lines do not count. */
  #flowSpace = SPACES;

  constructor(text: string) {
    this.#text = text;
    this.#lines = splitLines(text);
  }

  readDocument(): Part {
    const first = this.#lines[0];
    if (first === undefined) throw new NotPlain();
    if (this.#text[first.start] === '{') return this.#readFlowDocument(first.start);
    const part = this.#readBlock(first, 1);
    if (this.#lines[this.#line] !== undefined || Array.isArray(part.value)) throw new NotPlain();
    return part;
  }

  #readFlowDocument(start: number): Part {
    this.#flowSpace = SPACES_AND_BREAKS;
    const { part, end } = this.#readFlow(start, 1);
    if (this.#skip(SPACES_AND_BREAKS, end) !== this.#text.length) throw new NotPlain();
    return part;
  }

  /** Takes a pattern at a position; the text it matched, or null. */
  #match(pattern: RegExp, at: number): string | null {
    pattern.lastIndex = at;
    return pattern.exec(this.#text)?.[0] ?? null;
  }

  #skip(pattern: RegExp, at: number): number {
    return at + (this.#match(pattern, at) ?? '').length;
  }

  #countValue(): void {
    this.#values += 1;
    if (this.#values > MAX_VALUES) throw new NotPlain();
  }

  /** A mapping or list at a depth; the one at the top has 1. */
  #enter(depth: number): void {
    this.#countValue();
    if (depth > MAX_DEPTH) throw new NotPlain();
  }

  /** A mapping or list whose first entry starts the line. */
  #readBlock(line: Line, depth: number): Part {
    this.#enter(depth);
    const isList = /^-(?: |$)/.test(this.#text.slice(line.start, Math.min(line.end, line.start + 2)));
    return isList ? this.#readList(line, depth) : this.#readMapping(line, depth);
  }

  #readMapping(first: Line, depth: number): Part {
    const value: Record<string, unknown> = {};
    const place: Place = { offset: first.start, parts: new Map() };
    for (let line: Line | undefined = first; line?.indent === first.indent; line = this.#lines[this.#line]) {
      const { key, end } = this.#readKey(line.start);
      if (this.#text[end] !== ':' || place.parts.has(key)) throw new NotPlain();
      const part = this.#readAfter(end + 1, first.indent, depth, true);
      place.parts.set(key, { offset: line.start, parts: part.place.parts });
      value[key] = part.value;
    }
    this.#refuseDeeper(first.indent);
    return { value, place };
  }

  #readList(first: Line, depth: number): Part {
    const value: unknown[] = [];
    const place: Place = { offset: first.start, parts: new Map() };
    for (let line: Line | undefined = first; line?.indent === first.indent; line = this.#lines[this.#line]) {
      if (this.#match(/- /y, line.start) === null) break;
      const start = this.#skip(SPACES, line.start + 1);
      const isMapping = this.#startsWithKey(start);
      const inner = { indent: line.indent + start - line.start, start, end: line.end };
      const part = isMapping
        ? this.#readBlock(inner, depth + 1)
        : this.#readAfter(start, first.indent, depth, false);
      place.parts.set(value.length, part.place);
      value.push(part.value);
    }
    this.#refuseDeeper(first.indent);
    return { value, place };
  }

  /** A line that is indented further than the block before it would go on with a scalar, or is an error. */
  #refuseDeeper(indent: number): void {
    const next = this.#lines[this.#line];
    if (next !== undefined && next.indent > indent) throw new NotPlain();
  }

  #startsWithKey(at: number): boolean {
    const quoted = this.#match(DOUBLE_QUOTED, at) ?? this.#match(SINGLE_QUOTED, at);
    const end = at + (quoted ?? this.#match(PLAIN_KEY, at) ?? '').length;
    return end > at && this.#match(/:(?:[ \n]|$)/y, end) !== null;
  }

  #readKey(at: number): { readonly key: string; readonly end: number } {
    const plain = this.#match(PLAIN_KEY, at);
    const { part, end } =
      plain === null ? this.#readQuoted(at) : { part: { value: plain }, end: at + plain.length };
    const key = part.value;
    const isUnusual = key === '' || key === '<<' || end - at > MAX_KEY_CHARS;
    if (typeof key !== 'string' || isUnusual || isForbiddenKey(key)) throw new NotPlain();
    return { key, end };
  }

  /** What stands behind `key:` or `-`: on the line, or below it. `indent` is that of the block it belongs to. */
  #readAfter(at: number, indent: number, depth: number, isInMapping: boolean): Part {
    if (isInMapping && this.#match(/ |\n|$/y, at) === null) throw new NotPlain();
    const start = this.#skip(SPACES, at);
    if (this.#match(REST_OF_LINE, at) !== null) {
      if (!isInMapping) throw new NotPlain();
      return this.#readBelow(at, indent, depth);
    }
    this.#countValue();
    const literal = this.#match(LITERAL, start);
    if (literal !== null) return this.#readLiteral(start, literal, indent);
    const { part, end } = this.#readInline(start, depth + 1);
    if (this.#match(REST_OF_LINE, end) === null) throw new NotPlain();
    this.#line += 1;
    this.#refuseDeeper(indent);
    return part;
  }

  /** The block below a key, or nothing. */
  #readBelow(at: number, indent: number, depth: number): Part {
    this.#line += 1;
    const next = this.#lines[this.#line];
    const isList = next !== undefined && this.#match(/-(?: |\n|$)/y, next.start) !== null;
    if (next !== undefined && (next.indent > indent || (isList && next.indent === indent))) {
      return this.#readBlock(next, depth + 1);
    }
    this.#countValue();
    return { value: null, place: { offset: at, parts: new Map() } };
  }

  /** `|` or `|-` with lines that are indented further than the block. */
  #readLiteral(start: number, header: string, indent: number): Part {
    const first = start + header.length + 1;
    const inner = this.#skip(SPACES, first) - first;
    if (inner <= indent || this.#text[first + inner] === '\n') throw new NotPlain();
    const lines: string[] = [];
    let at = first;
    while (at < this.#text.length) {
      const end = this.#text.indexOf('\n', at);
      if (end === -1) throw new NotPlain();
      const spaces = this.#skip(SPACES, at) - at;
      const isBlank = at + spaces === end;
      if (isBlank && spaces > inner) throw new NotPlain();
      if (!isBlank && spaces < inner) break;
      lines.push(this.#text.slice(Math.min(at + inner, end), end));
      at = end + 1;
    }
    while (lines.at(-1) === '') lines.pop();
    while ((this.#lines[this.#line]?.start ?? at) < at) this.#line += 1;
    this.#refuseDeeper(indent);
    const value = `${lines.join('\n')}${header.startsWith('|-') ? '' : '\n'}`;
    return { value, place: { offset: start, parts: new Map() } };
  }

  /** A value that ends on its line. */
  #readInline(at: number, depth: number): { readonly part: Part; readonly end: number } {
    const first = this.#text[at];
    if (first === '[' || first === '{') return this.#readFlow(at, depth);
    if (first === '"' || first === "'") return this.#readQuoted(at);
    return this.#readPlain(at, PLAIN_TEXT);
  }

  #readPlain(at: number, pattern: RegExp): { readonly part: Part; readonly end: number } {
    const rest = this.#match(pattern, at);
    if (rest === null) throw new NotPlain();
    const comment = rest.indexOf(' #');
    const text = (comment === -1 ? rest : rest.slice(0, comment)).trimEnd();
    if (text.includes(': ') || text.endsWith(':')) throw new NotPlain();
    const place = { offset: at, parts: new Map() };
    return { part: { value: resolvePlain(text), place }, end: at + text.length };
  }

  #readQuoted(at: number): { readonly part: Part; readonly end: number } {
    const double = this.#match(DOUBLE_QUOTED, at);
    const quoted = double ?? this.#match(SINGLE_QUOTED, at);
    if (quoted === null) throw new NotPlain();
    const inner = quoted.slice(1, -1);
    const value =
      double === null
        ? inner.replaceAll("''", "'")
        : inner.replace(/\\(.)/g, (_, letter: string) => ESCAPES[letter] ?? letter);
    return { part: { value, place: { offset: at, parts: new Map() } }, end: at + quoted.length };
  }

  /** `[…]` or `{…}`, or a scalar inside one. */
  #readFlow(at: number, depth: number): { readonly part: Part; readonly end: number } {
    const first = this.#text[at];
    if (first !== '[' && first !== '{') {
      this.#countValue();
      return first === '"' || first === "'" ? this.#readQuoted(at) : this.#readPlain(at, PLAIN_TEXT_IN_FLOW);
    }
    this.#enter(depth);
    const close = first === '[' ? ']' : '}';
    const list: unknown[] = [];
    const map: Record<string, unknown> = {};
    const place: Place = { offset: at, parts: new Map() };
    let next = this.#skip(this.#flowSpace, at + 1);
    while (this.#text[next] !== close) {
      if (place.parts.size > 0) {
        if (this.#text[next] !== ',') throw new NotPlain();
        next = this.#skip(this.#flowSpace, next + 1);
      }
      const key = first === '[' ? { key: place.parts.size, end: next } : this.#readFlowKey(next);
      if (place.parts.has(key.key)) throw new NotPlain();
      const { part, end } = this.#readFlow(key.end, depth + 1);
      const offset = first === '[' ? part.place.offset : next;
      place.parts.set(key.key, { offset, parts: part.place.parts });
      if (first === '[') list.push(part.value);
      else map[key.key] = part.value;
      next = this.#skip(this.#flowSpace, end);
    }
    return { part: { value: first === '[' ? list : map, place }, end: next + 1 };
  }

  /** A key with its colon; the end is where the value begins. */
  #readFlowKey(at: number): { readonly key: string; readonly end: number } {
    const { key, end } = this.#readKey(at);
    const isQuoted = this.#text[at] === '"' || this.#text[at] === "'";
    if (this.#text[end] !== ':' || (!isQuoted && this.#text[end + 1] !== ' ')) throw new NotPlain();
    return { key, end: this.#skip(this.#flowSpace, end + 1) };
  }
}

/**
 * Reads the part of YAML that configurations are nearly always written in: mappings, lists, scalars and flow
 * collections on one line, `|` texts, comments; and JSON. Null for anything beyond it or wrong in any way: the
 * library reads that, and says what is wrong. What is read here has the values and places that the library gives.
 *
 * It is here for its speed: see docs/decisions/0008-plain-yaml-first.md.
 */
export function readPlainYaml(text: string): ConfigDocument | null {
  if (UNUSUAL.test(text)) return null;
  try {
    const { value, place } = new PlainReader(text).readDocument();
    return makeDocument(value, place, createLineIndex(text));
  } catch (problem) {
    if (problem instanceof NotPlain) return null;
    throw problem;
  }
}
