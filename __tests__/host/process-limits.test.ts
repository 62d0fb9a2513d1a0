import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import type { ProcessExit } from '../../src/host/ports.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gate-limits-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const HOST = path.resolve(import.meta.dirname, '..', '..', 'src', 'host');

/** Runs one command in a gate of its own and prints what became of it; takes up all descriptors first if asked. */
const program = path.join(folder, 'program.mjs');
writeFileSync(
  program,
  `
import { openSync } from 'node:fs';
import { createProcessHost } from ${JSON.stringify(path.join(HOST, 'process-host.ts'))};
import { createSystemClock } from ${JSON.stringify(path.join(HOST, 'clock.ts'))};
const never = { level: 'none', signal: null, onRise: () => () => {} };
let output = '';
const host = createProcessHost(createSystemClock());
if (process.argv[3] === 'exhaust') for (;;) { try { openSync('/dev/null') } catch { break } }
const exit = await host.run({
  commandLine: process.argv[2], cwd: '/', env: {}, timeoutMs: 20_000, graceMs: 200, runMarker: 'limits-test',
  cancellation: never, onOutput: (chunk) => { output += chunk.toString('latin1') },
});
process.stdout.write(JSON.stringify({ exit, output: output.slice(0, 1_000) }));
`,
);

function runUnder(
  limits: readonly string[],
  commandLine: string,
  options: { readonly exhaust?: boolean; readonly env?: Record<string, string> } = {},
): { exit: ProcessExit; output: string } {
  const [command = process.execPath, ...args] = [
    ...limits,
    process.execPath,
    '--no-warnings',
    program,
    commandLine,
  ];
  const text = execFileSync(command, options.exhaust === true ? [...args, 'exhaust'] : args, {
    encoding: 'utf8',
    timeout: 30_000,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', ...options.env },
  });
  return JSON.parse(text) as { exit: ProcessExit; output: string };
}

describe('scarce resources', () => {
  test('no descriptor left: one line with the errno, nothing thrown (E15)', () => {
    const { exit } = runUnder(['prlimit', '--nofile=64'], 'echo x', { exhaust: true });
    expect(exit).toMatchObject({ outcome: 'spawn_failed', exitCode: null, outputBytes: 0 });
    expect(exit.spawnError).toMatch(/^the shell cannot be started: too many open files \(EMFILE\)$/);
  });

  test('few descriptors left: the command runs or the cause is told', () => {
    const { exit, output } = runUnder(['prlimit', '--nofile=28'], 'echo x');
    expect(exit.outcome === 'exited' ? output : exit.spawnError).toMatch(/^x\n$|\(EMFILE\)$/);
  });

  test('no temporary folder: sockets serve, and both streams still come in order', () => {
    const env = { TMPDIR: '/no/such/folder' };
    const { exit, output } = runUnder([], 'echo a; echo b >&2; echo c; sleep 30 & exit 5', { env });
    expect(output).toBe('a\nb\nc\n');
    expect(exit).toMatchObject({ outcome: 'exited', exitCode: 5, outputBytes: 6, strays: 1 });
  });
});
