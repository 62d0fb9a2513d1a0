import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { BUILT_CLI, latestManifest, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterEach);

/** What a stack trace of Node looks like. */
const STACK = /^\s+at .+:\d+:\d+\)?$/m;

describe('a command that cannot run', () => {
  test.each([
    ['absent', 'no-such-command-here --flag', 127, /absent.*127/s, /command not found: no-such-command-here/],
    ['not-executable', './plain.sh', 126, /not-executable.*126/s, /cannot be executed/],
    ['bad-interpreter', './stale.sh', 127, /bad-interpreter.*127/s, /interpreter/],
  ])(
    'E13 %s: exit 1 with stage and command, later stages did not run',
    async (id, run, code, named, cause) => {
      const made = scenes.repository({ [id]: run, later: 'true', last: 'true' });
      made.write('plain.sh', 'true\n', 0o644);
      made.write('stale.sh', '#!/no/such/interpreter\ntrue\n', 0o755);
      const { exitCode, stdout } = await runGate(['run', '--fail-fast'], { cwd: made.root });
      expect(exitCode).toBe(1);
      expect(stdout).toMatch(named);
      expect(stdout).toMatch(cause);
      expect(stdout).toContain(run);
      expect(
        latestManifest(made.root).stages.map(({ status, reason, exit_code }) => [status, reason, exit_code]),
      ).toEqual([
        ['failed', 'exit_nonzero', code],
        ['not_run', 'earlier_failure', null],
        ['not_run', 'earlier_failure', null],
      ]);
    },
  );

  test('E14 a stage that dies by a signal fails under its name', async () => {
    const { exitCode, manifest, stdout } = await scenes.play({
      crash: 'kill -SEGV $$',
      killed: 'kill -KILL $$',
      child: 'sh -c "kill -ABRT \\$\\$"; exit $?',
    });
    expect(exitCode).toBe(1);
    expect(
      manifest.stages.map(({ status, reason, signal, exit_code }) => [status, reason, signal, exit_code]),
    ).toEqual([
      ['failed', 'signalled', 'SIGSEGV', null],
      ['failed', 'signalled', 'SIGKILL', null],
      ['failed', 'exit_nonzero', null, 134],
    ]);
    for (const name of ['SIGSEGV', 'SIGKILL', 'SIGABRT']) expect(stdout).toContain(name);
  });
});

describe('a system that starts nothing', () => {
  testWith(['prlimit'])(
    'E15 more environment than the system takes: exit 3 with E2BIG, later stages run',
    async () => {
      const env = Object.fromEntries(
        Array.from({ length: 6 }, (_, index) => [`BIG_${index}`, 'x'.repeat(32_000)]),
      );
      const { exitCode, manifest, stdout, stderr } = await scenes.play(
        { huge: { run: 'true', env }, later: 'true' },
        // The system takes a quarter of the stack's limit.
        { through: ['prlimit', '--stack=600000'] },
      );
      expect(exitCode).toBe(3);
      expect(manifest.verdict).toBe('not_evaluated');
      expect(manifest.stages.map(({ status, reason }) => [status, reason])).toEqual([
        ['not_evaluated', 'spawn_failed'],
        ['passed', null],
      ]);
      expect(manifest.stages[0]?.detail).toMatch(/E2BIG.*the environment has 18\d KiB/);
      expect(stdout).toContain('E2BIG');
      expect(stdout + stderr).not.toMatch(STACK);
    },
  );

  test('E15 a NUL in a command is refused before anything runs', async () => {
    const made = scenes.repository({ nul: 'echo a\u0000b' });
    const { exitCode, stdout, stderr } = await runGate(['run'], { cwd: made.root });
    expect([2, 3]).toContain(exitCode);
    expect(stdout + stderr).toMatch(/NUL/);
    expect(stdout + stderr).not.toMatch(STACK);
  });

  testWith(['strace'])(
    'E15 no descriptor is left for a part of the gate itself: exit 3, one line',
    async () => {
      const made = scenes.repository({ canary: 'touch ran' });
      const part = path.join(path.dirname(BUILT_CLI), 'run-command.js');
      const { exitCode, stdout, stderr } = await runGate(['run', '--format', 'json'], {
        cwd: made.root,
        through: ['strace', '-o', '/dev/null', '-P', part, '-e', 'inject=openat:error=EMFILE'],
      });
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/^gate: the gate cannot go on: too many open files \(EMFILE\) – /);
      expect(JSON.parse(stdout)).toMatchObject({ status: 'error', verdict: null, exit_code: 3 });
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );

  for (const nofile of [24, 32, 40, 48]) {
    testWith(['prlimit'])(
      `E15 at most ${nofile} open files: a verdict or one line with the cause, never a stack trace`,
      async () => {
        const made = scenes.repository({ one: 'true', two: 'true' });
        const { exitCode, signal, stdout, stderr } = await runGate(['run'], {
          cwd: made.root,
          through: ['prlimit', `--nofile=${nofile}`],
        });
        expect(signal).toBeNull();
        expect([0, 2, 3]).toContain(exitCode);
        expect(stdout + stderr).not.toMatch(STACK);
        // Before the run it is the only line, in the run a stage's.
        if (exitCode !== 0) expect(stdout + stderr).toMatch(/^.*\(EMFILE\).*$/m);
        if (stderr !== '') expect(onlyLine(stderr)).toMatch(/EMFILE/);
      },
    );
  }
});
