import type { RunManifest } from '../evidence/manifest.ts';

/** One stage before and after, as the comparison recorded it. Milliseconds may be fractional. */
export interface ComparisonRow {
  /** Stage id; `total` for the sum. */
  readonly stage: string;
  /** The verdict in words: `slower, suspected`, `not enough history (n=1)`. */
  readonly verdict: string;
  readonly n: number | null;
  readonly beforeMs: number | null;
  readonly afterMs: number | null;
  /** `+51 %`; null where no verdict was possible: against too little history no change is computed. */
  readonly change: string | null;
  /** `+32 % … +73 %`, 95 %; null without one. */
  readonly interval: string | null;
  /** Whether the verdict is one that people should look at; null: nothing was seen, or nothing known. */
  readonly shift: 'slower' | 'faster' | null;
}

type Raw = Readonly<Record<string, unknown>>;

function number(raw: Raw, key: string): number | null {
  const value = raw[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

/** Runs of a history; null for what cannot be one. */
function runs(raw: Raw): number | null {
  const value = number(raw, 'n');
  return value !== null && Number.isInteger(value) && value >= 0 && value < 1e6 ? value : null;
}

/** A change as a fraction; null for what cannot be one: nothing gets shorter by more than all of it. */
function fraction(value: unknown): number | null {
  return typeof value === 'number' && value >= -1 && value <= 1_000 ? value : null;
}

/** A duration, ms; null for what cannot be one. A year is more than any stage takes. */
function duration(raw: Raw, key: string): number | null {
  const value = number(raw, key);
  return value !== null && value >= 0 && value < 366 * 86_400_000 ? value : null;
}

function text(raw: Raw, key: string): string | null {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A fraction as signed per cent with three significant digits. */
export function formatChange(fraction: number): string {
  const percent = fraction * 100;
  const size = Math.abs(percent);
  const digits = size >= 99.5 ? size.toFixed(0) : size >= 9.95 ? size.toFixed(1) : size.toFixed(2);
  const shown = String(Number(digits));
  return `${percent < 0 && shown !== '0' ? '−' : '+'}${shown} %`;
}

const WORDS: Readonly<Record<string, string>> = {
  slower_suspected: 'slower, suspected',
  slower_confirmed: 'slower, confirmed',
  faster: 'faster',
  flat: 'flat',
  no_change_seen: 'no change seen',
  none: 'no baseline',
};

function describeVerdict(raw: Raw): string {
  const verdict = text(raw, 'verdict') ?? 'none';
  const n = runs(raw);
  if (verdict === 'not_enough_history') return `not enough history (n=${n ?? 0})`;
  const words = WORDS[verdict] ?? verdict.replaceAll('_', ' ');
  const hidden = fraction(raw['could_hide']);
  if (verdict === 'no_change_seen' && hidden !== null) {
    return `${words}; a slowdown below about ${formatChange(hidden)} could hide`;
  }
  const reason = text(raw, 'reason');
  return verdict === 'none' && reason !== null ? `${words}: ${reason}` : words;
}

function describeInterval(raw: Raw): string | null {
  const value = raw['interval'];
  if (!Array.isArray(value)) return null;
  const [low, high] = [fraction(value[0]), fraction(value[1])];
  return low === null || high === null ? null : `${formatChange(low)} … ${formatChange(high)}`;
}

function shiftOf(verdict: string): ComparisonRow['shift'] {
  if (verdict === 'faster') return 'faster';
  return verdict.startsWith('slower') ? 'slower' : null;
}

/** The comparison of a manifest, row by row; rows without a stage are left out. */
export function comparisonRows(manifest: RunManifest): ComparisonRow[] {
  return manifest.comparison.flatMap((raw) => {
    const stage = text(raw, 'stage');
    if (stage === null) return [];
    const decided = !['not_enough_history', 'none'].includes(text(raw, 'verdict') ?? 'none');
    const change = fraction(raw['change']);
    return [
      {
        stage,
        verdict: describeVerdict(raw),
        n: runs(raw),
        beforeMs: duration(raw, 'before_ms'),
        afterMs: duration(raw, 'after_ms'),
        change: decided && change !== null ? formatChange(change) : null,
        interval: decided ? describeInterval(raw) : null,
        shift: shiftOf(text(raw, 'verdict') ?? 'none'),
      },
    ];
  });
}
