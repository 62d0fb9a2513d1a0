/** Longer front matter is not read: a few keys need a few lines. */
const MAX_LINES = 200;
const MAX_LINE_CHARS = 1_000;

/** A value of front matter with the 1-based line of its key. */
export interface FrontMatterValue {
  readonly line: number;
  /** The value as written behind the colon, without quotes and comment; empty when a list stands below. */
  readonly text: string;
  /** The items of a list, or the value itself; null for a form that is not read (mappings, anchors, block text). */
  readonly list: readonly string[] | null;
}

/** The top-level keys of front matter, and the line after its end (0-based); no keys without front matter. */
export interface FrontMatter {
  readonly values: ReadonlyMap<string, FrontMatterValue>;
  readonly bodyStart: number;
}

const NONE: FrontMatter = { values: new Map(), bodyStart: 0 };

/** Where quoted text ends, -1 for never: `\\"` goes on in double quotes, `''` in single ones. */
function endOfQuoted(text: string): number {
  const quote = text[0];
  for (let index = 1; index < text.length; index += 1) {
    if (quote === '"' && text[index] === '\\') index += 1;
    else if (quote === "'" && text.startsWith("''", index)) index += 1;
    else if (text[index] === quote) return index;
  }
  return -1;
}

/** One scalar from the start of a text: its value and what follows; null when its form is not read. */
function takeScalar(text: string, stops: RegExp): { readonly value: string; readonly rest: string } | null {
  if (text.startsWith('"') || text.startsWith("'")) {
    const end = endOfQuoted(text);
    if (end === -1) return null;
    const inner = text.slice(1, end);
    const value = text.startsWith('"') ? inner.replace(/\\(.)/g, '$1') : inner.replaceAll("''", "'");
    return { value, rest: text.slice(end + 1) };
  }
  // An asterisk begins an alias in YAML, but nobody writes anything but a glob here.
  if (/^[&|>{%@`[]/.test(text)) return null;
  const stop = text.search(stops);
  return stop === -1
    ? { value: text.trim(), rest: '' }
    : { value: text.slice(0, stop).trim(), rest: text.slice(stop) };
}

function isBlankOrComment(text: string): boolean {
  const trimmed = text.trim();
  return trimmed === '' || trimmed.startsWith('#');
}

const PLAIN_END = /\s#/;
const FLOW_END = /[,\]]|\s#/;

function readScalar(text: string): string | null {
  const scalar = takeScalar(text, PLAIN_END);
  return scalar !== null && isBlankOrComment(scalar.rest) ? scalar.value : null;
}

/** `[a, "b"]`, on one line or more. */
function readFlowList(text: string): readonly string[] | null {
  const items: string[] = [];
  let rest = text.slice(1).trimStart();
  while (!rest.startsWith(']')) {
    const scalar = takeScalar(rest, FLOW_END);
    if (scalar === null) return null;
    if (scalar.value !== '') items.push(scalar.value);
    rest = scalar.rest.trimStart();
    if (rest.startsWith(',')) rest = rest.slice(1).trimStart();
    else if (!rest.startsWith(']')) return null;
  }
  return isBlankOrComment(rest.slice(1)) ? items : null;
}

/** `- item` lines, indented or not. */
function readBlockList(lines: readonly string[]): readonly string[] | null {
  const items: string[] = [];
  for (const line of lines) {
    if (isBlankOrComment(line)) continue;
    const item = /^ {0,20}- {1,20}(\S.*)$/.exec(line)?.[1];
    const value = item === undefined ? null : readScalar(item);
    if (value === null) return null;
    items.push(value);
  }
  return items;
}

function readValue(first: string, below: readonly string[]): Pick<FrontMatterValue, 'text' | 'list'> {
  const text = first.trim();
  if (text.startsWith('[')) return { text, list: readFlowList([text, ...below].join(' ')) };
  if (isBlankOrComment(text)) return { text: '', list: readBlockList(below) };
  const scalar = readScalar(text);
  if (scalar === null || !below.every(isBlankOrComment)) return { text, list: null };
  return { text: scalar, list: [scalar] };
}

/**
 * Reads the top-level keys of YAML front matter (`---` on the first line, `---` or `...` at its end) as far as
 * scalars and lists of scalars go; everything else gives a null list. Written for untrusted text: one pass, no
 * aliases, no nesting. Of a key given twice the first counts. Front matter that is never closed is none.
 */
export function readFrontMatter(lines: readonly string[]): FrontMatter {
  if (lines[0]?.trimEnd() !== '---') return NONE;
  const head = lines.slice(1, MAX_LINES + 1).map((line) => line.slice(0, MAX_LINE_CHARS).trimEnd());
  const end = head.findIndex((line) => line === '---' || line === '...');
  if (end === -1) return NONE;
  const keys: { readonly name: string; readonly at: number; readonly first: string }[] = [];
  for (const [at, line] of head.slice(0, end).entries()) {
    const key = /^([A-Za-z_][\w-]{0,60}) {0,4}:(?:\s(.*))?$/.exec(line);
    if (key?.[1] !== undefined) keys.push({ name: key[1], at, first: key[2] ?? '' });
  }
  const values = new Map<string, FrontMatterValue>();
  for (const [index, key] of keys.entries()) {
    if (values.has(key.name)) continue;
    const below = head.slice(key.at + 1, keys[index + 1]?.at ?? end);
    values.set(key.name, { line: key.at + 2, ...readValue(key.first, below) });
  }
  return { values, bodyStart: end + 2 };
}
