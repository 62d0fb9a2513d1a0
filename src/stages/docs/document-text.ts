/** Front matter is sought in this many lines. */
const MAX_FRONT_MATTER_LINES = 400;

/** Text with `\n` as its only line end and without a byte order mark; null when it is not UTF-8 text. */
export function decodeText(contents: Buffer): string | null {
  const head = contents.subarray(0, 8_000);
  if (head.includes(0)) return null;
  const text = contents.toString('utf8').replace(/^\ufeff/, '');
  return text.includes('\r') ? text.replace(/\r\n?/g, '\n') : text;
}

/** Front matter set aside, with what it says of the document. */
export interface FrontMatter {
  /** The text with the lines of the front matter emptied: line numbers stay. */
  readonly body: string;
  /** Its `status` in small letters; null without one. */
  readonly status: string | null;
  /** It has keys by which a site generator places a page. */
  readonly isPage: boolean;
}

const FRONT_START = /^(---|\+\+\+|<!--)[ \t]*\n/;

/** `key: value`, in YAML or TOML, without quotes and comment. */
const KEY = /^(\w[\w-]{0,40})\s*[:=]\s*["']?([^"'#]{0,80}?)["']?\s*(?:#.*)?$/;

const PAGE_KEYS = new Set(
  (
    'layout permalink sidebar sidebar_label sidebar_position slug nav_order weight parent section menu aliases date ' +
    'layout hide_title outline prev next linkTitle nav_title redirect_from displayed_sidebar pagination_next toc'
  ).split(' '),
);

/** Empties the front matter (YAML, TOML, or one in a comment) of a text; one that is never closed is none. */
export function setFrontMatterAside(text: string): FrontMatter {
  const mark = FRONT_START.exec(text)?.[1];
  if (mark === undefined) return { body: text, status: null, isPage: false };
  const lines: string[] = [];
  let from = text.indexOf('\n') + 1;
  while (lines.length < MAX_FRONT_MATTER_LINES && from > 0 && from < text.length) {
    const end = text.indexOf('\n', from);
    const line = text.slice(from, end === -1 ? text.length : end);
    from = end + 1;
    const closing = line.trimEnd();
    if (closing === (mark === '<!--' ? '-->' : mark) || (mark === '---' && closing === '...')) {
      const rest = end === -1 ? '' : text.slice(from);
      const keys = lines.map((each) => KEY.exec(each));
      const status = keys.find((key) => key?.[1] === 'status')?.[2]?.toLowerCase() ?? null;
      const isPage = keys.some((key) => PAGE_KEYS.has(key?.[1] ?? ''));
      return { body: '\n'.repeat(lines.length + 2) + rest, status, isPage };
    }
    lines.push(line);
  }
  return { body: text, status: null, isPage: false };
}

/** Counts lines up to growing offsets of one text: each newline is met once. */
export function lineCounter(text: string, firstLine: number): (offset: number) => number {
  let line = firstLine;
  let next = text.indexOf('\n');
  return (offset) => {
    while (next !== -1 && next < offset) {
      line += 1;
      next = text.indexOf('\n', next + 1);
    }
    return line;
  };
}
