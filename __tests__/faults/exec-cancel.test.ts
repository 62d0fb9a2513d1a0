import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { latestManifest, processesOfRun, readRecords, startGate } from '../fakes/built-gate.ts';
import { openScenes, pause, readWhenWritten } from '../fakes/gate-scene.ts';
import { isAlive } from '../fakes/process-scenes.ts';

/** From the first signal to the end of the gate, its last manifest included. */
const CANCEL_MS = 5_000;

/** A signal and when it comes, counted from the first one. */
type Step = readonly [atMs: number, signal: NodeJS.Signals];

const scenes = openScenes(afterAll);

/** A stage that ends for nothing but KILL, and its grandchild. */
const DEAF = "trap '' INT TERM; (trap '' INT TERM; sleep 300; sleep 300) & while :; do sleep .1; done";
const OBEDIENT = 'sleep 300 & wait';

/** Runs a stage and, as soon as it is under way, sends the signals for as long as the gate lives. */
async function cancel(command: string, steps: readonly Step[]) {
  const notes = scenes.folder();
  const { root } = scenes.repository({
    slow: { run: `echo $$ > ${notes}/pid; ${command}`, retries: 2 },
    never: `touch ${notes}/ran`,
  });
  const { child, ended } = startGate(['run'], { cwd: root });
  const pid = Number(await readWhenWritten(path.join(notes, 'pid')));
  const signalledMs = performance.now();
  const timers = steps.map(([atMs, signal]) => setTimeout(() => child.kill(signal), atMs));
  const run = await ended;
  for (const timer of timers) clearTimeout(timer);
  const manifest = latestManifest(root);
  return {
    ...run,
    manifest,
    root,
    pid,
    cancelMs: performance.now() - signalledMs,
    left: processesOfRun(manifest.run_id),
  };
}

const SCENES = {
  interrupted: [OBEDIENT, [[0, 'SIGINT']]],
  terminated: [OBEDIENT, [[0, 'SIGTERM']]],
  // The hosted runner: INT, 7.5 s, TERM, 2.5 s, KILL.
  runner: [
    DEAF,
    [
      [0, 'SIGINT'],
      [7_500, 'SIGTERM'],
      [10_000, 'SIGKILL'],
    ],
  ],
  // The same order with the second signal before the grace period is over.
  hurried: [
    DEAF,
    [
      [0, 'SIGINT'],
      [750, 'SIGTERM'],
    ],
  ],
  twice: [
    DEAF,
    [
      [0, 'SIGINT'],
      [200, 'SIGINT'],
    ],
  ],
} satisfies Record<string, readonly [string, readonly Step[]]>;

type SceneName = keyof typeof SCENES;
type Cancelled = Awaited<ReturnType<typeof cancel>>;

const played = new Map<SceneName, Promise<Cancelled>>();
beforeAll(async () => {
  for (const name of Object.keys(SCENES) as SceneName[]) {
    const [command, steps] = SCENES[name];
    played.set(name, cancel(command, steps));
    await pause(20);
  }
});

async function outcome(name: SceneName): Promise<Cancelled> {
  const run = await played.get(name);
  if (run === undefined) throw new Error(`${name} was not played`);
  return run;
}

function expectCancelled({ manifest, left, pid, root, cancelMs }: Cancelled): void {
  expect(manifest).toMatchObject({ status: 'cancelled', verdict: 'cancelled' });
  expect(manifest.stages.map(({ status, reason }) => [status, reason])).toEqual([
    ['cancelled', 'cancelled'],
    ['not_run', 'cancelled'],
  ]);
  expect(manifest.stages[0]?.attempts).toHaveLength(1);
  expect(left).toEqual([]);
  expect(isAlive(pid)).toBe(false);
  expect(cancelMs).toBeLessThanOrEqual(CANCEL_MS);
  expect(readRecords(root).map(({ verdict }) => verdict)).toEqual(['cancelled']);
}

describe('the wish to stop', () => {
  test('E07 SIGINT in mid-stage: 130, cancelled, children and grandchildren gone within 5 s', async () => {
    const run = await outcome('interrupted');
    expect(run.exitCode).toBe(130);
    expectCancelled(run);
    expect(run.stdout).toMatch(/cancelled/);
  });

  test('E07 SIGTERM in mid-stage: 143', async () => {
    const run = await outcome('terminated');
    expect(run.exitCode).toBe(143);
    expectCancelled(run);
  });

  test('E08 the runner’s sequence with a deaf child ends before the second signal', async () => {
    const run = await outcome('runner');
    expect(run.exitCode).toBe(130);
    expectCancelled(run);
  });

  test('E08 a TERM that comes before the grace is over ends the deaf child at once, with the same final state', async () => {
    const run = await outcome('hurried');
    expect(run.exitCode).toBe(130);
    expectCancelled(run);
  });

  test('E09 a second SIGINT kills the group at once; the manifest parses', async () => {
    const run = await outcome('twice');
    expect(run.exitCode).toBe(130);
    expectCancelled(run);
    // Without the second one a deaf child has 3 s.
    expect(run.cancelMs).toBeLessThan(3_000);
  });
});
