import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { type GateOptions, type GateRun, latestManifest, runGate } from './built-gate.ts';
import { createRepository, type TestRepository } from './git-repository.ts';

/** Command stages by id: the command line, or the keys of the configuration. */
export type SceneStages = Readonly<Record<string, string | Readonly<Record<string, unknown>>>>;

/** What a run of the built command left. */
export interface PlayedGate extends GateRun {
  readonly root: string;
  readonly manifest: RunManifest;
}

/** Repositories and folders of one test file; they go when the hook says so. */
export interface Scenes {
  /** Calls back at the end, last first. */
  later(close: () => void): void;
  /** A new folder outside every repository, free of symbolic links. */
  folder(): string;
  /** A repository whose default pipeline `own` has these stages, with one file changed since its first commit. */
  repository(stages: SceneStages, settings?: string): TestRepository;
  /** Runs `gate run` on such a repository and reads the manifest. */
  play(stages: SceneStages, options?: PlayOptions): Promise<PlayedGate>;
}

export interface PlayOptions extends Omit<GateOptions, 'cwd'> {
  /** Further lines of the configuration. */
  readonly settings?: string;
  /** Default: `['run']`. */
  readonly args?: readonly string[];
}

/** The configuration of a scene; JSON is YAML. */
export function sceneConfig(stages: SceneStages, settings = ''): string {
  const entries = Object.entries(stages).map(([id, stage]) => {
    const keys = typeof stage === 'string' ? { run: stage } : stage;
    return `    - ${JSON.stringify({ id, ...keys })}\n`;
  });
  return `version: 1\ndefault_pipeline: own\n${settings}pipelines:\n  own:\n${entries.join('')}`;
}

/** @param hook `afterEach` or `afterAll`. */
export function openScenes(hook: (close: () => void) => void): Scenes {
  const open: (() => void)[] = [];
  hook(() => {
    for (const close of open.splice(0).reverse()) close();
  });
  const scenes: Scenes = {
    later: (close) => open.push(close),
    folder() {
      const made = realpathSync(mkdtempSync(path.join(os.tmpdir(), 'gate-scene-')));
      open.push(() => rmSync(made, { recursive: true, force: true }));
      return made;
    },
    repository(stages, settings = '') {
      const made = createRepository();
      open.push(() => made.dispose());
      made.write('gate.yml', sceneConfig(stages, settings));
      made.commit('start');
      made.write('change.txt', 'changed\n');
      made.commit('change');
      return made;
    },
    async play(stages, { settings = '', args = ['run'], ...options } = {}) {
      const { root } = scenes.repository(stages, settings);
      const run = await runGate(args, { ...options, cwd: root });
      return { ...run, root, manifest: latestManifest(root) };
    },
  };
  return scenes;
}

/** How long a stage may take to write a file that a test waits for. */
const PATIENCE_MS = 20_000;

/** The text of a file once it is there and ends a line. */
export async function readWhenWritten(file: string): Promise<string> {
  const endMs = performance.now() + PATIENCE_MS;
  const isWritten = () => existsSync(file) && readFileSync(file, 'utf8').endsWith('\n');
  while (!isWritten()) {
    if (performance.now() > endMs) throw new Error(`nobody wrote ${file}`);
    await pause(10);
  }
  return readFileSync(file, 'utf8');
}

export function pause(durationMs: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, durationMs));
}

/** The one line of stderr; throws when there are more or none. */
export function onlyLine(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  const [line = ''] = lines;
  if (lines.length !== 1 || line === '') throw new Error(`not one line: ${JSON.stringify(stderr)}`);
  return line;
}
