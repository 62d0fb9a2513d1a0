/**
 * The gate over a change of very many files: wall time and the largest resident memory of its own process.
 * `npm run bench:change` prints the table; `-- --files 10000` sets the size, `-- --cli path` measures another build.
 * Linux only (/proc). Half of the files are rewritten (three lines for three), half are new (three lines); every
 * hundredth has a line of 600 characters, so that the diff budget has to look at lines.
 */
import { execFileSync, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
const NODE = process.execPath;
const PIPELINES = { reading: ['nothing'], budget: ['diff-budget'], both: ['diff-budget', 'review'] };
const LIMIT_MIB = 256;

/** Limits that this change keeps, so that no stage ends early. */
const CONFIG = `version: 1
stages:
  nothing: { run: "true" }
  diff-budget: { max_files: 1000000, max_lines: 10000000, max_bytes: 1GiB }
  review: { notes: optional }
pipelines:
${Object.entries(PIPELINES)
  .map(([name, stages]) => `  ${name}: [${stages.join(', ')}]\n`)
  .join('')}`;

function readOption(name, fallback) {
  const at = process.argv.indexOf(`--${name}`);
  return at === -1 ? fallback : process.argv[at + 1];
}

function nameOf(at) {
  return `src/part-${String(Math.floor(at / 500)).padStart(3, '0')}/module-${String(at).padStart(6, '0')}.ts`;
}

function contentOf(at, state) {
  const tail = at % 100 === 0 ? `'${'x'.repeat(600)}'` : `'${state}'`;
  return `import { part } from './${state}-${at % 97}.ts';\nconst value${at} = part(${at}, ${tail});\nexport const ${state}${at} = value${at} + 1;\n`;
}

function* commit(message, mark, parent, files) {
  yield `commit refs/heads/main\nmark :${mark}\ncommitter bench <bench@localhost> 1700000000 +0000\ndata ${message.length}\n${message}\n`;
  if (parent !== null) yield `from :${parent}\n`;
  for (const [name, content] of files) {
    yield `M 100644 inline ${name}\ndata ${Buffer.byteLength(content)}\n${content}\n`;
  }
}

function* filesOf(from, to, state) {
  for (let at = from; at < to; at += 1) yield [nameOf(at), contentOf(at, state)];
}

/** A repository whose last commit changes `files` files. */
async function makeRepository(folder, files) {
  mkdirSync(folder);
  const git = (...args) => execFileSync('git', args, { cwd: folder, stdio: ['ignore', 'ignore', 'inherit'] });
  git('init', '-q', '-b', 'main');
  const child = spawn('git', ['fast-import', '--quiet'], {
    cwd: folder,
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  const ended = new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`git fast-import ended with ${code}`)),
    );
  });
  const start = [
    ['gate.yml', CONFIG],
    ['.gitignore', '.runs\n'],
  ];
  const parts = [
    commit('start', 1, null, [...start, ...filesOf(0, files / 2, 'before')]),
    commit('change', 2, 1, filesOf(0, files, 'after')),
  ];
  for (const part of parts) {
    for (const piece of part) {
      if (!child.stdin.write(piece)) await new Promise((resolve) => child.stdin.once('drain', resolve));
    }
  }
  child.stdin.end();
  await ended;
  git('reset', '-q', '--hard', 'main');
}

function highWaterBytes(pid) {
  try {
    const match = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? 0 : Number(match[1]) * 1_024;
  } catch {
    return 0;
  }
}

/** Wall time, and VmHWM of the process itself: the kernel keeps the maximum, so looking often is not needed. */
function measure(cwd, cli, pipeline) {
  return new Promise((resolve, reject) => {
    const argv = [cli, 'run', pipeline, '--format', 'json', '--base', 'HEAD~1'];
    const env = { PATH: process.env.PATH, HOME: path.dirname(cwd) };
    const start = process.hrtime.bigint();
    const child = spawn(NODE, argv, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
    let peak = 0;
    let answer = '';
    const timer = setInterval(() => {
      peak = Math.max(peak, highWaterBytes(child.pid));
    }, 5);
    child.stdout.on('data', (chunk) => {
      answer += chunk;
    });
    child.on('error', reject);
    child.on('close', (code) => {
      clearInterval(timer);
      const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
      if (code === 0 || code === 1) resolve({ wallMs, peak, stages: JSON.parse(answer).stages });
      else reject(new Error(`the gate ended with ${code}: ${answer.slice(-2_000)}`));
    });
  });
}

const files = Number(readOption('files', 100_000));
if (!Number.isInteger(files) || files < 2 || files > 1_000_000)
  throw new Error('--files takes a whole number from 2 to 1000000');
const rounds = Number(readOption('rounds', 3));
const cli = path.resolve(readOption('cli', path.join(ROOT, 'dist', 'cli.js')));
const temporary = mkdtempSync(path.join(tmpdir(), 'gate-bench-change-'));
try {
  const repository = path.join(temporary, 'repository');
  await makeRepository(repository, files);
  process.stdout.write(
    `A change of ${files} files. ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.versions.node}, ${rounds} rounds.\n\n`,
  );
  process.stdout.write(
    '| pipeline | wall s | peak MiB of the gate | at most 256 MiB | stages |\n| --- | ---: | ---: | --- | --- |\n',
  );
  for (const [name, stages] of Object.entries(PIPELINES)) {
    const runs = [];
    for (let round = 0; round < rounds; round += 1) {
      runs.push(await measure(repository, cli, name));
    }
    const walls = runs.map(({ wallMs }) => wallMs).sort((a, b) => a - b);
    const peak = Math.max(...runs.map((run) => run.peak)) / 1_048_576;
    const ends = runs[0].stages.map(({ id, status }) => `${id} ${status}`).join(', ');
    const wall = (walls[Math.floor(walls.length / 2)] / 1_000).toFixed(1);
    process.stdout.write(
      `| ${stages.join(', ')} | ${wall} | ${peak.toFixed(0)} | ${peak <= LIMIT_MIB ? 'held' : 'NOT held'} | ${ends} |\n`,
    );
  }
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
