import type { Language } from './language.ts';
import type { MaskedSource } from './source-mask.ts';

/** Longer functions, in lines, are hard to hold in one's head. */
export const MAX_FUNCTION_LINES = 120;

/** A function that the change made too long. */
export interface LongFunction {
  readonly name: string;
  readonly line: number;
  readonly endLine: number;
}

const BRACED: ReadonlyMap<string, RegExp> = new Map([
  [
    'javascript',
    /(?:\bfunction\b\s{0,4}\*?\s{0,4}([\w$]{0,80})|(?:\b(?:const|let|var)\s{1,4})?([\w$]{1,80})\s{0,4}[=:]\s{0,4}(?:async\s{1,4})?(?:function\b|\([^()]{0,200}\)[^=]{0,80}=>|[\w$]{1,80}\s{0,4}=>)|^\s{0,60}(?:(?:public|private|protected|static|async|override|get|set)\s{1,4}){0,4}(?!(?:if|for|while|switch|catch|return|with|else|do)\b)([\w$#]{1,80})\s{0,2}\([^()]{0,200}\)[^;{]{0,80}\{\s*$)/,
  ],
  ['go', /^func\s{1,4}(?:\([^)]{0,120}\)\s{0,4})?(\w{1,80})/],
  ['rust', /\bfn\s{1,4}(\w{1,80})/],
  ['swift', /\bfunc\s{1,4}(\w{1,80})/],
  ['kotlin', /\bfun\s{1,4}(?:<[^>]{0,80}>\s{0,4})?(?:[\w.]{1,80}\.)?(\w{1,80})\s{0,2}\(/],
  ['php', /\bfunction\s{1,4}&?(\w{1,80})/],
  ['java', METHOD()],
  ['csharp', METHOD()],
  ['dart', METHOD()],
  ['c', /^[A-Za-z_][\w\s*&:<>,~]{0,120}?\b(\w{1,80})\s{0,2}\([^;]{0,300}$/],
]);

/** A method of a class: something with parentheses that is no statement. */
function METHOD(): RegExp {
  return /^\s{0,60}(?:[\w<>[\],.?]{1,80}\s{1,4}){1,6}(?<!\b(?:return|new|throw|else|await)\s{1,4})(\w{1,80})\s{0,2}\([^;]{0,300}$/;
}

/** Lines that may stand between a header and its brace, for parameters on lines of their own. */
const HEADER_LINES = 20;

interface Extent {
  readonly name: string;
  /** 0-based, inclusive. */
  readonly start: number;
  readonly end: number;
}

function findBraced(code: readonly string[], header: RegExp): readonly Extent[] {
  const extents: Extent[] = [];
  const open: { readonly name: string; readonly start: number; readonly depth: number }[] = [];
  let depth = 0;
  let pending: { readonly name: string; readonly start: number } | null = null;
  for (const [index, line] of code.entries()) {
    const match = line.length > 400 ? null : header.exec(line);
    if (match !== null) {
      pending = {
        name: match.slice(1).find((name) => name !== undefined && name !== '') ?? '',
        start: index,
      };
    }
    if (pending !== null && index - pending.start > HEADER_LINES) pending = null;
    for (const character of line.match(/[{};]/g) ?? []) {
      if (character === '{') {
        depth += 1;
        if (pending !== null) open.push({ ...pending, depth });
        pending = null;
      } else if (character === '}') {
        const last = open.at(-1);
        if (last !== undefined && last.depth >= depth) {
          open.pop();
          extents.push({ name: last.name, start: last.start, end: index });
        }
        depth = Math.max(0, depth - 1);
      }
    }
  }
  return extents;
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

/** Functions of Python: everything below `def` that is indented further. */
function findIndented(code: readonly string[]): readonly Extent[] {
  const extents: Extent[] = [];
  const open: { readonly name: string; readonly start: number; readonly indent: number }[] = [];
  let last = -1;
  const closeTo = (indent: number) => {
    for (let top = open.at(-1); top !== undefined && top.indent >= indent; top = open.at(-1)) {
      open.pop();
      extents.push({ name: top.name, start: top.start, end: last });
    }
  };
  for (const [index, line] of code.entries()) {
    if (line.trim() === '' || /^\s*[)\]}]/.test(line)) continue;
    const indent = indentOf(line);
    closeTo(indent);
    const name = /^\s*(?:async\s{1,4})?def\s{1,4}(\w{1,80})/.exec(line)?.[1];
    if (name !== undefined) open.push({ name, start: index, indent });
    last = index;
  }
  closeTo(0);
  return extents;
}

/**
 * Functions of more than {@link MAX_FUNCTION_LINES} lines that would not have been without the lines added, so that
 * old debt is not held against a small change. By brackets and indentation: near enough for a hint.
 */
export function findLongFunctions(
  mask: MaskedSource,
  language: Language,
  added: ReadonlySet<number>,
): readonly LongFunction[] {
  if (mask.lineCount <= MAX_FUNCTION_LINES || added.size === 0) return [];
  const header = BRACED.get(language.family);
  if (header === undefined && language.family !== 'python') return [];
  const code = Array.from({ length: mask.lineCount }, (_, index) => mask.codeAt(index));
  const extents = header === undefined ? findIndented(code) : findBraced(code, header);
  const prefix = [0];
  for (let index = 0; index < mask.lineCount; index += 1) {
    prefix.push((prefix[index] ?? 0) + (added.has(index + 1) ? 1 : 0));
  }
  return extents
    .filter(({ start, end }) => {
      const length = end - start + 1;
      const own = (prefix[end + 1] ?? 0) - (prefix[start] ?? 0);
      return length > MAX_FUNCTION_LINES && length - own <= MAX_FUNCTION_LINES;
    })
    .map(({ name, start, end }) => ({ name, line: start + 1, endLine: end + 1 }));
}
