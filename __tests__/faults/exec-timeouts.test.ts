import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { processesOfRun } from '../fakes/built-gate.ts';
import { openScenes, type PlayedGate, readWhenWritten } from '../fakes/gate-scene.ts';
import { isAlive } from '../fakes/process-scenes.ts';

/** The time limit of the stages below, and what the gate promises beyond any limit. */
const TIMEOUT_MS = 1_000;
const BEYOND_MS = 6_000;

/** Output is awaited for 2 s after the main process; strays are gone within a second after that. */
const AFTER_EXIT_MS = 3_000;

const scenes = openScenes(afterAll);
const notes = scenes.folder();

/** They mostly wait, so all of them run at once. */
const SCENES = {
  deaf: {
    run: `setsid sh -c 'echo $$ > ${notes}/daemon; trap "" TERM; sleep 300' & trap '' INT TERM; while :; do sleep .1; done`,
    timeout: '1s',
  },
  polite: { run: "trap 'exit 0' TERM; while :; do sleep .1; done", timeout: '1s' },
  grandchild: {
    run: `bash -c 'sleep 300 & echo $! > ${notes}/grandchild; wait'`,
    timeout: '1s',
  },
  background: `sleep 60 & echo $! > ${notes}/background; echo ok`,
  failing: `sleep 60 & echo $! > ${notes}/failing; exit 3`,
} as const;

type SceneName = keyof typeof SCENES;

const played = new Map<SceneName, Promise<PlayedGate>>();
beforeAll(() => {
  for (const name of Object.keys(SCENES) as SceneName[]) {
    played.set(name, scenes.play({ [name]: SCENES[name], later: 'true' }));
  }
});

async function outcome(name: SceneName) {
  const run = await played.get(name);
  if (run === undefined) throw new Error(`${name} was not played`);
  const [stage, later] = run.manifest.stages;
  return { ...run, stage, later };
}

describe('a stage that does not end', () => {
  test('E01 a stage that ignores INT and TERM is killed with its daemon at most 6 s after its limit', async () => {
    const { exitCode, stage, later, manifest, stdout } = await outcome('deaf');
    expect(exitCode).toBe(1);
    expect(stage).toMatchObject({ status: 'failed', reason: 'timed_out', exit_code: null });
    expect(stage?.duration_ms).toBeGreaterThanOrEqual(TIMEOUT_MS);
    expect(stage?.duration_ms).toBeLessThanOrEqual(TIMEOUT_MS + BEYOND_MS);
    expect(processesOfRun(manifest.run_id)).toEqual([]);
    expect(isAlive(Number(await readWhenWritten(`${notes}/daemon`)))).toBe(false);
    expect(later?.status).toBe('passed');
    expect(stdout).toMatch(/timed out after .*raise stages\.deaf\.timeout/s);
  });

  test('E01 a stage that answers TERM with exit code 0 has timed out all the same', async () => {
    const { exitCode, stage, manifest } = await outcome('polite');
    expect(exitCode).toBe(1);
    expect(stage).toMatchObject({ status: 'failed', reason: 'timed_out' });
    expect(manifest.verdict).toBe('failed');
  });

  test('E03 a grandchild that holds stdout delays nothing and is gone', async () => {
    const { exitCode, stage, manifest } = await outcome('grandchild');
    expect(exitCode).toBe(1);
    expect(stage).toMatchObject({ status: 'failed', reason: 'timed_out' });
    expect(stage?.duration_ms).toBeLessThanOrEqual(TIMEOUT_MS + BEYOND_MS);
    expect(isAlive(Number(await readWhenWritten(`${notes}/grandchild`)))).toBe(false);
    expect(processesOfRun(manifest.run_id)).toEqual([]);
  });
});

describe('a stage that leaves somebody behind', () => {
  test.each([
    ['background', 0, 'passed'],
    ['failing', 1, 'failed'],
  ] as const)('E04 a background child on the pipe: %s, the exit code decides', async (name, code, status) => {
    const { exitCode, stage, manifest } = await outcome(name);
    expect(exitCode).toBe(code);
    expect(stage).toMatchObject({ status, strays: 1 });
    expect(stage?.duration_ms).toBeLessThanOrEqual(AFTER_EXIT_MS + 1_000);
    expect(isAlive(Number(await readWhenWritten(`${notes}/${name}`)))).toBe(false);
    expect(manifest.warnings.join('\n')).toMatch(/1 process of \w+ outlived it and had to be killed/);
  });
});
