import type { ManifestFinding, ManifestStage, RunManifest } from '../evidence/manifest.ts';
import { formatDuration } from '../kernel/duration.ts';
import { clip, oneLine } from '../kernel/text.ts';
import { CAUSE_COMMAND_MAX_CHARS, MARKDOWN_TAIL_LINES, TEXT_MAX_CHARS } from './limits.ts';
import { adviseReason, describeReason } from './reason-words.ts';
import type { FindingRow, StageFailure, StageRow } from './report-model.ts';
import { needsAttention } from './stage-rows.ts';
import { tailOf } from './visible-text.ts';

/** A text to compare by: what differs only in case or its last stop says the same. */
function normalise(text: string): string {
  return clip(text, TEXT_MAX_CHARS)
    .trim()
    .replace(/[.:!]+$/, '')
    .toLowerCase();
}

/** A finding's body without the first lines, as far as title and detail have them word for word. */
export function beyond(body: string, said: readonly string[]): string {
  const known = said.map(normalise);
  const lines = body.split('\n');
  const isSaid = (line: string) => known.some((text) => text.includes(normalise(line)));
  const start = lines.findIndex((line) => line.trim() !== '' && !isSaid(line));
  return start === -1 ? '' : lines.slice(start).join('\n').trimEnd();
}

function toFindingRow(finding: ManifestFinding, cause: string | null): FindingRow {
  const { confidence } = finding;
  return {
    stage: finding.stage,
    ruleId: finding.rule_id,
    title: finding.title,
    body: beyond(finding.body, cause === null ? [finding.title] : [finding.title, cause]),
    suggestion: finding.suggestion,
    priority: finding.priority,
    confidence: confidence === null || confidence >= 1 ? null : `${Math.round(confidence * 100)} % sure`,
    path: finding.path,
    startLine: finding.start_line,
    endLine: finding.end_line,
    side: finding.side,
  };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Findings by priority, then path, then line: the order of every rendering. */
function sortFindings(findings: readonly FindingRow[]): FindingRow[] {
  return [...findings].sort(
    (a, b) =>
      a.priority - b.priority ||
      compareText(a.path ?? '', b.path ?? '') ||
      (a.startLine ?? 0) - (b.startLine ?? 0) ||
      compareText(a.ruleId, b.ruleId),
  );
}

/** Attempts are told only when there was more than one. */
function attemptWords(stage: ManifestStage): string[] {
  if (stage.attempts.length < 2) return [];
  return stage.attempts.map((attempt) => {
    const reason =
      describeReason({ ...stage, ...attempt, attempts: [attempt] }) ?? attempt.status.replaceAll('_', ' ');
    const words =
      attempt.reason === 'timed_out' ? reason : `${reason} after ${formatDuration(attempt.duration_ms)}`;
    return `attempt ${attempt.attempt}: ${words}`;
  });
}

/**
 * What the detail of a stage says beyond the words of its reason. The command and the number of the
 * attempt are left out, because they stand below; `exit code 1` is what the reason says already.
 */
export function describeCause(stage: ManifestStage): string | null {
  if (stage.detail === null) return null;
  const command =
    stage.command === null ? '' : `: ${clip(oneLine(stage.command.trim()), CAUSE_COMMAND_MAX_CHARS)}`;
  const reason = describeReason(stage) ?? '';
  const cause = stage.detail
    .replace(/ \(attempt \d+\)$/, '')
    .replace(command, () => '')
    .replace(/^timed out after [\d.]+ \w+(?: \d+ \w+)?: /, '')
    .trim();
  const isSaid = cause === '' || /^exit code -?\d+$/.test(cause) || normalise(cause) === normalise(reason);
  return isSaid ? null : cause;
}

/** The lower, the worse: tampering and our own bugs, then what was judged, then what could not be, then the cancelled. */
function severity(stage: ManifestStage): number {
  const optional = stage.required ? 0 : 10;
  if (stage.reason === 'tampered' || stage.reason === 'internal_error') return optional;
  if (stage.status === 'failed') return optional + (stage.findings.p0 > 0 ? 1 : 2);
  return optional + (stage.status === 'not_evaluated' ? 3 : 4);
}

function findingsByStage(manifest: RunManifest): ReadonlyMap<string, readonly ManifestFinding[]> {
  return Map.groupBy(manifest.findings, (finding) => finding.stage);
}

function buildFailure(
  stage: ManifestStage,
  row: StageRow,
  findings: readonly ManifestFinding[],
  log: string | undefined,
): StageFailure {
  const cause = describeCause(stage);
  const tail = log === undefined ? null : tailOf(log, MARKDOWN_TAIL_LINES);
  return {
    row,
    also: [],
    cause,
    advice: adviseReason(stage),
    findings: sortFindings(findings.map((finding) => toFindingRow(finding, cause))),
    tail: tail === null || tail.lines.length === 0 ? null : tail,
    attempts: attemptWords(stage),
  };
}

/** What two failures must share to be told as one; null: this one has more to show than its cause. */
function sharedCause({ row, cause, findings, tail, attempts }: StageFailure): string | null {
  if (row.command !== null || findings.length > 0 || tail !== null || attempts.length > 0) return null;
  return JSON.stringify([row.status, row.reason, row.required, cause]);
}

/** One missing history stops four stages: that is told once. */
function joinShared(failures: readonly StageFailure[]): StageFailure[] {
  const joined: StageFailure[] = [];
  const places = new Map<string, number>();
  for (const failure of failures) {
    const key = sharedCause(failure);
    const place = key === null ? undefined : places.get(key);
    const first = place === undefined ? undefined : joined[place];
    if (place !== undefined && first !== undefined) {
      joined[place] = { ...first, also: [...first.also, failure.row] };
      continue;
    }
    if (key !== null) places.set(key, joined.length);
    joined.push(failure);
  }
  return joined;
}

/**
 * The stages that need attention, worst first; those stopped by the same cause are told as one.
 * @param logTails raw ends of logs by stage id; they are cleaned here.
 */
export function buildFailures(
  manifest: RunManifest,
  rows: readonly StageRow[],
  logTails: ReadonlyMap<string, string>,
): StageFailure[] {
  const findings = findingsByStage(manifest);
  const failures = manifest.stages
    .map((stage, position) => ({ stage, row: rows[position] }))
    .filter(({ stage }) => needsAttention(stage))
    .sort((a, b) => severity(a.stage) - severity(b.stage) || a.stage.index - b.stage.index)
    .flatMap(({ stage, row }) =>
      row === undefined
        ? []
        : [buildFailure(stage, row, findings.get(stage.id) ?? [], logTails.get(stage.id))],
    );
  return joinShared(failures);
}

/** Findings of stages that need no attention: hints, and what a waiver set aside. */
export function buildHints(manifest: RunManifest): FindingRow[] {
  const failing = new Set(manifest.stages.filter(needsAttention).map((stage) => stage.id));
  const hints = manifest.findings.filter((finding) => !failing.has(finding.stage));
  return sortFindings(hints.map((finding) => toFindingRow(finding, null)));
}
