import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { createSystemClock } from '../../src/host/clock.ts';
import { createProcessHost } from '../../src/host/process-host.ts';
import { newRunId } from '../../src/kernel/ids.ts';
import type { CommandQuestion } from '../../src/run/builtin-stage.ts';
import { createStageCommands, type StageCommands } from '../../src/run/command-runner.ts';
import { createFakeCancellation, type FakeCancellation } from '../fakes/fake-cancellation.ts';
import { until } from '../fakes/process-scenes.ts';

let folder: string;
let cancellation: FakeCancellation;
let commands: StageCommands;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate-commands-'));
  cancellation = createFakeCancellation();
  commands = createStageCommands({
    processes: createProcessHost(createSystemClock()),
    cancellation,
    environment: { PATH: process.env['PATH'] ?? '', GREETING: 'hello' },
    directory: folder,
    runId: newRunId(Date.now()),
    graceMs: 200,
  });
});

afterEach(async () => {
  await commands.close();
  rmSync(folder, { recursive: true, force: true });
});

function ask(commandLine: string, question: Partial<CommandQuestion> = {}) {
  return commands.ask({
    commandLine,
    input: () => 'in\n',
    files: new Map(),
    timeoutMs: 20_000,
    maxOutputBytes: 1_000,
    ...question,
  });
}

describe('a command with input and answer', () => {
  test('reads the one and writes the other, in the working directory', async () => {
    const answer = await ask('cat; pwd; echo "$GREETING"; echo beside >&2; exit 3');
    expect(answer).toEqual({
      outcome: 'exited',
      exitCode: 3,
      stdout: `in\n${folder}\nhello\n`,
      messages: 'beside\n',
      problem: null,
    });
    expect(commands.started).toBe(1);
  });

  test('is given further files, and nothing of them is left', async () => {
    let directory = '';
    const answer = await ask('cat "$(cat)"', {
      input: (own) => {
        directory = own;
        return path.join(own, 'more.txt');
      },
      files: new Map([['more.txt', 'further\n']]),
    });
    expect(answer.stdout).toBe('further\n');
    expect(existsSync(directory)).toBe(false);
  });

  test('an answer through a link is not followed', async () => {
    writeFileSync(path.join(folder, 'secret'), 'do not read');
    const answer = await ask(`out=$(readlink /proc/$$/fd/1); rm "$out"; ln -s '${folder}/secret' "$out"`);
    expect(answer.stdout).toBe('');
    expect(answer.problem).toContain('cannot read');
  });

  test.each([
    ['too long', 'head -c 2000 /dev/zero', {}, 'too_much_output', 'wrote more than 1000 B'],
    ['too late', 'sleep 30', { timeoutMs: 200 }, 'timed_out', 'gave no answer within'],
    ['killed', 'kill -KILL $$', {}, 'signalled', 'ended by SIGKILL'],
  ])('%s', async (_name, commandLine, question, outcome, problem) => {
    const answer = await ask(commandLine, question);
    expect(answer).toMatchObject({ outcome, stdout: '' });
    expect(answer.problem).toContain(problem);
  });

  test('the user ends it', async () => {
    const asked = ask('echo $$ > started; exec sleep 30');
    await until(() => existsSync(path.join(folder, 'started')));
    cancellation.raise();
    expect(await asked).toMatchObject({ outcome: 'cancelled', problem: 'was stopped' });
  });

  test('the end of the stage ends it, and what is asked then is not started', async () => {
    const asked = ask('echo $$ > started; trap "" TERM; sleep 30 & wait; wait');
    await until(() => existsSync(path.join(folder, 'started')));
    await commands.close();
    expect(await asked).toMatchObject({ outcome: 'cancelled' });
    expect(await ask('echo late > late')).toMatchObject({ outcome: 'cancelled' });
    expect(existsSync(path.join(folder, 'late'))).toBe(false);
    expect(readFileSync(path.join(folder, 'started'), 'utf8')).toMatch(/^\d+\n$/);
  });
});
