import { BUILTIN_STAGE_IDS, type BuiltinStageId, DETECTED_STAGE_IDS } from '../gate-config.ts';
import { ID_PATTERN, id } from './name-settings.ts';
import {
  type Fields,
  type JsonSchema,
  list,
  mapping,
  needed,
  record,
  type SchemaNames,
  type Setting,
} from './setting.ts';
import {
  commandStage,
  diffBudgetStage,
  docsStage,
  ownStage,
  reviewStage,
  specGuardStage,
} from './stage-settings.ts';
import { choice, named } from './text-setting.ts';

const BUILTIN_FIELDS: Readonly<Record<BuiltinStageId, Fields>> = {
  'spec-guard': specGuardStage.fields,
  docs: docsStage.fields,
  'diff-budget': diffBudgetStage.fields,
  review: reviewStage.fields,
};

const namedOwnStage = named('command-stage', ownStage);

/** The known stages by name, so that editors offer them, any other as a command. */
function describeStages(names: SchemaNames): JsonSchema {
  const detected = DETECTED_STAGE_IDS.map((name) => {
    const description = 'Its command is detected when it has no run.';
    return [name, { description, ...commandStage.schema(names) }] as const;
  });
  const builtin = BUILTIN_STAGE_IDS.map((name) => {
    const own = mapping(BUILTIN_FIELDS[name]).schema(names);
    const description = 'Evaluated by the gate unless it has run.';
    return [name, { description, anyOf: [own, namedOwnStage.schema(names)] }] as const;
  });
  return {
    type: 'object',
    properties: Object.fromEntries([...detected, ...builtin]),
    additionalProperties: namedOwnStage.schema(names),
    propertyNames: { pattern: ID_PATTERN.source },
  };
}

/** An id, or a stage written in place. */
function describeEntry(names: SchemaNames): JsonSchema {
  const builtin = BUILTIN_STAGE_IDS.map((name) =>
    mapping({ id: needed(choice([name]), 'Id of the stage.'), ...BUILTIN_FIELDS[name] }).schema(names),
  );
  const own = mapping({ id: needed(id, 'Id of the stage.'), ...commandStage.fields }).schema(names);
  return { anyOf: [id.schema(names), ...builtin, own] };
}

/** Values that are handed on as they are: what a stage may hold depends on what is known of it. */
function unread(schema: Setting<unknown>['schema']): Setting<unknown> {
  return { read: (value) => value, schema };
}

/** Stages by id, each still to be read. */
export const stages: Setting<Readonly<Record<string, unknown>>> = {
  read: record(
    id,
    unread(() => ({})),
    { maxKeys: 200, what: 'stages' },
  ).read,
  schema: describeStages,
};

/** Pipelines by id, their entries still to be read. */
export const pipelines = record(id, list(unread(describeEntry), { minItems: 1, maxItems: 200 }), {
  maxKeys: 100,
  what: 'pipelines',
});
