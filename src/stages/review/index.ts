import type { ReviewStage } from '../../config/gate-config.ts';
import { formatByteSize } from '../../kernel/byte-size.ts';
import { clip, oneLine, plural } from '../../kernel/text.ts';
import type { BuiltinContext, BuiltinStage } from '../../run/builtin-stage.ts';
import type { StageResult, Waiver } from '../../run/stage-result.ts';
import { ChangedLines, MAX_FINDINGS, type MergedFindings, mergeFindings } from './merge-findings.ts';
import { type Coverage, readReviewInput } from './review-input.ts';
import { askReviewers } from './reviewers.ts';
import { loadSecretlint } from './secretlint.ts';
import { judge, placeOf } from './stage-verdict.ts';
import { applySuppressions, type SuppressionOutcome } from './suppressions.ts';
import { loadYaml } from './workflow-document.ts';

/** Lines of the log for one kind of thing before "and n more". */
const LINES_LOGGED = 500;

/** Suppressed findings that are recorded one by one. */
const MAX_WAIVERS = 50;

function logList(context: BuiltinContext, lines: readonly string[]): void {
  for (const line of lines.slice(0, LINES_LOGGED)) context.log(line);
  const more = lines.length - LINES_LOGGED;
  if (more > 0) context.log(`and ${more} more`);
}

/** What the rules saw goes to the log; what they did not see is for people. */
function reportCoverage(context: BuiltinContext, coverage: Coverage): readonly string[] {
  const { files, addedLines, removedLines, bytes, binaries, clipped } = coverage;
  const lines = `${plural(addedLines, 'added line')}, ${plural(removedLines, 'removed line')}`;
  const unread = binaries === 0 ? '' : `; ${plural(binaries, 'binary', 'binaries')} by size and mode only`;
  context.log(`seen: ${plural(files, 'file')}, ${lines}, ${formatByteSize(bytes)}${unread}`);
  if (clipped.length === 0) return [];
  const names = clipped.map((name) => clip(oneLine(name), 200));
  logList(
    context,
    names.map((name) => `not seen whole: ${name}`),
  );
  const more = names.length - 3;
  const shown = [...names.slice(0, 3), ...(more > 0 ? [`and ${more} more`] : [])].join(', ');
  return [`${plural(clipped.length, 'file')} not seen whole: ${shown}`];
}

function toWaivers({ suppressed }: SuppressionOutcome): readonly Waiver[] {
  return suppressed.slice(0, MAX_WAIVERS).map(({ finding, reason, where }) => ({
    kind: finding.ruleId,
    reason: `${reason} (${placeOf(finding)})`,
    actor: null,
    source: where,
  }));
}

function logFindings(context: BuiltinContext, outcome: SuppressionOutcome): void {
  logList(
    context,
    outcome.kept.map((found) => `P${found.priority} ${placeOf(found)} ${found.ruleId}: ${found.title}`),
  );
  logList(
    context,
    outcome.suppressed.map(({ finding, reason, where }) => {
      return `suppressed ${placeOf(finding)} ${finding.ruleId}: ${reason} (${where})`;
    }),
  );
}

/** Said when there are more findings than are kept. */
function describeCut({ totals, findings }: MergedFindings): readonly string[] {
  const total = totals.reduce((sum, count) => sum + count, 0);
  if (total <= findings.length) return [];
  const split = totals.map((count, priority) => `${count} P${priority}`).join(', ');
  return [`${total} findings (${split}), of which the worst ${MAX_FINDINGS} are kept`];
}

async function review(settings: ReviewStage, context: BuiltinContext): Promise<StageResult> {
  const input = await readReviewInput(context.change);
  const clipped = reportCoverage(context, input.coverage);
  const reviewers = await askReviewers(settings.reviewers, { context, input });
  const merged = mergeFindings(reviewers.candidates, new ChangedLines(input.files));
  const outcome = await applySuppressions(context.change, input.files, merged.findings, context.nowMs);
  logFindings(context, outcome);
  const warnings = [...clipped, ...reviewers.warnings, ...outcome.problems, ...describeCut(merged)];
  for (const warning of warnings) context.log(`warning: ${warning}`);
  const waivers = toWaivers(outcome);
  return judge({ settings, context, merged, findings: outcome.kept, reviewers, waivers, warnings });
}

/**
 * The stage `review`: the author's notes, then the reviewers in their order, one list of findings, one rule for the
 * verdict. The deterministic rules are those of `rules.ts`; suppressions come from the merge base only. It reads the
 * pinned snapshot, never the disk.
 */
export const reviewStage: BuiltinStage = async (settings, context) => {
  if (settings.kind !== 'review') throw new Error(`review was given the settings of ${settings.kind}`);
  return await review(settings, context);
};

/** Loads secretlint and the YAML parser: nothing is read from disk once the first stage has started. */
export async function preloadReview(): Promise<void> {
  await Promise.all([loadSecretlint(), loadYaml()]);
}
