/** A process that outlived the command it belongs to. */
export interface Survivor {
  /** The same for the same process, never for another one. */
  readonly key: string;
  /** User and system time so far, ms. */
  readonly cpuMs: number;
  /** Sends the signal to exactly this process; false when it is gone, ended or not ours to signal. */
  signal(name: NodeJS.Signals): boolean;
}

/** Everything that one command has started, as far as the platform tells. */
export interface ProcessTree {
  /** Takes a look at the living processes: their memory, and who belongs to whom. */
  sample(): void;
  /** Largest resident set seen in one process, bytes; null as long as none was seen. */
  readonly peakRssBytes: number | null;
  /** Signals the main process, its group and what has left the group. Only before the main process was reaped. */
  signalAll(name: NodeJS.Signals): void;
  /** What is alive besides the main process. `pipe` (`device:inode`): whoever holds it belongs to the command. */
  findSurvivors(pipe: string | null): readonly Survivor[];
}

/** The platform's list of processes. */
export interface ProcessTable {
  /** Call right after the start, before the event loop can reap the process. */
  watch(mainPid: number, runMarker: string): ProcessTree;
  /** Every process whose environment names the run, but neither this process nor one it descends from. */
  findMarked(runMarker: string): readonly Survivor[];
  /** CPU time of all processes that this one has started and waited for, with their own, ms; null: not told. */
  reapedCpuMs(): number | null;
}
