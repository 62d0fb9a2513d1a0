import { clip, oneLine } from '../../kernel/text.ts';
import { type Finding, fingerprintFinding, type Priority } from '../../run/finding.ts';
import type { ReviewFile } from './review-file.ts';
import type { Draft } from './rule.ts';

/** So many findings are kept, the worst; how many there were is said. */
export const MAX_FINDINGS = 5_000;

const MAX_TITLE_CHARS = 240;
const MAX_BODY_CHARS = 2_000;
const MAX_SUGGESTION_CHARS = 4_000;

/** Who found something, for the finding's source. */
export interface FindingSource {
  readonly id: string;
  readonly version: string;
  readonly model: string | null;
}

/** A finding of any reviewer that lacks only its place in the order and its fingerprint. */
export interface Candidate {
  readonly ruleId: string;
  readonly title: string;
  readonly body: string;
  readonly priority: Priority;
  readonly confidence: number | null;
  readonly path: string;
  readonly line: number | null;
  readonly endLine: number | null;
  readonly side: 'new' | 'old';
  readonly suggestion: string | null;
  readonly identity: string;
  readonly source: FindingSource;
}

/** A rule's finding as a candidate. */
export function fromDraft(draft: Draft, source: FindingSource): Candidate {
  const { rule, title, note, path, line, endLine, side, identity, confidence } = draft;
  const body = note === null ? rule.mend : `${note}\n\n${rule.mend}`;
  const priority = draft.priority ?? rule.priority;
  return {
    ruleId: rule.id,
    title,
    body,
    priority,
    confidence,
    path,
    line,
    endLine,
    side,
    identity,
    suggestion: null,
    source,
  };
}

/** The lines of a change by file, to hold findings to them. */
export class ChangedLines {
  readonly #files: ReadonlyMap<
    string,
    { readonly new: ReadonlySet<number>; readonly old: ReadonlySet<number> }
  >;

  constructor(files: readonly ReviewFile[]) {
    this.#files = new Map(
      files.map((file) => [
        file.path,
        {
          new: new Set(file.added.map(({ line }) => line)),
          old: new Set(file.removed.map(({ line }) => line)),
        },
      ]),
    );
  }

  has(path: string): boolean {
    return this.#files.has(path);
  }

  /** The first changed line of a range on one side; null when the change touches none of it. */
  firstIn(path: string, side: 'new' | 'old', from: number, to: number): number | null {
    const lines = this.#files.get(path)?.[side];
    if (lines === undefined) return null;
    if (lines.has(from)) return from;
    let first: number | null = null;
    if (to - from < lines.size) {
      for (let line = from; line <= to && first === null; line += 1) if (lines.has(line)) first = line;
      return first;
    }
    for (const line of lines)
      if (line >= from && line <= to && (first === null || line < first)) first = line;
    return first;
  }
}

/** Moves a finding to the first changed line of its range; one that touches none is about the file. */
function anchor(candidate: Candidate, lines: ChangedLines): Candidate {
  const { line, endLine, path, side } = candidate;
  if (line === null) return candidate;
  const first = lines.firstIn(path, side, line, Math.max(line, endLine ?? line));
  if (first === line) return candidate;
  return { ...candidate, line: first, endLine: first === null ? null : endLine };
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function compare(a: Candidate, b: Candidate): number {
  return (
    a.priority - b.priority ||
    compareText(a.path, b.path) ||
    (a.line ?? 0) - (b.line ?? 0) ||
    compareText(a.ruleId, b.ruleId)
  );
}

function toFinding(candidate: Candidate, fingerprint: string): Finding {
  const { ruleId, priority, confidence, path, line, endLine, side, source } = candidate;
  return {
    ruleId,
    title: clip(oneLine(candidate.title), MAX_TITLE_CHARS),
    body: clip(candidate.body, MAX_BODY_CHARS),
    priority,
    confidence,
    path,
    startLine: line,
    endLine: line === null ? null : Math.max(line, endLine ?? line),
    side,
    suggestion: candidate.suggestion === null ? null : clip(candidate.suggestion, MAX_SUGGESTION_CHARS),
    fingerprint,
    source,
  };
}

/** What the reviewers found, as one list. */
export interface MergedFindings {
  /** The worst first; at most {@link MAX_FINDINGS}. */
  readonly findings: readonly Finding[];
  /** How many there were before the cut, by priority. */
  readonly totals: readonly [p0: number, p1: number, p2: number, p3: number];
}

/**
 * One list of what all reviewers found: held to the lines of the change, each thing once (of two that say the same of
 * one line, the worse), the worst first. Candidates of files outside of the change are left out.
 */
export function mergeFindings(candidates: readonly Candidate[], lines: ChangedLines): MergedFindings {
  const placed = candidates.filter(({ path }) => lines.has(path)).map((found) => anchor(found, lines));
  const sorted = placed.toSorted(compare);
  const seenPlaces = new Set<string>();
  const occurrences = new Map<string, number>();
  const unique = sorted
    .filter(({ ruleId, path, line, side, identity }) => {
      const place = JSON.stringify([ruleId, path, line, side, identity]);
      const isNew = !seenPlaces.has(place);
      seenPlaces.add(place);
      return isNew;
    })
    .map((candidate) => {
      const key = JSON.stringify([candidate.ruleId, candidate.path, candidate.identity.replace(/\s+/g, '')]);
      const occurrence = occurrences.get(key) ?? 0;
      occurrences.set(key, occurrence + 1);
      return { candidate, occurrence };
    });
  const count = (priority: Priority) =>
    unique.filter(({ candidate }) => candidate.priority === priority).length;
  const findings = unique.slice(0, MAX_FINDINGS).map(({ candidate, occurrence }) => {
    const { ruleId, path, identity } = candidate;
    return toFinding(candidate, fingerprintFinding(ruleId, path, identity, occurrence));
  });
  return { findings, totals: [count(0), count(1), count(2), count(3)] };
}
