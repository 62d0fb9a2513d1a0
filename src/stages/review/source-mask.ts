import type { Language } from './language.ts';

/** A source text with code, text and comments told apart, by line (0-based). */
export interface MaskedSource {
  /** The line with the insides of strings and all comments blanked, in its length; quotes stay. */
  codeAt(index: number): string;
  /** What stands in comments on the line, their marks included; empty without one. */
  commentAt(index: number): string;
  readonly lineCount: number;
}

/** Where comments and the insides of strings stand: starts, ends and kinds side by side, in order. */
interface Spans {
  readonly starts: number[];
  readonly ends: number[];
  readonly comments: boolean[];
}

const WORD_BEFORE_REGEX =
  /(?:^|[^\w$.])(?:return|typeof|case|in|of|delete|void|throw|new|else|do|await|yield)$/;
/** A longer regular expression is taken as code: looking for its end must not cost more than the line is worth. */
const MAX_REGEX_CHARS = 300;

const CHARACTER = /'(?:\\[^\n]{1,10}?|[^\\'\n]{1,2})'/y;
const HEREDOCS = {
  shell: /<<-?[ \t]?(["']?)([A-Za-z_]\w{0,60})\1/y,
  ruby: /<<[-~]?(["'`]?)([A-Z_]\w{0,60})\1/y,
  php: /<<<[ \t]?(["']?)([A-Za-z_]\w{0,60})\1/y,
} as const;

function escapeToken(token: string): string {
  return token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');
}

const tokenPatterns = new WeakMap<Language, RegExp>();

/** Everything at which the scanner of a language has to look, the longest first. */
function tokenPattern(language: Language): RegExp {
  const known = tokenPatterns.get(language);
  if (known !== undefined) return known;
  const tokens = [
    ...language.line,
    ...language.block.map(([open]) => open),
    ...language.strings.map(({ open }) => open),
    ...(language.characters ? ["'"] : []),
    ...(language.javascript ? ['`', '/', '{', '}'] : []),
    ...(language.heredoc === null ? [] : ['<<', '\n']),
  ].sort((a, b) => b.length - a.length);
  const pattern = new RegExp([...new Set(tokens)].map(escapeToken).join('|') || '(?!)', 'g');
  tokenPatterns.set(language, pattern);
  return pattern;
}

/** One pass over a text. Linear: every step moves on, and nothing is looked at more than twice. */
class SourceScanner {
  readonly spans: Spans = { starts: [], ends: [], comments: [] };
  readonly #text: string;
  readonly #language: Language;
  /** Open braces in each `${}` of the template literals that the scanner is in. */
  readonly #templates: number[] = [];
  readonly #heredocs: string[] = [];
  /** From an offset to the end of its line, as last looked up. */
  #line: readonly [number, number] = [0, -1];

  constructor(text: string, language: Language) {
    this.#text = text;
    this.#language = language;
  }

  scan(): Spans {
    const pattern = new RegExp(tokenPattern(this.#language));
    for (let match = pattern.exec(this.#text); match !== null; match = pattern.exec(this.#text)) {
      pattern.lastIndex = Math.max(this.#handle(match[0], match.index), match.index + 1);
    }
    return this.spans;
  }

  #add(start: number, end: number, isComment: boolean): void {
    if (end <= start) return;
    this.spans.starts.push(start);
    this.spans.ends.push(end);
    this.spans.comments.push(isComment);
  }

  /** Asked for again and again on a long line: the answer is kept. */
  #lineEnd(at: number): number {
    const [from, known] = this.#line;
    if (at >= from && at <= known) return known;
    const found = this.#text.indexOf('\n', at);
    const end = found === -1 ? this.#text.length : found;
    this.#line = [at, end];
    return end;
  }

  /** Deals with a token; returns where to go on. */
  #handle(token: string, at: number): number {
    const language = this.#language;
    if (language.line.includes(token) && !language.block.some(([open]) => open === token)) {
      return this.#lineComment(token, at);
    }
    const block = language.block.find(([open]) => open === token);
    if (block !== undefined) return this.#blockComment(block, at);
    const string = language.strings.find(({ open }) => open === token);
    if (string !== undefined) {
      const end = this.#endOfString(at + token.length, string);
      this.#add(at + token.length, end, false);
      return this.#text.startsWith(string.close, end) ? end + string.close.length : end;
    }
    if (token === "'") return this.#character(at);
    if (token === '<<') return this.#openHeredoc(at);
    if (token === '\n') return this.#readHeredocs(at + 1);
    return this.#javascriptToken(token, at);
  }

  #lineComment(token: string, at: number): number {
    const before = this.#text[at - 1];
    if (this.#language.commentNeedsSpace && at > 0 && !/\s/.test(before ?? '')) return at + token.length;
    // `#[Attribute]` of PHP.
    if (token === '#' && this.#language.family === 'php' && this.#text[at + 1] === '[') return at + 1;
    const end = this.#lineEnd(at);
    this.#add(at, end, true);
    return end;
  }

  #blockComment([open, close]: readonly [string, string], at: number): number {
    const found = this.#text.indexOf(close, at + open.length);
    const end = found === -1 ? this.#text.length : found + close.length;
    this.#add(at, end, true);
    return end;
  }

  #endOfString(from: number, string: Language['strings'][number]): number {
    const text = this.#text;
    const limit = string.multiline ? text.length : this.#lineEnd(from);
    for (let at = from; ; ) {
      const close = text.indexOf(string.close, at);
      if (close === -1 || close >= limit) return limit;
      if (!string.escape) return close;
      let slashes = 0;
      while (close - 1 - slashes >= from && text[close - 1 - slashes] === '\\') slashes += 1;
      if (slashes % 2 === 0) return close;
      at = close + 1;
    }
  }

  #character(at: number): number {
    CHARACTER.lastIndex = at;
    const length = CHARACTER.exec(this.#text)?.[0].length ?? 0;
    this.#add(at + 1, at + length - 1, false);
    return at + Math.max(1, length);
  }

  #openHeredoc(at: number): number {
    const { heredoc } = this.#language;
    if (heredoc === null) return at + 2;
    const pattern = HEREDOCS[heredoc];
    pattern.lastIndex = at;
    const match = pattern.exec(this.#text);
    if (match === null) return at + (this.#text[at + 2] === '<' ? 3 : 2);
    this.#heredocs.push(match[2] ?? '');
    return at + match[0].length;
  }

  #readHeredocs(from: number): number {
    let at = from;
    for (const name of this.#heredocs.splice(0)) {
      const start = at;
      while (at < this.#text.length) {
        const end = this.#lineEnd(at);
        const line = end - at > 100 ? '' : this.#text.slice(at, end).trim();
        if (line === name || line === `${name};`) break;
        at = Math.min(end + 1, this.#text.length);
      }
      this.#add(start, at, false);
    }
    return at;
  }

  #javascriptToken(token: string, at: number): number {
    const depth = this.#templates.length - 1;
    const braces = this.#templates[depth];
    if (token === '`') return this.#template(at + 1);
    if (token === '/') return this.#regex(at);
    if (braces === undefined) return at + 1;
    if (token === '{') this.#templates[depth] = braces + 1;
    else if (braces > 0) this.#templates[depth] = braces - 1;
    else {
      this.#templates.pop();
      return this.#template(at + 1);
    }
    return at + 1;
  }

  /** Text of a template literal up to its end or to the next `${`. */
  #template(from: number): number {
    const stop = /[`\\]|\$\{/g;
    stop.lastIndex = from;
    for (let match = stop.exec(this.#text); match !== null; match = stop.exec(this.#text)) {
      if (match[0] === '\\') {
        stop.lastIndex = match.index + 2;
        continue;
      }
      this.#add(from, match.index, false);
      if (match[0] !== '`') this.#templates.push(0);
      return match.index + match[0].length;
    }
    this.#add(from, this.#text.length, false);
    return this.#text.length;
  }

  #regex(at: number): number {
    const before = this.#text.slice(Math.max(0, at - 40), at).trimEnd();
    const last = before.at(-1) ?? '';
    const isRegex = last === '' || /[(,=:[!&|?{};+*%~^\-\n]/.test(last) || WORD_BEFORE_REGEX.test(before);
    if (!isRegex) return at + 1;
    const end = Math.min(this.#lineEnd(at), at + MAX_REGEX_CHARS);
    let inClass = false;
    for (let index = at + 1; index < end; index += 1) {
      const character = this.#text[index];
      if (character === '\\') index += 1;
      else if (character === '[') inClass = true;
      else if (character === ']') inClass = false;
      else if (character === '/' && !inClass) {
        this.#add(at + 1, index, false);
        return index + 1;
      }
    }
    return at + 1;
  }
}

function findLines(text: string): readonly number[] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

/** Tells code from text and comments. Written for any text: what does not fit the language is taken as code. */
export function maskSource(text: string, language: Language): MaskedSource {
  // A bare carriage return ends a line for compilers, but not for git: what follows it is no comment.
  const scanned = /\r(?!\n)|[\u2028\u2029]/.test(text)
    ? text.replace(/\r(?!\n)|[\u2028\u2029]/g, '\n')
    : text;
  const { starts, ends, comments } = new SourceScanner(scanned, language).scan();
  const lines = findLines(text);

  /** Index of the first span that ends behind an offset. */
  function firstSpan(offset: number): number {
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((ends[middle] ?? 0) > offset) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  function bounds(index: number): readonly [number, number] {
    const start = lines[index] ?? text.length;
    const next = lines[index + 1];
    return [start, next === undefined ? text.length : next - 1];
  }

  return {
    lineCount: lines.length,
    codeAt(index) {
      const [start, end] = bounds(index);
      let code = '';
      let at = start;
      for (let span = firstSpan(start); (starts[span] ?? end) < end; span += 1) {
        const from = Math.max(starts[span] ?? end, start);
        const to = Math.min(ends[span] ?? end, end);
        code += text.slice(at, from) + ' '.repeat(to - from);
        at = to;
      }
      return code + text.slice(at, end);
    },
    commentAt(index) {
      const [start, end] = bounds(index);
      let comment = '';
      for (let span = firstSpan(start); (starts[span] ?? end) < end; span += 1) {
        if (comments[span] !== true) continue;
        comment += text.slice(Math.max(starts[span] ?? end, start), Math.min(ends[span] ?? end, end));
      }
      return comment;
    },
  };
}
