import { jsonSchemaOfConfig } from '../config/config-schema.ts';
import { jsonSchemaOfManifest, jsonSchemaOfMetrics } from '../evidence/manifest-schema.ts';
import { type GateFailure, usageFailure } from '../kernel/failure.ts';
import { suggestName } from '../kernel/nearest.ts';
import { unreachable } from '../kernel/never.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';

/** The documents that have a JSON Schema. */
export const SCHEMA_DOCUMENTS = ['config', 'manifest', 'metrics'] as const;
export type SchemaDocument = (typeof SCHEMA_DOCUMENTS)[number];

/** The JSON Schema (draft 2020-12) of one document, generated from its zod schema. */
export async function documentSchema(document: SchemaDocument): Promise<object> {
  switch (document) {
    case 'config':
      return jsonSchemaOfConfig();
    case 'manifest':
      return jsonSchemaOfManifest();
    case 'metrics':
      return jsonSchemaOfMetrics();
    default:
      return unreachable(document);
  }
}

/** `gate schema config|manifest|metrics`. */
export async function schemaCommand(
  given: Arguments,
  context: CommandContext,
): Promise<number | GateFailure> {
  const wanted = given.argument ?? '';
  const document = SCHEMA_DOCUMENTS.find((name) => name === wanted);
  if (document === undefined) {
    return usageFailure(`there is no schema "${wanted.slice(0, 80)}"`, {
      mend: suggestName(wanted, SCHEMA_DOCUMENTS),
    });
  }
  context.stdout.write(`${JSON.stringify(await documentSchema(document), null, 2)}\n`);
  return 0;
}
