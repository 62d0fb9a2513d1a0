import { oneLine, stripAnsi } from '../kernel/text.ts';
import { MAX_MARKS, TAIL_LINE_MAX_CHARS, TAIL_MAX_CHARS } from './limits.ts';

/** Lone surrogates only: the `u` flag reads a pair as one character. */
const LONE_SURROGATE = /\p{Surrogate}/gu;

/** Characters that take no ink, beyond those that the kernel escapes: fillers, variation selectors (emoji aside), blank Braille. */
const BLANK = /(?![\ufe0e\ufe0f])\p{Default_Ignorable_Code_Point}|\u2800/gu;

/** More marks on one character than any script has: they would paint over the lines around. */
const MARKS = new RegExp(`(\\p{M}{${MAX_MARKS}})(\\p{M}+)`, 'gu');

function showSurrogate(character: string): string {
  const code = character.charCodeAt(0);
  const byte = code - 0xdc00;
  return byte >= 0x80 && byte <= 0xff ? `\\x${byte.toString(16)}` : `\\u{${code.toString(16)}}`;
}

function showCode(character: string): string {
  return `\\u{${(character.codePointAt(0) ?? 0).toString(16)}}`;
}

/**
 * Any text as one line that shows all it holds: controls, invisible and bidirectional characters, heaps
 * of marks and bytes that are not UTF-8 (lone surrogates, see `change.ts`) stand as escapes.
 * The answer is well-formed Unicode without line breaks.
 */
export function visible(text: string): string {
  return oneLine(text.replace(LONE_SURROGATE, showSurrogate))
    .replace(BLANK, showCode)
    .replace(MARKS, (_, kept: string, rest: string) => kept + [...rest].map(showCode).join(''));
}

/** A text of several lines, each made {@link visible}; blank lines at both ends are gone. */
export function visibleLines(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => visible(line.replaceAll('\t', '  ').trimEnd()));
  while (lines.length > 0 && lines.at(-1) === '') lines.pop();
  while (lines.length > 0 && lines[0] === '') lines.shift();
  return lines;
}

/** Tabs to columns of 8, as a terminal shows them; the text has no line break. */
function expandTabs(line: string): string {
  let out = '';
  for (const part of line.split(/(\t)/)) {
    out += part === '\t' ? ' '.repeat(8 - (out.length % 8)) : part;
  }
  return out;
}

/** What a terminal would leave of a line that was written over with carriage returns. */
function lastOverwrite(line: string): string {
  const parts = line.split('\r').filter((part) => part !== '');
  return parts.at(-1) ?? '';
}

/** The last lines of a log: how many of its end are shown and how many came before. */
export interface LogTail {
  /** Visible text, at most {@link TAIL_LINE_MAX_CHARS} characters each. */
  readonly lines: readonly string[];
  /** Whether the log has more lines than these. */
  readonly shortened: boolean;
}

/** The last `maxLines` lines of captured output, without escape sequences, overwritten and doubled blank lines. */
export function tailOf(log: string, maxLines: number): LogTail {
  const clipped = log.length > TAIL_MAX_CHARS;
  const end = clipped ? log.slice(-TAIL_MAX_CHARS) : log;
  const raw = stripAnsi(end).split('\n');
  if (clipped && raw.length > 1) raw.shift();
  const lines: string[] = [];
  for (const line of raw) {
    const text = lastOverwrite(line).trimEnd();
    if (text === '' && (lines.length === 0 || lines.at(-1) === '')) continue;
    lines.push(text);
  }
  while (lines.at(-1) === '') lines.pop();
  return {
    lines: lines.slice(-maxLines).map(showLine),
    shortened: clipped || lines.length > maxLines,
  };
}

function showLine(line: string): string {
  const long = line.length > TAIL_LINE_MAX_CHARS;
  const text = long ? line.slice(0, TAIL_LINE_MAX_CHARS) : line;
  return `${visible(expandTabs(text))}${long ? '…' : ''}`;
}
