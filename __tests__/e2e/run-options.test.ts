import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, readLog, readRecords, runGate, startGate } from '../fakes/built-gate.ts';
import { openScenes, readWhenWritten } from '../fakes/gate-scene.ts';
import { isAlive } from '../fakes/process-scenes.ts';

const scenes = openScenes(afterEach);

function statusesOf(root: string): unknown[] {
  return latestManifest(root).stages.map(({ id, status, reason }) => [id, status, reason]);
}

describe('which stages run', () => {
  test('--fail-fast stops at the first required failure, --keep-going and the default do not', async () => {
    const stages = { optional: { run: 'exit 1', required: false }, bad: 'exit 1', later: 'true' };
    const { root } = scenes.repository(stages, 'execution: { on_failure: fail-fast }\n');
    expect((await runGate(['run'], { cwd: root })).exitCode).toBe(1);
    const stopped = [
      ['optional', 'failed', 'exit_nonzero'],
      ['bad', 'failed', 'exit_nonzero'],
      ['later', 'not_run', 'earlier_failure'],
    ];
    expect(statusesOf(root)).toEqual(stopped);
    expect((await runGate(['run', '--keep-going'], { cwd: root })).exitCode).toBe(1);
    expect(statusesOf(root).at(-1)).toEqual(['later', 'passed', null]);
    const other = scenes.repository(stages);
    expect((await runGate(['run'], { cwd: other.root })).exitCode).toBe(1);
    expect(statusesOf(other.root).at(-1)).toEqual(['later', 'passed', null]);
    expect((await runGate(['run', '--fail-fast'], { cwd: other.root })).exitCode).toBe(1);
    expect(statusesOf(other.root)).toEqual(stopped);
  });

  test('an optional failure is shown and does not fail the run', async () => {
    const { exitCode, stdout } = await scenes.play({
      optional: { run: 'exit 1', required: false },
      good: 'true',
    });
    expect(exitCode).toBe(0);
    expect(stdout).toMatch(/optional[\s\S]*exit 1/);
  });

  test('a part of the stages is never a pass: exit 3, saying which are missing', async () => {
    const { root } = scenes.repository({ one: 'true', two: 'true', three: 'exit 1' });
    const { exitCode, stdout } = await runGate(['run', '--stages', 'one,two'], { cwd: root });
    expect(exitCode).toBe(3);
    expect(stdout).toMatch(/could not evaluate[\s\S]*partial run/);
    expect(statusesOf(root)).toEqual([
      ['one', 'passed', null],
      ['two', 'passed', null],
      ['three', 'not_run', 'not_selected'],
    ]);
    expect((await runGate(['run', '--stages=three'], { cwd: root })).exitCode).toBe(1);
  });

  test('a stage that passes on a later attempt is flaky, with every attempt on record', async () => {
    const notes = scenes.folder();
    const run = `echo try >> ${notes}/tries; echo "attempt $(wc -l < ${notes}/tries)"; [ $(wc -l < ${notes}/tries) -ge 3 ]`;
    const { exitCode, stdout, root, manifest } = await scenes.play({ shaky: { run, retries: 3 } });
    expect(exitCode).toBe(0);
    const [stage] = manifest.stages;
    expect(stage).toMatchObject({ status: 'passed', reason: 'flaky' });
    expect(stage?.attempts.map(({ status, exit_code }) => [status, exit_code])).toEqual([
      ['failed', 1],
      ['failed', 1],
      ['passed', 0],
    ]);
    expect(stdout).toMatch(/flaky: passed on attempt 3/);
    expect(readLog(root, manifest, 'shaky').toString()).toBe(
      'attempt 1\n--- attempt 2 ---\nattempt 2\n--- attempt 3 ---\nattempt 3\n',
    );
  });
});

describe('where it runs', () => {
  test('from a sub-folder the whole repository is looked at, and evidence lies at its root', async () => {
    const made = scenes.repository({ where: 'pwd', 'diff-budget': {} });
    made.write('deep/below/file.txt', 'text\n');
    const { exitCode } = await runGate(['run'], { cwd: path.join(made.root, 'deep', 'below') });
    expect(exitCode).toBe(0);
    const manifest = latestManifest(made.root);
    expect(readLog(made.root, manifest, 'where').toString()).toBe(`${made.root}\n`);
    expect(manifest.change).toMatchObject({ files: 2, dirty: true });
    expect(existsSync(path.join(made.root, 'deep', 'below', '.runs'))).toBe(false);
  });

  test('--working-directory: commands run there', async () => {
    const made = scenes.repository({ where: 'pwd' });
    made.write('a folder/file.txt', 'text\n');
    const { exitCode } = await runGate(['run', '--working-directory', 'a folder'], { cwd: made.root });
    expect(exitCode).toBe(0);
    const log = readLog(made.root, latestManifest(made.root), 'where').toString();
    expect(log).toBe(`${path.join(made.root, 'a folder')}\n`);
  });
});

describe('a gate that is killed', () => {
  test('kill -9 in mid-run: gate status says aborted, the stage is gone, the history has it', async () => {
    const notes = scenes.folder();
    const { root } = scenes.repository({
      done: 'true',
      slow: `echo $$ > ${notes}/pid; sleep 300`,
      later: 'true',
    });
    const { child, ended } = startGate(['run'], { cwd: root });
    const pid = Number(await readWhenWritten(path.join(notes, 'pid')));
    expect(latestManifest(root)).toMatchObject({ status: 'in_progress', verdict: null });
    const before = await runGate(['status', '--format', 'json'], { cwd: root });
    expect(JSON.parse(before.stdout)).toMatchObject({ status: 'in_progress' });
    child.kill('SIGKILL');
    expect((await ended).signal).toBe('SIGKILL');

    const status = await runGate(['status'], { cwd: root });
    expect(status.exitCode).toBe(0);
    expect(status.stdout).toMatch(/aborted/);
    expect(latestManifest(root)).toMatchObject({ status: 'aborted', verdict: null });
    expect(statusesOf(root)).toEqual([
      ['done', 'passed', null],
      ['slow', 'cancelled', 'cancelled'],
      ['later', 'not_run', 'cancelled'],
    ]);
    expect(isAlive(pid)).toBe(false);
    expect(readRecords(root).map(({ verdict }) => verdict)).toEqual(['aborted']);
    expect((await runGate(['verify', 'latest'], { cwd: root })).exitCode).toBe(0);
  });
});
