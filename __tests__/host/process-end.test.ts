import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createFakeCancellation } from '../fakes/fake-cancellation.ts';
import { isAlive, openProcessScene } from '../fakes/process-scenes.ts';

const scene = openProcessScene();
afterAll(() => scene.dispose());

/** What the promise allows beyond the time limit, ms. */
const ALLOWANCE_MS = 6_000;

describe('the time limit', () => {
  test('ends a command that ignores signals (E01)', async () => {
    const exit = await scene.run("trap '' INT TERM; echo $$ > deaf; while :; do sleep .05; done", {
      timeoutMs: 300,
      graceMs: 200,
    });
    expect(exit).toMatchObject({ outcome: 'timed_out', exitCode: null, signal: 'SIGKILL' });
    expect(exit.durationMs).toBeGreaterThanOrEqual(490);
    expect(exit.durationMs).toBeLessThan(300 + ALLOWANCE_MS);
    expect(isAlive(await scene.readPid('deaf'))).toBe(false);
  });

  test('gives a polite command the time to clean up, and the rest of its tree too', async () => {
    const child = "trap 'sleep 0.1; echo cleaned; exit 0' TERM; while :; do sleep .01; done";
    const exit = await scene.run(`sh -c "${child}" & sleep 20`, { timeoutMs: 200, graceMs: 3_000 });
    expect(exit).toMatchObject({ outcome: 'timed_out', signal: 'SIGTERM', strays: 0 });
    expect(exit.output).toContain('cleaned');
    expect(exit.durationMs).toBeLessThan(3_000);
  });

  test('asks politely also what has left the session', async () => {
    const daemon = "trap 'echo asked > asked; exit 0' TERM; echo $$ > polite; while :; do sleep .01; done";
    const exit = await scene.run(`setsid sh -c "${daemon.replaceAll('$', '\\$')}" & sleep 20`, {
      timeoutMs: 400,
      graceMs: 3_000,
    });
    expect(exit).toMatchObject({ outcome: 'timed_out', strays: 0 });
    expect(existsSync(path.join(scene.folder, 'asked'))).toBe(true);
    expect(isAlive(await scene.readPid('polite'))).toBe(false);
  });

  test('is not undone by exit code 0 on TERM', async () => {
    const exit = await scene.run("trap 'exit 0' TERM; while :; do sleep .01; done", { timeoutMs: 200 });
    expect(exit).toMatchObject({ outcome: 'timed_out', exitCode: null });
  });

  test('ends a grandchild that holds the output (E03)', async () => {
    const exit = await scene.run("bash -c 'sleep 30 & echo $! > grandchild; wait'", {
      timeoutMs: 300,
      graceMs: 200,
    });
    expect(exit.outcome).toBe('timed_out');
    expect(exit.durationMs).toBeLessThan(300 + ALLOWANCE_MS);
    expect(isAlive(await scene.readPid('grandchild'))).toBe(false);
  });

  test('reaches what has left the session and ignores TERM', async () => {
    const daemon = "trap '' TERM; echo $$ > escaped; while :; do sleep .05; done";
    const exit = await scene.run(`setsid sh -c "${daemon.replaceAll('$', '\\$')}" & sleep 20`, {
      timeoutMs: 300,
      graceMs: 200,
    });
    expect(exit.outcome).toBe('timed_out');
    expect(exit.strays).toBeGreaterThanOrEqual(1);
    expect(exit.durationMs).toBeLessThan(300 + ALLOWANCE_MS);
    expect(isAlive(await scene.readPid('escaped'))).toBe(false);
  });
});

describe('cancellation', () => {
  test('starts nothing when it was raised before', async () => {
    const cancellation = createFakeCancellation();
    cancellation.raise();
    const exit = await scene.run('echo x', { cancellation });
    expect(exit).toMatchObject({ outcome: 'cancelled', durationMs: 0, outputBytes: 0, output: '' });
  });

  test('ends a command with its grandchildren (E07)', async () => {
    const cancellation = createFakeCancellation();
    const running = scene.run('echo $$ > main; sleep 30 & echo $! > child; wait', { cancellation });
    const pids = [await scene.readPid('main'), await scene.readPid('child')];
    cancellation.raise();
    expect(await running).toMatchObject({ outcome: 'cancelled', exitCode: null });
    expect(pids.map(isAlive)).toEqual([false, false]);
  });

  test('is over in 5 s although the command is deaf and its grace long (E08)', async () => {
    const cancellation = createFakeCancellation();
    const running = scene.run("trap '' INT TERM; echo $$ > deaf-one; while :; do sleep .05; done", {
      cancellation,
      graceMs: 60_000,
    });
    const pid = await scene.readPid('deaf-one');
    const raisedMs = performance.now();
    cancellation.raise('SIGTERM');
    expect(await running).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
    expect(performance.now() - raisedMs).toBeLessThan(5_000);
    expect(isAlive(pid)).toBe(false);
  });

  test('kills at once when it is raised twice (E09)', async () => {
    const cancellation = createFakeCancellation();
    const running = scene.run("trap '' INT TERM; echo $$ > deaf-two; while :; do sleep .05; done", {
      cancellation,
      graceMs: 60_000,
    });
    const pid = await scene.readPid('deaf-two');
    cancellation.raise();
    const raisedMs = performance.now();
    cancellation.raise();
    expect(await running).toMatchObject({ outcome: 'cancelled', signal: 'SIGKILL' });
    expect(performance.now() - raisedMs).toBeLessThan(1_500);
    expect(isAlive(pid)).toBe(false);
  });

  test('during the grace of a time limit keeps the first reason and shortens the wait', async () => {
    const cancellation = createFakeCancellation();
    const running = scene.run("trap '' INT TERM; echo $$ > deaf-three; while :; do sleep .05; done", {
      cancellation,
      timeoutMs: 200,
      graceMs: 60_000,
    });
    const pid = await scene.readPid('deaf-three');
    await new Promise((resolve) => setTimeout(resolve, 300));
    cancellation.raise();
    cancellation.raise();
    expect(await running).toMatchObject({ outcome: 'timed_out', signal: 'SIGKILL' });
    expect(isAlive(pid)).toBe(false);
  });

  test('cuts the wait for late output short; the verdict is the one the command gave', async () => {
    const cancellation = createFakeCancellation();
    const running = scene.run('sleep 30 & echo $! > late; exit 3', { cancellation });
    const pid = await scene.readPid('late');
    await new Promise((resolve) => setTimeout(resolve, 200));
    const raisedMs = performance.now();
    cancellation.raise();
    expect(await running).toMatchObject({ outcome: 'exited', exitCode: 3, strays: 1 });
    expect(performance.now() - raisedMs).toBeLessThan(1_500);
    expect(isAlive(pid)).toBe(false);
  });
});
