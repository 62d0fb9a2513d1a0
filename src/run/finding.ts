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
