import { closeSync, openSync, readdirSync, readFileSync, readSync, statSync } from 'node:fs';

/** Reading of Linux' `/proc`. A process may vanish at any moment: whatever cannot be read is null. */

/**
 * The unit of CPU and start times in `/proc` (USER_HZ): 100 a second on every architecture that Node supports,
 * whatever the kernel's own rate.
 */
const TICK_MS = 10;

/** One process at one moment. Pid and start together name it for all time. */
export interface ProcessRecord {
  readonly pid: number;
  readonly parentPid: number;
  readonly groupId: number;
  readonly sessionId: number;
  /** Ticks since boot. */
  readonly startTicks: number;
  /** User and system time of the process itself, ms. */
  readonly cpuMs: number;
  /** User and system time of the children it has waited for, ms. */
  readonly reapedCpuMs: number;
  /** Ended; only the entry is left until its parent looks. */
  readonly ended: boolean;
}

/** Holds `stat` and `status` of any process; the reads are synchronous, so one buffer serves all. */
const page = Buffer.allocUnsafeSlow(4_096);

function readText(file: string): string | null {
  try {
    const descriptor = openSync(file, 'r');
    try {
      return page.toString('latin1', 0, readSync(descriptor, page, 0, page.length, 0));
    } finally {
      closeSync(descriptor);
    }
  } catch {
    return null;
  }
}

/**
 * `/proc/<pid>/stat`, proc(5). The command in field 2 may hold spaces and parentheses, so fields are counted from
 * the last `)`: index 0 is field 3 (state).
 */
export function readProcess(pid: number | 'self'): ProcessRecord | null {
  const text = readText(`/proc/${pid}/stat`);
  if (text === null) return null;
  const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
  const number = (field: number) => Number(fields[field - 3]);
  const record: ProcessRecord = {
    pid: Number.parseInt(text, 10),
    parentPid: number(4),
    groupId: number(5),
    sessionId: number(6),
    startTicks: number(22),
    cpuMs: (number(14) + number(15)) * TICK_MS,
    reapedCpuMs: (number(16) + number(17)) * TICK_MS,
    ended: fields[0] === 'Z' || fields[0] === 'X',
  };
  return Number.isSafeInteger(record.startTicks) ? record : null;
}

/** Largest resident set so far, bytes (`VmHWM`; absent once a process has ended). */
export function readPeakRssBytes(pid: number): number | null {
  const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readText(`/proc/${pid}/status`) ?? '')?.[1];
  return kilobytes === undefined ? null : Number(kilobytes) * 1_024;
}

/** The process or thread number that was given away last in this PID namespace. */
export function readLastPid(): number | null {
  const last = /(\d+)\s*$/.exec(readText('/proc/loadavg') ?? '')?.[1];
  return last === undefined ? null : Number(last);
}

/** Numbers of all processes that are visible here. */
export function listPids(): number[] {
  try {
    return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? Number(name) : []));
  } catch {
    return [];
  }
}

/** Whether a process was started with an environment in which the variable lists the word. Other users' are closed to us. */
export function hasWordInEnvironment(pid: number, variable: string, word: string): boolean {
  let environment: Buffer;
  try {
    environment = readFileSync(`/proc/${pid}/environ`);
  } catch {
    return false;
  }
  const prefix = `${variable}=`;
  for (let at = environment.indexOf(prefix); at !== -1; at = environment.indexOf(prefix, at + 1)) {
    if (at > 0 && environment[at - 1] !== 0) continue;
    const end = environment.indexOf(0, at);
    const value = environment.toString('utf8', at + prefix.length, end === -1 ? environment.length : end);
    if (value.split(' ').includes(word)) return true;
  }
  return false;
}

/** `device:inode` of an open file; null when it is closed or not ours to see. */
export function identifyFile(file: string): string | null {
  try {
    const { dev, ino } = statSync(file);
    return `${dev}:${ino}`;
  } catch {
    return null;
  }
}

/** Whether a process has the file open. */
export function holdsFile(pid: number, identity: string): boolean {
  try {
    return readdirSync(`/proc/${pid}/fd`).some(
      (name) => identifyFile(`/proc/${pid}/fd/${name}`) === identity,
    );
  } catch {
    return false;
  }
}
