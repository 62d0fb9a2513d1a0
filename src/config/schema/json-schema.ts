import { configFile } from './file-settings.ts';
import type { JsonSchema, SchemaNames } from './setting.ts';

/** See `jsonSchemaOfConfig`. */
export function makeJsonSchema(): JsonSchema {
  const names: SchemaNames = new Map();
  const schema = configFile.schema(names);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'Implementation gate configuration',
    description: '.github/gate.yml, gate.yml or gate.json',
    ...schema,
    $defs: Object.fromEntries(names),
  };
}
