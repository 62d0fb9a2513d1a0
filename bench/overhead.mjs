/**
 * What the gate itself costs: seven stages that do nothing, whole process, paired with the floor and
 * with peers. `npm run bench:overhead` prints the table; `-- --rounds 40` sets the rounds.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import path from 'node:path';
import { comparePaired } from './measure.mjs';
import { makeContenders } from './overhead-contenders.mjs';

const UNIT = 'node -e 0';
const TARGET = 2.2;

function readRounds(argv) {
  const at = argv.indexOf('--rounds');
  const rounds = at === -1 ? 20 : Number(argv[at + 1]);
  if (!Number.isInteger(rounds) || rounds < 3 || rounds > 1_000)
    throw new Error('--rounds takes a whole number from 3 to 1000');
  return rounds;
}

function installPeers() {
  const folder = import.meta.dirname;
  if (existsSync(path.join(folder, 'node_modules', '.package-lock.json'))) return;
  process.stderr.write('installing the peers (bench/package-lock.json)…\n');
  execFileSync('npm', ['ci', '--ignore-scripts', '--no-fund', '--no-audit', '--loglevel=error'], {
    cwd: folder,
    stdio: 'inherit',
    shell: process.platform === 'win32',
  });
}

/** Writes of the manifest as the gate counted them in its last run. */
function manifestWrites(cwd) {
  const [latest] = globSync('.runs/*/cli/*/manifest.json', { cwd }).sort().reverse();
  return latest === undefined
    ? null
    : JSON.parse(readFileSync(path.join(cwd, latest), 'utf8')).counters.manifest_writes;
}

function printTable(rows) {
  const cells = rows.map((row) => [
    `${row.name} ${row.version}`,
    row.ratio.toFixed(2),
    `${row.ratioMin.toFixed(2)}–${row.ratioMax.toFixed(2)}`,
    row.wallMs.toFixed(0),
    row.cpuMs.toFixed(0),
    (row.peakBytes / 1_048_576).toFixed(0),
    row.writes === null ? '–' : String(row.writes),
    row.evidence,
  ]);
  const head = [
    'what',
    `× ${UNIT}`,
    'min–max',
    'wall ms',
    'CPU ms',
    'peak MiB',
    'manifest writes',
    'evidence left',
  ];
  const lines = [head, head.map((_, at) => (at === 0 || at === 7 ? '---' : '---:')), ...cells];
  process.stdout.write(`${lines.map((line) => `| ${line.join(' | ')} |`).join('\n')}\n`);
}

const rounds = readRounds(process.argv);
installPeers();
const temporary = mkdtempSync(path.join(tmpdir(), 'gate-bench-'));
try {
  const contenders = makeContenders(temporary);
  const measured = await comparePaired(contenders, { rounds, unit: UNIT });
  const rows = measured
    .map((row) => ({ ...row, writes: row.name === 'gate' ? manifestWrites(row.cwd) : null }))
    .sort((a, b) => a.ratio - b.ratio);
  process.stdout.write(
    `Seven no-op stages, whole process. ${new Date().toISOString().slice(0, 10)}, ${cpus()[0]?.model ?? 'unknown CPU'}, ${cpus().length} cores, Node ${process.versions.node}, ${rounds} paired rounds.\n\n`,
  );
  printTable(rows);
  const gate = rows.find(({ name }) => name === 'gate');
  const withEvidence = rows.filter(
    ({ name, evidence }) => name !== 'gate' && evidence !== 'none' && evidence !== 'console',
  );
  process.stdout.write(
    `\nTarget ≤ ${TARGET} × ${UNIT} with full evidence: ${gate.ratio <= TARGET ? 'held' : 'NOT held'} (${gate.ratio.toFixed(2)}).\n`,
  );
  process.stdout.write(
    `Ahead of every peer that leaves evidence: ${withEvidence.every(({ ratio }) => ratio > gate.ratio) ? 'held' : 'NOT held'}.\n`,
  );
} finally {
  rmSync(temporary, { recursive: true, force: true });
}
