import { createHash } from 'node:crypto';

/** 0 blocks a release, 1 blocks a merge, 2 should be looked at, 3 is a hint. */
export type Priority = 0 | 1 | 2 | 3;

/** What a stage found, in the shape every report and SARIF shares. */
export interface Finding {
  /** Stage id and rule: `review/secret-added`, `docs/broken-link`. */
  readonly ruleId: string;
  /** One line, from us; text of the change in it is quoted. */
  readonly title: string;
  /** What is wrong and how to mend it. Plain text, untrusted parts quoted. */
  readonly body: string;
  readonly priority: Priority;
  /** 0..1; null: certain. */
  readonly confidence: number | null;
  /** Relative to the root; null when the finding is about no file. */
  readonly path: string | null;
  readonly startLine: number | null;
  readonly endLine: number | null;
  /** Which side of the diff the lines are on. */
  readonly side: 'new' | 'old';
  readonly suggestion: string | null;
  /** SHA-256 of rule, path, normalised line text and occurrence (hex, 32 characters), never of line numbers. */
  readonly fingerprint: string;
  readonly source: { readonly id: string; readonly version: string; readonly model: string | null };
}

/** Findings by priority. */
export interface FindingCounts {
  readonly p0: number;
  readonly p1: number;
  readonly p2: number;
  readonly p3: number;
}

/**
 * The identity of a finding over time: SHA-256 (first 32 hex) of rule, path, the line's text without
 * its white space, and which of the equal lines of the file it is (0-based). Moving a line changes nothing.
 */
export function fingerprintFinding(
  ruleId: string,
  path: string | null,
  lineText: string,
  occurrence = 0,
): string {
  const parts = [ruleId, path ?? '', lineText.replace(/\s+/g, ''), String(occurrence)];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
}

/** How many findings of each priority. */
export function countFindings(findings: readonly Finding[]): FindingCounts {
  const of = (priority: Priority) => findings.filter((finding) => finding.priority === priority).length;
  return { p0: of(0), p1: of(1), p2: of(2), p3: of(3) };
}
