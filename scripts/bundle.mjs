/**
 * Builds dist/ from src/: one entry (cli.js), chunks with fixed names, third-party licences.
 * Byte-identical from any folder, so that a check can rebuild and compare.
 *
 *   node scripts/bundle.mjs [--out DIR]   build (default: dist)
 *   node scripts/bundle.mjs --check       rebuild aside and compare with dist/; exit 1 when stale
 */
import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { rolldown } from 'rolldown';
import license from 'rollup-plugin-license';

const ROOT = path.resolve(import.meta.dirname, '..');

/** Builds into `out`, which is emptied first. */
export async function bundle(out) {
  rmSync(out, { recursive: true, force: true });
  const build = await rolldown({
    cwd: ROOT,
    input: { cli: 'src/cli.ts' },
    platform: 'node',
    treeshake: true,
    plugins: [
      license({
        cwd: ROOT,
        sourcemap: false,
        thirdParty: {
          includePrivate: false,
          output: { file: path.join(out, 'THIRD_PARTY_LICENSES.txt'), encoding: 'utf8' },
        },
      }),
    ],
    onLog(level, log, handler) {
      if (level === 'warn') throw new Error(`bundle: ${log.message}`);
      handler(level, log);
    },
  });
  await build.write({
    dir: out,
    format: 'esm',
    minify: true,
    sourcemap: false,
    entryFileNames: '[name].js',
    chunkFileNames: '[name].js',
  });
  await build.close();
  chmodSync(path.join(out, 'cli.js'), 0o755);
  for (const name of filesBelow(out).filter((file) => file.endsWith('.js'))) {
    const file = path.join(out, name);
    writeFileSync(file, readFileSync(file, 'utf8').replace(INVISIBLE, escapeUnits));
  }
}

/**
 * Controls, bidirectional and invisible characters, which the minifier writes as they are. They stand in texts and
 * regular expressions only, where an escape means the same, and a reader of dist/ can see it.
 */
const INVISIBLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

function escapeUnits(character) {
  return Array.from(
    { length: character.length },
    (_, at) => `\\u${character.charCodeAt(at).toString(16).padStart(4, '0')}`,
  ).join('');
}

function filesBelow(directory) {
  return readdirSync(directory, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(directory, path.join(entry.parentPath, entry.name)))
    .sort();
}

/** Paths that differ between two folders. */
function compareFolders(a, b) {
  const names = new Set([...filesBelow(a), ...filesBelow(b)]);
  const read = (folder, name) => {
    try {
      return readFileSync(path.join(folder, name));
    } catch {
      return null;
    }
  };
  return [...names].sort().filter((name) => {
    const [left, right] = [read(a, name), read(b, name)];
    return left === null || right === null || !left.equals(right);
  });
}

async function check() {
  const aside = mkdtempSync(path.join(tmpdir(), 'gate-dist-'));
  try {
    await bundle(aside);
    const stale = compareFolders(path.join(ROOT, 'dist'), aside);
    if (stale.length === 0) {
      process.stdout.write('dist is fresh\n');
      return;
    }
    process.stderr.write(`dist is stale: ${stale.join(', ')} – run "npm run bundle" and commit dist\n`);
    process.exitCode = 1;
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

if (process.argv[1] === import.meta.filename) {
  const args = process.argv.slice(2);
  if (args.includes('--check')) await check();
  else await bundle(path.resolve(ROOT, args[0] === '--out' ? (args[1] ?? 'dist') : 'dist'));
}
