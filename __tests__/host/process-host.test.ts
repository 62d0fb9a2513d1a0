import { chmodSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../../src/host/clock.ts';
import { createProcessHost } from '../../src/host/process-host.ts';
import { createFakeCancellation } from '../fakes/fake-cancellation.ts';
import { openProcessScene } from '../fakes/process-scenes.ts';

const scene = openProcessScene();
afterAll(() => scene.dispose());

describe('a command that ends by itself', () => {
  test('passes with 0 and is measured', async () => {
    const exit = await scene.run('echo done');
    expect(exit).toMatchObject({
      outcome: 'exited',
      exitCode: 0,
      signal: null,
      output: 'done\n',
      outputBytes: 5,
      strays: 0,
      spawnError: null,
    });
    expect(exit.durationMs).toBeGreaterThan(0);
  });

  test('gives its exit code', async () => {
    expect(await scene.run('exit 7')).toMatchObject({ outcome: 'exited', exitCode: 7 });
  });

  test.each(['SEGV', 'KILL', 'TERM'])('that dies by SIG%s says so (E14)', async (name) => {
    expect(await scene.run(`kill -${name} $$`)).toMatchObject({
      outcome: 'signalled',
      exitCode: null,
      signal: `SIG${name}`,
    });
  });

  test('runs in its folder, with the environment given and no other, and the name of the run', async () => {
    const { output } = await scene.run('pwd; env', { env: { ONLY: 'this' }, runMarker: 'marker-of-run' });
    const lines = output.trim().split('\n');
    expect(lines[0]).toBe(scene.folder);
    const names = lines.slice(1).map((line) => line.split('=')[0]);
    expect(names.filter((name) => !['PWD', '_', 'SHLVL', 'OLDPWD'].includes(name ?? ''))).toEqual(
      expect.arrayContaining(['ONLY', 'IMPLEMENTATION_GATE_RUNS']),
    );
    expect(names).not.toContain('HOME');
    expect(lines).toContain('IMPLEMENTATION_GATE_RUNS=marker-of-run');
  });

  test('reads an empty stdin (E12)', async () => {
    expect(await scene.run('cat; echo end')).toMatchObject({ exitCode: 0, output: 'end\n' });
  });

  test('cannot reach the terminal of the gate', async () => {
    const { output } = await scene.run("ps -o sid= -p $$ | tr -d ' '; echo $$");
    const [session, pid] = output.trim().split('\n');
    expect(session).toBe(pid);
  });
});

describe('what cannot be run', () => {
  test('a missing command is 127, one without permission 126 (E13)', async () => {
    writeFileSync(path.join(scene.folder, 'plain.sh'), '#!/bin/sh\n');
    const missing = await scene.run('no-such-command-here');
    expect(missing).toMatchObject({ outcome: 'exited', exitCode: 127 });
    expect(missing.output).toContain('not found');
    expect(await scene.run('./plain.sh')).toMatchObject({ outcome: 'exited', exitCode: 126 });
  });

  test('a bad interpreter is a plain failure', async () => {
    const file = path.join(scene.folder, 'bad.sh');
    writeFileSync(file, '#!/no/such/interpreter\n');
    chmodSync(file, 0o755);
    const exit = await scene.run('./bad.sh');
    expect(exit.outcome).toBe('exited');
    expect([126, 127]).toContain(exit.exitCode);
  });

  test.each([
    [
      'a command line that is too long',
      `true ${'x'.repeat(3_000_000)}`,
      {},
      /argument list too long \(E2BIG\)/,
    ],
    ['a NUL in the command line', 'true \0', {}, /command line contains a NUL/],
    ['a NUL in a variable', 'true', { env: { A: 'b\0c' } }, /variable "A" contains a NUL/],
    ['a missing folder', 'true', { cwd: '/no/such/folder' }, /\/no\/such\/folder: no such file .*\(ENOENT\)/],
    ['a file as folder', 'true', { cwd: '/etc/passwd' }, /is not a folder: \/etc\/passwd/],
  ])('%s is told in one line (E15)', async (_name, commandLine, options, cause) => {
    const exit = await scene.run(commandLine, options);
    expect(exit).toMatchObject({ outcome: 'spawn_failed', exitCode: null, signal: null, strays: 0 });
    expect(exit.spawnError).toMatch(cause);
    expect(exit.spawnError).not.toContain('\n');
    expect(exit.spawnError?.length).toBeLessThan(300);
  });

  test('a receiver that throws is a bug that comes out, after the command was ended', async () => {
    const onOutput = () => {
      throw new Error('receiver broken');
    };
    await expect(scene.run('echo $$ > pid-of-bug; echo x; exec sleep 20', { onOutput })).rejects.toThrow(
      'receiver broken',
    );
    const pid = await scene.readPid('pid-of-bug');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
  });

  test('a marker that could match others is refused', async () => {
    await expect(scene.run('true', { runMarker: '' })).rejects.toThrow('cannot mark a run');
  });
});

describe('the cost in processor and memory', () => {
  test('CPU time covers the children that were waited for', async () => {
    const { cpuMs } = await scene.run("sh -c 'i=0; while [ $i -lt 300000 ]; do i=$((i+1)); done'; true");
    expect(cpuMs).toBeGreaterThanOrEqual(50);
    expect(cpuMs).toBeLessThan(20_000);
  });

  test('the largest process counts, wherever it stands in the tree', async () => {
    const script = 'Buffer.alloc(150_000_000, 1); setTimeout(() => {}, 400)';
    const { maxRssBytes } = await scene.run(`sh -c '"${process.execPath}" -e "${script}"; true'; true`);
    expect(maxRssBytes).toBeGreaterThan(150_000_000);
    expect(maxRssBytes).toBeLessThan(1_000_000_000);
  });
});

describe('pipes', () => {
  test('nothing is left in the temporary folder', async () => {
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = scene.folder;
    try {
      const host = createProcessHost(createSystemClock());
      await Promise.all([host.prepare(), host.prepare()]);
      await host.prepare();
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    expect(readdirSync(scene.folder).filter((name) => name.startsWith('gate-pipes-'))).toEqual([]);
  });

  test('more commands than a batch has pipes', async () => {
    const host = createProcessHost(createSystemClock());
    const outputs: string[] = [];
    for (let index = 0; index < 20; index += 1) {
      const exit = await host.run({
        commandLine: `echo ${index}`,
        cwd: '/',
        env: {},
        timeoutMs: 10_000,
        graceMs: 100,
        runMarker: 'many-commands',
        cancellation: createFakeCancellation(),
        onOutput: (chunk) => outputs.push(chunk.toString('utf8')),
      });
      expect(exit.exitCode).toBe(0);
    }
    expect(outputs.join('')).toBe(Array.from({ length: 20 }, (_, index) => `${index}\n`).join(''));
  });
});
