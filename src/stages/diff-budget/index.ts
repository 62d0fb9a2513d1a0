import type { DiffBudgetStage } from '../../config/gate-config.ts';
import { formatByteSize } from '../../kernel/byte-size.ts';
import { oneLine, plural } from '../../kernel/text.ts';
import type { BuiltinContext, BuiltinStage } from '../../run/builtin-stage.ts';
import { type Finding, fingerprintFinding } from '../../run/finding.ts';
import { failed, passed, type StageResult, type Waiver } from '../../run/stage-result.ts';
import { describeOverrun, listExcluded, listFolders, listLargest } from './advice.ts';
import { type Measurement, measureChange } from './measure.ts';
import { isReason } from './overrides.ts';

const REASON_VARIABLE = 'DIFF_BUDGET_OVERRIDE_REASON';

/** One of the three limits with what the change has of it. */
interface Limit {
  readonly ruleId: string;
  /** `file`, `line`, `byte`. */
  readonly unit: string;
  readonly actual: number;
  readonly limit: number;
  /** Variable that set the limit instead of the configuration; null otherwise. */
  readonly variable: string | null;
}

function limitsOf(
  settings: DiffBudgetStage,
  context: BuiltinContext,
  measured: Measurement,
): readonly Limit[] {
  const { maxFiles, maxLines } = context.overrides;
  return [
    {
      ruleId: 'diff-budget/too-many-files',
      unit: 'file',
      actual: measured.files,
      limit: maxFiles ?? settings.maxFiles,
      variable: maxFiles === null ? null : 'DIFF_BUDGET_MAX_FILES',
    },
    {
      ruleId: 'diff-budget/too-many-lines',
      unit: 'line',
      actual: measured.lines,
      limit: maxLines ?? settings.maxLines,
      variable: maxLines === null ? null : 'DIFF_BUDGET_MAX_LINES',
    },
    {
      ruleId: 'diff-budget/too-many-bytes',
      unit: 'byte',
      actual: measured.bytes,
      limit: settings.maxBytes,
      variable: null,
    },
  ];
}

/** `812 lines of 800`, `1.00 MiB of 512 KiB in binaries and long lines`. */
function describeLimit(limit: Limit): string {
  if (limit.unit === 'byte') {
    return `${formatByteSize(limit.actual)} of ${formatByteSize(limit.limit)} in binaries and long lines`;
  }
  const from = limit.variable === null ? '' : ` (${limit.variable})`;
  return `${plural(limit.actual, limit.unit)} of ${limit.limit}${from}`;
}

function makeFinding(limit: Limit, measured: Measurement, toolVersion: string): Finding {
  const headline = `The change has ${describeLimit(limit)}`;
  return {
    ruleId: limit.ruleId,
    title: `Over the diff budget: ${describeLimit(limit)}`,
    body: describeOverrun(headline, measured),
    priority: 1,
    confidence: null,
    path: null,
    startLine: null,
    endLine: null,
    side: 'new',
    suggestion: null,
    fingerprint: fingerprintFinding(limit.ruleId, null, ''),
    source: { id: 'diff-budget', version: toolVersion, model: null },
  };
}

function logMeasurement(context: BuiltinContext, limits: readonly Limit[], measured: Measurement): void {
  const { log } = context;
  for (const limit of limits) log(`${limit.actual > limit.limit ? 'over' : 'ok'}: ${describeLimit(limit)}`);
  if (measured.weights.length > 0) log('largest files:');
  for (const line of listLargest(measured.weights)) log(`  ${line}`);
  if (measured.excluded.length > 0) log('not counted:');
  for (const line of listExcluded(measured.excluded)) log(`  ${line}`);
}

/** The line of a failed budget: what is over, and the first thing to do about it. */
function describeFailure(over: readonly Limit[], measured: Measurement, reason: string | null): string {
  const what = `the change has ${over.map(describeLimit).join(', ')}`;
  const folders = listFolders(measured.weights);
  const split = folders.length > 1 ? ` (${folders.slice(0, 3).join('; ')})` : '';
  const waive =
    reason === null
      ? `or give a reason in ${REASON_VARIABLE}`
      : `or give a reason in words: "${oneLine(reason)}" in ${REASON_VARIABLE} is none`;
  return `${what} – split it${split}, ${waive}`;
}

/** A change that fits only because much of it does not count: people should see what that is. */
function describeUnseen(limits: readonly Limit[], measured: Measurement): string[] {
  const limit = limits.find(({ unit }) => unit === 'line')?.limit ?? 0;
  const lines = measured.excluded.reduce((sum, file) => sum + file.lines, 0);
  const isLockfile = (why: string) => why.startsWith('lockfile');
  const others = measured.excluded.filter(({ why }) => !isLockfile(why));
  if (others.length === 0 || lines <= limit) return [];
  return [
    `${plural(lines, 'line')} of the change do not count: ${listExcluded(others).slice(0, 3).join('; ')}`,
  ];
}

function judge(settings: DiffBudgetStage, context: BuiltinContext, measured: Measurement): StageResult {
  const limits = limitsOf(settings, context, measured);
  logMeasurement(context, limits, measured);
  const over = limits.filter((limit) => limit.actual > limit.limit);
  const reason = context.overrides.overrideReason?.trim() ?? '';
  if (over.length === 0) {
    const unseen = describeUnseen(limits, measured);
    if (reason === '') return passed({ warnings: unseen });
    const warning = `${REASON_VARIABLE} is set though the change is within its budget: remove it`;
    context.log(warning);
    return passed({ warnings: [warning, ...unseen] });
  }
  const what = over.map(describeLimit).join(', ');
  if (isReason(reason)) {
    const { actor } = context.overrides;
    const waiver: Waiver = { kind: 'diff-budget', reason: oneLine(reason), actor, source: REASON_VARIABLE };
    const by = actor === null ? '' : ` by ${oneLine(actor)}`;
    const detail = `over budget (${what}), waived${by}: ${waiver.reason}`;
    context.log(detail);
    return passed({ waivers: [waiver] }, 'waived', detail);
  }
  const detail = describeFailure(over, measured, reason === '' ? null : reason);
  context.log(detail);
  const findings = over.map((limit) => makeFinding(limit, measured, context.toolVersion));
  return failed('over_budget', detail, { findings });
}

/**
 * The stage `diff-budget`: a change that people can review in one go. Limits come from the settings,
 * `DIFF_BUDGET_MAX_FILES` and `DIFF_BUDGET_MAX_LINES` beat them. A change over its budget passes only as `waived`, with
 * a reason in words that is recorded; see {@link measureChange} for what counts.
 */
export const diffBudgetStage: BuiltinStage = async (settings, context) => {
  if (settings.kind !== 'diff-budget')
    throw new Error(`diff-budget was given the settings of ${settings.kind}`);
  const measured = await measureChange(context.change, settings.ignore, settings.deletions);
  return judge(settings, context, measured);
};
