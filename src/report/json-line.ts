/**
 * What JSON leaves raw in its strings and a reader of lines or a terminal could act on: DEL and the C1
 * controls (NEL and CSI are among them), line and paragraph separators, bidirectional controls, and
 * `##[`, which a runner reads as a command anywhere in a line.
 */
const RAW = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]|#(?=#\[)/g;

function escapeUnit(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** A JSON document on one line, with its line break, that parses to the very value and steers nothing. */
export function jsonLine(value: object): string {
  return `${JSON.stringify(value).replace(RAW, escapeUnit)}\n`;
}
