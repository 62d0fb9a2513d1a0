import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../../src/host/clock.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gate-clock-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const SOURCE = path.resolve(import.meta.dirname, '..', '..', 'src', 'host');

/** Shifts the date two hours back after 100 ms, then a day ahead, as a broken time service does. */
const SHIFTING_PRELOAD = `
const real = Date.now.bind(Date);
let shift = 0;
setTimeout(() => { shift = -7_200_000; }, 100).unref();
setTimeout(() => { shift = 86_400_000; }, 200).unref();
Date.now = () => real() + shift;
`;

const PROGRAM = `
import { createSystemClock } from ${JSON.stringify(path.join(SOURCE, 'clock.ts'))};
import { createProcessHost } from ${JSON.stringify(path.join(SOURCE, 'process-host.ts'))};
const clock = createSystemClock();
const never = { level: 'none', signal: null, onRise: () => () => {} };
const wallBefore = clock.wallMs();
const exit = await createProcessHost(clock).run({
  commandLine: 'sleep 20', cwd: '/', env: { PATH: process.env.PATH }, timeoutMs: 400, graceMs: 200,
  runMarker: 'clock-test-run', cancellation: never, onOutput: () => {},
});
console.log(JSON.stringify({ exit, wall: clock.wallMs() - wallBefore }));
process.exit(0);
`;

describe('the system clock', () => {
  test('tells milliseconds since the epoch and a time that does not go back', () => {
    const clock = createSystemClock();
    const before = clock.monotonicMs();
    expect(Math.abs(clock.wallMs() - Date.now())).toBeLessThan(60_000);
    expect(clock.monotonicMs()).toBeGreaterThanOrEqual(before);
  });

  test('durations and time limits do not move when the date jumps (E16)', () => {
    const preload = path.join(folder, 'shift.cjs');
    const program = path.join(folder, 'program.mjs');
    writeFileSync(preload, SHIFTING_PRELOAD);
    writeFileSync(program, PROGRAM);
    const text = execFileSync(process.execPath, ['--no-warnings', '--require', preload, program], {
      encoding: 'utf8',
      timeout: 30_000,
    });
    const { exit, wall } = JSON.parse(text) as {
      exit: { outcome: string; durationMs: number };
      wall: number;
    };
    expect(wall).toBeGreaterThan(80_000_000);
    expect(exit.outcome).toBe('timed_out');
    expect(exit.durationMs).toBeGreaterThanOrEqual(390);
    expect(exit.durationMs).toBeLessThan(400 + 6_000);
  });
});
