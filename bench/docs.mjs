/**
 * What reading 2,000 Markdown files costs: the gate with one stage, whole process, paired with the floor and with
 * peers that check local links. `npm run bench:docs` prints the table; `-- --rounds 20` sets the rounds.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { makeContenders } from './docs-contenders.mjs';
import { FILES, makeCorpus } from './docs-corpus.mjs';
import { comparePaired } from './measure.mjs';

const FLOOR = 'cat';
const START = 'node -e 0';

function readRounds(argv) {
  const at = argv.indexOf('--rounds');
  const rounds = at === -1 ? 7 : Number(argv[at + 1]);
  if (!Number.isInteger(rounds) || rounds < 3 || rounds > 1_000)
    throw new Error('--rounds takes a whole number from 3 to 1000');
  return rounds;
}

function installPeers() {
  const folder = import.meta.dirname;
  if (existsSync(path.join(folder, 'node_modules', 'remark-cli'))) return;
  process.stderr.write('installing the peers (bench/package-lock.json)…\n');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** One run more, whose output is read; null where a contender has no findings. */
function countFindings({ argv, cwd, env, countFindings: count }) {
  const [command, ...args] = argv;
  const { stdout, stderr } = spawnSync(command, args, { cwd, env, encoding: 'utf8', maxBuffer: 1 << 28 });
  return count({ stdout, stderr });
}

function printTable(rows, startMs) {
  const cells = rows.map((row) => [
    `${row.name} ${row.version}`.trim(),
    row.ratio.toFixed(1),
    (row.wallMs / startMs).toFixed(1),
    `${row.ratioMin.toFixed(1)}–${row.ratioMax.toFixed(1)}`,
    row.wallMs.toFixed(0),
    row.cpuMs.toFixed(0),
    (row.peakBytes / 1_048_576).toFixed(0),
    row.findings === null ? '–' : String(row.findings),
  ]);
  const head = [
    'what',
    `× ${FLOOR}`,
    `× ${START}`,
    `min–max (× ${FLOOR})`,
    'wall ms',
    'CPU ms',
    'peak MiB',
    'findings',
  ];
  const lines = [head, head.map((_, at) => (at === 0 ? '---' : '---:')), ...cells];
  process.stdout.write(`${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`);
}

const rounds = readRounds(process.argv);
installPeers();
const temporary = mkdtempSync(path.join(tmpdir(), 'gate-bench-docs-'));
try {
  const today = new Date().toISOString().slice(0, 10);
  const corpus = path.join(temporary, 'corpus');
  const { bytes, distinct } = makeCorpus(corpus, today);
  const contenders = makeContenders(corpus, temporary);
  const measured = await comparePaired(contenders, { rounds, unit: FLOOR });
  const rows = measured
    .map((row) => ({ ...row, findings: countFindings(row) }))
    .sort((a, b) => a.ratio - b.ratio);
  process.stdout.write(
    `${FILES} Markdown files (${distinct} different ones), ${(bytes / 1e6).toFixed(1)} MB, whole process. ${today}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.versions.node}, ${rounds} paired rounds.\n\n`,
  );
  printTable(rows, measured.find(({ name }) => name === START).wallMs);
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
