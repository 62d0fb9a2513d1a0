import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createSystemClock } from '../../src/host/clock.ts';
import type { ProcessExit, ProcessRequest } from '../../src/host/ports.ts';
import { createProcessHost } from '../../src/host/process-host.ts';
import { newRunId } from '../../src/kernel/ids.ts';
import { createFakeCancellation } from './fake-cancellation.ts';

/** What a real command did, with what it printed. */
export interface SceneExit extends ProcessExit {
  readonly output: string;
}

/** A folder in which real commands run and note the numbers of their processes. */
export interface ProcessScene {
  readonly folder: string;
  run(commandLine: string, options?: Partial<ProcessRequest>): Promise<SceneExit>;
  /** The process number in a file that a command wrote, once it is there. */
  readPid(name: string): Promise<number>;
  dispose(): void;
}

/** More is not looked at. */
const MAX_KEPT_BYTES = 1_048_576;

/** Whether a process runs; a zombie does not. */
export function isAlive(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return !['Z', 'X'].includes(stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3));
  } catch {
    return false;
  }
}

/** Looks until it holds; the test's own time limit is the end of patience. */
export async function until(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function openProcessScene(): ProcessScene {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gate-process-'));
  const host = createProcessHost(createSystemClock());
  return {
    folder,
    async run(commandLine, options = {}) {
      const chunks: Buffer[] = [];
      let kept = 0;
      const exit = await host.run({
        commandLine,
        cwd: folder,
        env: { PATH: process.env['PATH'] ?? '' },
        timeoutMs: 20_000,
        graceMs: 300,
        runMarker: newRunId(Date.now()),
        cancellation: createFakeCancellation(),
        onOutput(chunk) {
          kept += chunk.length;
          if (kept <= MAX_KEPT_BYTES) chunks.push(Buffer.from(chunk));
        },
        ...options,
      });
      return { ...exit, output: Buffer.concat(chunks).toString('utf8') };
    },
    async readPid(name) {
      const file = path.join(folder, name);
      await until(() => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n'));
      return Number(readFileSync(file, 'utf8'));
    },
    dispose: () => rmSync(folder, { recursive: true, force: true }),
  };
}
