import path from 'node:path';
import { configFailure, usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { oneLine } from '../kernel/text.ts';
import { type ConfigReader, readOutside } from './config-file-reader.ts';
import { defaultConfig } from './default-config.ts';
import type { GateConfig } from './gate-config.ts';
import { parseConfig } from './parse-config.ts';

export { type ConfigReader, createDiskReader, relativeTo } from './config-file-reader.ts';

/** Where a configuration may stand in a folder. Two in one folder are refused: nobody knows which one counts. */
export const CONFIG_FILES = [
  '.github/gate.yml',
  '.github/gate.yaml',
  'gate.yml',
  'gate.yaml',
  'gate.json',
] as const;

/** Where to look. */
export interface ConfigSearch {
  readonly reader: ConfigReader;
  /** Folders relative to the root (empty: the root itself), the first that has a configuration counts. */
  readonly folders: readonly string[];
  /** The file the user named, absolute; null: look for one. */
  readonly file: string | null;
}

interface FoundFile {
  /** Relative to the root, or absolute outside it. */
  readonly file: string;
  readonly bytes: Buffer;
}

async function readNamed(reader: ConfigReader, file: string): Promise<Result<FoundFile>> {
  const relative = reader.relative(file);
  const shown = relative ?? file;
  const bytes = relative === null ? readOutside(file) : await reader.read(relative);
  if (!bytes.ok) return bytes;
  if (bytes.value !== null) return ok({ file: shown, bytes: bytes.value });
  return err(usageFailure(`there is no file ${oneLine(shown)}`, { where: '--config' }));
}

/** The configuration of one folder; null when it has none. */
async function readFolder(reader: ConfigReader, folder: string): Promise<Result<FoundFile | null>> {
  let found: FoundFile | null = null;
  for (const name of CONFIG_FILES) {
    const file = path.posix.join(folder, name);
    const bytes = await reader.read(file);
    if (!bytes.ok) return bytes;
    if (bytes.value === null) continue;
    if (found !== null) {
      const where = oneLine(file);
      const message = `${oneLine(found.file)} is a configuration, too`;
      return err(configFailure(message, { where, mend: 'keep one of them' }));
    }
    found = { file, bytes: bytes.value };
  }
  return ok(found);
}

/**
 * Loads the configuration that counts: the named file, else that of the first folder that has one, else the
 * defaults. A config failure (a usage failure for a named file that is not there) says what is wrong and where.
 */
export async function loadConfig({ reader, folders, file }: ConfigSearch): Promise<Result<GateConfig>> {
  if (file !== null) {
    const named = await readNamed(reader, file);
    return named.ok ? parseConfig(named.value.bytes, named.value.file) : named;
  }
  for (const folder of folders) {
    const found = await readFolder(reader, folder);
    if (!found.ok) return found;
    if (found.value !== null) return parseConfig(found.value.bytes, found.value.file);
  }
  return ok(defaultConfig());
}
