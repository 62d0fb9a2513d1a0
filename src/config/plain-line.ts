/** Ends the reading of a text that is not as plain as it has to be; see `readPlainYaml`. */
export class NotPlain extends Error {}

/** A line that is neither blank nor a comment: its text from `start` to `end`, `indent` spaces before it. */
export interface Line {
  readonly indent: number;
  readonly start: number;
  readonly end: number;
}

/** The lines of a text that say something. */
export function splitLines(text: string): readonly Line[] {
  const lines: Line[] = [];
  for (let at = 0; at < text.length; ) {
    const found = text.indexOf('\n', at);
    const end = found === -1 ? text.length : found;
    let start = at;
    while (text[start] === ' ') start += 1;
    if (start < end && text[start] !== '#') lines.push({ indent: start - at, start, end });
    at = end + 1;
  }
  return lines;
}

const SIMPLE_NUMBER = /^(?:0|-?[1-9]\d{0,14}|-?(?:0|[1-9]\d{0,8})\.\d{1,6})$/;

/** What the core schema of YAML 1.2.2 (section 10.3.2) takes for a number. */
const ANY_NUMBER =
  /^(?:[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN))$/;

/** A plain scalar by the core schema; numbers in rare notations are left to the library. */
export function resolvePlain(text: string): unknown {
  if (/^(?:true|True|TRUE)$/.test(text)) return true;
  if (/^(?:false|False|FALSE)$/.test(text)) return false;
  if (/^(?:null|Null|NULL|~)$/.test(text)) return null;
  if (SIMPLE_NUMBER.test(text)) return Number(text);
  if (ANY_NUMBER.test(text)) throw new NotPlain();
  return text;
}
