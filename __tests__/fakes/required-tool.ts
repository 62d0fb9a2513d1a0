import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { test } from '@jest/globals';

/** What some faults are provoked with, and what the system must allow for it. */
export type Ability = 'strace' | 'prlimit' | 'setpriv' | 'mount' | 'chattr' | 'proc';

interface Requirement {
  /** Throws when the ability is not there. */
  readonly probe: () => void;
  /** How to get it, for whoever reads a failed test. */
  readonly mend: string;
}

function runQuietly(command: string, ...args: string[]): void {
  execFileSync(command, args, { stdio: 'ignore', timeout: 10_000 });
}

/** Calls back with a new folder and removes it. */
function inFolder(work: (folder: string) => void): void {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate-probe-'));
  try {
    work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const REQUIREMENTS: Readonly<Record<Ability, Requirement>> = {
  strace: {
    probe: () =>
      runQuietly('strace', '-o', '/dev/null', '-e', 'trace=fsync', '-e', 'inject=fsync:error=EIO', 'true'),
    mend: 'apt-get install -y strace, and allow ptrace (docker run --cap-add SYS_PTRACE)',
  },
  prlimit: {
    probe: () => runQuietly('prlimit', '--nofile=64', 'true'),
    mend: 'apt-get install -y util-linux',
  },
  setpriv: {
    probe: () => runQuietly('setpriv', '--reuid=65534', '--clear-groups', '--', 'true'),
    mend: 'apt-get install -y util-linux, and run as root',
  },
  mount: {
    probe: () =>
      inFolder((folder) => {
        runQuietly('mount', '-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', folder);
        runQuietly('umount', folder);
      }),
    mend: 'apt-get install -y mount, and run as root with the right to mount (docker run --cap-add SYS_ADMIN)',
  },
  chattr: {
    probe: () =>
      inFolder((folder) => {
        const file = path.join(folder, 'file');
        writeFileSync(file, '');
        runQuietly('chattr', '+i', file);
        runQuietly('chattr', '-i', file);
      }),
    mend: 'apt-get install -y e2fsprogs, and run as root with TMPDIR on ext4, xfs or btrfs',
  },
  proc: { probe: () => runQuietly('test', '-r', '/proc/self/environ'), mend: 'mount /proc' },
};

const known = new Map<Ability, boolean>();

function isThere(ability: Ability): boolean {
  const answer = known.get(ability);
  if (answer !== undefined) return answer;
  let there = false;
  try {
    REQUIREMENTS[ability].probe();
    there = true;
  } catch {
    // Not installed, or not allowed: either way the fault cannot be provoked here.
  }
  known.set(ability, there);
  return there;
}

/** Where every fault must be provoked: in CI, and wherever root could install what is missing. */
function isObliged(): boolean {
  return process.env['CI'] === 'true' || (process.platform === 'linux' && process.getuid?.() === 0);
}

/**
 * Jest's `test` for faults that need something of the system. Where that is missing, the test fails in CI and for
 * root on Linux, saying how to install it; elsewhere it is reported as not run, with the reason in its name.
 */
export function testWith(abilities: readonly Ability[]) {
  const missing = abilities.filter((ability) => !isThere(ability));
  const mend = missing.map((ability) => `${ability}: ${REQUIREMENTS[ability].mend}`).join('; ');
  return (name: string, body: () => void | Promise<void>, timeoutMs?: number): void => {
    if (missing.length === 0) test(name, body, timeoutMs);
    else if (isObliged()) {
      test(name, () => {
        throw new Error(`cannot be provoked here – ${mend}`);
      });
    } else test.skip(`${name} (not run here – ${mend})`, body);
  };
}
