import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** Builds the command once from the sources as they are, so that the end-to-end tests never test a stale dist. */
export default function buildGate(): void {
  const root = path.resolve(import.meta.dirname, '..');
  execFileSync(process.execPath, ['scripts/bundle.mjs', '--out', '.cache/dist'], { cwd: root, stdio: 'inherit' });
}
