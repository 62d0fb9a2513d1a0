import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const CACHE = path.join(ROOT, '.cache');

/** Everything that the built command is made from. */
function digestSources(): string {
  const hash = createHash('sha256');
  const sources = readdirSync(path.join(ROOT, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join('src', name));
  for (const name of [...sources.sort(), 'scripts/bundle.mjs', 'package.json', 'package-lock.json']) {
    hash.update(`${name}\0`).update(readFileSync(path.join(ROOT, name)));
  }
  return hash.digest('hex');
}

/**
 * Builds the command from the sources as they are, so that the tests that run it never test a stale one. Skipped when
 * nothing changed since the last time; a finished build takes the place of the old one whole.
 */
export default function buildGate(): void {
  const stamp = path.join(CACHE, 'dist.digest');
  const digest = digestSources();
  if (
    existsSync(path.join(CACHE, 'dist', 'cli.js')) &&
    existsSync(stamp) &&
    readFileSync(stamp, 'utf8') === digest
  ) {
    return;
  }
  mkdirSync(CACHE, { recursive: true });
  const fresh = path.join(CACHE, `dist-${process.pid}`);
  execFileSync(process.execPath, ['scripts/bundle.mjs', '--out', fresh], { cwd: ROOT, stdio: 'inherit' });
  rmSync(path.join(CACHE, 'dist'), { recursive: true, force: true });
  renameSync(fresh, path.join(CACHE, 'dist'));
  writeFileSync(stamp, digest);
}
