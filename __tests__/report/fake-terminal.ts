import { displayWidth } from '../../src/report/display-width.ts';

/** A terminal that keeps what a person would see: a grid of rows with a history above it. */
export interface FakeTerminal {
  readonly isTTY: true;
  write(text: string): void;
  columns(): number;
  rows(): number;
  /** Changes the window's size; like most terminals, lines that are too wide now wrap again. */
  resize(columns: number, rows: number): void;
  /** Every line from the first, history included, without blank ones at the end. */
  lines(): readonly string[];
  readonly isCursorVisible: boolean;
  /** Everything that was written, as it came. */
  readonly written: string;
}

/** Escape sequences that the gate may write: colours, up, down, erasing, the cursor. */
const TOKEN = /\u001b\[(\??)(\d*)([ABJKhlm])|\r|\n|[^\u001b\r\n]+/g;

/** A terminal of the given size. Anything it does not know, a tab included, is an error. */
export function createFakeTerminal(columns = 80, rows = 24): FakeTerminal {
  let size = { columns, rows };
  let screen: string[] = [''];
  let row = 0;
  let column = 0;
  let isCursorVisible = true;
  let written = '';

  /** The first row of the window; what is above has scrolled away and cannot be reached. */
  const top = () => Math.max(0, screen.length - size.rows);

  function print(text: string): void {
    for (const character of text) {
      const code = character.codePointAt(0) ?? 0;
      if (code < 0x20 || (code >= 0x7f && code <= 0x9f)) throw new Error(`control ${code} was written`);
      if (column + displayWidth(character) > size.columns) newLine();
      const line = [...(screen[row] ?? '').padEnd(column)];
      line.splice(column, 1, character);
      screen[row] = line.join('');
      column += displayWidth(character);
    }
  }

  function newLine(): void {
    row += 1;
    column = 0;
    if (row === screen.length) screen.push('');
  }

  function control(isPrivate: boolean, count: number | null, name: string): void {
    if (name === 'm') return;
    if (isPrivate && count === 25 && (name === 'h' || name === 'l')) isCursorVisible = name === 'h';
    else if (name === 'A') row = Math.max(top(), row - (count ?? 1));
    else if (name === 'B') row = Math.min(screen.length - 1, row + (count ?? 1));
    else if (name === 'K' && count === null) screen[row] = [...(screen[row] ?? '')].slice(0, column).join('');
    else if (name === 'J' && count === null) {
      screen = [...screen.slice(0, row), [...(screen[row] ?? '')].slice(0, column).join('')];
    } else throw new Error(`an unknown sequence was written: ${count}${name}`);
  }

  return {
    isTTY: true,
    write(text) {
      written += text;
      let end = 0;
      for (const match of text.matchAll(TOKEN)) {
        if (match.index !== end) throw new Error(`not understood: ${JSON.stringify(text.slice(end))}`);
        end = match.index + match[0].length;
        const name = match[3];
        if (name !== undefined) control(match[1] === '?', match[2] === '' ? null : Number(match[2]), name);
        else if (match[0] === '\n') newLine();
        else if (match[0] === '\r') column = 0;
        else print(match[0]);
      }
      if (end !== text.length) throw new Error(`not understood: ${JSON.stringify(text.slice(end))}`);
    },
    columns: () => size.columns,
    rows: () => size.rows,
    resize(newColumns, newRows) {
      size = { columns: newColumns, rows: newRows };
      const below = screen.length - row;
      screen = screen.flatMap((line) => {
        const pieces = line.match(new RegExp(`.{1,${newColumns}}`, 'gu'));
        return pieces ?? [''];
      });
      row = screen.length - below;
    },
    lines: () => screen.join('\n').trimEnd().split('\n'),
    get isCursorVisible() {
      return isCursorVisible;
    },
    get written() {
      return written;
    },
  };
}
