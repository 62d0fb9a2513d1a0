import type { ManifestFinding } from '../evidence/manifest.ts';
import { clip } from '../kernel/text.ts';
import { beyond } from './failure-rows.ts';
import { NAME_MAX_CHARS, TEXT_MAX_CHARS } from './limits.ts';
import { visible, visibleLines } from './visible-text.ts';

/** Lines are 32-bit numbers where findings are read by programs (rdjson's `int32`); a larger one is no line. */
const MAX_LINE = 2 ** 31 - 1;

/** Lines of the new file, 1-based, both included. */
export interface LineRange {
  readonly start: number;
  readonly end: number;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Findings by priority, then path, line and rule, so that a reader with a limit loses the least. */
export function worstFirst(findings: readonly ManifestFinding[]): ManifestFinding[] {
  return [...findings].sort(
    (a, b) =>
      a.priority - b.priority ||
      compareText(a.path ?? '', b.path ?? '') ||
      (a.start_line ?? 0) - (b.start_line ?? 0) ||
      compareText(a.rule_id, b.rule_id) ||
      compareText(a.fingerprint, b.fingerprint),
  );
}

/** The name of a rule, visible and never empty. */
export function ruleNameOf(finding: ManifestFinding): string {
  return nameOf(finding.rule_id) || 'unnamed';
}

/** A name from a manifest that may come from anywhere: on one line, cut; may be empty. */
export function nameOf(text: string): string {
  return visible(clip(text, NAME_MAX_CHARS)).trim();
}

function isLine(line: number | null): line is number {
  return line !== null && line >= 1 && line <= MAX_LINE;
}

/** Where in the new file a finding is; null for removed lines and for a finding about a whole file or none. */
export function linesOf(finding: ManifestFinding): LineRange | null {
  const { side, path, start_line: start, end_line: end } = finding;
  if (side === 'old' || path === null || !isLine(start)) return null;
  return { start, end: isLine(end) && end > start ? end : start };
}

/** A sentence that says where removed lines were; null when the finding is about none. */
function describeRemoved({ side, start_line: start, end_line: end }: ManifestFinding): string | null {
  if (side !== 'old') return null;
  if (!isLine(start)) return 'This is about lines that the change removes.';
  const last = isLine(end) && end > start ? end : start;
  return last === start
    ? `This is about line ${start} as it was before the change.`
    : `This is about lines ${start} to ${last} as they were before the change.`;
}

function sentence(text: string): string {
  return /[.!?…:]$/.test(text) ? text : `${text}.`;
}

/**
 * All that a finding says, as plain text in paragraphs; the first line is its title as a sentence, which some readers
 * show alone. A suggestion is words, not an edit, so it stands here.
 */
export function messageOf(finding: ManifestFinding): string {
  const body = clip(finding.body, TEXT_MAX_CHARS);
  const suggestion = visible(clip(finding.suggestion ?? '', TEXT_MAX_CHARS)).trim();
  const title = visible(clip(finding.title, TEXT_MAX_CHARS)).trim() || ruleNameOf(finding);
  const more = visibleLines(beyond(body, [finding.title])).join('\n');
  const removed = describeRemoved(finding);
  return [
    sentence(title),
    ...(more === '' ? [] : [more]),
    ...(suggestion === '' || body.includes(suggestion) ? [] : [`Suggestion: ${suggestion}`]),
    ...(removed === null ? [] : [removed]),
  ].join('\n\n');
}
