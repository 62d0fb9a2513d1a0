import type { GateConfig, PipelineSettings, StageSettings } from '../config/gate-config.ts';
import { configFailure, usageFailure } from '../kernel/failure.ts';
import { suggestName } from '../kernel/nearest.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip, oneLine } from '../kernel/text.ts';

/** The pipeline that is the agent loop and has no stages of its own. */
const LOOP_PIPELINE = 'rlm';

/** Finds the pipeline to run; an unknown one, and the agent loop, are usage failures. */
export function findPipeline(config: GateConfig, wanted: string | null): Result<PipelineSettings> {
  const id = wanted ?? config.defaultPipeline;
  const pipeline = config.pipelines.get(id);
  const shown = `"${clip(oneLine(id), 80)}"`;
  if (pipeline === undefined) {
    const mend = suggestName(id, [...config.pipelines.keys()]);
    return err(usageFailure(`there is no pipeline ${shown}`, { mend }));
  }
  if (id === LOOP_PIPELINE && pipeline.entries.length === 0) {
    const mend = 'run one of the other pipelines; "gate plan" shows them';
    return err(usageFailure('the agent loop "rlm" is not part of this version', { mend }));
  }
  return ok(pipeline);
}

/** The stages of a pipeline in the order written, its sub-pipelines expanded; a stage named twice runs once. */
function expand(
  config: GateConfig,
  pipeline: PipelineSettings,
  trail: readonly string[],
): Result<readonly StageSettings[]> {
  if (trail.includes(pipeline.id)) {
    const circle = [...trail.slice(trail.indexOf(pipeline.id)), pipeline.id].join(' → ');
    return err(configFailure(`pipelines contain one another: ${circle}`, { where: pipeline.where }));
  }
  const stages: StageSettings[] = [];
  for (const entry of pipeline.entries) {
    const found =
      entry.kind === 'inline'
        ? ok([entry.settings])
        : findReference(config, entry.id, entry.where, [...trail, pipeline.id]);
    if (!found.ok) return found;
    stages.push(...found.value);
  }
  return ok(stages);
}

function findReference(
  config: GateConfig,
  id: string,
  where: string | null,
  trail: readonly string[],
): Result<readonly StageSettings[]> {
  const stage = config.stages.get(id);
  if (stage !== undefined) return ok([stage]);
  const pipeline = config.pipelines.get(id);
  if (pipeline !== undefined) return expand(config, pipeline, trail);
  const known = [...config.stages.keys(), ...config.pipelines.keys()];
  return err(configFailure(`there is no stage or pipeline "${id}"`, { where, mend: suggestName(id, known) }));
}

function dropRepeated(stages: readonly StageSettings[]): Result<readonly StageSettings[]> {
  const first = new Map<string, StageSettings>();
  for (const stage of stages) {
    const known = first.get(stage.id);
    if (known === undefined) first.set(stage.id, stage);
    else if (known !== stage) {
      const mend = 'give one of them another id';
      return err(
        configFailure(`two different stages are called "${stage.id}"`, { where: stage.where, mend }),
      );
    }
  }
  return ok([...first.values()]);
}

/** Moves a stage behind the stages it needs; otherwise the order stays as written. */
function orderByNeeds(stages: readonly StageSettings[]): Result<readonly StageSettings[]> {
  const byId = new Map(stages.map((stage) => [stage.id, stage]));
  const ordered: StageSettings[] = [];
  const done = new Set<string>();
  const visit = (stage: StageSettings, trail: readonly string[]): Result<void> => {
    if (done.has(stage.id)) return ok(undefined);
    if (trail.includes(stage.id)) {
      const circle = [...trail.slice(trail.indexOf(stage.id)), stage.id].join(' → ');
      return err(configFailure(`stages need one another in a circle: ${circle}`, { where: stage.where }));
    }
    for (const need of stage.needs) {
      const needed = byId.get(need);
      if (needed === undefined) {
        const message = `stage "${stage.id}" needs "${clip(oneLine(need), 80)}", which is not in the pipeline`;
        return err(configFailure(message, { where: stage.where, mend: suggestName(need, [...byId.keys()]) }));
      }
      const visited = visit(needed, [...trail, stage.id]);
      if (!visited.ok) return visited;
    }
    done.add(stage.id);
    ordered.push(stage);
    return ok(undefined);
  };
  for (const stage of stages) {
    const visited = visit(stage, []);
    if (!visited.ok) return visited;
  }
  return ok(ordered);
}

/** The stages of a pipeline in running order. Circles, unknown names and twins are config failures. */
export function stagesOfPipeline(
  config: GateConfig,
  pipeline: PipelineSettings,
): Result<readonly StageSettings[]> {
  const expanded = expand(config, pipeline, []);
  if (!expanded.ok) return expanded;
  const unique = dropRepeated(expanded.value);
  return unique.ok ? orderByNeeds(unique.value) : unique;
}
