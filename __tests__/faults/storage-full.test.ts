import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect } from '@jest/globals';
import { readManifestsIn, readRecords, readTree, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterEach);

/** A folder on a file system of its own. */
function mountTmpfs(options: string): string {
  const folder = scenes.folder();
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'tmpfs', folder]);
  scenes.later(() => execFileSync('umount', [folder]));
  return folder;
}

describe('a disk that is full', () => {
  testWith(['mount'])(
    'F04 no room for a log: exit 3 with path and ENOSPC, earlier evidence intact',
    async () => {
      const disk = mountTmpfs('size=256k');
      const { root } = scenes.repository({ small: 'true', noisy: 'head -c 300000 /dev/zero', later: 'true' });
      const args = ['run', '--runs-dir', disk, '--task', 'a'];
      const partial = await runGate([...args, '--stages', 'small'], { cwd: root });
      expect(partial.exitCode).toBe(3); // not all stages: never a pass
      const before = readTree(path.join(disk, 'a', 'cli'));

      const full = await runGate(args, { cwd: root });
      expect(full.exitCode).toBe(3);
      expect(onlyLine(full.stderr)).toMatch(/02-noisy\.log: .*ENOSPC/);
      const after = readTree(path.join(disk, 'a', 'cli'));
      for (const [name, bytes] of before) expect(after.get(name)?.equals(bytes)).toBe(true);
      // There was room for the log's beginning, not for a last manifest: the next gate records the run.
      expect(readManifestsIn(disk).at(-1)).toMatchObject({ status: 'in_progress', verdict: null });
      execFileSync('mount', ['-o', 'remount,size=1m', disk]);
      expect((await runGate(['status', '--runs-dir', disk], { cwd: root })).exitCode).toBe(0);
      expect(readManifestsIn(disk).at(-1)).toMatchObject({ status: 'aborted', verdict: null });
    },
  );

  testWith(['mount'])('F04 no inodes: exit 3 with path and ENOSPC, nothing was run', async () => {
    const disk = mountTmpfs('nr_inodes=6');
    const made = scenes.repository({ canary: 'touch ran' });
    const { exitCode, stdout, stderr } = await runGate(['run', '--runs-dir', disk], { cwd: made.root });
    expect(exitCode).toBe(3);
    expect(onlyLine(stderr)).toContain(disk);
    expect(stderr).toMatch(/ENOSPC/);
    expect(stdout).not.toMatch(/passed/);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  testWith(['prlimit'])(
    'F04 a limit on the size of files, at the first manifest: exit 3 with EFBIG',
    async () => {
      // So many stages make the manifest larger than the limit, which the private git directory stays below.
      const more = Object.fromEntries(Array.from({ length: 30 }, (_, at) => [`stage-${at}`, 'true']));
      const made = scenes.repository({ canary: 'touch ran', ...more });
      const { exitCode, stderr } = await runGate(['run'], {
        cwd: made.root,
        through: ['prlimit', '--fsize=6000'],
      });
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/manifest\.json: .*EFBIG/);
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );

  testWith(['prlimit'])(
    'F04 a limit on the size of files, at a log: exit 3, the manifest says so',
    async () => {
      const made = scenes.repository({ noisy: 'head -c 100000 /dev/zero', later: 'touch ran' });
      const { exitCode, stderr } = await runGate(['run'], {
        cwd: made.root,
        through: ['prlimit', '--fsize=30000'],
      });
      expect(exitCode).toBe(3);
      expect(onlyLine(stderr)).toMatch(/01-noisy\.log: .*EFBIG/);
      expect(readManifestsIn(path.join(made.root, '.runs'))[0]).toMatchObject({ verdict: 'not_evaluated' });
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );
});

describe('F03 the list of records', () => {
  testWith(['strace'])(
    'F03 ENOSPC at the append: old records intact, exit 3, the next run completes it',
    async () => {
      const made = scenes.repository({ quick: 'true' });
      const list = path.join(made.root, '.runs', 'main', 'metrics.json');
      expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
      const before = readFileSync(list);

      const strace = ['strace', '-o', '/dev/null', '-P', list, '-e', 'trace=write'];
      const failing = await runGate(['run'], {
        cwd: made.root,
        through: [...strace, '-e', 'inject=write:error=ENOSPC:when=1'],
      });
      expect(failing.exitCode).toBe(3);
      expect(onlyLine(failing.stderr)).toMatch(/main\/metrics\.json: .*ENOSPC/);
      expect(readFileSync(list).equals(before)).toBe(true);
      expect(readManifestsIn(path.join(made.root, '.runs')).map(({ verdict }) => verdict)).toEqual([
        'passed',
        'not_evaluated',
      ]);

      expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
      expect(readRecords(made.root).map(({ verdict }) => verdict)).toEqual([
        'passed',
        'not_evaluated',
        'passed',
      ]);
    },
  );

  testWith(['mount'])(
    'F03 a disk that fills up in the middle of a record: the torn line harms no other',
    async () => {
      const made = scenes.repository({ quick: 'true' });
      const list = path.join(made.root, '.runs', 'main', 'metrics.json');
      expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
      const [first = ''] = readFileSync(list, 'utf8').split('\n');

      // The list alone lies on a disk with two pages, of which 300 bytes are left.
      const disk = mountTmpfs('size=8k');
      const small = path.join(disk, 'metrics.json');
      writeFileSync(small, `${first}\n`);
      appendFileSync(small, '\n'.repeat(8_192 - 300 - first.length - 1));
      execFileSync('mount', ['--bind', small, list]);
      const full = await runGate(['run'], { cwd: made.root });
      const torn = readFileSync(list, 'utf8');
      execFileSync('umount', [list]);
      expect(full.exitCode).toBe(3);
      expect(onlyLine(full.stderr)).toMatch(/metrics\.json: .*ENOSPC/);
      const rest = torn.slice(torn.lastIndexOf('\n') + 1);
      expect(rest).toHaveLength(300);

      writeFileSync(list, `${first}\n${rest}`);
      expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
      const lines = readFileSync(list, 'utf8').trimEnd().split('\n');
      expect(lines).toHaveLength(4);
      expect(lines[0]).toBe(first);
      expect(lines[1]).toBe(rest);
      expect(lines.slice(2).map((line) => JSON.parse(line).verdict)).toEqual(['not_evaluated', 'passed']);
      expect(new Set(lines.map((line) => line.slice(0, 80))).size).toBe(3);
    },
  );
});
