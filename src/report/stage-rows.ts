import type { ManifestStage, RunManifest } from '../evidence/manifest.ts';
import { formatByteSize } from '../kernel/byte-size.ts';
import { plural } from '../kernel/text.ts';
import type { ComparisonRow } from './comparison-rows.ts';
import { describeFindings, describeReason, describeTests } from './reason-words.ts';
import type { StageRow, TotalRow } from './report-model.ts';

/** A stage that passed only after a failed attempt. */
function isFlaky(stage: ManifestStage): boolean {
  return (
    stage.status === 'passed' &&
    (stage.reason === 'flaky' || stage.attempts.some((attempt) => attempt.status === 'failed'))
  );
}

/** Reasons that say themselves that there are findings. */
const FINDING_REASONS: ReadonlySet<string | null> = new Set(['findings', 'over_budget', 'guard_violated']);

function remarksOf(stage: ManifestStage, flaky: boolean): string[] {
  const remarks: string[] = [];
  if (!stage.required) remarks.push('optional');
  if (flaky && stage.reason !== 'flaky') remarks.push(`flaky: passed on attempt ${stage.attempts.length}`);
  if (stage.reused_from !== null) remarks.push(`reused from ${stage.reused_from}`);
  if (!FINDING_REASONS.has(stage.reason)) {
    const findings = describeFindings(stage.findings);
    if (findings !== null) remarks.push(findings);
  }
  if (stage.strays > 0) remarks.push(`${plural(stage.strays, 'stray process', 'stray processes')} killed`);
  if (stage.log?.truncated === true) {
    remarks.push(
      `log cut: ${formatByteSize(stage.log.bytes)} of ${formatByteSize(stage.log.total_bytes)} kept`,
    );
  }
  return remarks;
}

/** Whether a stage needs attention, with its evidence expanded. */
export function needsAttention(stage: Pick<ManifestStage, 'status'>): boolean {
  return stage.status === 'failed' || stage.status === 'not_evaluated' || stage.status === 'cancelled';
}

/** One stage of the manifest as a row. */
export function buildStageRow(stage: ManifestStage, comparison: ComparisonRow | null): StageRow {
  const flaky = isFlaky(stage);
  const reason = describeReason(stage);
  const remarks = remarksOf(stage, flaky);
  const prefersReason = needsAttention(stage) || stage.reason === 'flaky';
  const main = prefersReason ? (reason ?? stage.detail) : (stage.detail ?? reason);
  return {
    index: stage.index,
    id: stage.id,
    title: stage.title === '' || stage.title === stage.id ? null : stage.title,
    status: stage.status,
    required: stage.required,
    reason,
    detail: stage.detail,
    summary: [...(main === null ? [] : [main]), ...remarks].join('; '),
    remarks,
    durationMs: stage.duration_ms,
    cpuMs: stage.cpu_ms,
    maxRssBytes: stage.max_rss_bytes,
    tests: describeTests(stage),
    flaky,
    command: stage.command,
    cwd: stage.cwd === '' || stage.cwd === '.' ? null : stage.cwd,
    origin: stage.origin,
    logPath: stage.log?.path ?? null,
    comparison,
  };
}

const COUNTED = [
  ['failed', 'failed'],
  ['not_evaluated', 'could not be evaluated'],
  ['cancelled', 'cancelled'],
  ['running', 'running'],
  ['pending', 'waiting'],
  ['skipped', 'skipped'],
  ['not_run', 'not run'],
] as const;

/** `5 of 7 passed, 1 failed, 1 skipped`. */
function countWords(stages: readonly ManifestStage[]): string {
  const of = (status: ManifestStage['status']) => stages.filter((stage) => stage.status === status).length;
  const others = COUNTED.map(([status, words]) => ({ count: of(status), words }))
    .filter(({ count }) => count > 0)
    .map(({ count, words }) => `${count} ${words}`);
  return [`${of('passed')} of ${stages.length} passed`, ...others].join(', ');
}

/** Sum of what is known; null when nothing is. */
function sum(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/** Tests of all stages together, in words; null when no stage counted any. */
function totalTests(stages: readonly ManifestStage[]): string | null {
  const counted = stages.flatMap((stage) => (stage.tests === null ? [] : [stage.tests]));
  const first = counted[0];
  const stage = stages[0];
  if (first === undefined || stage === undefined) return null;
  const add = (key: 'executed' | 'passed' | 'failed' | 'skipped') =>
    counted.reduce((total, tests) => total + tests[key], 0);
  return describeTests({
    ...stage,
    tests: {
      executed: add('executed'),
      passed: add('passed'),
      failed: add('failed'),
      skipped: add('skipped'),
      source: first.source,
    },
  });
}

/** The row below all stages. */
export function buildTotal(manifest: RunManifest, comparison: ComparisonRow | null): TotalRow {
  const { stages } = manifest;
  return {
    stages: stages.length,
    passed: stages.filter((stage) => stage.status === 'passed').length,
    words: countWords(stages),
    durationMs: manifest.duration_ms,
    cpuMs: sum(stages.map((stage) => stage.cpu_ms)),
    tests: totalTests(stages),
    comparison,
  };
}
