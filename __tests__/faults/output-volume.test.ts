import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { type GateRun, latestManifest, readLog, startGate } from '../fakes/built-gate.ts';
import { openScenes, pause } from '../fakes/gate-scene.ts';

const MIB = 1_048_576;
const LINES_BYTES = 256 * MIB;
const ONE_LINE_BYTES = 200 * MIB;
const LINE = 'a line of output like any other, with a number: 0123456789';

/** What a log keeps, and the line about what it does not keep. */
const LOG_BYTES = 64 * MIB + 1_024;

const scenes = openScenes(afterAll);

let run: GateRun;
let manifest: RunManifest;
let root: string;
let peakBytes = 0;

/** The largest resident set of a process so far; 0 once it is gone. */
function readPeakBytes(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) * 1_024;
  } catch {
    return 0;
  }
}

/** Here a quarter of the promised GiB, so that the suite stays quick; `npm run bench` prints the whole one. */
beforeAll(async () => {
  const made = scenes.repository({
    lines: `echo first; yes '${LINE}' | head -c ${LINES_BYTES}; echo; echo last; exit 4`,
    'one-line': `head -c ${ONE_LINE_BYTES} /dev/zero | tr '\\0' x`,
  });
  root = made.root;
  // With something to hide every byte is looked at.
  const { child, ended } = startGate(['run'], { cwd: root, env: { DEPLOY_TOKEN: 'canary-7f3a9c51e2' } });
  let isOver = false;
  const watch = (async () => {
    while (!isOver) {
      peakBytes = Math.max(peakBytes, readPeakBytes(child.pid ?? 0));
      await pause(20);
    }
  })();
  run = await ended;
  isOver = true;
  await watch;
  manifest = latestManifest(root);
}, 60_000);

describe('a stage that prints without end', () => {
  test('O01 a quarter GiB in lines: exit code kept, true count, head and tail in a bounded log', () => {
    expect(run.exitCode).toBe(1);
    const [stage] = manifest.stages;
    expect(stage).toMatchObject({ status: 'failed', reason: 'exit_nonzero', exit_code: 4 });
    expect(stage?.log?.truncated).toBe(true);
    expect(stage?.log?.total_bytes).toBe('first\n'.length + LINES_BYTES + '\nlast\n'.length);
    expect(stage?.log?.bytes).toBeLessThanOrEqual(LOG_BYTES);
    const log = readLog(root, manifest, 'lines');
    expect(log.length).toBe(stage?.log?.bytes);
    expect(log.subarray(0, 100).toString()).toMatch(new RegExp(`^first\n${LINE}\n`));
    expect(log.subarray(-100).toString()).toMatch(/\nlast\n$/);
    expect(log.includes('bytes) left out by the gate')).toBe(true);
    expect(run.stdout).toContain('last');
  });

  test('O02 200 MiB without a line break: passed, true count, bounded log', () => {
    const stage = manifest.stages[1];
    expect(stage).toMatchObject({ status: 'passed', exit_code: 0 });
    expect(stage?.log).toMatchObject({ truncated: true, total_bytes: ONE_LINE_BYTES });
    expect(stage?.log?.bytes).toBeLessThanOrEqual(LOG_BYTES);
  });

  test('O01 O02 the gate’s memory stays at or below 256 MiB, and its manifest small', () => {
    expect(peakBytes).toBeGreaterThan(20 * MIB);
    expect(peakBytes).toBeLessThanOrEqual(256 * MIB);
    expect(JSON.stringify(manifest).length).toBeLessThan(16_384);
    expect(manifest.counters.manifest_writes).toBe(3);
    expect(manifest.counters.output_bytes).toBeGreaterThan(LINES_BYTES + ONE_LINE_BYTES);
  });
});
