import { formatByteSize } from '../../kernel/byte-size.ts';
import { oneLine, plural } from '../../kernel/text.ts';
import type { Exclusion, Measurement, Weight } from './measure.ts';

/** How many files and folders a list names. */
const LARGEST_SHOWN = 10;
const EXCLUDED_SHOWN = 20;
const FOLDERS_SHOWN = 10;

function describeWeight(weight: Weight): string {
  const bytes = weight.bytes > 0 ? `, ${formatByteSize(weight.bytes)}` : '';
  const kind = weight.binary ? ' (binary)' : '';
  return `${plural(weight.lines, 'line')}${bytes}${kind}`;
}

/** The ten largest files, one line each. */
export function listLargest(weights: readonly Weight[]): readonly string[] {
  return weights
    .slice(0, LARGEST_SHOWN)
    .map((weight) => `${oneLine(weight.path)}: ${describeWeight(weight)}`);
}

/** What did not count and why, one line each. */
export function listExcluded(excluded: readonly Exclusion[]): readonly string[] {
  const shown = excluded
    .slice(0, EXCLUDED_SHOWN)
    .map((file) => `${oneLine(file.path)}: ${file.why}, ${plural(file.lines, 'line')}`);
  const more = excluded.length - EXCLUDED_SHOWN;
  return more > 0 ? [...shown, `and ${more} more`] : shown;
}

/** The folders that every path lies in. */
function sharedFolders(paths: readonly string[]): readonly string[] {
  const folders = paths.map((path) => path.split('/').slice(0, -1));
  const first = folders[0] ?? [];
  const end = first.findIndex((part, index) => folders.some((folder) => folder[index] !== part));
  return end === -1 ? first : first.slice(0, end);
}

/** Files and lines by the first folder in which the changed files differ, the largest first. */
export function listFolders(weights: readonly Weight[]): readonly string[] {
  const shared = sharedFolders(weights.map((weight) => weight.path));
  const folders = new Map<string, { files: number; lines: number }>();
  for (const weight of weights) {
    const parts = weight.path.split('/');
    const deeper = parts.length > shared.length + 1;
    const name = deeper ? `${parts.slice(0, shared.length + 1).join('/')}/` : [...shared, ''].join('/');
    const folder = folders.get(name) ?? { files: 0, lines: 0 };
    folder.files += 1;
    folder.lines += weight.lines;
    folders.set(name, folder);
  }
  const sorted = [...folders].sort(([, a], [, b]) => b.lines - a.lines || b.files - a.files);
  const shown = sorted.slice(0, FOLDERS_SHOWN).map(([name, folder]) => {
    const where = name === '' ? 'the top folder' : oneLine(name);
    return `${where}: ${plural(folder.files, 'file')}, ${plural(folder.lines, 'line')}`;
  });
  const more = sorted.length - FOLDERS_SHOWN;
  return more > 0 ? [...shown, `and ${more} more folders`] : shown;
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : ['', `${title}:`, ...lines.map((line) => `- ${line}`)];
}

/** The body of a finding: what is over, the largest files, what did not count, how to split. */
export function describeOverrun(headline: string, measurement: Measurement): string {
  return [
    `${headline}.`,
    ...section('Largest files', listLargest(measurement.weights)),
    ...section('Not counted', listExcluded(measurement.excluded)),
    ...section('Split the change, for example by folder', listFolders(measurement.weights)),
    '',
    'If it has to stay whole, give the reason in DIFF_BUDGET_OVERRIDE_REASON; it is recorded with the run.',
  ].join('\n');
}
