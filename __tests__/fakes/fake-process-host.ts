import path from 'node:path';
import type { ProcessExit, ProcessHost, ProcessRequest } from '../../src/host/ports.ts';
import { assertRunMarker } from '../../src/host/process-marker.ts';
import type { FakeClock } from './fake-clock.ts';

/** How a command behaves; by default it succeeds at once and says nothing. */
export interface FakeBehaviour {
  readonly exitCode?: number;
  /** It dies by a signal instead. */
  readonly signal?: string;
  readonly durationMs?: number;
  /** It ends only when it is killed, whatever its duration. */
  readonly isDeaf?: boolean;
  readonly output?: string;
  readonly strays?: number;
  readonly spawnError?: string;
  /** Called while it runs, after its output: where tests raise a cancellation. */
  readonly during?: (request: ProcessRequest) => void;
}

export interface FakeProcessHost extends ProcessHost {
  /** What was asked for, in order. */
  readonly requests: readonly ProcessRequest[];
  readonly swept: readonly string[];
}

const UNKNOWN: FakeBehaviour = { exitCode: 127, output: 'sh: 1: unknown: not found\n' };

/**
 * Plays commands by their command line; a list is played one after the other and its last goes on. It keeps the
 * real rules: a raised cancellation starts nothing, a time limit ends what lasts longer, a stopped command has no
 * exit code, output is handed over in memory that is used again, unknown commands end with 127.
 */
export function createFakeProcessHost(
  clock: FakeClock,
  behaviours: Readonly<Record<string, FakeBehaviour | readonly FakeBehaviour[]>>,
): FakeProcessHost {
  const requests: ProcessRequest[] = [];
  const swept: string[] = [];
  const played = new Map<string, number>();

  function next(commandLine: string): FakeBehaviour {
    const entry = behaviours[commandLine];
    const list = entry === undefined ? [UNKNOWN] : Array.isArray(entry) ? entry : [entry];
    const index = played.get(commandLine) ?? 0;
    played.set(commandLine, index + 1);
    return list[Math.min(index, list.length - 1)] ?? {};
  }

  return {
    requests,
    swept,
    run(request) {
      assertRunMarker(request.runMarker);
      if (!path.isAbsolute(request.cwd)) throw new Error(`not absolute: ${request.cwd}`);
      if (request.cancellation.level !== 'none') return Promise.resolve(exitOf('cancelled', {}));
      requests.push(request);
      const behaviour = next(request.commandLine);
      if (behaviour.spawnError !== undefined) {
        return Promise.resolve(exitOf('spawn_failed', { spawnError: behaviour.spawnError }));
      }
      return Promise.resolve(play(behaviour, request, clock));
    },
    sweep(runMarker) {
      assertRunMarker(runMarker);
      swept.push(runMarker);
      return Promise.resolve(0);
    },
  };
}

function exitOf(outcome: ProcessExit['outcome'], facts: Partial<ProcessExit>): ProcessExit {
  return {
    exitCode: null,
    signal: null,
    durationMs: 0,
    cpuMs: null,
    maxRssBytes: null,
    outputBytes: 0,
    strays: 0,
    spawnError: null,
    ...facts,
    outcome,
  };
}

function play(behaviour: FakeBehaviour, request: ProcessRequest, clock: FakeClock): ProcessExit {
  const bytes = Buffer.from(behaviour.output ?? '');
  const reused = Buffer.alloc(16);
  for (let at = 0; at < bytes.length; at += reused.length) {
    const length = bytes.copy(reused, 0, at, at + reused.length);
    request.onOutput(reused.subarray(0, length));
    reused.fill(0x23);
  }
  behaviour.during?.(request);
  const ownMs = behaviour.isDeaf === true ? Number.POSITIVE_INFINITY : (behaviour.durationMs ?? 0);
  const wasCancelled = request.cancellation.level !== 'none';
  const isLate = !wasCancelled && ownMs > request.timeoutMs;
  const graceMs = behaviour.isDeaf === true ? request.graceMs : 0;
  const durationMs = wasCancelled ? graceMs : isLate ? request.timeoutMs + graceMs : ownMs;
  clock.pass(durationMs);
  const facts = {
    durationMs,
    outputBytes: bytes.length,
    strays: behaviour.strays ?? 0,
    cpuMs: durationMs / 2,
    maxRssBytes: 1_048_576,
  };
  const stopSignal = behaviour.isDeaf === true ? 'SIGKILL' : 'SIGTERM';
  if (wasCancelled) return exitOf('cancelled', { ...facts, signal: stopSignal });
  if (isLate) return exitOf('timed_out', { ...facts, signal: stopSignal });
  if (behaviour.signal !== undefined) return exitOf('signalled', { ...facts, signal: behaviour.signal });
  return exitOf('exited', { ...facts, exitCode: behaviour.exitCode ?? 0 });
}
