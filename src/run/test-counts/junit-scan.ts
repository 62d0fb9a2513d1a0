import type { Tally } from './tally.ts';

/** What a file turned out to be, read to its end. */
export type JunitScan =
  | { readonly kind: 'report'; readonly tally: Tally }
  /** Some other document, or none. */
  | { readonly kind: 'foreign' }
  /** A report that stops in the middle. */
  | { readonly kind: 'cut' };

/** Longer tags end the scan: names and attributes of a test are short. */
const MAX_TAG_CHARS = 1_048_576;

/** Markup that holds no elements: where it begins, where it ends. */
const OPAQUE: readonly (readonly [string, string])[] = [
  ['<!--', '-->'],
  ['<![CDATA[', ']]>'],
  ['<?', '?>'],
  ['<!', '>'],
];

/** A test that was declared and not run (Google Test, CTest). */
const NOT_RUN =
  /\s(?:status\s{0,4}=\s{0,4}["'](?:notrun|disabled)["']|result\s{0,4}=\s{0,4}["'](?:suppressed|skipped)["'])/;

type Outcome = keyof Tally;

/**
 * Counts the `testcase` elements of a JUnit report that arrives in pieces. Only elements count: the totals in the
 * attributes of `testsuite` are written by whoever wrote the file and are not read. Comments, CDATA and processing
 * instructions are stepped over and no entity is ever resolved, so that memory stays at one tag.
 */
export class JunitScanner {
  #pending = '';
  /** The end of the opaque markup that the text is in; null outside. */
  #skipTo: string | null = null;
  /** Null until the first element. */
  #root: 'report' | 'foreign' | null = null;
  #depth = 0;
  /** Depth of the open `testcase`; 0 outside. */
  #caseDepth = 0;
  #outcome: Outcome = 'passed';
  #overlong = false;
  readonly #tally: Record<Outcome, number> = { passed: 0, failed: 0, skipped: 0 };

  /** Takes the next piece; bytes as Latin-1, since markup is ASCII. */
  push(text: string): void {
    if (this.#isForeign() || this.#overlong) return;
    this.#pending += text;
    let more = true;
    while (more && !this.#isForeign()) more = this.#step();
    if (this.#pending.length > MAX_TAG_CHARS) this.#overlong = true;
  }

  /** The result, after the last piece. */
  end(): JunitScan {
    if (this.#root !== 'report') return { kind: 'foreign' };
    if (this.#overlong || this.#depth > 0 || this.#skipTo !== null) return { kind: 'cut' };
    return { kind: 'report', tally: { ...this.#tally } };
  }

  #isForeign(): boolean {
    return this.#root === 'foreign';
  }

  /** Consumes one piece of markup; false when more text is needed. */
  #step(): boolean {
    if (this.#skipTo !== null) return this.#leaveOpaque(this.#skipTo);
    const start = this.#pending.indexOf('<');
    if (start === -1) {
      this.#pending = '';
      return false;
    }
    if (start > 0) this.#pending = this.#pending.slice(start);
    // The longest opening is `<![CDATA[`; until that much is there, the kind of markup is open.
    if (this.#pending.length < 9 && OPAQUE.some(([open]) => open.startsWith(this.#pending))) return false;
    const opaque = OPAQUE.find(([open]) => this.#pending.startsWith(open));
    if (opaque !== undefined) {
      this.#pending = this.#pending.slice(opaque[0].length);
      this.#skipTo = opaque[1];
      return true;
    }
    const end = findTagEnd(this.#pending);
    if (end === -1) return false;
    this.#readTag(this.#pending.slice(1, end));
    this.#pending = this.#pending.slice(end + 1);
    return true;
  }

  #leaveOpaque(close: string): boolean {
    const end = this.#pending.indexOf(close);
    if (end === -1) {
      // The end itself may be split over two pieces.
      this.#pending = this.#pending.slice(Math.max(0, this.#pending.length - close.length + 1));
      return false;
    }
    this.#pending = this.#pending.slice(end + close.length);
    this.#skipTo = null;
    return true;
  }

  #readTag(tag: string): void {
    if (tag.startsWith('/')) {
      if (this.#depth === this.#caseDepth && this.#depth > 0) this.#closeCase();
      this.#depth = Math.max(0, this.#depth - 1);
      return;
    }
    const name = /^[^\s/]{0,64}/.exec(tag)?.[0] ?? '';
    const selfClosing = tag.endsWith('/');
    this.#root ??= name === 'testsuites' || name === 'testsuite' ? 'report' : 'foreign';
    this.#depth += 1;
    if (this.#caseDepth === 0 && name === 'testcase') {
      this.#caseDepth = this.#depth;
      this.#outcome = NOT_RUN.test(tag) ? 'skipped' : 'passed';
    } else if (this.#caseDepth > 0 && this.#depth === this.#caseDepth + 1) {
      if (name === 'failure' || name === 'error') this.#outcome = 'failed';
      else if (name === 'skipped' && this.#outcome === 'passed') this.#outcome = 'skipped';
    }
    if (selfClosing) this.#readTag('/');
  }

  #closeCase(): void {
    this.#tally[this.#outcome] += 1;
    this.#caseDepth = 0;
  }
}

/** Where a tag ends; `>` in a quoted attribute does not end it. -1: not yet. */
function findTagEnd(text: string): number {
  let quote: string | null = null;
  for (let index = 1; index < text.length; index += 1) {
    const character = text[index];
    if (quote !== null) {
      if (character === quote) quote = null;
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '>') return index;
  }
  return -1;
}
