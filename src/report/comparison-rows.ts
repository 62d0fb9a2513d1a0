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
}

type Raw = Readonly<Record<string, unknown>>;

function number(raw: Raw, key: string): number | null {
  const value = raw[key];
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function text(raw: Raw, key: string): string | null {
  const value = raw[key];
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A fraction as signed per cent with at most three significant digits. */
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
  const n = number(raw, 'n');
  if (verdict === 'not_enough_history') return `not enough history (n=${n ?? 0})`;
  const words = WORDS[verdict] ?? verdict.replaceAll('_', ' ');
  const hidden = number(raw, 'could_hide');
  if (verdict === 'no_change_seen' && hidden !== null) {
    return `${words}; a slowdown below about ${formatChange(hidden)} could hide`;
  }
  const reason = text(raw, 'reason');
  return verdict === 'none' && reason !== null ? `${words}: ${reason}` : words;
}

function describeInterval(raw: Raw): string | null {
  const value = raw['interval'];
  if (!Array.isArray(value)) return null;
  const [low, high]: unknown[] = value;
  return typeof low === 'number' && typeof high === 'number' && Number.isFinite(low) && Number.isFinite(high)
    ? `${formatChange(low)} … ${formatChange(high)}`
    : null;
}

/** The comparison of a manifest, row by row; rows without a stage are left out. */
export function comparisonRows(manifest: RunManifest): ComparisonRow[] {
  return manifest.comparison.flatMap((raw) => {
    const stage = text(raw, 'stage');
    if (stage === null) return [];
    const decided = !['not_enough_history', 'none'].includes(text(raw, 'verdict') ?? 'none');
    const change = number(raw, 'change');
    return [
      {
        stage,
        verdict: describeVerdict(raw),
        n: number(raw, 'n'),
        beforeMs: number(raw, 'before_ms'),
        afterMs: number(raw, 'after_ms'),
        change: decided && change !== null ? formatChange(change) : null,
        interval: decided ? describeInterval(raw) : null,
      },
    ];
  });
}
