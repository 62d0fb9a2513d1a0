import { closeSync, readdirSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { openRegularFile, readAtMost } from '../../host/durable-file.ts';

/** A manifest or Makefile of this size was not written by people. */
const MAX_BYTES = 1_048_576;

/** The folder that commands are detected for. */
export interface ProjectFiles {
  /** Names of the files and folders in it, folders with a final slash. */
  list(): readonly string[];
  /**
   * Text of a file (`/`-separated path relative to the folder), decoded as UTF-8 without a byte order mark; null
   * when there is none, or none that is regular, inside the folder and at most 1 MiB.
   */
  readText(name: string): string | null;
}

function isInside(file: string, folder: string): boolean {
  const relative = path.relative(folder, file);
  return !path.isAbsolute(relative) && relative.split(path.sep)[0] !== '..';
}

function readBounded(directory: string, name: string): string | null {
  const resolved = realpathSync(path.join(directory, name));
  if (!isInside(resolved, realpathSync(directory))) return null;
  const descriptor = openRegularFile(resolved);
  try {
    const bytes = readAtMost(descriptor, MAX_BYTES + 1, 0);
    return bytes.length > MAX_BYTES ? null : bytes.toString('utf8').replace(/^\ufeff/, '');
  } finally {
    closeSync(descriptor);
  }
}

/** Reads a folder of the disk (absolute). A folder that cannot be listed is empty. */
export function createDiskProjectFiles(directory: string): ProjectFiles {
  return {
    list() {
      try {
        return readdirSync(directory, { withFileTypes: true }).map((entry) =>
          entry.isDirectory() ? `${entry.name}/` : entry.name,
        );
      } catch {
        return [];
      }
    },
    readText(name) {
      try {
        return readBounded(directory, name);
      } catch {
        return null;
      }
    },
  };
}
