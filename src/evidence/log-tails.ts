import { closeSync, lstatSync } from 'node:fs';
import path from 'node:path';
import { openRegularFile, readAtMost } from '../host/durable-file.ts';
import { errnoOf } from '../host/errno.ts';
import { hasRealParents, isEvidencePath } from './file-digest.ts';
import type { RunManifest } from './manifest.ts';

/** What is read of each log; reports show its last lines only. */
const TAIL_BYTES = 65_536;

/** The last bytes of a file of a run directory; null when it is not there, or not a file of its own. */
function readTail(runDir: string, name: string): string | null {
  if (!isEvidencePath(name) || !hasRealParents(runDir, name)) return null;
  const file = path.join(runDir, name);
  const entry = lstatSync(file, { throwIfNoEntry: false });
  if (entry?.isFile() !== true) return null;
  const descriptor = openRegularFile(file);
  try {
    return readAtMost(descriptor, TAIL_BYTES, Math.max(0, entry.size - TAIL_BYTES)).toString('utf8');
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Ends of the logs of stages that did not pass, by stage id, for the report. The directory may come from
 * anywhere: nothing outside it is read, and a log that cannot be read is left out.
 */
export function readLogTails(runDir: string, manifest: RunManifest): ReadonlyMap<string, string> {
  const tails = new Map<string, string>();
  for (const { id, status, log } of manifest.stages) {
    if (log === null || status === 'passed' || status === 'skipped') continue;
    try {
      const tail = readTail(runDir, log.path);
      if (tail !== null) tails.set(id, tail);
    } catch (error) {
      if (errnoOf(error) === null) throw error;
    }
  }
  return tails;
}
