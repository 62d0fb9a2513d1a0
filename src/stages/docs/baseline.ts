import type { SnapshotReader } from '../../change/change.ts';
import { comparePaths } from '../../change/path-bytes.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import type { Finding } from '../../run/finding.ts';
import type { PathIndex } from './path-index.ts';

/** A larger baseline is not read. */
const MAX_BYTES = 8 * 1_048_576;
const FINGERPRINT = /^[0-9a-f]{32}$/;

/** The findings that were known before the change. */
export interface Baseline {
  readonly fingerprints: ReadonlySet<string>;
  /** Where it was read; `none` when there is no such file. */
  readonly source: 'base' | 'change' | 'none';
  /** Why it cannot be used; null when it can. */
  readonly fault: string | null;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Reads `{"version": 1, "findings": [{"fingerprint", "rule_id", "path"}, …]}`. Never throws. */
export function parseBaseline(text: string): Pick<Baseline, 'fingerprints' | 'fault'> {
  const none = new Set<string>();
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\ufeff/, ''));
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return { fingerprints: none, fault: `is no JSON: ${clip(oneLine(why), 160)}` };
  }
  if (!isRecord(value) || value['version'] !== 1 || !Array.isArray(value['findings'])) {
    return { fingerprints: none, fault: 'is no baseline of version 1' };
  }
  const fingerprints = new Set<string>();
  for (const [index, each] of value['findings'].entries()) {
    const fingerprint = isRecord(each) ? each['fingerprint'] : undefined;
    if (typeof fingerprint !== 'string' || !FINGERPRINT.test(fingerprint)) {
      return { fingerprints: none, fault: `has no fingerprint (32 hex characters) in finding ${index + 1}` };
    }
    fingerprints.add(fingerprint);
  }
  return { fingerprints, fault: null };
}

/**
 * Reads the baseline as it was at the merge base, so that a change cannot add its own findings to it. Only when the
 * base has no such file, the change's own counts: that is the change that introduces it, and its diff shows it whole.
 */
export async function readBaseline(
  snapshot: SnapshotReader,
  path: string,
  before: PathIndex,
  now: PathIndex,
): Promise<Baseline> {
  const old = before.file(path);
  const file = old ?? now.file(path);
  const source = old !== undefined ? 'base' : file !== undefined ? 'change' : 'none';
  const none = { fingerprints: new Set<string>(), source } as const;
  if (file === undefined) return { ...none, fault: null };
  if (!file.mode.startsWith('100') || file.bytes > MAX_BYTES)
    return { ...none, fault: 'is no file of at most 8 MiB' };
  const [contents] = await snapshot.readBlobs([file.blob]);
  if (contents === undefined || contents === null) return { ...none, fault: 'is missing from this clone' };
  return { ...parseBaseline(contents.toString('utf8')), source };
}

/** The text of a baseline that knows these findings. Sorted; equal findings give equal bytes. */
export function renderBaseline(findings: readonly Finding[]): string {
  const byPrint = new Map(findings.map((finding) => [finding.fingerprint, finding]));
  const rows = [...byPrint.values()]
    .map(({ fingerprint, ruleId, path }) => ({ fingerprint, rule_id: ruleId, path }))
    .sort(
      (a, b) =>
        comparePaths(a.path ?? '', b.path ?? '') ||
        comparePaths(a.rule_id, b.rule_id) ||
        comparePaths(a.fingerprint, b.fingerprint),
    );
  const lines = rows.map((row) => `    ${JSON.stringify(row)}`).join(',\n');
  return `{\n  "version": 1,\n  "findings": [${lines === '' ? '' : `\n${lines}\n  `}]\n}\n`;
}
