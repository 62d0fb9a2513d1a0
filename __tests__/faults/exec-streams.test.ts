import { afterEach, describe, expect, test } from '@jest/globals';
import { BUILT_CLI, readLog, readManifests, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

describe('streams that do not work', () => {
  test('E11 stdout on a full device, closed or cut off: exit code and manifest are as ever', async () => {
    const { root } = scenes.repository({ good: 'echo fine', bad: 'echo wrong; exit 7' });
    const through = ['bash', '-c', 'set -o pipefail; "$@" | head -1', 'bash'];
    const runs = await Promise.all([
      runGate(['run', '--task', 'as-ever'], { cwd: root }),
      runGate(['run', '--task', 'full'], { cwd: root, stdoutFile: '/dev/full' }),
      runGate(['run', '--task', 'json', '--format', 'json'], { cwd: root, stdoutFile: '/dev/full' }),
      runGate(['run', '--task', 'closed'], { cwd: root, through: ['sh', '-c', '"$@" >&- 2>&-', 'sh'] }),
      runGate(['run', '--task', 'head'], { cwd: root, through }),
    ]);
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1, 1]);
    expect(runs.map(({ stderr }) => stderr).join('')).not.toMatch(/EPIPE|ENOSPC|Error/);
    const manifests = readManifests(root);
    expect(manifests).toHaveLength(5);
    for (const { verdict, stages } of manifests) {
      expect([verdict, ...stages.map(({ status }) => status)]).toEqual(['failed', 'passed', 'failed']);
    }
  });

  test('E12 a stage that reads stdin gets the null device, also when the gate itself sits on an open pipe', async () => {
    const { exitCode, root, manifest } = await scenes.play(
      { reads: 'cat; readlink /proc/self/fd/0' },
      { stdin: 'open', onStart: ({ stdin }) => stdin?.write('not for the stage\n') },
    );
    expect(exitCode).toBe(0);
    expect(readLog(root, manifest, 'reads').toString()).toBe('/dev/null\n');
  });

  test('E12 a gate that is started from a script takes nothing of the script’s input', async () => {
    const { root } = scenes.repository({ reads: 'cat' });
    const script = `${process.execPath} ${BUILT_CLI} run >&2\necho still here`;
    const run = await runGate([], {
      cwd: root,
      through: ['sh', '-c', `printf '%s\\n' '${script.replace('\n', "' '")}' | sh`],
    });
    expect(run.stdout).toBe('still here\n');
  });
});
