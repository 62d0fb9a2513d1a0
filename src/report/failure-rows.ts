import type { ManifestFinding, ManifestStage, RunManifest } from '../evidence/manifest.ts';
import { formatDuration } from '../kernel/duration.ts';
import { MARKDOWN_TAIL_LINES } from './limits.ts';
import { adviseReason, describeReason } from './reason-words.ts';
import type { FindingRow, StageFailure, StageRow } from './report-model.ts';
import { needsAttention } from './stage-rows.ts';
import { tailOf } from './visible-text.ts';

function toFindingRow(finding: ManifestFinding): FindingRow {
  const { confidence } = finding;
  return {
    stage: finding.stage,
    ruleId: finding.rule_id,
    title: finding.title,
    body: finding.body,
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
function sortFindings(findings: readonly ManifestFinding[]): FindingRow[] {
  return findings
    .map(toFindingRow)
    .sort(
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
    const facts = { ...stage, ...attempt };
    const reason = describeReason(facts) ?? attempt.status.replaceAll('_', ' ');
    const words =
      attempt.reason === 'timed_out' ? reason : `${reason} after ${formatDuration(attempt.duration_ms)}`;
    return `attempt ${attempt.attempt}: ${words}`;
  });
}

/** The lower, the worse: tampering and our own bugs, then what was judged, then what could not be, then the cancelled. */
function severity(stage: ManifestStage): number {
  const optional = stage.required ? 0 : 10;
  if (stage.reason === 'tampered' || stage.reason === 'internal_error') return optional;
  if (stage.status === 'failed') return optional + (stage.findings.p0 > 0 ? 1 : 2);
  return optional + (stage.status === 'not_evaluated' ? 3 : 4);
}

/**
 * The stages that need attention, worst first.
 * @param logTails raw ends of logs by stage id; they are cleaned here.
 */
export function buildFailures(
  manifest: RunManifest,
  rows: readonly StageRow[],
  logTails: ReadonlyMap<string, string>,
): StageFailure[] {
  return manifest.stages
    .map((stage, position) => ({ stage, row: rows[position] }))
    .filter(({ stage }) => needsAttention(stage))
    .sort((a, b) => severity(a.stage) - severity(b.stage) || a.stage.index - b.stage.index)
    .flatMap(({ stage, row }) => {
      if (row === undefined) return [];
      const log = logTails.get(stage.id);
      const tail = log === undefined ? null : tailOf(log, MARKDOWN_TAIL_LINES);
      return [
        {
          row,
          advice: adviseReason(stage),
          findings: sortFindings(manifest.findings.filter((finding) => finding.stage === stage.id)),
          tail: tail === null || tail.lines.length === 0 ? null : tail,
          attempts: attemptWords(stage),
        },
      ];
    });
}

/** Findings of stages that need no attention: hints, and what a waiver set aside. */
export function buildHints(manifest: RunManifest): FindingRow[] {
  const failing = new Set(manifest.stages.filter(needsAttention).map((stage) => stage.id));
  return sortFindings(manifest.findings.filter((finding) => !failing.has(finding.stage)));
}
