import type { EvidenceState, VerifiedFile, VerifyReport } from '../evidence/verify.ts';
import { plural } from '../kernel/text.ts';
import { type Palette, paletteFor } from './color.ts';
import { displayWidth, padToWidth, truncateToWidth } from './display-width.ts';
import { paintTone, type StatusWords } from './status-words.ts';
import { indentText } from './terminal-layout.ts';
import { finishText, layoutWidth, terminalText } from './terminal-text.ts';

/** How `gate verify` is laid out. */
export interface VerifyTextOptions {
  readonly width: number;
  readonly color: boolean;
}

type StateWords = Pick<StatusWords, 'words' | 'symbol' | 'tone'>;

const STATES: Readonly<Record<EvidenceState, StateWords>> = {
  changed: { words: 'changed', symbol: '✖', tone: 'bad' },
  missing: { words: 'missing', symbol: '✖', tone: 'bad' },
  not_in_copy: { words: 'not in this copy', symbol: '–', tone: 'quiet' },
  extra: { words: 'not evidence', symbol: '?', tone: 'warn' },
  ok: { words: 'as recorded', symbol: '✔', tone: 'good' },
};

/** The order of the list: what is wrong comes last, next to the answer. */
const ORDER: readonly EvidenceState[] = ['ok', 'not_in_copy', 'extra', 'missing', 'changed'];

/** Files listed of each state; the rest is counted. */
const MAX_LISTED = 50;

function count(report: VerifyReport, state: EvidenceState): number {
  return report.files.filter((file) => file.state === state).length;
}

function fileRow(file: VerifiedFile, pathWidth: number, width: number, palette: Palette): string[] {
  const { symbol, tone, words } = STATES[file.state];
  const detail = file.detail === null ? '' : terminalText(file.detail);
  const isDetailEnough = file.state === 'ok' || file.state === 'extra';
  const said =
    detail === '' ? (file.state === 'ok' ? '' : words) : isDetailEnough ? detail : `${words}: ${detail}`;
  const path = terminalText(file.path);
  const start = `  ${paintTone(palette, tone, symbol)} `;
  const room = width - 4 - pathWidth - 2;
  const paint = tone === 'bad' ? palette.red : palette.dim;
  if (said !== '' && displayWidth(path) <= pathWidth && displayWidth(said) <= room)
    return [`${start}${padToWidth(path, pathWidth)}  ${paint(said)}`];
  return [`${start}${truncateToWidth(path, width - 4)}`, ...indentText(said, '      ', width, paint)];
}

function fileRows(report: VerifyReport, width: number, palette: Palette): string[] {
  const told = report.files.filter((file) => file.state !== 'ok' || file.detail !== null);
  const widest = Math.max(
    0,
    ...told.slice(0, MAX_LISTED).map((file) => displayWidth(terminalText(file.path))),
  );
  const pathWidth = Math.min(widest, Math.floor(width / 2));
  return ORDER.flatMap((state) => {
    const files = report.files.filter((file) => file.state === state);
    const rows = files.slice(0, MAX_LISTED).flatMap((file) => fileRow(file, pathWidth, width, palette));
    const left = files.length - MAX_LISTED;
    return left > 0 ? [...rows, `    ${palette.dim(`and ${left} more ${STATES[state].words}`)}`] : rows;
  });
}

/** `8 files as recorded, 1 changed`. */
function countWords(report: VerifyReport): string {
  const others = ORDER.filter((state) => state !== 'ok' && count(report, state) > 0);
  const rest = others.map((state) => `${count(report, state)} ${STATES[state].words}`);
  return [`${plural(count(report, 'ok'), 'file')} as recorded`, ...rest].join(', ');
}

function describeAnswer({ runId, intact, files }: VerifyReport): string {
  if (runId === null) return 'the manifest of this run is damaged: nothing can be checked by it';
  const evidence = `the evidence of run ${runId}`;
  if (!intact) return `${evidence} was changed or is incomplete`;
  // The manifest of a run that goes on has no digest yet, and more will come.
  const isOpen = files.some((file) => file.state === 'ok' && file.detail !== null);
  return `${evidence} is as the manifest recorded it${isOpen ? ' so far' : ''}`;
}

/**
 * What `gate verify` says to people: a line per file, then the answer. It speaks of bytes and digests
 * only; whether the manifest itself is the one that the gate wrote, no digest beside it can tell.
 */
export function renderVerify(report: VerifyReport, options: VerifyTextOptions): string {
  const width = layoutWidth(options.width);
  const palette = paletteFor(options.color);
  const tone = report.intact ? 'good' : 'bad';
  const loud = (text: string) => palette.bold(paintTone(palette, tone, text));
  const rows = indentText(describeAnswer(report), '    ', width, loud);
  const lines = [
    '',
    ...fileRows(report, width, palette),
    '',
    ...rows.map((row, at) => (at === 0 ? `  ${loud(report.intact ? '✔' : '✖')} ${row.slice(4)}` : row)),
    ...indentText(countWords(report), '    ', width, palette.dim),
  ];
  return finishText(lines);
}

/** What `gate verify --format json` prints. */
export interface VerifyDocument {
  readonly run_id: string | null;
  readonly intact: boolean;
  readonly counts: Readonly<Record<EvidenceState, number>>;
  readonly files: readonly VerifiedFile[];
}

/** The same for scripts. */
export function verifyDocument(report: VerifyReport): VerifyDocument {
  const of = (state: EvidenceState) => count(report, state);
  return {
    run_id: report.runId,
    intact: report.intact,
    counts: {
      ok: of('ok'),
      changed: of('changed'),
      missing: of('missing'),
      not_in_copy: of('not_in_copy'),
      extra: of('extra'),
    },
    files: report.files,
  };
}
