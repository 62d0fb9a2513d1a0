import { type ChildProcess, spawn } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { RunManifest } from '../../src/evidence/manifest.ts';

/** The bundle that `global-setup.ts` made from the sources under test. */
export const BUILT_CLI = path.resolve(import.meta.dirname, '..', '..', '.cache', 'dist', 'cli.js');

export interface GateRun {
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GateOptions {
  readonly cwd: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Wraps the command: `['setpriv', '--reuid=65534', '--']`. */
  readonly through?: readonly string[];
  readonly onStart?: (child: ChildProcess) => void;
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

/** Runs the built command as a user would and waits for its end. */
export function runGate(args: readonly string[], options: GateOptions): Promise<GateRun> {
  const [command = process.execPath, ...rest] = [...(options.through ?? []), process.execPath, BUILT_CLI, ...args];
  return new Promise((resolve, reject) => {
    const child = spawn(command, rest, {
      cwd: options.cwd,
      env: cleanEnvironment(options.env),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      stderr += text;
    });
    child.on('error', reject);
    child.on('close', (exitCode, signal) => resolve({ exitCode, signal, stdout, stderr }));
    options.onStart?.(child);
  });
}

/** Manifests below a repository's `.runs`, oldest first. */
export function readManifests(root: string): RunManifest[] {
  return globSync('.runs/*/cli/*/manifest.json', { cwd: root })
    .sort((a, b) => (path.basename(path.dirname(a)) < path.basename(path.dirname(b)) ? -1 : 1))
    .map((name): RunManifest => JSON.parse(readFileSync(path.join(root, name), 'utf8')));
}

/** The newest manifest; throws when there is none. */
export function latestManifest(root: string): RunManifest {
  const latest = readManifests(root).at(-1);
  if (latest === undefined) throw new Error(`no manifest below ${root}/.runs`);
  return latest;
}
