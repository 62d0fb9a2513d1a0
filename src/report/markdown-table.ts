import { formatDuration } from '../kernel/duration.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { cellText } from './markdown-text.ts';
import type { GateReport, StageRow } from './report-model.ts';
import { stageWords } from './status-words.ts';

interface Column {
  readonly title: string;
  readonly align: ':--' | '--:';
  readonly cell: (row: StageRow) => string;
  readonly total: string;
}

function duration(durationMs: number | null): string {
  return durationMs === null ? '' : formatDuration(durationMs);
}

function before(row: ComparisonRow | null): string {
  if (row === null || row.beforeMs === null) return '';
  return row.n === null ? formatDuration(row.beforeMs) : `${formatDuration(row.beforeMs)} (n=${row.n})`;
}

function change(row: ComparisonRow | null): string {
  if (row === null || row.change === null) return '';
  return row.interval === null ? row.change : `${row.change} (${row.interval})`;
}

/** Present only when there is something to compare with: empty columns would promise a comparison. */
function comparisonColumns(report: GateReport): { before: Column[]; after: Column[] } {
  if (report.comparison.length === 0) return { before: [], after: [] };
  const { total } = report;
  return {
    before: [
      {
        title: 'Before (typical)',
        align: '--:',
        cell: (row) => before(row.comparison),
        total: before(total.comparison),
      },
    ],
    after: [
      {
        title: 'Change (95 % interval)',
        align: '--:',
        cell: (row) => change(row.comparison),
        total: change(total.comparison),
      },
      {
        title: 'Verdict',
        align: ':--',
        cell: (row) => cellText(row.comparison?.verdict ?? ''),
        total: cellText(total.comparison?.verdict ?? ''),
      },
    ],
  };
}

function columnsOf(report: GateReport): Column[] {
  const compared = comparisonColumns(report);
  const { total } = report;
  const withTests = report.stages.some((row) => row.tests !== null);
  const tests: Column = {
    title: 'Tests',
    align: ':--',
    cell: (row) => row.tests ?? '',
    total: total.tests ?? '',
  };
  return [
    { title: 'Stage', align: ':--', cell: (row) => cellText(row.id), total: '**total**' },
    {
      title: 'Result',
      align: ':--',
      cell: (row) => `${stageWords(row.status).emoji} ${stageWords(row.status).words}`,
      total: `${total.passed} of ${total.stages} passed`,
    },
    ...compared.before,
    {
      title: compared.before.length > 0 ? 'This run' : 'Duration',
      align: '--:',
      cell: (row) => duration(row.durationMs),
      total: duration(total.durationMs),
    },
    ...compared.after,
    ...(withTests ? [tests] : []),
    { title: 'Detail', align: ':--', cell: (row) => cellText(row.summary), total: '' },
  ];
}

function line(cells: readonly string[]): string {
  return `| ${cells.join(' | ')} |`;
}

/** The table of stages in plan order with a total row, as lines of Markdown. */
export function stageTable(report: GateReport, rows: readonly StageRow[] = report.stages): string[] {
  const columns = columnsOf(report);
  return [
    line(columns.map((column) => column.title)),
    `|${columns.map((column) => column.align).join('|')}|`,
    ...rows.map((row) => line(columns.map((column) => column.cell(row)))),
    line(columns.map((column) => column.total)),
  ];
}
