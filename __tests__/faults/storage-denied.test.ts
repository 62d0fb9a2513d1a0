import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { readManifests, readRecords, readTree, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterEach);

describe('a place that cannot be written', () => {
  testWith(['setpriv'])(
    'F04 another user’s folder: exit 3 with path and EACCES, no stage started',
    async () => {
      const notes = scenes.folder();
      chmodSync(notes, 0o777);
      const made = scenes.repository({ canary: `touch ${notes}/ran` });
      execFileSync('chmod', ['-R', 'a+rX', made.root]);
      const { exitCode, stderr } = await runGate(['run'], {
        cwd: made.root,
        through: ['setpriv', '--reuid=65534', '--clear-groups', '--'],
        env: { HOME: '/nonexistent' },
      });
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/\.runs: .*EACCES/);
      expect(existsSync(path.join(notes, 'ran'))).toBe(false);
    },
  );

  testWith(['setpriv'])(
    'F04 a list of records that may not be written: exit 3, the run itself is kept',
    async () => {
      const made = scenes.repository({ quick: 'true' });
      expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
      const list = path.join(made.root, '.runs', 'main', 'metrics.json');
      execFileSync('chown', ['-R', '65534', made.root]);
      execFileSync('chown', ['0', list]);
      chmodSync(list, 0o444);
      const { exitCode, stderr } = await runGate(['run'], {
        cwd: made.root,
        through: ['setpriv', '--reuid=65534', '--clear-groups', '--'],
        env: { HOME: '/nonexistent' },
      });
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/main\/metrics\.json: .*EACCES/);
      expect(readManifests(made.root).map(({ verdict }) => verdict)).toEqual(['passed', 'not_evaluated']);
      expect(readRecords(made.root)).toHaveLength(1);
    },
  );

  testWith(['mount'])(
    'F04 a read-only file system: exit 3 with path and EROFS, no stage started',
    async () => {
      const disk = scenes.folder();
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'ro', 'tmpfs', disk]);
      scenes.later(() => execFileSync('umount', [disk]));
      const made = scenes.repository({ canary: 'touch ran' });
      for (const runsDir of [disk, path.join(disk, 'below')]) {
        const { exitCode, stderr } = await runGate(['run', '--runs-dir', runsDir], { cwd: made.root });
        expect(exitCode).toBe(3);
        expect(onlyLine(stderr)).toMatch(/EROFS/);
        expect(stderr).toContain(disk);
      }
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );

  testWith(['chattr'])('F04 an immutable folder, also for root: exit 3 with path and EPERM', async () => {
    const made = scenes.repository({ canary: 'touch ran' });
    const runs = path.join(made.root, '.runs');
    mkdirSync(runs);
    writeFileSync(path.join(runs, '.gitignore'), '*\n');
    execFileSync('chattr', ['+i', runs]);
    scenes.later(() => execFileSync('chattr', ['-i', runs]));
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(3);
    expect(onlyLine(stderr)).toMatch(/\.runs\/main: .*EPERM/);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });
});

describe('a disk that does not keep what it was given', () => {
  /** Files of a run whose fsync is made to fail, one at a time. */
  const FILES = [
    /\.manifest\.json\.\w+\.tmp/,
    /logs\/01-one\.log/,
    /logs\/02-two\.log/,
    /\.report\.md\.\w+\.tmp/,
    /\/cli\/[^/]+\/\.metrics\.json\.\w+\.tmp/,
    /\.manifest\.sha256\.\w+\.tmp/,
    /main\/metrics\.json/,
    /main\/open>/,
  ];

  testWith(['strace'])(
    'F05 EIO from one fsync or from all: exit 3 with path and errno, never saved',
    async () => {
      const made = scenes.repository({ one: 'echo one', two: 'echo two' });
      const inject = (when: string) => ['-o', '/dev/null', '-e', `inject=fsync:error=EIO:when=${when}`];
      const runUnder = (args: readonly string[]) =>
        runGate(['run'], { cwd: made.root, through: ['strace', '-e', 'trace=fsync', ...args] });
      const trace = path.join(scenes.folder(), 'trace');
      await runGate(['run'], { cwd: made.root });
      expect((await runUnder(['-y', '-o', trace])).exitCode).toBe(0);
      const lines = readFileSync(trace, 'utf8').split('\n');
      const calls = lines.filter((line) => line.startsWith('fsync('));
      const places = FILES.map((file) => calls.findIndex((line) => file.test(line)) + 1);
      expect(places).not.toContain(0);
      const before = readTree(path.join(made.root, '.runs', 'main', 'cli'));

      for (const when of ['1+', ...places.map(String)]) {
        const { exitCode, stdout, stderr } = await runUnder(inject(when));
        expect([when, exitCode]).toEqual([when, 3]);
        expect(stderr).toMatch(/\.runs.*EIO/);
        expect(stdout).not.toMatch(/✔ passed/);
        // Completes that run, so that the next one makes the same calls as the traced one.
        expect((await runGate(['status'], { cwd: made.root })).exitCode).toBe(0);
      }
      const verdicts = readManifests(made.root).map(({ verdict }) => verdict);
      expect(verdicts.filter((verdict) => verdict === 'passed')).toHaveLength(2);
      const after = readTree(path.join(made.root, '.runs', 'main', 'cli'));
      for (const [name, bytes] of before) expect(after.get(name)?.equals(bytes)).toBe(true);

      const ids = readManifests(made.root).map(({ run_id }) => run_id);
      const records = readRecords(made.root).map(({ run_id }) => run_id);
      expect([...new Set(records)].sort()).toEqual([...ids].sort());
    },
  );
});
