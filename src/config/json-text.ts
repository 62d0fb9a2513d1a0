import { createLineIndex } from './line-index.ts';

/** A JSON text as a value, or the line (1-based) where it stops being JSON. */
export type JsonReading =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly line: number };

/** Reads strict JSON. */
export function readJson(text: string): JsonReading {
  try {
    const value: unknown = JSON.parse(text);
    return { ok: true, value };
  } catch {
    // The message names a position only sometimes, and repeats parts of the file.
    return { ok: false, line: createLineIndex(text)(findJsonError(text)) };
  }
}

const SPACE = /[ \t\r\n]*/y;
const LITERAL = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null/y;
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4})/y;

/** Walks over a text by pieces; never goes back. */
class Scanner {
  readonly text: string;
  at = 0;

  constructor(text: string) {
    this.text = text;
  }

  take(pattern: RegExp): boolean {
    pattern.lastIndex = this.at;
    const match = pattern.exec(this.text);
    if (match === null) return false;
    this.at += match[0].length;
    return true;
  }

  peek(): string {
    this.take(SPACE);
    return this.text[this.at] ?? '';
  }

  takeString(): boolean {
    if (this.text[this.at] !== '"') return false;
    this.at += 1;
    do {
      this.take(PLAIN_CHARACTERS);
    } while (this.take(ESCAPE));
    if (this.text[this.at] !== '"') return false;
    this.at += 1;
    return true;
  }

  takeCharacter(wanted: string): boolean {
    if (this.peek() !== wanted) return false;
    this.at += 1;
    return true;
  }
}

type Expected = 'value' | 'first value' | 'key' | 'first key' | 'next';

/** Takes the next piece of a JSON text; the new state, or null where it is none. */
function step(scanner: Scanner, expected: Expected, open: string[]): Expected | null {
  const character = scanner.peek();
  const isClosing = expected === 'next' || expected === 'first value' || expected === 'first key';
  if (isClosing && character !== '' && character === open.at(-1)) {
    scanner.at += 1;
    open.pop();
    return 'next';
  }
  if (expected === 'next') {
    const isInside = open.length > 0 && scanner.takeCharacter(',');
    return isInside ? (open.at(-1) === '}' ? 'key' : 'value') : null;
  }
  if (expected === 'key' || expected === 'first key') {
    return scanner.takeString() && scanner.takeCharacter(':') ? 'value' : null;
  }
  if (character === '{' || character === '[') {
    scanner.at += 1;
    open.push(character === '{' ? '}' : ']');
    return character === '{' ? 'first key' : 'first value';
  }
  return scanner.takeString() || scanner.take(LITERAL) ? 'next' : null;
}

/** Offset of the first character that no JSON text has there. */
function findJsonError(text: string): number {
  const scanner = new Scanner(text);
  const open: string[] = [];
  for (let expected: Expected | null = 'value'; expected !== null; ) expected = step(scanner, expected, open);
  return scanner.at;
}
