import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../../src/host/clock.ts';
import { createProcessHost } from '../../src/host/process-host.ts';
import { RUNS_VARIABLE } from '../../src/host/process-marker.ts';
import { isAlive, openProcessScene, until } from '../fakes/process-scenes.ts';

const scene = openProcessScene();
const bystanders: ChildProcess[] = [];
afterEach(() => {
  for (const child of bystanders.splice(0)) child.kill('SIGKILL');
});
afterAll(() => scene.dispose());

/** A process of ours that is none of the command's business. */
async function startBystander(environment: Record<string, string>): Promise<number> {
  const child = spawn('/bin/sh', ['-c', 'echo; exec sleep 30'], {
    env: { PATH: process.env['PATH'] ?? '', ...environment },
    stdio: ['ignore', 'pipe', 'ignore'],
    detached: true,
  });
  bystanders.push(child);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  return child.pid ?? 0;
}

describe('strays', () => {
  test('that hold the output are waited for 2 s, killed and counted; the exit code stands (E04)', async () => {
    const exit = await scene.run('sleep 30 & echo $! > holder; echo ok');
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 0, output: 'ok\n', strays: 1 });
    expect(exit.durationMs).toBeLessThan(2_000 + 1_500);
    expect(isAlive(await scene.readPid('holder'))).toBe(false);
  });

  test('that write without end cannot hold the gate', async () => {
    const exit = await scene.run('(yes & echo $! > writer); exit 4');
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 4, strays: 1 });
    expect(exit.durationMs).toBeLessThan(2_000 + 2_000);
    expect(isAlive(await scene.readPid('writer'))).toBe(false);
  });

  test('in a session of their own, orphaned before anybody looked, are found by the name of the run', async () => {
    const daemon = "(setsid sh -c 'echo $$ > daemon; exec sleep 30' >/dev/null 2>&1 &)";
    const exit = await scene.run(`${daemon}; exit 0`);
    expect(exit).toMatchObject({ exitCode: 0, strays: 1 });
    // Killed before or after it could note its number.
    const file = path.join(scene.folder, 'daemon');
    if (existsSync(file)) expect(isAlive(await scene.readPid('daemon'))).toBe(false);
  });

  test('without parent, session and environment are known from an earlier look', async () => {
    const daemon =
      "env -i /usr/bin/setsid /bin/sh -c 'echo $$ > cleared; exec /bin/sleep 30' >/dev/null 2>&1 &";
    const exit = await scene.run(`${daemon} sleep 0.4`);
    expect(exit).toMatchObject({ exitCode: 0, strays: 1 });
    expect(isAlive(await scene.readPid('cleared'))).toBe(false);
  });

  test('that were never seen are given away by the pipe they hold', async () => {
    const daemon = "(env -i /usr/bin/setsid /bin/sh -c 'echo $$ > orphan; exec /bin/sleep 30' &)";
    const exit = await scene.run(`${daemon}; exit 0`);
    expect(exit).toMatchObject({ exitCode: 0, strays: 1 });
    expect(isAlive(await scene.readPid('orphan'))).toBe(false);
  });

  test('that ignore TERM and have children are killed with them', async () => {
    const inner = "trap '' TERM; sleep 30 & echo $! > inner-child; echo $$ > inner; wait; sleep 30";
    const exit = await scene.run(
      `setsid sh -c "${inner.replaceAll('$', '\\$')}" >/dev/null 2>&1 & sleep 0.2`,
    );
    expect(exit.strays).toBeGreaterThanOrEqual(1);
    expect(isAlive(await scene.readPid('inner'))).toBe(false);
    expect(isAlive(await scene.readPid('inner-child'))).toBe(false);
  });

  test('are not processes of others that start meanwhile', async () => {
    const running = scene.run('setsid sleep 30 >/dev/null 2>&1 & sleep 0.3');
    const plain = await startBystander({});
    const other = await startBystander({ [RUNS_VARIABLE]: 'another-run-entirely' });
    expect(await running).toMatchObject({ exitCode: 0, strays: 1 });
    expect([plain, other].map(isAlive)).toEqual([true, true]);
  });
});

describe('sweep', () => {
  const host = createProcessHost(createSystemClock());

  test('kills what carries the marker, also beside others, and nothing else', async () => {
    const mine = await startBystander({ [RUNS_VARIABLE]: 'dead-run-0001' });
    const nested = await startBystander({ [RUNS_VARIABLE]: 'dead-run-0001 inner-run-0001' });
    const longer = await startBystander({ [RUNS_VARIABLE]: 'dead-run-00012' });
    const misnamed = await startBystander({ [`X${RUNS_VARIABLE}`]: 'dead-run-0001' });
    expect(await host.sweep('dead-run-0001')).toBe(2);
    await until(() => !isAlive(mine) && !isAlive(nested));
    expect([longer, misnamed].map(isAlive)).toEqual([true, true]);
  });

  test('finds nothing where nothing is, and refuses a marker that is none', async () => {
    expect(await host.sweep('no-process-carries-this')).toBe(0);
    await expect(host.sweep('')).rejects.toThrow('cannot mark a run');
  });

  test('spares itself and the processes above it', async () => {
    const program = [
      `import { createProcessHost } from ${JSON.stringify(`${import.meta.dirname}/../../src/host/process-host.ts`)};`,
      `import { createSystemClock } from ${JSON.stringify(`${import.meta.dirname}/../../src/host/clock.ts`)};`,
      `console.log('swept', await createProcessHost(createSystemClock()).sweep('dead-run-0002'));`,
    ].join('\n');
    const script = `"${process.execPath}" --no-warnings --input-type=module -e "$PROGRAM"; echo alive`;
    const { output } = await scene.run(`sh -c '${script}'`, {
      env: { PATH: process.env['PATH'] ?? '', PROGRAM: program },
      runMarker: 'dead-run-0002',
    });
    expect(output).toBe('swept 0\nalive\n');
  });
});
