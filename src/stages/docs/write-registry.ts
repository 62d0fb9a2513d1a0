import { comparePaths } from '../../change/path-bytes.ts';
import type { RegistryEntry } from './registry.ts';

/** Cadence of a document that is new to the registry, days. */
const DEFAULT_CADENCE_DAYS = 90;

/** Stands for an owner until somebody names one. */
const NO_OWNER = 'unassigned';

/**
 * The text of a registry for these documents: known entries are kept as they are, entries of documents that are gone
 * fall out, new documents come in as reviewed today by nobody yet. Sorted by path; equal input gives equal bytes.
 */
export function renderRegistry(
  existing: readonly RegistryEntry[],
  docs: readonly string[],
  todayIso: string,
): string {
  const known = new Map<string, RegistryEntry>();
  for (const entry of existing) if (!known.has(entry.path)) known.set(entry.path, entry);
  const entries = [...new Set(docs)].sort(comparePaths).map((path) => {
    const entry = known.get(path);
    return {
      path,
      owner: entry?.owner ?? NO_OWNER,
      status: entry?.status ?? 'active',
      last_review: entry?.lastReview ?? todayIso.slice(0, 10),
      cadence_days: entry?.cadenceDays ?? DEFAULT_CADENCE_DAYS,
    };
  });
  return `${JSON.stringify(entries, null, 2)}\n`;
}
