import { missingNotes, NOTES_FORM } from '../../change/notes.ts';
import type { ReviewStage } from '../../config/gate-config.ts';
import { clip, oneLine, plural } from '../../kernel/text.ts';
import type { BuiltinContext } from '../../run/builtin-stage.ts';
import type { Finding } from '../../run/finding.ts';
import { failed, notEvaluated, passed, type StageResult, type Waiver } from '../../run/stage-result.ts';
import type { MergedFindings } from './merge-findings.ts';
import type { ReviewersOutcome } from './reviewers.ts';

/** Findings that the stage's line names. */
const FINDINGS_SHOWN = 3;

/** Everything the verdict depends on. */
export interface Judgement {
  readonly settings: ReviewStage;
  readonly context: BuiltinContext;
  readonly merged: MergedFindings;
  /** What is left of the findings after suppressions. */
  readonly findings: readonly Finding[];
  readonly reviewers: ReviewersOutcome;
  readonly waivers: readonly Waiver[];
  readonly warnings: readonly string[];
}

/** `src/a.ts:12`, `src/a.ts:12 (old)`, `src/a.ts`. */
export function placeOf({ path, startLine, side }: Finding): string {
  const name = clip(oneLine(path ?? ''), 120);
  const line = startLine === null ? name : `${name}:${startLine}`;
  return side === 'old' && startLine !== null ? `${line} (old)` : line;
}

/** The first sentence of what to do. */
function firstSentence(body: string): string {
  const text = oneLine(body.split('\n').at(-1) ?? '');
  return clip(/^.{10,200}?[.;](?=\s|$)/.exec(text)?.[0].slice(0, -1) ?? text, 160);
}

function describeFinding(finding: Finding): string {
  return `${placeOf(finding)} ${clip(finding.title, 160)} – ${firstSentence(finding.body)}`;
}

function listFindings(findings: readonly Finding[], total: number): string {
  const shown = findings.slice(0, FINDINGS_SHOWN).map(describeFinding);
  const more = total - shown.length;
  return [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
}

/** One rule for findings of any reviewer: bad enough and certain enough. */
export function isFailing(
  finding: Finding,
  settings: Pick<ReviewStage, 'failOn' | 'minConfidence'>,
): boolean {
  return finding.priority <= settings.failOn && (finding.confidence ?? 1) >= settings.minConfidence;
}

function describeMissing(missing: readonly string[]): string {
  const empty = missing.join(', ');
  return `the notes have no ${empty} – give them with --notes, in NOTES or in the pull request: ${NOTES_FORM}`;
}

/**
 * The stage's end. Missing notes and failing findings fail it; then a reviewer without a whole answer under
 * `on_unavailable: fail` leaves it not evaluated; else it has passed, and says what is worth a look.
 */
export function judge(judgement: Judgement): StageResult {
  const { settings, context, findings, reviewers, waivers } = judgement;
  const isDemanded = ({ onUnavailable }: { onUnavailable: string }) => onUnavailable === 'fail';
  const tolerated = reviewers.absences.filter((absence) => !isDemanded(absence));
  const warnings = [
    ...judgement.warnings,
    ...tolerated.map(
      ({ id, why, onUnavailable }) => `reviewer ${id} is ${why} (on_unavailable: ${onUnavailable})`,
    ),
  ];
  const facts = { findings, waivers, warnings };
  const failing = findings.filter((finding) => isFailing(finding, settings));
  const missing = missingNotes(context.notes, settings.notes);
  const found = failing.length === 0 ? '' : listFindings(failing, failing.length);
  if (missing.length > 0) {
    const also = found === '' ? '' : `; also ${plural(failing.length, 'finding')}: ${found}`;
    return failed('notes_missing', `${describeMissing(missing)}${also}`, facts);
  }
  if (failing.length > 0) {
    return failed(
      'findings',
      `${plural(failing.length, 'finding')} at P${settings.failOn} or worse: ${found}`,
      facts,
    );
  }
  const demanded = reviewers.absences.filter(isDemanded);
  if (demanded.length > 0) {
    const who = demanded.map(({ id, why }) => `reviewer ${id} is ${why}`).join('; ');
    return notEvaluated('reviewer_unavailable', who, facts);
  }
  if (settings.reviewers.length === 0) {
    const mend = 'name one in stages.review.reviewers, for example builtin';
    return notEvaluated('could_not_evaluate', `no reviewer is configured – ${mend}`, facts);
  }
  const nobody = reviewers.answered === 0 ? `nobody reviewed the change: ${warnings.join('; ')}` : null;
  if (findings.length === 0) return passed(facts, null, nobody);
  const detail = `${plural(findings.length, 'finding')}, none fails the stage: ${listFindings(findings, findings.length)}`;
  return passed(facts, 'findings', detail);
}
