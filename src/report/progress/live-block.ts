import { stripAnsi } from '../../kernel/text.ts';
import { displayWidth } from '../display-width.ts';

/** Where a block is painted. */
export interface BlockStream {
  write(text: string): void;
  /** Columns of the window now. */
  columns(): number;
}

const ESCAPE = '\u001b[';

/** Cursor movements and erasing, ECMA-48: CUU, CUD, EL and ED to the end. */
const up = (rows: number) => (rows === 0 ? '' : `${ESCAPE}${rows}A`);
const down = (rows: number) => (rows === 0 ? '' : `${ESCAPE}${rows}B`);
const ERASE_LINE = `${ESCAPE}K`;
const ERASE_BELOW = `${ESCAPE}J`;

/**
 * The last lines of a terminal, painted again and again in place. Nothing above them is touched. The cursor
 * stands at the start of the row below the block whenever a write has ended.
 */
export class LiveBlock {
  readonly #stream: BlockStream;
  #lines: readonly string[] = [];
  #columns = 0;

  constructor(stream: BlockStream) {
    this.#stream = stream;
  }

  /** Shows these lines, each narrower than the window; only what changed is written. */
  paint(lines: readonly string[]): void {
    const columns = this.#stream.columns();
    const isSameShape = columns === this.#columns && lines.length >= this.#lines.length;
    this.#write(isSameShape ? this.#difference(lines) : `${this.#erase()}${joinLines(lines)}`);
    this.#lines = lines;
    this.#columns = columns;
  }

  /** Writes a line above the block, where it stays. */
  print(line: string): void {
    this.#write(`${this.#erase()}${joinLines([line, ...this.#lines])}`);
    this.#columns = this.#stream.columns();
  }

  /** Takes the block away. */
  clear(): void {
    this.#write(this.#erase());
    this.#lines = [];
  }

  #write(text: string): void {
    if (text !== '') this.#stream.write(text);
  }

  /** Back to the first row of the block. A window that became narrower has wrapped its lines meanwhile. */
  #erase(): string {
    if (this.#lines.length === 0) return '';
    const columns = Math.max(1, this.#stream.columns());
    const rows = this.#lines.map((line) => Math.max(1, Math.ceil(displayWidth(stripAnsi(line)) / columns)));
    return `\r${up(rows.reduce((sum, count) => sum + count, 0))}${ERASE_BELOW}`;
  }

  #difference(lines: readonly string[]): string {
    let text = '';
    let unchanged = 0;
    for (const [at, line] of lines.entries()) {
      if (line === this.#lines[at]) {
        unchanged += 1;
        continue;
      }
      text += `${down(unchanged)}${line}${ERASE_LINE}\n`;
      unchanged = 0;
    }
    return text === '' ? '' : `\r${up(this.#lines.length)}${text}${down(unchanged)}`;
  }
}

function joinLines(lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}
