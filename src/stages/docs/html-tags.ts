/** One tag of HTML text. Names are in small letters. */
export interface HtmlTag {
  readonly name: string;
  readonly closing: boolean;
  /** Values with character references resolved; the first of two equal names counts. */
  readonly attributes: ReadonlyMap<string, string>;
  /** Offsets of its `<` and behind its `>`. */
  readonly start: number;
  readonly end: number;
}

const NAME_START = /[A-Za-z]/;
const TAG_NAME = /[A-Za-z][A-Za-z0-9-]{0,60}/y;
const ATTRIBUTE = /[\s/]*([A-Za-z_:@.][\w:.@-]{0,80})(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'=<>`]+)))?/y;
const TAG_END = /[\s/]*>/y;

/** Elements whose text is no HTML, and where such text ends. */
const RAW_TEXT = new Set(['script', 'style', 'textarea', 'title']);
const RAW_TEXT_END = /<\/(?:script|style|textarea|title)\b/gi;

const NO_ATTRIBUTES: ReadonlyMap<string, string> = new Map();

const NAMED_REFERENCES: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: '\u00a0',
};

/** Resolves numeric character references and the few named ones that stand in addresses and headings. */
export function decodeReferences(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|([a-z]{2,4}));/gi, (whole, hex, decimal, name) => {
    if (typeof name === 'string') return NAMED_REFERENCES[name.toLowerCase()] ?? whole;
    const code = typeof hex === 'string' ? Number.parseInt(hex, 16) : Number.parseInt(String(decimal), 10);
    return code > 0 && code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function readAttributes(html: string, from: number): { attributes: ReadonlyMap<string, string>; at: number } {
  let attributes: Map<string, string> | null = null;
  let at = from;
  for (;;) {
    ATTRIBUTE.lastIndex = at;
    const match = ATTRIBUTE.exec(html);
    const name = match?.[1]?.toLowerCase();
    if (match === null || name === undefined) return { attributes: attributes ?? NO_ATTRIBUTES, at };
    at = ATTRIBUTE.lastIndex;
    attributes ??= new Map();
    if (!attributes.has(name)) {
      attributes.set(name, decodeReferences(match[2] ?? match[3] ?? match[4] ?? ''));
    }
  }
}

/** The tag at a `<`, or null when there is none. */
function readTag(html: string, start: number): HtmlTag | null {
  const closing = html[start + 1] === '/';
  TAG_NAME.lastIndex = start + (closing ? 2 : 1);
  const name = TAG_NAME.exec(html)?.[0].toLowerCase();
  if (name === undefined) return null;
  const { attributes, at } = readAttributes(html, TAG_NAME.lastIndex);
  TAG_END.lastIndex = at;
  if (!TAG_END.test(html)) return null;
  return { name, closing, attributes, start, end: TAG_END.lastIndex };
}

function endOf(html: string, what: string, from: number): number {
  const at = html.indexOf(what, from);
  return at === -1 ? html.length : at + what.length;
}

/**
 * The tags of HTML text in order; comments, declarations and the contents of scripts and styles are passed over.
 * Lenient: what is no tag is text. One pass over the text.
 */
export function readTags(html: string): readonly HtmlTag[] {
  const tags: HtmlTag[] = [];
  for (let at = html.indexOf('<'); at !== -1; ) {
    let next = at + 1;
    if (html.startsWith('<!--', at)) next = endOf(html, '-->', at + 4);
    else if (html.startsWith('<![CDATA[', at)) next = endOf(html, ']]>', at);
    else if (html[next] === '/' || NAME_START.test(html[next] ?? '')) {
      const tag = readTag(html, at);
      if (tag !== null) {
        tags.push(tag);
        next = tag.end;
        if (!tag.closing && RAW_TEXT.has(tag.name)) {
          RAW_TEXT_END.lastIndex = next;
          next = RAW_TEXT_END.exec(html)?.index ?? html.length;
        }
      }
    }
    at = html.indexOf('<', next);
  }
  return tags;
}
