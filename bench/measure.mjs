/** Paired, interleaved timing of whole processes, with CPU time and peak memory. Linux only (/proc). */
import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks per second of /proc; 100 on every Linux ABI that Node supports. */
const TICKS = 100;

function childrenCpuMs() {
  const text = readFileSync('/proc/self/stat', 'utf8');
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  return ((Number(fields[13]) + Number(fields[14])) * 1_000) / TICKS;
}

/**
 * Runs a contender once: wall in ms. Rejects when it does not exit 0, or with one of the codes that it `accepts`: a
 * bench of failures means nothing.
 */
export function runOnce(contender) {
  return new Promise((resolve, reject) => {
    const [command, ...args] = contender.argv;
    const start = process.hrtime.bigint();
    const child = spawn(command, args, {
      cwd: contender.cwd,
      env: contender.env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr = (stderr + chunk).slice(-2_000);
    });
    child.on('error', reject);
    child.on('exit', (code) => {
      const wallMs = Number(process.hrtime.bigint() - start) / 1e6;
      if ((contender.accepts ?? [0]).includes(code)) resolve(wallMs);
      else reject(new Error(`${contender.name} ended with ${code}: ${stderr}`));
    });
  });
}

function descendants(root) {
  const parents = new Map();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    try {
      const text = readFileSync(`/proc/${name}/stat`, 'utf8');
      parents.set(Number(name), Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1]));
    } catch {
      // Ended while we looked.
    }
  }
  const found = [root];
  for (let at = 0; at < found.length; at += 1) {
    for (const [pid, parent] of parents) if (parent === found[at]) found.push(pid);
  }
  return found;
}

function residentBytes(pid) {
  try {
    const match = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
    return match === null ? 0 : Number(match[1]) * 1_024;
  } catch {
    return 0;
  }
}

/** Largest sum of resident memory of the whole tree, sampled as fast as it goes in a round of its own. */
export async function peakBytes(contender) {
  const [command, ...args] = contender.argv;
  const child = spawn(command, args, { cwd: contender.cwd, env: contender.env, stdio: 'ignore' });
  let running = true;
  child.on('exit', () => {
    running = false;
  });
  let peak = 0;
  while (running) {
    const sum = descendants(child.pid).reduce((total, pid) => total + residentBytes(pid), 0);
    peak = Math.max(peak, sum);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return peak;
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length / 2;
  return sorted.length % 2 === 1 ? sorted[Math.floor(middle)] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * Every contender once per round, in an order that turns by one each round, so that a slow moment of
 * the machine hits all alike. Ratios are taken within a round, against the contender called `unit`.
 */
export async function comparePaired(contenders, { rounds, unit }) {
  const walls = new Map(contenders.map(({ name }) => [name, []]));
  const cpus = new Map(contenders.map(({ name }) => [name, 0]));
  for (const contender of contenders) await runOnce(contender);
  for (let round = 0; round < rounds; round += 1) {
    for (let at = 0; at < contenders.length; at += 1) {
      const contender = contenders[(at + round) % contenders.length];
      const before = childrenCpuMs();
      walls.get(contender.name).push(await runOnce(contender));
      cpus.set(contender.name, cpus.get(contender.name) + childrenCpuMs() - before);
    }
  }
  const rows = [];
  for (const contender of contenders) {
    const mine = walls.get(contender.name);
    const ratios = mine.map((wall, round) => wall / walls.get(unit)[round]);
    rows.push({
      ...contender,
      ratio: median(ratios),
      ratioMin: Math.min(...ratios),
      ratioMax: Math.max(...ratios),
      wallMs: median(mine),
      cpuMs: cpus.get(contender.name) / rounds,
      peakBytes: await peakBytes(contender),
    });
  }
  return rows;
}
