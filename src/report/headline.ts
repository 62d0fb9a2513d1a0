import type { ManifestStage, RunManifest } from '../evidence/manifest.ts';
import { plural } from '../kernel/text.ts';
import type { Headline } from './report-model.ts';
import { type Outcome, outcomeOf } from './status-words.ts';

/** Statuses that decide each outcome; the stages named in the headline. */
const DECIDING: Readonly<Record<Outcome, readonly string[]>> = {
  passed: [],
  failed: ['failed'],
  not_evaluated: ['not_evaluated'],
  cancelled: ['cancelled'],
  in_progress: ['running'],
  aborted: ['cancelled'],
};

/** The gate's own sentences that name stages, as `run/verdict.ts` writes them. */
const NAMING = /^(?:\d+ stages? failed|failed|not evaluated|cancelled): ([^;]*)$/;

/** The ids after the colon of a status detail that does nothing but name stages; null: it says more. */
function namedStages(detail: string | null): readonly string[] | null {
  const list = NAMING.exec(detail ?? '')?.[1];
  return list === undefined ? null : list.replace(/ and \d+ more$/, '').split(', ');
}

/** `--strict`: a stage for which nothing was found counts as failed, and only the status detail says so. */
function failedAsEmpty(stage: ManifestStage, manifest: RunManifest): boolean {
  return (
    stage.reason === 'nothing_detected' &&
    stage.required &&
    manifest.verdict === 'failed' &&
    (namedStages(manifest.status_detail)?.includes(stage.id) ?? false)
  );
}

/** Stages that failed, required or not, in plan order; with `--strict` also those that had nothing to run. */
export function failedStages(manifest: RunManifest): readonly ManifestStage[] {
  return manifest.stages.filter((stage) => stage.status === 'failed' || failedAsEmpty(stage, manifest));
}

function decidingStages(manifest: RunManifest, outcome: Outcome): readonly ManifestStage[] {
  const deciding =
    outcome === 'failed'
      ? failedStages(manifest)
      : manifest.stages.filter((stage) => DECIDING[outcome].includes(stage.status));
  return deciding.filter((stage) => stage.required || outcome === 'in_progress' || outcome === 'aborted');
}

/** Required stages that `--stages` left out of a run. */
function leftOut(manifest: RunManifest): readonly ManifestStage[] {
  return manifest.stages.filter((stage) => stage.required && stage.reason === 'not_selected');
}

/** What decided the outcome beside the stages. */
function describeNote(manifest: RunManifest, outcome: Outcome, hasStages: boolean): string | null {
  if (outcome === 'failed' && manifest.status_detail?.startsWith('tampered: ') === true)
    return 'evidence was tampered with';
  // A partial run that could evaluate all it was asked for still gives no verdict on the whole.
  const count = outcome === 'not_evaluated' && !hasStages ? leftOut(manifest).length : 0;
  return count === 0 ? null : `partial run, ${plural(count, 'stage')} not selected`;
}

/** The manifest's sentence as far as it says more than the headline and the table. */
function describeWhy(manifest: RunManifest, note: string | null): string | null {
  const why = manifest.status_detail?.trim() ?? '';
  const known = new Set(manifest.stages.map((stage) => stage.id));
  const isSaid = namedStages(why)?.every((id) => known.has(id)) ?? false;
  const isPartial = note !== null && /^partial run: [^;]+$/.test(why);
  return why === '' || isSaid || isPartial ? null : why;
}

/** What a run came to, in the words that a reader sees first. */
export function buildHeadline(manifest: RunManifest): Headline {
  const outcome = outcomeOf(manifest);
  const stages = decidingStages(manifest, outcome).map((stage) => stage.id);
  const note = describeNote(manifest, outcome, stages.length > 0);
  return { stages, note, why: describeWhy(manifest, note) };
}
