import type { Detection } from '../config/detection/detection.ts';
import {
  DETECTED_STAGE_IDS,
  type DetectedStageId,
  type GateConfig,
  type StageSettings,
} from '../config/gate-config.ts';
import { compileGlobs } from '../config/glob.ts';
import { usageFailure } from '../kernel/failure.ts';
import { suggestName } from '../kernel/nearest.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip, oneLine, plural } from '../kernel/text.ts';
import { findPipeline, stagesOfPipeline } from './pipeline-stages.ts';
import type { Plan, PlannedSettings, PlannedStage } from './plan.ts';

/** What a plan is made from. */
export interface PlanRequest {
  readonly config: GateConfig;
  /** Null: the configuration's default. */
  readonly pipeline: string | null;
  /** Only these stages run; null: all. */
  readonly stages: readonly string[] | null;
  /** Commands found for stages without one. */
  readonly detection: Detection;
  /** Old and new paths of the change; null when it could not be measured. */
  readonly changedPaths: readonly string[] | null;
}

function isDetectable(id: string): id is DetectedStageId {
  return (DETECTED_STAGE_IDS as readonly string[]).includes(id);
}

/** A stage with its command, and where that comes from. */
function settle(
  settings: StageSettings,
  detection: Detection,
): Pick<PlannedStage, 'origin' | 'skip'> & { readonly settings: PlannedSettings } {
  const configured = settings.where ?? 'built in';
  if (settings.kind !== 'command' || settings.run !== null) {
    return { settings, origin: configured, skip: null };
  }
  const found = isDetectable(settings.id) ? detection.commands.get(settings.id) : undefined;
  if (found !== undefined)
    return { settings: { ...settings, run: found.run }, origin: found.origin, skip: null };
  const missing = isDetectable(settings.id) ? detection.missing.get(settings.id) : undefined;
  const detail = `${missing ?? 'nothing to run was found'} – set stages.${settings.id}.run`;
  return { settings, origin: configured, skip: { reason: 'nothing_detected', detail } };
}

function findSkip(
  settings: StageSettings,
  request: PlanRequest,
  isSelected: (id: string) => boolean,
): PlannedStage['skip'] {
  if (!isSelected(settings.id)) return { reason: 'not_selected', detail: 'not among --stages' };
  const { changedPaths } = request;
  if (settings.when.length === 0 || changedPaths === null) return null;
  if (changedPaths.some(compileGlobs(settings.when))) return null;
  const detail = `none of ${plural(changedPaths.length, 'changed path')} matches ${settings.when.map(oneLine).join(', ')}`;
  return { reason: 'no_matching_changes', detail };
}

function checkSelection(
  wanted: readonly string[] | null,
  stages: readonly StageSettings[],
  pipeline: string,
): Result<(id: string) => boolean> {
  if (wanted === null) return ok(() => true);
  const ids = stages.map(({ id }) => id);
  const unknown = wanted.find((id) => !ids.includes(id));
  if (unknown === undefined && wanted.length > 0) return ok((id) => wanted.includes(id));
  if (unknown === undefined) return err(usageFailure('no stage is named', { where: '--stages' }));
  const message = `the pipeline "${pipeline}" has no stage "${clip(oneLine(unknown), 80)}"`;
  return err(usageFailure(message, { where: '--stages', mend: suggestName(unknown, ids) }));
}

/** The ordered plan of a run. Pure: everything was read before, nothing is started. */
export function buildPlan(request: PlanRequest): Result<Plan> {
  const { config, detection } = request;
  const pipeline = findPipeline(config, request.pipeline);
  if (!pipeline.ok) return pipeline;
  const stages = stagesOfPipeline(config, pipeline.value);
  if (!stages.ok) return stages;
  const { id, title } = pipeline.value;
  const isSelected = checkSelection(request.stages, stages.value, id);
  if (!isSelected.ok) return isSelected;
  const planned = stages.value.map((settings, at): PlannedStage => {
    const settled = settle(settings, detection);
    const skip = findSkip(settings, request, isSelected.value) ?? settled.skip;
    return { index: at + 1, ...settled, skip };
  });
  return ok({
    pipeline: { id, title },
    stages: planned,
    warnings: [...config.remarks, ...detection.warnings],
  });
}

/** Whether a pipeline has a stage whose command must be looked for; if not, nothing needs to be detected. */
export function needsDetection(config: GateConfig): boolean {
  const isOpen = (stage: StageSettings) => stage.kind === 'command' && stage.run === null;
  return [...config.stages.values()].some(isOpen);
}
