import { plural } from '../kernel/text.ts';
import { displayWidth, truncateToWidth } from './display-width.ts';
import { TERMINAL_MAX_FINDINGS, TERMINAL_MAX_HINTS } from './limits.ts';
import type { FindingRow } from './report-model.ts';
import { paintTone, type Tone } from './status-words.ts';
import { indentText, type TerminalStyle } from './terminal-layout.ts';
import { terminalText } from './terminal-text.ts';

function toneOf(finding: FindingRow): Tone {
  return finding.priority <= 1 ? 'bad' : finding.priority === 2 ? 'warn' : 'quiet';
}

/** `src/a.ts:12`; empty for a finding about no file. */
export function placeOf(finding: FindingRow): string {
  if (finding.path === null) return '';
  const path = terminalText(finding.path);
  return finding.startLine === null ? path : `${path}:${finding.startLine}`;
}

/** The end of a path says more than its start. */
function shortenPath(path: string, width: number): string {
  if (displayWidth(path) <= width) return path;
  let kept = '';
  for (const character of [...path].reverse()) {
    if (displayWidth(character + kept) > width - 1) break;
    kept = character + kept;
  }
  return `…${kept}`;
}

/** `P0 src/a.ts:12  rule`; the rule gets a row of its own where both do not fit. */
function headLines(finding: FindingRow, style: TerminalStyle): string[] {
  const { palette, width } = style;
  const level = paintTone(palette, toneOf(finding), `P${finding.priority}`);
  const where = placeOf(finding);
  const side = finding.side === 'old' ? 'removed line' : '';
  const facts = [terminalText(finding.ruleId), side, finding.confidence ?? '']
    .filter((fact) => fact !== '')
    .join(', ');
  const room = width - 7;
  if (where === '') return [`    ${level} ${palette.cyan(truncateToWidth(facts, room))}`];
  if (displayWidth(where) + displayWidth(facts) + 2 <= room)
    return [`    ${level} ${palette.cyan(where)}  ${palette.dim(facts)}`];
  return [
    `    ${level} ${palette.cyan(shortenPath(where, room))}`,
    `       ${palette.dim(truncateToWidth(facts, room))}`,
  ];
}

function findingLines(finding: FindingRow, style: TerminalStyle): string[] {
  const { palette, width } = style;
  const suggestion = finding.suggestion?.trim() ?? '';
  return [
    ...headLines(finding, style),
    ...indentText(finding.title, '       ', width, (row) => row),
    ...indentText(finding.body, '       ', width, palette.dim),
    ...(suggestion === '' ? [] : indentText(`suggested: ${suggestion}`, '       ', width, palette.dim)),
  ];
}

/** Findings of a stage, a blank line between; what is beyond the limit is counted. */
export function findingBlock(findings: readonly FindingRow[], style: TerminalStyle): string[] {
  const shown = findings.slice(0, TERMINAL_MAX_FINDINGS);
  const lines = shown.flatMap((finding, at) => [...(at === 0 ? [] : ['']), ...findingLines(finding, style)]);
  const left = findings.length - shown.length;
  if (left > 0)
    lines.push('', `    ${style.palette.dim(`and ${plural(left, 'more finding')}, see manifest.json`)}`);
  return lines;
}

/** Findings that failed nothing, one line each: `P3 src/a.ts:88 console.log is left in the code`. */
export function hintBlock(hints: readonly FindingRow[], style: TerminalStyle): string[] {
  const { palette, width } = style;
  const room = width - 7;
  const lines = hints.slice(0, TERMINAL_MAX_HINTS).map((hint) => {
    const place = placeOf(hint);
    const where = shortenPath(place, Math.floor(room / 2));
    const title = truncateToWidth(
      terminalText(hint.title),
      room - (where === '' ? 0 : displayWidth(where) + 2),
    );
    const level = paintTone(palette, toneOf(hint), `P${hint.priority}`);
    return `    ${level} ${where === '' ? '' : `${palette.cyan(where)}  `}${title}`;
  });
  if (lines.length === 0) return [];
  const left = hints.length - lines.length;
  const more = left > 0 ? [`    ${palette.dim(`and ${left} more, see manifest.json`)}`] : [];
  return [`  ${palette.dim('findings that do not block')}`, ...lines, ...more];
}
