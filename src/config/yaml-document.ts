import { Composer, type CST, isAlias, isMap, isScalar, isSeq, Lexer, type ParsedNode, Parser } from 'yaml';
import {
  type DocumentReading,
  isForbiddenKey,
  MAX_DEPTH,
  MAX_VALUES,
  makeDocument,
  type Place,
} from './config-document.ts';
import { type ConfigProblem, describePath, type KeyPath, type Mend, quote } from './config-problem.ts';
import { createLineIndex } from './line-index.ts';

/** Pieces of source text; 256 KiB of ordinary configuration have a third of that. */
const MAX_LEXEMES = 100_000;

type Report = (offset: number, message: string, mend?: Mend) => void;

const DEPTH_MESSAGE = `values are nested more than ${MAX_DEPTH} deep`;

/** Tokens of the text; null when a problem was reported. Stops at the first one: the rest follows from it. */
function readTokens(text: string, report: Report): readonly CST.Token[] | null {
  const parser = new Parser();
  const tokens: CST.Token[] = [];
  let lexemes = 0;
  const take = (token: CST.Token): boolean => {
    if (token.type === 'error') report(token.offset, `not valid YAML: ${token.message}`);
    else if (token.type === 'directive')
      report(token.offset, `a directive (${quote(token.source)}) is not taken`);
    else if (token.type === 'document' && tokens.some(({ type }) => type === 'document')) {
      report(token.offset, 'a second document starts here', 'keep one');
    } else {
      tokens.push(token);
      return true;
    }
    return false;
  };
  for (const lexeme of new Lexer().lex(text)) {
    lexemes += 1;
    for (const token of parser.next(lexeme)) if (!take(token)) return null;
    // The stack also holds the document, the scalar at hand and an entry that is about to be closed.
    if (parser.stack.length > MAX_DEPTH + 3) report(parser.offset, DEPTH_MESSAGE);
    else if (lexemes > MAX_LEXEMES) report(parser.offset, 'the configuration holds too many parts');
    else continue;
    return null;
  }
  for (const token of parser.end()) if (!take(token)) return null;
  return tokens;
}

const COMPOSER_OPTIONS = {
  version: '1.2',
  schema: 'core',
  resolveKnownTags: false,
  // Compares each key with each: the reader below does it with a set.
  uniqueKeys: false,
  prettyErrors: false,
} as const;

/** The node at the top of the document; null when a problem was reported. */
function compose(tokens: readonly CST.Token[], report: Report): ParsedNode | null {
  for (const document of new Composer(COMPOSER_OPTIONS).compose(tokens)) {
    for (const error of document.errors) report(error.pos[0], `not valid YAML: ${error.message}`);
    if (document.errors.length > 0) return null;
    if (document.contents !== null) return document.contents;
  }
  report(0, 'the configuration is empty', 'start with "version: 1"');
  return null;
}

/** Makes plain values of nodes and reports what is not taken. */
class NodeReader {
  readonly #report: Report;
  readonly #anchors = new Map<string, ParsedNode>();
  #values = 0;

  constructor(report: Report) {
    this.#report = report;
  }

  read(node: ParsedNode | null, place: Place, path: KeyPath): unknown {
    this.#values += 1;
    if (this.#values === MAX_VALUES + 1) {
      this.#report(
        place.offset,
        `the configuration holds more than ${MAX_VALUES} values, aliases counted each time`,
      );
    }
    if (node === null || this.#values > MAX_VALUES) return null;
    if (isAlias(node)) return this.#readAlias(node.source, place, path);
    if (node.anchor !== undefined) this.#anchors.set(node.anchor, node);
    if (node.tag !== undefined) {
      this.#report(
        place.offset,
        `${describePath(path)} has the tag ${quote(node.tag)}, and tags are not taken`,
      );
      return null;
    }
    if (isScalar(node)) return this.#readScalar(node.value, place, path);
    if (path.length === MAX_DEPTH) {
      this.#report(place.offset, DEPTH_MESSAGE);
      return null;
    }
    if (isMap(node)) return this.#readMap(node.items, place, path);
    return isSeq(node) ? this.#readList(node.items, place, path) : null;
  }

  #readAlias(name: string, place: Place, path: KeyPath): unknown {
    const target = this.#anchors.get(name);
    if (target !== undefined) return this.read(target, place, path);
    const mend = 'a text that starts with * must stand in quotes';
    this.#report(
      place.offset,
      `${describePath(path)} repeats a value that is not there: ${quote(`*${name}`)}`,
      mend,
    );
    return null;
  }

  #readScalar(value: unknown, place: Place, path: KeyPath): unknown {
    if (typeof value !== 'string') return value;
    if (value.includes('\u0000')) this.#report(place.offset, `${describePath(path)} holds a NUL`);
    if (!value.isWellFormed()) this.#report(place.offset, `${describePath(path)} holds half a character`);
    return value;
  }

  #readList(items: readonly (ParsedNode | null)[], place: Place, path: KeyPath): unknown[] {
    return items.map((item, index) => {
      const part = { offset: item?.range[0] ?? place.offset, parts: new Map() };
      place.parts.set(index, part);
      return this.read(item, part, [...path, index]);
    });
  }

  #readMap(
    pairs: readonly { readonly key: ParsedNode | null; readonly value: ParsedNode | null }[],
    place: Place,
    path: KeyPath,
  ): Record<string, unknown> {
    const map: Record<string, unknown> = {};
    for (const pair of pairs) {
      const offset = pair.key?.range[0] ?? place.offset;
      const key = this.#readKey(pair.key, offset, path);
      if (key === null) continue;
      if (place.parts.has(key)) {
        this.#report(offset, `${describePath([...path, key])} stands here for the second time`, 'keep one');
        continue;
      }
      const part = { offset, parts: new Map() };
      place.parts.set(key, part);
      map[key] = this.read(pair.value, part, [...path, key]);
    }
    return map;
  }

  /** A key as text; null when it was reported. */
  #readKey(node: ParsedNode | null, offset: number, path: KeyPath): string | null {
    const refuse = (message: string, mend: string | null = null) => {
      this.#report(offset, path.length === 0 ? message : `${describePath(path)}: ${message}`, mend);
      return null;
    };
    if (!isScalar(node) || node.tag !== undefined) return refuse('a key must be a plain text');
    const key = typeof node.value === 'string' ? node.value : node.source;
    if (isForbiddenKey(key)) return refuse(`the key ${quote(key)} is not taken`);
    if (key === '<<') return refuse('merge keys (<<) are not taken', 'write the values out');
    return key === '' || key.includes('\u0000') ? refuse('a key must be a plain text') : key;
  }
}

/**
 * Reads YAML 1.2 (of which JSON is a part) without tags, directives and merge keys. The work is bounded, whatever
 * the text; a problem has the line it stands on.
 */
export function readYamlDocument(text: string): DocumentReading {
  const lineAt = createLineIndex(text);
  const problems: ConfigProblem[] = [];
  const report: Report = (offset, message, mend = null) => {
    problems.push({ at: { offset, line: lineAt(offset) }, message, mend });
  };
  const tokens = readTokens(text, report);
  const top = tokens === null ? null : compose(tokens, report);
  const place: Place = { offset: top?.range[0] ?? 0, parts: new Map() };
  const value = top === null ? null : new NodeReader(report).read(top, place, []);
  const [first, ...others] = problems;
  if (first !== undefined) return { ok: false, problems: [first, ...others] };
  return { ok: true, document: makeDocument(value, place, lineAt) };
}
