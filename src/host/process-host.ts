import type { ChildProcess } from 'node:child_process';
import type { Clock, ProcessExit, ProcessHost, ProcessRequest } from './ports.ts';
import { awaitMainEnd, type MainEnd } from './process-end.ts';
import { assertRunMarker } from './process-marker.ts';
import {
  type OutputChannel,
  type OutputReader,
  openPipeChannel,
  openSocketChannel,
} from './process-output.ts';
import { PipePool } from './process-pipes.ts';
import { startShell } from './process-shell.ts';
import { endStrays, type StrayTally } from './process-strays.ts';
import { openProcessTable } from './process-table.ts';
import type { ProcessTable, ProcessTree } from './process-tree.ts';

/** How long output is awaited after the main process has ended, ms. */
const DRAIN_MS = 2_000;

/** The same when the command was stopped: its time is up. */
const STOPPED_DRAIN_MS = 200;

/**
 * Memory is sampled soon and often at first, because most commands are short, and seldom later, ms. Right after the
 * start there is nothing to see yet but the system's loader.
 */
const FIRST_SAMPLE_MS = 2;
const LAST_SAMPLE_MS = 500;

/** A sample may take this share of the time between two of them. */
const SAMPLE_SHARE = 1 / 50;

const NOTHING = {
  exitCode: null,
  signal: null,
  durationMs: 0,
  cpuMs: null,
  maxRssBytes: null,
  outputBytes: 0,
  strays: 0,
  spawnError: null,
} as const;

/** The system's processes. */
export interface SystemProcessHost extends ProcessHost {
  /** Gets ready for the first command (some ms that may pass while other things are awaited); not required. */
  prepare(): Promise<void>;
}

/**
 * Runs commands in the platform's shell, each in a session of its own with stdin from the null device, and leaves
 * nothing of them behind. One command at a time: CPU time is the difference of what this process has waited for.
 */
export function createProcessHost(clock: Clock): SystemProcessHost {
  const table = openProcessTable();
  const pipes = new PipePool();
  return {
    prepare: () => pipes.prepare(),
    async run(request) {
      assertRunMarker(request.runMarker);
      if (request.cancellation.level !== 'none') return { ...NOTHING, outcome: 'cancelled' };
      const pipe = await pipes.take();
      const channel = pipe === null ? openSocketChannel() : openPipeChannel(pipe);
      return runThrough(channel, request, table, clock);
    },
    async sweep(runMarker) {
      assertRunMarker(runMarker);
      const find = () => table.findMarked(runMarker);
      const { count } = await endStrays({ find, graceLeftMs: null, isUrgent: () => false });
      return count;
    },
  };
}

async function runThrough(
  channel: OutputChannel,
  request: ProcessRequest,
  table: ProcessTable,
  clock: Clock,
): Promise<ProcessExit> {
  const startedMs = clock.monotonicMs();
  const cpuBeforeMs = table.reapedCpuMs();
  const start = await startShell(request, channel);
  if (!start.started) {
    channel.abandon();
    const durationMs = clock.monotonicMs() - startedMs;
    return { ...NOTHING, outcome: 'spawn_failed', durationMs, spawnError: start.cause };
  }
  const tree = table.watch(start.pid, request.runMarker);
  const { end, reader, strays } = await followCommand(start.child, tree, channel, request);
  const cpuAfterMs = table.reapedCpuMs();
  return {
    outcome: end.stoppedFor ?? (end.signal === null ? 'exited' : 'signalled'),
    exitCode: end.exitCode,
    signal: end.signal,
    durationMs: clock.monotonicMs() - startedMs,
    cpuMs: cpuBeforeMs === null || cpuAfterMs === null ? null : cpuAfterMs - cpuBeforeMs + strays.cpuMs,
    maxRssBytes: tree.peakRssBytes,
    outputBytes: reader.bytes,
    strays: strays.count,
    spawnError: null,
  };
}

async function followCommand(
  child: ChildProcess,
  tree: ProcessTree,
  channel: OutputChannel,
  request: ProcessRequest,
): Promise<{ readonly end: MainEnd; readonly reader: OutputReader; readonly strays: StrayTally }> {
  const bugs: unknown[] = [];
  let isMainAlive = true;
  const reader = channel.attach(child, (chunk) => {
    if (bugs.length > 0) return;
    try {
      request.onOutput(chunk);
    } catch (error) {
      bugs.push(error);
      if (isMainAlive) tree.signalAll('SIGKILL');
    }
  });
  const stopSampling = startSampling(tree);
  const end = await awaitMainEnd(child, tree, request);
  isMainAlive = false;
  stopSampling();
  const strays = await endRest(end, tree, reader, channel, request);
  reader.close();
  await reader.ended;
  // An error of the receiver is a bug of the gate; it comes out when nothing of the command is left.
  if (bugs.length > 0) throw bugs[0];
  return { end, reader, strays };
}

/** Drains the output and ends the rest of the tree, in the order that fits the way the main process ended. */
async function endRest(
  end: MainEnd,
  tree: ProcessTree,
  reader: OutputReader,
  channel: OutputChannel,
  request: ProcessRequest,
): Promise<StrayTally> {
  const { cancellation } = request;
  const wasStopped = end.stoppedFor !== null;
  if (!wasStopped) await drain(reader, DRAIN_MS, request);
  const strays = await endStrays({
    find: () => tree.findSurvivors(reader.isEnded ? null : channel.identity),
    graceLeftMs: wasStopped ? end.graceLeftMs : null,
    isUrgent: () =>
      cancellation.level === 'kill' || (end.stoppedFor !== 'cancelled' && cancellation.level !== 'none'),
  });
  // What they wrote last is still on its way.
  if (!reader.isEnded) await drain(reader, STOPPED_DRAIN_MS, request);
  return strays;
}

/** Waits for the end of the output, at most so long, and not when the user wants to stop. */
async function drain(reader: OutputReader, limitMs: number, request: ProcessRequest): Promise<void> {
  if (reader.isEnded) return;
  let stopWaiting = () => {};
  const hurried = new Promise<void>((resolve) => {
    stopWaiting = resolve;
  });
  const timer = setTimeout(stopWaiting, request.cancellation.level === 'none' ? limitMs : STOPPED_DRAIN_MS);
  const stopListening = request.cancellation.onRise(stopWaiting);
  await Promise.race([reader.ended, hurried]);
  clearTimeout(timer);
  stopListening();
}

/** Takes samples at growing distances until told to stop. */
function startSampling(tree: ProcessTree): () => void {
  let waitMs = FIRST_SAMPLE_MS;
  let timer = setTimeout(sample, waitMs);
  function sample(): void {
    const startedMs = performance.now();
    tree.sample();
    const costMs = performance.now() - startedMs;
    waitMs = Math.max(Math.min(waitMs * 2, LAST_SAMPLE_MS), costMs / SAMPLE_SHARE);
    timer = setTimeout(sample, waitMs);
  }
  return () => clearTimeout(timer);
}
