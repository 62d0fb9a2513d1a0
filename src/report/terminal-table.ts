import { formatDuration } from '../kernel/duration.ts';
import type { Palette } from './color.ts';
import { displayWidth, padToWidth, truncateToWidth } from './display-width.ts';
import type { StageRow } from './report-model.ts';
import { paintTone, stageWords } from './status-words.ts';
import { terminalText } from './terminal-text.ts';

const MARGIN = '  ';
const GAP = 2;

interface Layout {
  readonly name: number;
  readonly duration: number;
  /** 0: no column. */
  readonly tests: number;
  readonly detail: number;
}

interface Cells {
  readonly row: StageRow;
  readonly name: string;
  readonly duration: string;
  readonly tests: string;
  readonly detail: string;
}

function cellsOf(row: StageRow): Cells {
  const compared = row.comparison?.verdict ?? '';
  const was = row.comparison?.change ?? '';
  const before = [was, compared].filter((part) => part !== '').join(', ');
  return {
    row,
    name: terminalText(row.id),
    duration: row.durationMs === null ? '' : formatDuration(row.durationMs),
    tests: row.tests ?? '',
    detail: terminalText([summaryOf(row), before].filter((part) => part !== '').join('; ')),
  };
}

/** A word for a status whose symbol alone might not be known. */
function summaryOf(row: StageRow): string {
  const quiet = row.status === 'passed' || row.status === 'failed';
  if (quiet) return row.summary;
  const { words } = stageWords(row.status);
  if (row.summary === '' || row.summary.startsWith(words)) return row.summary === '' ? words : row.summary;
  return `${words}: ${row.summary}`;
}

function widest(cells: readonly Cells[], pick: (cell: Cells) => string, most: number): number {
  return Math.min(most, Math.max(0, ...cells.map((cell) => displayWidth(pick(cell)))));
}

/** Narrow windows lose the detail first, then the tests: both stand below, expanded, where they matter. */
function layoutOf(cells: readonly Cells[], width: number): Layout {
  const duration = widest(cells, (cell) => cell.duration, 12);
  const fixed = MARGIN.length + 2 + GAP + duration;
  const name = widest(cells, (cell) => cell.name, Math.max(8, Math.min(28, width - fixed)));
  const rest = width - fixed - name;
  const testsWanted = widest(cells, (cell) => cell.tests, 30);
  const tests = testsWanted > 0 && rest - GAP >= testsWanted ? testsWanted : 0;
  const left = rest - (tests === 0 ? 0 : tests + GAP) - GAP;
  return { name, duration, tests, detail: left >= 12 ? left : 0 };
}

function paintRow(cells: Cells, layout: Layout, palette: Palette): string {
  const { symbol, tone } = stageWords(cells.row.status);
  const name = padToWidth(cells.name, layout.name);
  const bold = tone === 'bad' || tone === 'warn';
  const parts = [
    `${MARGIN}${paintTone(palette, tone, symbol)} ${bold ? palette.bold(name) : tone === 'quiet' ? palette.dim(name) : name}`,
    padToWidth(cells.duration, layout.duration, 'start'),
  ];
  if (layout.tests > 0) parts.push(padToWidth(cells.tests, layout.tests));
  if (layout.detail > 0 && cells.detail !== '') {
    const detail = truncateToWidth(cells.detail, layout.detail);
    const attention = bold || cells.row.flaky;
    parts.push(attention ? paintTone(palette, tone === 'good' ? 'warn' : tone, detail) : palette.dim(detail));
  }
  return trimEnd(parts.join(' '.repeat(GAP)));
}

/** Trailing blanks, also those inside of a colour, are of no use in a log. */
function trimEnd(line: string): string {
  return line.replace(/ +$/, '');
}

/** One line per stage, in plan order, no line wider than `width`. */
export function renderStageTable(rows: readonly StageRow[], width: number, palette: Palette): string[] {
  const cells = rows.map(cellsOf);
  const layout = layoutOf(cells, width);
  return cells.map((each) => paintRow(each, layout, palette));
}
