/**
 * Writes the JSON Schemas of schema/ from the zod schemas of src/.
 *
 *   node scripts/schema.mjs           write
 *   node scripts/schema.mjs --check   compare; exit 1 when stale
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { documentSchema, SCHEMA_DOCUMENTS } from '../src/commands/schema-command.ts';

const FOLDER = path.resolve(import.meta.dirname, '..', 'schema');
const check = process.argv.includes('--check');

function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

mkdirSync(FOLDER, { recursive: true });
for (const document of SCHEMA_DOCUMENTS) {
  const file = path.join(FOLDER, `${document}.schema.json`);
  const text = `${JSON.stringify(await documentSchema(document), null, 2)}\n`;
  if (!check) {
    writeFileSync(file, text);
  } else if (read(file) !== text) {
    process.stderr.write(`schema/${document}.schema.json is stale – run "npm run schema" and commit it\n`);
    process.exitCode = 1;
  }
}
if (check && process.exitCode === undefined) process.stdout.write('schema is fresh\n');
