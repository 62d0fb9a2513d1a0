import { formatDuration } from '../kernel/duration.ts';
import type { Palette } from './color.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { displayWidth, padToWidth, truncateToWidth } from './display-width.ts';
import type { StageRow } from './report-model.ts';
import { paintTone, stageWords } from './status-words.ts';
import { terminalText } from './terminal-text.ts';

const MARGIN = '  ';
const GAP = 2;

/** A detail cut to fewer columns says nothing. */
const DETAIL_MIN_WIDTH = 10;
const NAME_MAX_WIDTH = 28;
const DURATION_MAX_WIDTH = 12;

/** Widths of the columns; a detail of 0 is left out. */
export interface TableLayout {
  readonly name: number;
  readonly duration: number;
  readonly detail: number;
}

/** What a line of the table shows; texts are fit for a terminal. */
export interface TableCells {
  readonly symbol: string;
  readonly tone: ReturnType<typeof stageWords>['tone'];
  readonly name: string;
  readonly duration: string;
  readonly detail: string;
  /** The detail is worth a look though the stage passed. */
  readonly isNotable: boolean;
}

/** A word for a status whose symbol alone might not be known. */
function summaryOf(row: StageRow): string {
  if (row.status === 'passed' || row.status === 'failed') return row.summary;
  const { words } = stageWords(row.status);
  if (row.summary === '' || row.summary.startsWith(words)) return row.summary === '' ? words : row.summary;
  return `${words}: ${row.summary}`;
}

/** A change of speed that was seen; what is flat or not known yet stays out of the way. */
function describeShift(row: ComparisonRow | null): string {
  if (row === null || row.shift === null) return '';
  return [row.change ?? '', row.verdict].filter((part) => part !== '').join(', ');
}

/** A stage as the words of its line: what decided first, then the tests, then what else is known. */
export function tableCells(row: StageRow): TableCells {
  const { symbol, tone } = stageWords(row.status);
  const tests = row.tests ?? '';
  const words = row.status === 'passed' ? [tests, summaryOf(row)] : [summaryOf(row), tests];
  const shift = describeShift(row.comparison);
  return {
    symbol,
    tone,
    name: terminalText(row.id),
    duration: row.durationMs === null ? '' : formatDuration(row.durationMs),
    detail: terminalText([...words, shift].filter((part) => part !== '').join(' · ')),
    isNotable: row.flaky || row.comparison?.shift === 'slower',
  };
}

function widest(texts: readonly string[], most: number): number {
  return Math.min(most, Math.max(0, ...texts.map(displayWidth)));
}

/** Narrow windows lose the detail first: it stands below, expanded, where it matters. */
export function layoutTable(cells: readonly TableCells[], width: number, minDurationWidth = 0): TableLayout {
  const names = cells.map((cell) => cell.name);
  const durations = cells.map((cell) => cell.duration);
  const duration = Math.max(minDurationWidth, widest(durations, DURATION_MAX_WIDTH));
  const fixed = MARGIN.length + 2 + GAP + duration;
  const name = widest(names, Math.max(8, Math.min(NAME_MAX_WIDTH, width - fixed)));
  const left = width - fixed - name - GAP;
  return { name, duration, detail: left >= DETAIL_MIN_WIDTH ? left : 0 };
}

/** One line of the table, no wider than the layout was made for. */
export function paintRow(cells: TableCells, layout: TableLayout, palette: Palette): string {
  const { tone } = cells;
  const name = padToWidth(cells.name, layout.name);
  const isBold = tone === 'bad' || tone === 'warn';
  const parts = [
    `${MARGIN}${paintTone(palette, tone, cells.symbol)} ${isBold ? palette.bold(name) : tone === 'quiet' ? palette.dim(name) : name}`,
    padToWidth(cells.duration, layout.duration, 'start'),
  ];
  if (layout.detail > 0 && cells.detail !== '') {
    const detail = truncateToWidth(cells.detail, layout.detail);
    const attention = isBold || cells.isNotable;
    parts.push(attention ? paintTone(palette, tone === 'good' ? 'warn' : tone, detail) : palette.dim(detail));
  }
  return parts.join(' '.repeat(GAP)).replace(/ +$/, '');
}

/** One line per stage, in plan order, no line wider than `width`. */
export function renderStageTable(rows: readonly StageRow[], width: number, palette: Palette): string[] {
  const cells = rows.map(tableCells);
  const layout = layoutTable(cells, width);
  return cells.map((each) => paintRow(each, layout, palette));
}
