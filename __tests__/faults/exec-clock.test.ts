import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readLog } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

/** Sets the clock of a Node process back by two hours after 0.3 s, then forward by a day after 1 s. */
const SHIFT = `
const RealDate = Date;
const startedMs = performance.now();
function shiftMs() {
  const elapsedMs = performance.now() - startedMs;
  return elapsedMs < 300 ? 0 : elapsedMs < 1000 ? -7200000 : 86400000;
}
globalThis.Date = class extends RealDate {
  constructor(...given) {
    if (given.length === 0) super(RealDate.now() + shiftMs());
    else super(...given);
  }
  static now() {
    return RealDate.now() + shiftMs();
  }
};
`;

/** Beyond the 5 % that are promised: starting a shell and being told of its end on a busy machine. */
const START_MS = 500;

describe('a clock that jumps', () => {
  test('E16 back by two hours and forward by a day: durations and time limits are unmoved', async () => {
    const preload = path.join(scenes.folder(), 'shift.cjs');
    writeFileSync(preload, SHIFT);
    const { exitCode, manifest, root } = await scenes.play(
      {
        timed: { run: 'date +%s%N; sleep 2; date +%s%N', timeout: '20s' },
        limited: { run: 'sleep 30', timeout: '1s' },
      },
      { env: { NODE_OPTIONS: `--require=${preload}` } },
    );
    expect(exitCode).toBe(1);
    const [timed, limited] = manifest.stages;
    const [from = 0, to = 0] = readLog(root, manifest, 'timed').toString().split('\n').map(Number);
    const ownMs = (to - from) / 1e6;
    expect(timed?.status).toBe('passed');
    expect(timed?.duration_ms).toBeGreaterThanOrEqual(Math.floor(ownMs * 0.95));
    expect(timed?.duration_ms).toBeLessThanOrEqual(ownMs * 1.05 + START_MS);
    expect(limited).toMatchObject({ status: 'failed', reason: 'timed_out' });
    expect(limited?.duration_ms).toBeGreaterThanOrEqual(950);
    expect(limited?.duration_ms).toBeLessThanOrEqual(7_000);
    expect(manifest.duration_ms).toBeGreaterThanOrEqual(
      (timed?.duration_ms ?? 0) + (limited?.duration_ms ?? 0),
    );
    // The clock did jump: the wall says more than a day.
    expect(Date.parse(manifest.updated_at) - Date.parse(manifest.started_at)).toBeGreaterThan(80_000_000);
  });
});
