import { existsSync, readdirSync } from 'node:fs';
import { afterAll, describe, expect, test } from '@jest/globals';
import { runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterAll);
const { root } = scenes.repository({ canary: 'touch ran' });
const before = readdirSync(root).sort();

/** NUL cannot be given to a process; the tests of the ids have it. */
const HOSTILE_IDS = ['../x', 'a/b', '..', '.hidden', 'a\nb', 'x'.repeat(300), 'a\u202eb', 'CON', 'nul.txt'];

describe('F08 hostile ids', () => {
  test.each(HOSTILE_IDS)('F08 task id %j: exit 2, nothing is made', async (id) => {
    const runs = await Promise.all([
      runGate(['run', `--task=${id}`], { cwd: root }),
      runGate(['run'], { cwd: root, env: { GATE_TASK_ID: id } }),
    ]);
    for (const { exitCode, stdout, stderr } of runs) {
      expect(onlyLine(stderr)).toMatch(/is not a task id/);
      expect(exitCode).toBe(2);
      expect(stdout).toBe('');
    }
    expect(readdirSync(root).sort()).toEqual(before);
  });

  test('F08 an empty task id: refused as a flag, unset as a variable', async () => {
    const { exitCode, stderr } = await runGate(['run', '--task='], { cwd: root });
    expect(exitCode).toBe(2);
    expect(onlyLine(stderr)).toMatch(/--task: the value is empty/);
    const planned = await runGate(['plan', '--format', 'json'], { cwd: root, env: { GATE_TASK_ID: '' } });
    expect(planned.exitCode).toBe(0);
    expect(JSON.parse(planned.stdout)).toMatchObject({ task_id: 'main' });
  });

  test.each(['../../etc', 'a/b', '..', '2026-01-06T11-18-00-343Z-6ee17f0e/../..', 'x\nlatest', 'a\u202eb'])(
    'F08 run id %j: exit 2 or 3, one line, nothing is made',
    async (id) => {
      const verbs = ['status', 'verify', 'report'];
      for (const { exitCode, stderr } of await Promise.all(
        verbs.map((verb) => runGate([verb, id], { cwd: root })),
      )) {
        expect([2, 3]).toContain(exitCode);
        expect(onlyLine(stderr)).toMatch(/^gate: /);
      }
      expect(readdirSync(root).sort()).toEqual(before);
    },
  );

  test('F08 a hostile branch name becomes a plain task id', async () => {
    const made = scenes.repository({ quick: 'true' });
    made.branch('feature/-x/@weird}-\u202e-name');
    expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
    const tasks = readdirSync(`${made.root}/.runs`).filter((name) => name !== '.gitignore');
    expect(tasks).toHaveLength(1);
    expect(tasks[0]).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
    expect(existsSync(`${made.root}/.runs/.gitignore`)).toBe(true);
  });
});
