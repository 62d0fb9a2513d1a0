import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, globSync, openSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import type { MetricsRecord } from '../../src/evidence/metrics-record.ts';
import { isAlive } from './process-scenes.ts';

/** The bundle that `global-setup.ts` made from the sources under test. */
export const BUILT_CLI = path.resolve(import.meta.dirname, '..', '..', '.cache', 'dist', 'cli.js');

export interface GateRun {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
  /** From the start of the process to its end. */
  readonly elapsedMs: number;
}

export interface GateOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Wraps the command: `['setpriv', '--reuid=65534', '--']`. */
  readonly through?: readonly string[];
  readonly onStart?: (child: ChildProcess) => void;
  /** A file that stdout goes to; its text is empty then. */
  readonly stdoutFile?: string;
  /** `open`: a pipe that nobody writes to and nobody closes. Default: the null device. */
  readonly stdin?: 'open';
}

/** A gate that runs. */
export interface StartedGate {
  readonly child: ChildProcess;
  readonly ended: Promise<GateRun>;
}

/** A clean environment: what tests do must not depend on the machine's CI variables or git configuration. */
export function cleanEnvironment(extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  return {
    PATH: process.env['PATH'] ?? '',
    HOME: process.env['HOME'] ?? '/',
    TMPDIR: process.env['TMPDIR'] ?? '/tmp',
    NOTES: 'Goal: test the gate | Summary: a change | Risks: none known',
    ...extra,
  };
}

/** Starts the built command as a user would. */
export function startGate(args: readonly string[], options: GateOptions): StartedGate {
  const words = [...(options.through ?? []), process.execPath, BUILT_CLI, ...args];
  const [command = process.execPath, ...rest] = words;
  const startedMs = performance.now();
  const stdoutFile = options.stdoutFile === undefined ? null : openSync(options.stdoutFile, 'w');
  const child = spawn(command, rest, {
    cwd: options.cwd,
    env: cleanEnvironment(options.env),
    stdio: [options.stdin === 'open' ? 'pipe' : 'ignore', stdoutFile ?? 'pipe', 'pipe'],
  });
  if (stdoutFile !== null) closeSync(stdoutFile);
  let stdout = '';
  let stderr = '';
  child.stdout?.setEncoding('utf8').on('data', (text: string) => {
    stdout += text;
  });
  child.stderr?.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<GateRun>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (exitCode, signal) => {
      resolve({ exitCode, signal, stdout, stderr, elapsedMs: performance.now() - startedMs });
    });
  });
  options.onStart?.(child);
  return { child, ended };
}

/** Runs the built command as a user would and waits for its end. */
export function runGate(args: readonly string[], options: GateOptions): Promise<GateRun> {
  return startGate(args, options).ended;
}

/** Manifests below a runs folder, oldest first. */
export function readManifestsIn(runsDir: string): RunManifest[] {
  return globSync('*/cli/*/manifest.json', { cwd: runsDir })
    .sort((a, b) => (path.basename(path.dirname(a)) < path.basename(path.dirname(b)) ? -1 : 1))
    .map((name): RunManifest => JSON.parse(readFileSync(path.join(runsDir, name), 'utf8')));
}

/** Manifests below a repository's `.runs`, oldest first. */
export function readManifests(root: string): RunManifest[] {
  return readManifestsIn(path.join(root, '.runs'));
}

/** The newest manifest; throws when there is none. */
export function latestManifest(root: string): RunManifest {
  const latest = readManifests(root).at(-1);
  if (latest === undefined) throw new Error(`no manifest below ${root}/.runs`);
  return latest;
}

/** The folder of a run. */
export function runDirectoryOf(root: string, manifest: RunManifest): string {
  return path.join(root, '.runs', manifest.task_id, 'cli', manifest.run_id);
}

/** Every line of a task's list of records; throws on one that is no JSON. */
export function readRecords(root: string, taskId = 'main'): MetricsRecord[] {
  const text = readFileSync(path.join(root, '.runs', taskId, 'metrics.json'), 'utf8');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line): MetricsRecord => JSON.parse(line));
}

/** The log of a stage, as bytes. */
export function readLog(root: string, manifest: RunManifest, stageId: string): Buffer {
  const log = manifest.stages.find(({ id }) => id === stageId)?.log;
  if (log === undefined || log === null) throw new Error(`no log of ${stageId}`);
  return readFileSync(path.join(runDirectoryOf(root, manifest), log.path));
}

/** Every file below a folder with its bytes, by relative path; links are not followed. */
export function readTree(folder: string): Map<string, Buffer> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) =>
    entry.isFile(),
  );
  return new Map(
    files.map((entry) => {
      const file = path.join(entry.parentPath, entry.name);
      return [path.relative(folder, file), readFileSync(file)] as const;
    }),
  );
}

/** Living processes that carry a run's id in their environment. */
export function processesOfRun(runId: string): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`).includes(runId) && isAlive(pid);
      } catch {
        return false;
      }
    });
}
