/** How many columns a text takes on a terminal, and cutting, padding and wrapping by columns. */

const ASCII = /^[\u0020-\u007e]*$/;
const ZERO = /^[\p{Mn}\p{Me}\p{Cf}]$/u;
const EMOJI = /^\p{Emoji_Presentation}$/u;
const VARIATION_EMOJI = 0xfe0f;

/** First and last code points of the wide blocks (East Asian Width W and F, Unicode 16), emoji aside. */
const WIDE: readonly (readonly [number, number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2630, 0x2637],
  [0x268a, 0x268f],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4dc0, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18dff],
  [0x1aff0, 0x1b2ff],
  [0x1d300, 0x1d37f],
  [0x1f200, 0x1f2ff],
  [0x20000, 0x3fffd],
];

function widthOf(character: string): number {
  const code = character.codePointAt(0) ?? 0;
  if (code < 0x300) return 1;
  if (ZERO.test(character)) return code === VARIATION_EMOJI ? 1 : 0;
  return EMOJI.test(character) || WIDE.some(([first, last]) => code >= first && code <= last) ? 2 : 1;
}

/**
 * Columns of a text without controls. Terminals disagree about joined emoji and the emoji variation
 * selector; this counts their parts, so that a line is rather too short than too long.
 */
export function displayWidth(text: string): number {
  if (ASCII.test(text)) return text.length;
  let width = 0;
  for (const character of text) width += widthOf(character);
  return width;
}

/** The longest start of a text that fits, never between a character and its marks. */
function takeWidth(text: string, width: number): string {
  if (ASCII.test(text)) return text.slice(0, width);
  let used = 0;
  let end = 0;
  for (const character of text) {
    used += widthOf(character);
    if (used > width) break;
    end += character.length;
  }
  return text.slice(0, end);
}

/** Cuts to at most `width` columns; a cut ends in `…`. */
export function truncateToWidth(text: string, width: number): string {
  if (width <= 0) return '';
  return displayWidth(text) <= width ? text : `${takeWidth(text, width - 1)}…`;
}

/** Fills up with spaces to `width` columns; a longer text is cut. */
export function padToWidth(text: string, width: number, side: 'start' | 'end' = 'end'): string {
  const fitted = truncateToWidth(text, width);
  const fill = ' '.repeat(Math.max(0, width - displayWidth(fitted)));
  return side === 'end' ? fitted + fill : fill + fitted;
}

/** Breaks one word that is wider than a line; pieces keep characters and their marks together. */
function breakWord(word: string, width: number): string[] {
  const pieces: string[] = [];
  let rest = word;
  while (displayWidth(rest) > width) {
    const piece = takeWidth(rest, width);
    if (piece === '') break;
    pieces.push(piece);
    rest = rest.slice(piece.length);
  }
  return rest === '' ? pieces : [...pieces, rest];
}

/** A space, but not the one between a number and its unit. */
const BREAKABLE = / (?<!\d (?=(?:ms|s|min|h|%|[KMG]iB)(?![\p{L}\p{N}])))/u;

/**
 * Wraps one line at spaces to rows of at most `width` columns (at least 2). Words that are wider are broken;
 * several spaces become one.
 */
export function wrapToWidth(text: string, width: number): string[] {
  const limit = Math.max(2, width);
  const rows: string[] = [];
  let row = '';
  let used = 0;
  for (const word of text.split(BREAKABLE)) {
    for (const piece of breakWord(word, limit)) {
      const size = displayWidth(piece);
      if (row !== '' && used + 1 + size > limit) {
        rows.push(row);
        row = '';
        used = 0;
      }
      used += row === '' ? size : size + 1;
      row = row === '' ? piece : `${row} ${piece}`;
    }
  }
  return row === '' && rows.length > 0 ? rows : [...rows, row];
}

/** Where to break captured output: behind a space in the last third of the row, else at its end. */
function breakPoint(row: string): number {
  const space = row.lastIndexOf(' ');
  return space >= (row.length * 2) / 3 ? space + 1 : row.length;
}

/**
 * Breaks one line of captured output to at most `maxRows` rows of at most `width` columns (at least 2),
 * at spaces where that costs little. Every character stays, but for spaces at the end of a row.
 */
export function wrapOutputToWidth(text: string, width: number, maxRows: number): string[] {
  const limit = Math.max(2, width);
  const rows: string[] = [];
  let rest = text;
  while (displayWidth(rest) > limit) {
    const full = takeWidth(rest, limit);
    if (full === '') break;
    if (rows.length === maxRows - 1) return [...rows, truncateToWidth(rest, limit)];
    const end = breakPoint(full);
    rows.push(full.slice(0, end).trimEnd());
    rest = rest.slice(end);
  }
  return [...rows, rest.trimEnd()];
}
