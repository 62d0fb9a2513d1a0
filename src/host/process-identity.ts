import { readFileSync, readlinkSync } from 'node:fs';
import { errnoOf } from './errno.ts';

/** One process for all time: its number alone may be given to another one later. */
export interface ProcessIdentity {
  readonly pid: number;
  /** Start in clock ticks since boot (Linux); null elsewhere. */
  readonly startTicks: number | null;
  /** The boot the ticks belong to (Linux); null elsewhere. */
  readonly bootId: string | null;
  /** Number of the PID namespace: inside a container the same pid is another process. Null elsewhere. */
  readonly pidNamespace: string | null;
}

/** `unknown`: not visible from here (another machine, container or boot), or the platform tells no start times. */
export type ProcessPresence = 'alive' | 'gone' | 'unknown';

function readText(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return null;
  }
}

function bootId(): string | null {
  const text = readText('/proc/sys/kernel/random/boot_id')?.trim() ?? '';
  return /^[0-9a-f-]{36}$/.test(text) ? text : null;
}

function pidNamespace(): string | null {
  try {
    return /^pid:\[(\d{1,20})\]$/.exec(readlinkSync('/proc/self/ns/pid'))?.[1] ?? null;
  } catch {
    return null;
  }
}

/**
 * State and start ticks from `/proc/<pid>/stat` (proc(5), fields 3 and 22). The command name in field 2
 * may hold spaces and parentheses, so counting starts after the last `)`.
 */
function readStat(pid: number | 'self'): { readonly state: string; readonly startTicks: number } | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const startTicks = Number(fields[19]);
  return Number.isSafeInteger(startTicks) ? { state: fields[0] ?? '', startTicks } : null;
}

/** Who this process is. */
export function currentProcessIdentity(): ProcessIdentity {
  return {
    pid: process.pid,
    startTicks: readStat('self')?.startTicks ?? null,
    bootId: bootId(),
    pidNamespace: pidNamespace(),
  };
}

function presenceByPid(pid: number): ProcessPresence {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errnoOf(error) === 'ESRCH') return 'gone';
  }
  // Something has that number; whether it is the same process cannot be told.
  return 'unknown';
}

/** Whether a process still runs, as far as this process can see. A zombie does not. */
export function processPresence(identity: ProcessIdentity): ProcessPresence {
  if (!Number.isSafeInteger(identity.pid) || identity.pid <= 0) return 'gone';
  if (identity.startTicks === null || identity.bootId === null) return presenceByPid(identity.pid);
  if (identity.bootId !== bootId()) return 'unknown';
  if (identity.pidNamespace !== null && identity.pidNamespace !== pidNamespace()) return 'unknown';
  const stat = readStat(identity.pid);
  if (stat === null || stat.startTicks !== identity.startTicks) return 'gone';
  return stat.state === 'Z' || stat.state === 'X' ? 'gone' : 'alive';
}
