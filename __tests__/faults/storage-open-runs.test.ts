import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { processesOfRun, readManifests, readRecords, runGate, startGate } from '../fakes/built-gate.ts';
import { openScenes, readWhenWritten } from '../fakes/gate-scene.ts';
import { isAlive } from '../fakes/process-scenes.ts';

/** What another gate may wait for one that does not move. */
const WAIT_MS = 15_000;

const scenes = openScenes(afterEach);

/** A repository whose first run waits in its stage, and the others do not. */
function openWaiting() {
  const notes = scenes.folder();
  const made = scenes.repository({
    wait: `if mkdir ${notes}/first 2>/dev/null; then echo $$ > ${notes}/pid; exec sleep "$WAIT_S"; fi`,
  });
  return { root: made.root, pidFile: path.join(notes, 'pid'), open: path.join(made.root, '.runs/main/open') };
}

describe('F11 several gates on one task', () => {
  test('F11 8 at once, twice: a folder and a record each, none torn, lost or doubled', async () => {
    const { root } = scenes.repository({ quick: 'echo quick' });
    for (const round of [1, 2]) {
      const runs = await Promise.all(Array.from({ length: 8 }, () => runGate(['run'], { cwd: root })));
      expect(runs.map(({ exitCode, stderr }) => [exitCode, stderr])).toEqual(Array(8).fill([0, '']));
      for (const { elapsedMs } of runs) expect(elapsedMs).toBeLessThan(WAIT_MS);
      const ids = readManifests(root).map(({ run_id }) => run_id);
      expect(ids).toHaveLength(8 * round);
      expect(
        readRecords(root)
          .map(({ run_id }) => run_id)
          .sort(),
      ).toEqual(ids);
    }
  });
});

describe('F12 the mark of an open run', () => {
  test('F12 its gate is killed: four others at once go on, one of them records it, its stage is reaped', async () => {
    const { root, pidFile, open } = openWaiting();
    const { child, ended } = startGate(['run'], { cwd: root, env: { WAIT_S: '300' } });
    const stagePid = Number(await readWhenWritten(pidFile));
    child.kill('SIGKILL');
    await ended;
    expect(readdirSync(open)).toHaveLength(1);
    expect(isAlive(stagePid)).toBe(true);

    const others = await Promise.all(Array.from({ length: 4 }, () => runGate(['run'], { cwd: root })));
    expect(others.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0, 0]);
    for (const { elapsedMs } of others) expect(elapsedMs).toBeLessThan(WAIT_MS);
    const manifests = readManifests(root);
    expect(manifests.map(({ status }) => status).sort()).toEqual(['aborted', ...Array(4).fill('succeeded')]);
    expect(
      readRecords(root)
        .map(({ run_id }) => run_id)
        .sort(),
    ).toEqual(manifests.map(({ run_id }) => run_id).sort());
    expect(readdirSync(open)).toEqual([]);
    expect(isAlive(stagePid)).toBe(false);
    expect(manifests.flatMap(({ run_id }) => processesOfRun(run_id))).toEqual([]);
    const told = manifests.filter(({ warnings }) =>
      warnings.some((line) => /had died.*1 process of it killed/.test(line)),
    );
    expect(told).toHaveLength(1);
  });

  test('F12 its gate is stopped, not dead: others go on and leave it alone; it ends as ever', async () => {
    const { root, pidFile, open } = openWaiting();
    const { child, ended } = startGate(['run'], { cwd: root, env: { WAIT_S: '1' } });
    await readWhenWritten(pidFile);
    child.kill('SIGSTOP');
    const other = await runGate(['run'], { cwd: root });
    const status = await runGate(['status', '--format', 'json'], { cwd: root });
    expect(other.exitCode).toBe(0);
    expect(other.elapsedMs).toBeLessThan(WAIT_MS);
    expect(status.exitCode).toBe(0);
    expect(readdirSync(open)).toHaveLength(1);
    expect(readManifests(root).map(({ status }) => status)).toEqual(['in_progress', 'succeeded']);

    child.kill('SIGCONT');
    expect((await ended).exitCode).toBe(0);
    expect(readManifests(root).map(({ status }) => status)).toEqual(['succeeded', 'succeeded']);
    expect(readRecords(root)).toHaveLength(2);
    expect(readdirSync(open)).toEqual([]);
  });
});
