import type { Env, MarkdownIt, StateBlock, StateInline, Token } from 'markdown-it';

/**
 * Work that one document may cost, in parsing steps and in tokens. A hundred thousand links stay well below; text
 * that is made to be slow does not end.
 */
const MAX_STEPS = 800_000;
const MAX_TOKENS = 500_000;

/** The `markup` of the inline token of a footnote's first line. */
export const FOOTNOTE_MARKUP = '[^';

/** Thrown inside the parser when a document costs more than it may; the message says how. */
export class TooComplexError extends Error {}

/** What a document's parsing shares: reference definitions, and the work done so far. */
export interface ParseEnvironment extends Env {
  references: Record<string, { title: string; href: string }>;
  steps: number;
  tokens: number;
  /** A definition leads to no `http:` address: references are of interest. */
  hasLocalReferences: boolean;
}

function isEnvironment(env: Env): env is ParseEnvironment {
  return typeof env['steps'] === 'number' && typeof env['tokens'] === 'number';
}

function spend(env: Env, what: 'steps' | 'tokens'): void {
  if (!isEnvironment(env)) return;
  env[what] += 1;
  if (env[what] > (what === 'steps' ? MAX_STEPS : MAX_TOKENS)) throw new TooComplexError('it is too complex');
}

/**
 * A token as the parser's own constructor makes it, without its price: that defines each field by name, which is a
 * tenth of the whole time.
 */
function makeToken(prototype: object, type: string, tag: string, nesting: -1 | 0 | 1): Token {
  const token: Token = Object.create(prototype);
  token.type = type;
  token.tag = tag;
  token.attrs = null;
  token.map = null;
  token.nesting = nesting;
  token.level = 0;
  token.children = null;
  token.content = '';
  token.markup = '';
  token.info = '';
  token.meta = null;
  token.block = false;
  token.hidden = false;
  return token;
}

/** Block tokens that nobody asks for. */
const UNUSED_BLOCKS = new Set([
  ...[
    'paragraph_open',
    'paragraph_close',
    'heading_close',
    'list_item_close',
    'blockquote_close',
    'tr_close',
  ],
  ...['th_open', 'th_close', 'td_open', 'td_close', 'thead_open', 'thead_close', 'tbody_open', 'tbody_close'],
]);

/** Makes tokens of the blocks in use only, and counts them. */
export function keepUsedBlocks(parser: MarkdownIt, scrap: Token): void {
  const prototype = Object.getPrototypeOf(scrap);
  parser.block.State = class extends parser.block.State {
    override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
      spend(this.env, 'tokens');
      if (nesting < 0) this.level -= 1;
      const isUsed = !UNUSED_BLOCKS.has(type);
      const token = isUsed ? makeToken(prototype, type, tag, nesting) : scrap;
      if (isUsed) {
        token.block = true;
        token.level = this.level;
        this.tokens.push(token);
      }
      if (nesting > 0) this.level += 1;
      return token;
    }
  };
}

/** Inline tokens have no position of their own; this gives them their offset in the content. */
export function recordOffsets(parser: MarkdownIt): void {
  parser.inline.State = class extends parser.inline.State {
    override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
      const token = super.push(type, tag, nesting);
      token.map = [this.pos, this.pos];
      spend(this.env, 'tokens');
      return token;
    }
  };
}

/** The same for links, code and HTML only; text is of interest where a reference may have become text. */
export function keepUsedInlines(parser: MarkdownIt, scrap: Token): void {
  const prototype = Object.getPrototypeOf(scrap);
  parser.inline.State = class extends parser.inline.State {
    override push(type: string, tag: string, nesting: -1 | 0 | 1): Token {
      spend(this.env, 'tokens');
      if (this.pending !== '') this.pushPending();
      this.level += nesting;
      if (nesting < 0 || type === 'text_special') return scrap;
      const token = makeToken(prototype, type, tag, nesting);
      token.map = [this.pos, this.pos];
      this.tokens.push(token);
      return token;
    }

    override pushPending(): Token {
      if (this.pending.includes('][')) return super.pushPending();
      this.pending = '';
      return scrap;
    }
  };
}

/** A rule that matches nothing and counts. */
export function countStep(state: StateInline): boolean {
  spend(state.env, 'steps');
  return false;
}

const TEXT_END = /[\\`<![\]]/g;

/** Plain text up to the next character that a rule in use could care for. */
export function takeText(state: StateInline, silent: boolean): boolean {
  spend(state.env, 'steps');
  TEXT_END.lastIndex = state.pos;
  const end = Math.min(TEXT_END.exec(state.src)?.index ?? state.posMax, state.posMax);
  if (end === state.pos) return false;
  if (!silent) state.pending += state.src.slice(state.pos, end);
  state.pos = end;
  return true;
}

const FOOTNOTE = /\[\^[^\]\s]{1,200}\]:/y;

/** `[^1]: text` is a footnote, not a definition of the link label `^1`; its first line becomes one of its own. */
export function keepFootnotes(parser: MarkdownIt): void {
  const takeFootnote = (state: StateBlock, line: number, _end: number, silent: boolean): boolean => {
    FOOTNOTE.lastIndex = (state.bMarks[line] ?? 0) + (state.tShift[line] ?? 0);
    if (silent || !FOOTNOTE.test(state.src)) return false;
    const token = state.push('inline', '', 0);
    token.content = state.getLines(line, line + 1, state.blkIndent, false).trim();
    token.map = [line, line + 1];
    token.markup = FOOTNOTE_MARKUP;
    state.line = line + 1;
    return true;
  };
  parser.block.ruler.before('reference', 'footnote', takeFootnote);
}
