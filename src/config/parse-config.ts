import { createHash } from 'node:crypto';
import { configFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { DocumentReading } from './config-document.ts';
import { failConfig } from './config-problem.ts';
import { decodeConfig } from './config-text.ts';
import type { GateConfig } from './gate-config.ts';
import { readJson } from './json-text.ts';
import { readPlainYaml } from './plain-yaml.ts';

/**
 * Strict JSON first, as other tools will read the file as such; then with tabs as spaces, since YAML takes no tabs
 * for indentation and JSON has none within texts.
 */
function prepareJson(text: string, file: string): Result<string> {
  const reading = readJson(text);
  if (reading.ok) return ok(text.replaceAll('\t', ' '));
  const mend = 'JSON has no comments and no commas at the end of a list; gate.yml takes comments';
  return err(configFailure('not valid JSON', { where: `${file}:${reading.line}`, mend }));
}

async function readDocument(text: string): Promise<DocumentReading> {
  const plain = readPlainYaml(text);
  if (plain !== null) return { ok: true, document: plain };
  const { readYamlDocument } = await import('./yaml-document.ts');
  return readYamlDocument(text);
}

/**
 * Bytes of a configuration to settings, strictly: a key, type, number or name that is not known is a config failure
 * that names `file:line`, the key and how to mend it; `(and 2 more)` stands for further problems. A file that ends
 * in `.json` is strict JSON, any other YAML 1.2. Bounded in time and memory, whatever the bytes (256 KiB at most).
 */
export async function parseConfig(bytes: Buffer, file: string): Promise<Result<GateConfig>> {
  const text = decodeConfig(bytes, file);
  if (!text.ok) return text;
  const source = file.endsWith('.json') ? prepareJson(text.value, file) : text;
  if (!source.ok) return source;
  const reading = await readDocument(source.value);
  if (!reading.ok) return err(failConfig(file, reading.problems));
  const { readConfig } = await import('./config-reader.ts');
  return readConfig(reading.document, file, createHash('sha256').update(bytes).digest('hex'));
}
