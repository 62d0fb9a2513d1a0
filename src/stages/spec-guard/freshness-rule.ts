import { nearestName } from '../../kernel/nearest.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import { formatDay, judgeDate } from './review-date.ts';
import { EXEMPT_STATUSES, type SpecFile } from './spec-file.ts';

/** What is wrong with the review date of one spec. */
export interface FreshnessProblem {
  readonly ruleId:
    | 'spec-guard/stale-spec'
    | 'spec-guard/missing-review-date'
    | 'spec-guard/invalid-review-date'
    | 'spec-guard/future-review-date';
  readonly path: string;
  readonly line: number;
  /** What the line says, for the finding's identity; empty when there is none. */
  readonly lineText: string;
  /** What is wrong, without the path. */
  readonly what: string;
  readonly mend: string;
}

/** Statuses that were perhaps meant to exempt: `complete`, `archive`. */
function remarkOnStatus(spec: SpecFile): string {
  if (spec.status === null) return '';
  const near = nearestName(spec.status, EXEMPT_STATUSES);
  if (near === null) return '';
  return `; status "${oneLine(clip(spec.status, 40))}" exempts nothing, "${near}" would`;
}

function judgeMissing(spec: SpecFile, today: string): FreshnessProblem {
  const near = spec.nearMiss;
  const written = `last_review: ${today}`;
  return {
    ruleId: 'spec-guard/missing-review-date',
    path: spec.path,
    line: near?.line ?? 1,
    lineText: near?.text ?? '',
    what:
      near === null
        ? `has no last_review${remarkOnStatus(spec)}`
        : `has no last_review; line ${near.line} says "${oneLine(clip(near.text, 80))}"`,
    mend:
      near === null
        ? `review it and put ${written} in its front matter or on a line of its own`
        : `review it and write that line as ${written}`,
  };
}

/**
 * Rule 2, specs are fresh: the problem of one spec, or null. `nowMs` is wall time; days are UTC days. Exempt specs
 * have no problem.
 */
export function judgeSpec(spec: SpecFile, maxAgeDays: number, nowMs: number): FreshnessProblem | null {
  if (spec.exempt) return null;
  const today = formatDay(nowMs);
  if (spec.review === null) return judgeMissing(spec, today);
  const verdict = judgeDate(spec.review.text, maxAgeDays, nowMs);
  if (verdict.kind === 'fresh') return null;
  const text = `"${oneLine(clip(spec.review.text, 40))}"`;
  const at = { path: spec.path, line: spec.review.line, lineText: spec.review.text };
  const mend = `review it and set last_review: ${today}`;
  if (verdict.kind === 'stale') {
    const what = `was reviewed ${verdict.ageDays} days ago (${oneLine(spec.review.text)}), ${maxAgeDays} are allowed${remarkOnStatus(spec)}`;
    return { ruleId: 'spec-guard/stale-spec', ...at, what, mend };
  }
  if (verdict.kind === 'future') {
    const what = `has a last_review in the future (${oneLine(spec.review.text)}, today is ${today})`;
    return { ruleId: 'spec-guard/future-review-date', ...at, what, mend };
  }
  const what = `has a last_review that is no date, ${text}: ${verdict.why}`;
  return { ruleId: 'spec-guard/invalid-review-date', ...at, what, mend };
}
