import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { afterEach, describe, expect, test } from '@jest/globals';
import {
  currentProcessIdentity,
  type ProcessIdentity,
  processPresence,
} from '../../src/host/process-identity.ts';

const self = currentProcessIdentity();
const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

function startSleeper(): ChildProcess {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  children.push(child);
  return child;
}

describe('a process and its identity', () => {
  test('this one lives', () => {
    expect(self.pid).toBe(process.pid);
    expect(self.startTicks).toBeGreaterThan(0);
    expect(self.bootId).toMatch(/^[0-9a-f-]{36}$/);
    expect(self.pidNamespace).toMatch(/^\d+$/);
    expect(processPresence(self)).toBe('alive');
  });

  test('the same number with another start is another process', () => {
    expect(processPresence({ ...self, startTicks: (self.startTicks ?? 0) + 1 })).toBe('gone');
  });

  test('a killed one is gone', async () => {
    const child = startSleeper();
    const identity: ProcessIdentity = { ...self, pid: child.pid ?? 0, startTicks: null };
    expect(processPresence(identity)).toBe('unknown');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect(processPresence(identity)).toBe('gone');
    expect(processPresence({ ...identity, startTicks: 5 })).toBe('gone');
  });

  test('a zombie is gone', async () => {
    // The shell's child ends; exec puts a program in the shell's place that never waits for it.
    const parent = spawn('sh', ['-c', 'sleep 0.05 & echo $!; exec sleep 60'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(parent);
    const [line] = await once(parent.stdout, 'data');
    const statOf = () =>
      readFileSync(`/proc/${Number(line)}/stat`, 'utf8')
        .split(') ')[1]
        ?.split(' ') ?? [];
    const startTicks = Number(statOf()[19]);
    while (statOf()[0] !== 'Z') await new Promise((resolve) => setTimeout(resolve, 10));
    expect(processPresence({ ...self, pid: Number(line), startTicks })).toBe('gone');
  });

  test('one of another boot, container or a senseless number cannot be seen', () => {
    expect(processPresence({ ...self, bootId: '00000000-0000-0000-0000-000000000000' })).toBe('unknown');
    expect(processPresence({ ...self, pidNamespace: '1' })).toBe('unknown');
    expect(processPresence({ ...self, pid: 0 })).toBe('gone');
    expect(processPresence({ ...self, pid: -1, startTicks: null })).toBe('gone');
  });
});
