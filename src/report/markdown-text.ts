import { clip } from '../kernel/text.ts';
import { CELL_MAX_CHARS, NAME_MAX_CHARS, TEXT_MAX_CHARS } from './limits.ts';
import { visible } from './visible-text.ts';

/**
 * Text from the change in Markdown. Mentions, references and commit links are found by the platform
 * *after* Markdown is parsed, in the decoded text, so that neither `\@` nor `&#64;` stops them; inside
 * code they are never looked for. Hence the rule here: a word of nothing but letters, digits and quiet
 * punctuation stands as text, every other word stands as inline code.
 */

/** Where the text will stand: in a table's cell a `|` must be escaped, also within code. */
export type Place = 'paragraph' | 'cell';

const QUIET = /^[\p{L}\p{N}\p{M}\p{So}.,;!?'"()/%=+:–—…→≤≥×·’“”-]+$/u;

/** Quiet characters that the platform still reads: URLs, addresses, emoji names, commit ids, issue keys. */
const LOUD = /:\/\/|www\.|:[^:]*:|(?:mailto|xmpp):|[0-9a-f]{7}|[a-z][a-z]-\d/i;

const LEAD = new Set('"\'(“');
const TRAIL = new Set('"\'),.;:!?”');

function longestRunOf(character: string, text: string): number {
  let longest = 0;
  let run = 0;
  for (const each of text) {
    run = each === character ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/**
 * A pipe in code in a table's cell. Behind an odd number of backslashes one more would make it the end of the
 * cell, since nothing else can be escaped there: it is shown as its code.
 */
function escapePipe(_: string, slashes: string): string {
  return slashes.length % 2 === 0 ? `${slashes}\\|` : `${slashes}\\x7c`;
}

/** Inline code from text that is visible and clipped already. */
function spanOf(content: string, place: Place): string {
  if (content === '') return '';
  const fence = '`'.repeat(longestRunOf('`', content) + 1);
  const edge = /^`|`$|^ .* $/.test(content) && content.trim() !== '' ? ' ' : '';
  const inner = place === 'cell' ? content.replace(/(\\*)\|/g, escapePipe) : content;
  return `${fence}${edge}${inner}${edge}${fence}`;
}

/** A name (path, command, id) as inline code; exact but for invisible characters, which stand as escapes. */
export function codeSpan(text: string, place: Place = 'paragraph', maxChars = NAME_MAX_CHARS): string {
  return spanOf(clip(visible(text), maxChars), place);
}

/** Lines as a fenced block that nothing in them can end. The lines are visible text already. */
export function fencedBlock(lines: readonly string[], info = ''): string[] {
  const longest = Math.max(0, ...lines.map((line) => longestRunOf('`', line)));
  const fence = '`'.repeat(Math.max(3, longest + 1));
  return [`${fence}${info}`, ...lines, fence];
}

interface Piece {
  readonly code: boolean;
  readonly text: string;
}

/** A word as pieces: punctuation around a loud core stays outside of its code. */
function splitWord(word: string): Piece[] {
  if (word === '&') return [{ code: false, text: '&amp;' }];
  if (QUIET.test(word) && !LOUD.test(word)) return [{ code: false, text: word }];
  let start = 0;
  let end = word.length;
  while (start < end && LEAD.has(word[start] ?? '')) start += 1;
  while (end > start && TRAIL.has(word[end - 1] ?? '')) end -= 1;
  if (start === end) return [{ code: true, text: word }];
  return [
    { code: false, text: word.slice(0, start) },
    { code: true, text: word.slice(start, end) },
    { code: false, text: word.slice(end) },
  ].filter(({ text }) => text !== '');
}

/** The parts of a text between its own pairs of backticks are code as its author meant it. */
function splitText(text: string): Piece[][] {
  return text.split(/(`[^`]+`)/).flatMap((part, position) => {
    if (position % 2 === 1) return [[{ code: true, text: part.slice(1, -1) }]];
    return part.split(/(\p{Zs}+)/u).map((word, at) => {
      if (at % 2 === 1) return [{ code: false, text: ' ' }];
      return word === '' ? [] : splitWord(word);
    });
  });
}

/** Neighbouring pieces of code become one: two spans that touch would be read as something else. */
function joinPieces(pieces: readonly Piece[], place: Place): string {
  let out = '';
  let code = '';
  for (const piece of pieces) {
    if (piece.code) {
      code += piece.text;
      continue;
    }
    out += spanOf(code, place) + piece.text;
    code = '';
  }
  return out + spanOf(code, place);
}

/** What would open a block at the start of a line: list markers, underlines of headings, rules, table delimiters. */
function escapeStart(markdown: string): string {
  if (/^(?:[-+](?:\s|$)|[-=:|]+\s*$|-[-\s]*-)/.test(markdown)) return `\\${markdown}`;
  return markdown.replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2');
}

/**
 * Free text as one inert line of Markdown that reads as it was written.
 * No links, images, HTML, mentions, references, emoji names or formatting come of it.
 */
export function inlineText(text: string, place: Place = 'paragraph', maxChars = TEXT_MAX_CHARS): string {
  const shown = clip(visible(text).trim(), maxChars);
  return escapeStart(joinPieces(splitText(shown).flat(), place).trim());
}

/** Free text for a table's cell, shortened to what a cell can show. */
export function cellText(text: string): string {
  return inlineText(text, 'cell', CELL_MAX_CHARS);
}

/**
 * A link to lines of a file under a trusted prefix (`https://host/owner/repo/blob/<sha>`), or only the
 * place as code when there is no prefix or the path cannot stand in a URL.
 */
export function locationLink(
  blobUrl: string | null,
  path: string,
  startLine: number | null,
  endLine: number | null,
): string {
  const label = codeSpan(startLine === null ? path : `${path}:${startLine}`, 'paragraph', 2 * NAME_MAX_CHARS);
  const segments = path.split('/');
  const plain = segments.every((segment) => segment !== '' && segment !== '.' && segment !== '..');
  if (blobUrl === null || !plain || /\p{Surrogate}/u.test(path)) return label;
  const encoded = segments.map((segment) =>
    encodeURIComponent(segment).replace(/[!'()*~]/g, (c) => `%${c.charCodeAt(0).toString(16)}`),
  );
  const lines =
    startLine === null
      ? ''
      : `#L${startLine}${endLine !== null && endLine > startLine ? `-L${endLine}` : ''}`;
  return `[${label}](${blobUrl}/${encoded.join('/')}${lines})`;
}
