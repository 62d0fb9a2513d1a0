/**
 * `npm start`: installs what is missing and runs the whole gate on this repository.
 * Runs on the machine's own Node (20 or newer); the gate itself runs on the Node 24 that npm installs.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
process.chdir(ROOT);

/** npm writes this file at the end of an install; older than the lock means the lock has moved on. */
const INSTALLED = 'node_modules/.package-lock.json';
const NODE = path.join('node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');

function run(command, args, env = process.env) {
  const child = spawnSync(command, args, { stdio: 'inherit', env, shell: process.platform === 'win32' });
  if (child.error !== undefined) {
    process.stderr.write(`${command}: ${child.error.message}\n`);
    return 3;
  }
  return child.status ?? 3;
}

const stale =
  !existsSync(NODE) ||
  !existsSync(INSTALLED) ||
  statSync(INSTALLED).mtimeMs < statSync('package-lock.json').mtimeMs;
if (stale) {
  process.stderr.write('Installing dependencies (npm ci)…\n');
  const code = run('npm', ['ci', '--no-fund', '--no-audit', '--loglevel=error']);
  if (code !== 0) process.exit(code);
}

/** What git says on one line; null when it fails. */
function git(...args) {
  const { status, stdout } = spawnSync('git', args, { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : null;
}

// A clone without work of its own has nothing to compare: the last commit is what is under test then.
const isNamed = Boolean(process.env.BASE_SHA) || process.argv.includes('--base');
const isClean = git('status', '--porcelain') === '';
const isUpToDate = git('rev-parse', 'HEAD') === git('rev-parse', '-q', '--verify', '@{upstream}');
const isUntouched =
  isClean && (process.env.CI || isUpToDate) && git('rev-parse', '-q', '--verify', 'HEAD~1') !== null;
const base = !isNamed && isUntouched ? ['--base', 'HEAD~1'] : [];
const version = JSON.parse(readFileSync('package.json', 'utf8')).version;
process.stderr.write(`implementation-gate ${version} on itself\n`);
process.exitCode = run(NODE, ['dist/cli.js', 'run', ...base, ...process.argv.slice(2)]);
