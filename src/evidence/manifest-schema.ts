import { readFileBounded } from '../host/durable-file.ts';
import { type GateFailure, storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { RunManifest } from './manifest.ts';

/** A larger manifest is not read. The gate's own stay far below. */
export const MAX_MANIFEST_BYTES = 16 * 1_048_576;

type Schemas = typeof import('./record-schemas.ts');

/** The zod schemas of what stands on disk. Loads zod at the first call: see {@link preloadSchemas}. */
export function loadSchemas(): Promise<Schemas> {
  return import('./record-schemas.ts');
}

/** Loads everything that reading evidence needs, before the first stage could change it on disk. */
export async function preloadSchemas(): Promise<void> {
  await loadSchemas();
}

/** JSON Schema (draft 2020-12) of `manifest.json`. Readers accept fields that later versions add. */
export async function jsonSchemaOfManifest(): Promise<object> {
  const { describeManifest } = await import('./record-json-schemas.ts');
  return describeManifest();
}

/** JSON Schema (draft 2020-12) of one line of a task's `metrics.json`. */
export async function jsonSchemaOfMetrics(): Promise<object> {
  const { describeMetrics } = await import('./record-json-schemas.ts');
  return describeMetrics();
}

/** Reads a manifest that may come from anywhere: bounded, no links, checked field by field. */
export async function readManifest(file: string): Promise<Result<RunManifest>> {
  const bytes = readFileBounded(file, MAX_MANIFEST_BYTES);
  return bytes.ok ? parseManifest(bytes.value, file) : bytes;
}

/** Checks the bytes of a manifest; `where` names them in the failure. Fields it does not know are left out. */
export async function parseManifest(bytes: Buffer, where: string): Promise<Result<RunManifest>> {
  let document: unknown;
  try {
    document = JSON.parse(bytes.toString('utf8'));
  } catch {
    return err(storageFailure('is no JSON: damaged or cut off', { where }));
  }
  const version = versionOf(document);
  if (version > 1) {
    const mend = 'read it with that version';
    return err(
      storageFailure(`was written by a newer gate (schema ${version}, this one reads 1)`, { where, mend }),
    );
  }
  const { manifest, describeIssue } = await loadSchemas();
  const parsed = manifest.safeParse(document, { error: describeIssue });
  return parsed.success ? ok(parsed.data) : err(notAManifest(parsed.error.issues[0], where));
}

function versionOf(document: unknown): number {
  if (typeof document !== 'object' || document === null || !('schema_version' in document)) return 0;
  return typeof document.schema_version === 'number' ? document.schema_version : 0;
}

interface Issue {
  readonly path: readonly PropertyKey[];
  readonly message: string;
}

function notAManifest(issue: Issue | undefined, where: string): GateFailure {
  const place =
    issue === undefined ? '' : ` at ${clip(oneLine(issue.path.map(String).join('.')), 200) || 'the top'}`;
  const what = issue === undefined ? '' : `: ${clip(oneLine(issue.message), 300)}`;
  return storageFailure(`is no run manifest${place}${what}`, { where });
}
