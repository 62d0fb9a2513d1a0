import type { MarkdownIt, Token } from 'markdown-it';
import {
  countStep,
  keepFootnotes,
  keepUsedBlocks,
  keepUsedInlines,
  type ParseEnvironment,
  recordOffsets,
  takeText,
} from './markdown-states.ts';

/** Deeper containers and brackets are not read. */
export const MAX_NESTING = 40;

/** Inline text without any of these has neither a local link nor code nor HTML in it, references aside. */
const NOTABLE = /[<`]|\]\[|\]\((?!\s*https?:)/;
const NOTABLE_IN_HEADING = /[[<`*_&\\!~]/;

/**
 * The ways in which text is parsed. `map` of an inline token is its offset in the content, twice. Blocks come first:
 * they define what references lead to.
 */
export interface MarkdownParser {
  /** Block structure; line ends must be `\n`. */
  readonly parseBlocks: (text: string, env: ParseEnvironment) => readonly Token[];
  /** Links, code, images and HTML of a paragraph; links to other hosts are left out where that is quicker. */
  readonly parseInline: (content: string, env: ParseEnvironment) => readonly Token[];
  /** The same with the text as it is rendered: emphasis, escapes and entities resolved. */
  readonly parseHeading: (content: string, env: ParseEnvironment) => readonly Token[];
}

let loaded: MarkdownParser | null = null;

/** Loads the Markdown parser, once. Called before the first stage: afterwards nothing may come from the disk. */
export async function preloadDocs(): Promise<void> {
  if (loaded !== null) return;
  const { default: Parser } = await import('markdown-it');
  loaded = makeParser(new Parser({ html: true }), new Parser({ html: true }));
}

/** The parser that {@link preloadDocs} loaded. Throws when nobody did. */
export function markdownParser(): MarkdownParser {
  if (loaded === null) throw new Error('the Markdown parser is not loaded');
  return loaded;
}

/** A fresh environment for one document. */
export function newEnvironment(): ParseEnvironment {
  return { references: Object.create(null), steps: 0, tokens: 0, hasLocalReferences: false };
}

function makeParser(links: MarkdownIt, headings: MarkdownIt): MarkdownParser {
  for (const parser of [links, headings]) {
    parser.set({ maxNesting: MAX_NESTING });
    // A destination is wanted as it was written, also one that a browser would refuse.
    parser.validateLink = () => true;
    parser.normalizeLink = (url) => url;
    parser.normalizeLinkText = (text) => text;
  }
  links.inline.ruler.at('text', takeText);
  links.inline.ruler.enableOnly(['text', 'escape', 'backticks', 'link', 'image', 'autolink', 'html_inline']);
  links.inline.ruler2.enableOnly([]);
  headings.inline.ruler.before('text', 'count_steps', countStep);
  keepFootnotes(links);
  const scrap = new links.block.State('', links, {}, []).push('scrap', '', 0);
  keepUsedBlocks(links, scrap);
  keepUsedInlines(links, scrap);
  recordOffsets(headings);
  const parseLinks = reuseState(links);
  return {
    parseBlocks: (text, env) => {
      const tokens: Token[] = [];
      links.block.parse(text, links, env, tokens);
      env.hasLocalReferences = Object.values(env.references).some(({ href }) => !/^https?:/i.test(href));
      return tokens;
    },
    parseInline: (content, env) => {
      const isNotable = NOTABLE.test(content) || (env.hasLocalReferences && content.includes('['));
      return isNotable ? parseLinks(content, env) : [];
    },
    parseHeading: (content, env) => {
      const tokens: Token[] = [];
      if (NOTABLE_IN_HEADING.test(content)) headings.inline.parse(content, headings, env, tokens);
      else new headings.inline.State('', headings, env, tokens).push('text', '', 0).content = content;
      return tokens;
    },
  };
}

/** Parses inline text with one state for all: making a new one for each costs as much as short texts do. */
function reuseState(parser: MarkdownIt): (content: string, env: ParseEnvironment) => readonly Token[] {
  const state = new parser.inline.State('', parser, {}, []);
  return (content, env) => {
    state.src = content;
    state.env = env;
    state.tokens = [];
    state.pos = 0;
    state.posMax = content.length;
    state.level = 0;
    state.pending = '';
    state.cache = {};
    state.backticks = {};
    state.backticksScanned = false;
    state.skipHtmlSpecial = false;
    state.linkLevel = 0;
    parser.inline.tokenize(state);
    return state.tokens;
  };
}
