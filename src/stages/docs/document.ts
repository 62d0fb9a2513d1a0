import type { Token } from 'markdown-it';
import { AnchorCollector } from './anchor-set.ts';
import { lineCounter, setFrontMatterAside } from './document-text.ts';
import { type HtmlTag, readTags } from './html-tags.ts';
import { MAX_NESTING, markdownParser, newEnvironment } from './markdown-parser.ts';
import { FOOTNOTE_MARKUP, type ParseEnvironment, TooComplexError } from './markdown-states.ts';

/** More links and code spans than that are not looked at in one document. */
const MAX_FACTS = 250_000;

/** A document of more lines is data. */
const MAX_LINES = 100_000;

const FULL_REFERENCE = /(?:^|(?<=[\s(]))\[[^[\]^][^[\]]{0,200}\]\[([^[\]^][^[\]]{0,200})\]/g;
const MAX_UNDEFINED = 100;

/** A link, an image or an HTML attribute that names a target. */
export interface DocLink {
  readonly line: number;
  /** As written, with escapes and character references resolved. */
  readonly destination: string;
}

/** A code span, with the text around it to tell what it is meant for. */
export interface CodeSpan {
  readonly line: number;
  readonly text: string;
  readonly context: Context;
  /** Offset of the span in the context's text. */
  readonly at: number;
}

/** A fenced or indented block of code. */
export interface CodeBlock {
  /** Of its first line of code. */
  readonly line: number;
  /** First word behind the fence in small letters; empty without one. */
  readonly language: string;
  readonly text: string;
  readonly context: Context;
}

/** Where in a document something stands. */
export interface Context {
  /** The heading above it; empty before the first one. */
  readonly heading: string;
  /** The paragraph, cell or heading it stands in; for a code block the paragraph above. */
  readonly text: string;
}

/** What one Markdown document says, as far as it can be checked. */
export interface DocumentFacts {
  readonly links: readonly DocLink[];
  /** `[text][label]` whose label nobody defines; `destination` is the label. */
  readonly undefinedReferences: readonly DocLink[];
  readonly spans: readonly CodeSpan[];
  readonly blocks: readonly CodeBlock[];
  readonly anchors: ReadonlySet<string>;
  /** False: it may have more anchors than were found. */
  readonly anchorsComplete: boolean;
  /** `status` of its front matter in small letters; null without one. */
  readonly status: string | null;
  /** Its front matter has keys by which a site generator places a page. */
  readonly isPage: boolean;
  /** Why not all of it was read; null when it was. */
  readonly incomplete: string | null;
}

/** Parts that are put in when a page is built: they may bring anchors. */
const INCLUDES =
  /\{%-? *(?:include|render|snippet)|\{\{[<%]|^ *(?:--8<--|!include|@include|:::? *include)|<!-- *@?include/m;

function hasIncludes(text: string): boolean {
  return (text.includes('{') || text.includes('include') || text.includes('--8<--')) && INCLUDES.test(text);
}

/** Attributes whose value is an address, by element. */
const ADDRESS_ATTRIBUTES: Readonly<Record<string, readonly string[]>> = {
  a: ['href'],
  img: ['src'],
  source: ['src'],
  video: ['src', 'poster'],
  audio: ['src'],
};

/** The addresses of `a.png 1x, b.png 2x`. */
function splitSrcset(value: string): readonly string[] {
  if (/^\s*data:/i.test(value)) return [];
  return value
    .split(/,\s/)
    .map((candidate) => candidate.trim().split(/\s/)[0] ?? '')
    .filter((address) => address !== '');
}

/** Collects the facts of one document while its tokens go by. */
class FactCollector {
  readonly links: DocLink[] = [];
  readonly undefinedReferences: DocLink[] = [];
  readonly spans: CodeSpan[] = [];
  readonly blocks: CodeBlock[] = [];
  readonly anchors = new AnchorCollector();
  tooDeep = false;
  private readonly env: ParseEnvironment = newEnvironment();
  private readonly definitions: { readonly label: string; readonly line: number }[] = [];
  private readonly usedLabels = new Set<string>();
  private heading = '';
  private paragraph = '';

  /** Reads text whose first line has this number. */
  read(text: string, firstLine: number): void {
    const tokens = markdownParser().parseBlocks(text, this.env);
    let rowLine = firstLine;
    let inFootnote = false;
    for (const [index, token] of tokens.entries()) {
      if (token.level >= MAX_NESTING - 1) this.tooDeep = true;
      const line = token.map === null ? rowLine : token.map[0] + firstLine;
      if (token.type === 'tr_open') rowLine = line;
      else if (token.type === 'inline') this.readInline(token, line, tokens[index - 1]);
      else if (token.type === 'fence') this.addBlock(line + 1, token.info, token.content);
      else if (token.type === 'html_block') this.readHtml(token.content, line);
      else if (token.type === 'reference_definition') this.addDefinition(token, line);
      else if (token.type === 'code_block') {
        // Indented lines below a footnote go on with it.
        if (inFootnote) this.read(token.content, line);
        else this.addBlock(line, '', token.content);
      }
      inFootnote = token.markup === FOOTNOTE_MARKUP;
    }
  }

  /** Adds the definitions that a link uses: the others lead nobody anywhere. */
  finish(): void {
    const seen = new Set<string>();
    for (const { label, line } of this.definitions) {
      const href = this.env.references[label]?.href;
      if (seen.has(label) || href === undefined) continue;
      seen.add(label);
      if (this.usedLabels.has(label)) this.addLink(line, href);
    }
    this.links.sort((a, b) => a.line - b.line);
  }

  private addLink(line: number, destination: string): void {
    this.links.push({ line, destination });
    if (this.links.length + this.spans.length > MAX_FACTS) throw new TooComplexError('it has too many links');
  }

  private addBlock(line: number, info: string, text: string): void {
    const language = /^[\w+#-]{1,30}/.exec(info.trim())?.[0].toLowerCase() ?? '';
    this.blocks.push({ line, language, text, context: { heading: this.heading, text: this.paragraph } });
  }

  private addDefinition(token: Token, line: number): void {
    const label = token.meta?.['label'];
    if (typeof label === 'string') this.definitions.push({ label, line });
  }

  private readInline(token: Token, line: number, before: Token | undefined): void {
    const isHeading = before?.type === 'heading_open';
    const parser = markdownParser();
    const parse = isHeading ? parser.parseHeading : parser.parseInline;
    const children = parse(token.content, this.env);
    if (isHeading) {
      this.heading = token.content;
      this.anchors.addHeading(renderText(children));
    } else {
      this.paragraph = token.content;
      if (hasIncludes(token.content)) this.anchors.complete = false;
    }
    if (children.length === 0) return;
    const lineAt = lineCounter(token.content, line);
    const context = { heading: isHeading ? '' : this.heading, text: token.content };
    for (const child of children) {
      const at = child.map?.[0] ?? 0;
      if (child.type !== 'text') this.readChild(child, lineAt(at), context, at);
      else if (child.content.includes('][')) this.findUndefined(child.content, token.content, line);
    }
  }

  /** A reference that became text has no definition. */
  private findUndefined(text: string, content: string, firstLine: number): void {
    for (const match of text.matchAll(FULL_REFERENCE)) {
      if (match[1] === undefined || this.undefinedReferences.length >= MAX_UNDEFINED) return;
      const line = lineCounter(content, firstLine)(Math.max(0, content.indexOf(match[0])));
      this.undefinedReferences.push({ line, destination: match[1] });
    }
  }

  private readChild(child: Token, line: number, context: Context, at: number): void {
    if (child.type === 'link_open' || child.type === 'image') {
      const label = child.meta?.['label'];
      if (typeof label === 'string') this.usedLabels.add(label);
      else this.addLink(line, String(child.attrGet(child.type === 'image' ? 'src' : 'href') ?? ''));
    } else if (child.type === 'code_inline') {
      this.spans.push({ line, text: child.content, context, at });
    } else if (child.type === 'html_inline') {
      for (const tag of readTags(child.content)) this.readTag(tag, line);
    }
  }

  private readHtml(html: string, firstLine: number): void {
    if (hasIncludes(html)) this.anchors.complete = false;
    const tags = readTags(html);
    const lineAt = lineCounter(html, firstLine);
    for (const tag of tags) this.readTag(tag, lineAt(tag.start));
    this.anchors.addHtmlHeadings(html, tags);
  }

  private readTag(tag: HtmlTag, line: number): void {
    if (tag.closing) return;
    this.anchors.addTag(tag);
    for (const name of ADDRESS_ATTRIBUTES[tag.name] ?? []) {
      const value = tag.attributes.get(name);
      if (value !== undefined) this.addLink(line, value);
    }
    if (tag.name === 'img' || tag.name === 'source') {
      for (const address of splitSrcset(tag.attributes.get('srcset') ?? '')) this.addLink(line, address);
    }
  }
}

function countLines(text: string): number {
  let lines = 1;
  for (let at = text.indexOf('\n'); at !== -1; at = text.indexOf('\n', at + 1)) lines += 1;
  return lines;
}

/** The text of a heading as a reader sees it. */
function renderText(tokens: readonly Token[]): string {
  return tokens
    .map((token) => {
      if (token.type === 'softbreak' || token.type === 'hardbreak') return '\n';
      return token.type === 'html_inline' || token.type === 'image' ? '' : token.content;
    })
    .join('');
}

/**
 * Reads one document (text as `decodeText` gives it). Never throws for what is in it: a document that costs too
 * much to read says so in `incomplete` and has the facts found until then.
 */
export function readDocument(text: string): DocumentFacts {
  const { body, status, isPage } = setFrontMatterAside(text);
  const collector = new FactCollector();
  let incomplete: string | null = null;
  try {
    if (countLines(body) > MAX_LINES) throw new TooComplexError(`it has more than ${MAX_LINES} lines`);
    collector.read(body, 1);
  } catch (error) {
    if (!(error instanceof TooComplexError)) throw error;
    incomplete = error.message;
  }
  collector.finish();
  if (collector.tooDeep) incomplete ??= 'it is nested too deeply';
  return {
    links: collector.links,
    undefinedReferences: collector.undefinedReferences,
    spans: collector.spans,
    blocks: collector.blocks,
    anchors: collector.anchors.anchors,
    anchorsComplete: collector.anchors.complete && incomplete === null,
    status,
    isPage,
    incomplete,
  };
}
