import {
  hasWordInEnvironment,
  holdsFile,
  listPids,
  type ProcessRecord,
  readLastPid,
  readPeakRssBytes,
  readProcess,
} from './process-files.ts';
import { RUNS_VARIABLE } from './process-marker.ts';
import type { ProcessTable, ProcessTree, Survivor } from './process-tree.ts';

/** Signals a process after making sure that the number has not been given to another one meanwhile. */
function signalExactly(record: ProcessRecord, name: NodeJS.Signals): boolean {
  const now = readProcess(record.pid);
  if (now === null || now.ended || now.startTicks !== record.startTicks) return false;
  try {
    return process.kill(record.pid, name);
  } catch {
    // Gone in between, or another user's.
    return false;
  }
}

function toSurvivor(record: ProcessRecord): Survivor {
  return {
    key: `${record.pid}:${record.startTicks}`,
    cpuMs: record.cpuMs,
    signal: (name) => signalExactly(record, name),
  };
}

/** Adds to the chosen processes all that descend from them. */
function addDescendants(records: readonly ProcessRecord[], chosen: Map<number, ProcessRecord>): void {
  for (let size = -1; size !== chosen.size; ) {
    size = chosen.size;
    for (const record of records) if (chosen.has(record.parentPid)) chosen.set(record.pid, record);
  }
}

/**
 * The processes of one command. A process belongs to it when it is in its session or group, descends from one that
 * does or was seen to do so earlier, names the run in its environment, or holds the command's pipe. What escapes:
 * a process that, between two samples, lost its parent and also left the session, cleared its environment and
 * closed the pipe. Being told of orphans (PR_SET_CHILD_SUBREAPER) would close that gap; Node offers no way to ask.
 */
class LinuxTree implements ProcessTree {
  readonly #main: { readonly pid: number; readonly startTicks: number };
  readonly #runMarker: string;
  /** Start by pid of every process that was known to belong here. */
  readonly #known = new Map<number, number>();
  #peakRssBytes: number | null = null;
  #lastPid: number;
  /** Process numbers began anew since the start: a smaller number no longer means an older process. */
  #wrapped = false;

  constructor(mainPid: number, runMarker: string) {
    this.#main = { pid: mainPid, startTicks: readProcess(mainPid)?.startTicks ?? 0 };
    this.#runMarker = runMarker;
    this.#lastPid = mainPid;
  }

  get peakRssBytes(): number | null {
    return this.#peakRssBytes;
  }

  sample(): void {
    this.#addPeak(this.#main.pid);
    if (!this.#mayHaveChildren()) return;
    for (const { pid } of this.#findKin(this.#listYounger()).values()) this.#addPeak(pid);
  }

  signalAll(name: NodeJS.Signals): void {
    try {
      // Not reaped yet, so the number is still its own.
      process.kill(-this.#main.pid, name);
    } catch {
      // Nothing in the group can be signalled; what left it is tried below.
    }
    for (const record of this.#findAll(null)) {
      if (record.groupId !== this.#main.pid) signalExactly(record, name);
    }
  }

  findSurvivors(pipe: string | null): readonly Survivor[] {
    return this.#findAll(pipe).map(toSurvivor);
  }

  #addPeak(pid: number): void {
    const bytes = readPeakRssBytes(pid);
    if (bytes !== null) this.#peakRssBytes = Math.max(bytes, this.#peakRssBytes ?? 0);
  }

  /** Whether anything at all was started after the main process: spares the search after most short commands. */
  #mayHaveChildren(): boolean {
    const lastPid = readLastPid();
    if (lastPid === null) return true;
    if (lastPid < this.#lastPid) this.#wrapped = true;
    this.#lastPid = lastPid;
    return this.#wrapped || lastPid !== this.#main.pid;
  }

  /** Whether the main process' number went to another one after it had ended and its group was empty. */
  #isNumberReused(): boolean {
    const now = this.#wrapped ? readProcess(this.#main.pid) : null;
    return now !== null && now.startTicks !== this.#main.startTicks;
  }

  #listYounger(): ProcessRecord[] {
    const { pid: mainPid, startTicks } = this.#main;
    return listPids()
      .filter((pid) => pid !== process.pid && pid !== mainPid && (this.#wrapped || pid > mainPid))
      .flatMap((pid) => readProcess(pid) ?? [])
      .filter((record) => record.startTicks >= startTicks);
  }

  /** Kin by session, group and descent; remembers them. */
  #findKin(younger: readonly ProcessRecord[]): Map<number, ProcessRecord> {
    const mainPid = this.#isNumberReused() ? 0 : this.#main.pid;
    const kin = new Map<number, ProcessRecord>();
    for (const record of younger) {
      const { pid, sessionId, groupId, parentPid, startTicks } = record;
      const isNear = mainPid > 0 && [sessionId, groupId, parentPid].includes(mainPid);
      if (isNear || this.#known.get(pid) === startTicks) kin.set(pid, record);
    }
    addDescendants(younger, kin);
    for (const { pid, startTicks } of kin.values()) this.#known.set(pid, startTicks);
    return kin;
  }

  #findAll(pipe: string | null): ProcessRecord[] {
    if (!this.#mayHaveChildren()) return [];
    const younger = this.#listYounger();
    const found = this.#findKin(younger);
    for (const record of younger) {
      if (found.has(record.pid) || record.ended) continue;
      const isOurs =
        hasWordInEnvironment(record.pid, RUNS_VARIABLE, this.#runMarker) ||
        (pipe !== null && holdsFile(record.pid, pipe));
      if (isOurs) found.set(record.pid, record);
    }
    addDescendants(younger, found);
    return [...found.values()].filter(({ ended }) => !ended);
  }
}

/** This process and those it descends from. */
function listAncestors(): Set<number> {
  const line = new Set([process.pid]);
  for (let record = readProcess('self'); record !== null && record.parentPid > 0; ) {
    if (line.has(record.parentPid)) break;
    line.add(record.parentPid);
    record = readProcess(record.parentPid);
  }
  return line;
}

/** The table that `/proc` gives. */
export function createLinuxTable(): ProcessTable {
  return {
    watch: (mainPid, runMarker) => new LinuxTree(mainPid, runMarker),
    findMarked(runMarker) {
      const spared = listAncestors();
      return listPids()
        .filter((pid) => !spared.has(pid) && hasWordInEnvironment(pid, RUNS_VARIABLE, runMarker))
        .flatMap((pid) => readProcess(pid) ?? [])
        .filter(({ ended }) => !ended)
        .map(toSurvivor);
    },
    reapedCpuMs: () => readProcess('self')?.reapedCpuMs ?? null,
  };
}
