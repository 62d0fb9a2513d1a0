import { nearestName } from '../../kernel/nearest.ts';
import { formatDay, judgeDate } from '../spec-guard/review-date.ts';
import type { PathIndex } from './path-index.ts';
import { type Problem, quote, showPath } from './problem.ts';
import { EXEMPT_STATUSES, type PlacedEntry, parseRegistry } from './registry.ts';

/** What the registry is held against. */
export interface RegistryInput {
  /** Path of the registry. */
  readonly path: string;
  /** Its text; null when the file does not exist. */
  readonly text: string | null;
  /** Paths of the documents that the stage looks at. */
  readonly docs: readonly string[];
  readonly now: PathIndex;
  /** Wall time, ms since the epoch; days are UTC days. */
  readonly nowMs: number;
}

const WRITE_REGISTRY = 'gate docs --write-registry';

function at(
  path: string,
  line: number | null,
  ruleId: Problem['ruleId'],
  what: string,
  mend: string,
): Problem {
  return { ruleId, path, line, what, mend, priority: 1, suggest: null };
}

function judgeEntry(input: RegistryInput, entry: PlacedEntry): Problem | null {
  const { path, nowMs } = input;
  const name = quote(entry.path);
  if (input.now.file(entry.path) === undefined) {
    const what = `lists ${name}, which does not exist`;
    const problem = at(path, entry.line, 'docs/registry-missing-file', what, 'take the entry out');
    return { ...problem, suggest: () => input.now.near(entry.path) };
  }
  if (EXEMPT_STATUSES.some((status) => status === entry.status)) return null;
  const today = formatDay(nowMs);
  const verdict = judgeDate(entry.lastReview, entry.cadenceDays, nowMs);
  const mend = `review it and set last_review to ${today}`;
  if (verdict.kind === 'future') {
    const what = `has a last_review in the future for ${name} (${entry.lastReview}, today is ${today})`;
    return at(path, entry.line, 'docs/registry-future', what, mend);
  }
  if (verdict.kind !== 'stale') return null;
  const near = nearestName(entry.status, EXEMPT_STATUSES);
  const remark = near === null ? '' : `; status ${quote(entry.status)} exempts nothing, "${near}" would`;
  const what = `says that ${name} was reviewed ${verdict.ageDays} days ago, ${entry.cadenceDays} are allowed${remark}`;
  return at(path, entry.line, 'docs/registry-stale', what, mend);
}

/**
 * Freshness by registry: every document is listed, every entry exists and was reviewed within its cadence. Statuses
 * that nobody maintains (archived, completed, superseded) are exempt from review, not from being listed.
 */
export function judgeRegistry(input: RegistryInput): readonly Problem[] {
  const { path, text } = input;
  if (text === null) {
    const mend = `write one (${WRITE_REGISTRY}) or set stages.docs.freshness.registry`;
    return [at(path, null, 'docs/registry-missing', 'does not exist or cannot be read', mend)];
  }
  const { entries, faults } = parseRegistry(text);
  const problems = faults.map((fault) =>
    at(path, fault.line, 'docs/registry-invalid', fault.what, fault.mend),
  );
  const listed = new Map<string, PlacedEntry>();
  for (const entry of entries) {
    const first = listed.get(entry.path);
    if (first !== undefined) {
      const what = `lists ${quote(entry.path)} twice, first on line ${first.line}`;
      problems.push(at(path, entry.line, 'docs/registry-duplicate', what, 'keep one of the entries'));
      continue;
    }
    listed.set(entry.path, entry);
    const problem = judgeEntry(input, entry);
    if (problem !== null) problems.push(problem);
  }
  // Of a registry that cannot be read nobody knows what it lists.
  const named = new Set(entries.map((entry) => entry.path));
  const unlisted =
    faults.length > 0 && entries.length === 0 ? [] : input.docs.filter((doc) => !named.has(doc));
  for (const doc of unlisted) {
    const what = `is not in the registry ${showPath(path)}`;
    const mend = `add it (${WRITE_REGISTRY}) or leave it out of stages.docs.paths`;
    problems.push(at(doc, null, 'docs/registry-unlisted', what, mend));
  }
  return problems;
}
