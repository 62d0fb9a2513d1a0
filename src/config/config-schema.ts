/**
 * JSON Schema (draft 2020-12) of the configuration as people write it, with descriptions for editors. What it cannot
 * say (names that lead nowhere, globs, circles) is checked when the file is read.
 */
export async function jsonSchemaOfConfig(): Promise<object> {
  const { makeJsonSchema } = await import('./schema/json-schema.ts');
  return makeJsonSchema();
}
