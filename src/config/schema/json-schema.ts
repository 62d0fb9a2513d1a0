import * as z from 'zod/mini';
import { BUILTIN_STAGE_IDS, type BuiltinStageId, DETECTED_STAGE_IDS } from '../gate-config.ts';
import { configFile, sections } from './file-schemas.ts';
import { ID_PATTERN, id } from './name-schemas.ts';
import { lazily, list, mapping, named, namedValues, needed, optional } from './schema-parts.ts';
import {
  commandStage,
  diffBudgetStage,
  docsStage,
  ownStage,
  reviewStage,
  specGuardStage,
} from './stage-schemas.ts';

function builtinStage(name: BuiltinStageId) {
  switch (name) {
    case 'spec-guard':
      return specGuardStage();
    case 'docs':
      return docsStage();
    case 'diff-budget':
      return diffBudgetStage();
    case 'review':
      return reviewStage();
  }
}

/** The known stages by name, so that editors offer them, any other as a command. */
function stagesSchema() {
  const own = named('command-stage', ownStage());
  const detected = DETECTED_STAGE_IDS.map(
    (name) => [name, optional(commandStage(), 'Its command is detected when it has no run.')] as const,
  );
  const builtin = BUILTIN_STAGE_IDS.map(
    (name) =>
      [
        name,
        optional(z.union([builtinStage(name), own]), 'Evaluated by the gate unless it has run.'),
      ] as const,
  );
  const stages = z.catchall(z.object(Object.fromEntries([...detected, ...builtin])), own);
  z.globalRegistry.add(stages, { propertyNames: { pattern: ID_PATTERN.source } });
  return stages;
}

/** Pipelines by id; an entry is an id, or a stage written in place. */
function pipelinesSchema() {
  const about = 'Id of the stage.';
  const builtin = BUILTIN_STAGE_IDS.map((name) =>
    mapping({ id: needed(z.literal(name), about), ...builtinStage(name).shape }),
  );
  const own = mapping({ id: needed(id(), about), ...commandStage().shape });
  const entries = list(z.union([id(), ...builtin, own]), { minItems: 1, maxItems: 200 });
  return namedValues(id(), entries, { maxKeys: 100, what: 'pipelines' });
}

const wholeFile = lazily(() => {
  const file = mapping({
    ...configFile().shape,
    execution: optional(sections.execution(), 'How stages are run.'),
    stages: optional(stagesSchema(), 'Stages by id.'),
    pipelines: optional(pipelinesSchema(), 'Pipelines by id: their stages, in order.'),
    baseline: optional(sections.baseline(), 'What durations are compared with.'),
    report: optional(sections.report(), 'What is published.'),
    rlm: optional(sections.rlm(), 'The agent loop.'),
  });
  const title = 'Implementation gate configuration';
  z.globalRegistry.add(file, { title, description: '.github/gate.yml, gate.yml or gate.json' });
  return file;
});

/** See `jsonSchemaOfConfig`. */
export function makeJsonSchema(): object {
  return z.toJSONSchema(wholeFile(), { io: 'input' });
}
