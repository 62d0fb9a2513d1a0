import { createHash } from 'node:crypto';
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import path from 'node:path';

/** Every entry below a folder with its mode, time of change and contents: equal maps are byte-identical folders. */
export function hashTree(folder: string): ReadonlyMap<string, string> {
  const hashes = new Map<string, string>();
  for (const name of readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()) {
    const file = path.join(folder, name);
    const entry = lstatSync(file);
    const content = entry.isSymbolicLink() ? readlinkSync(file) : entry.isFile() ? readFileSync(file) : '';
    const digest = createHash('sha256').update(content).digest('hex');
    hashes.set(name, `${entry.mode.toString(8)} ${entry.mtimeMs} ${digest}`);
  }
  return hashes;
}
