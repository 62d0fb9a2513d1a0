const DAY_MS = 86_400_000;

/** A date by its parts, as midnight UTC in ms; null when the calendar has no such day. */
export function parseDay(text: string): number | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text);
  if (match === null) return null;
  const ms = Date.UTC(Number(match[1]), Number(match[2]) - 1, Number(match[3]));
  return new Date(ms).toISOString().slice(0, 10) === text ? ms : null;
}

/** The UTC date of a moment: `2026-11-24`. */
export function formatDay(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** How a review date stands against today. */
export type DateVerdict =
  | { readonly kind: 'fresh' }
  | { readonly kind: 'stale'; readonly ageDays: number }
  | { readonly kind: 'future' }
  | { readonly kind: 'invalid'; readonly why: string };

/** What is wrong with a text that is no date, so that it can be mended. */
function explainInvalid(text: string): string {
  if (text === '') return 'the date is missing';
  if (/^\d{4}-\d{2}-\d{2}[T ]/.test(text)) {
    const day = text.slice(0, 10);
    return parseDay(day) === null
      ? 'there is no such day'
      : `write the date without anything behind it: ${day}`;
  }
  if (/^\d{4}-\d{2}-\d{2}$/.test(text)) return 'there is no such day';
  const loose = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/.exec(text);
  if (loose !== null) {
    const day = `${loose[1]}-${(loose[2] ?? '').padStart(2, '0')}-${(loose[3] ?? '').padStart(2, '0')}`;
    if (parseDay(day) !== null) return `write it as ${day}`;
  }
  return 'the form is YYYY-MM-DD';
}

/**
 * Judges a date by whole UTC days: older than `maxAgeDays` is stale, more than one day ahead is future (one day
 * is somebody's time zone).
 */
export function judgeDate(text: string, maxAgeDays: number, nowMs: number): DateVerdict {
  const day = parseDay(text);
  if (day === null) return { kind: 'invalid', why: explainInvalid(text) };
  const ageDays = Math.floor(nowMs / DAY_MS) - day / DAY_MS;
  if (ageDays < -1) return { kind: 'future' };
  return ageDays > maxAgeDays ? { kind: 'stale', ageDays } : { kind: 'fresh' };
}
