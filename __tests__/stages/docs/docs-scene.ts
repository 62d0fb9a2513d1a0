import type { Change, FileStatus } from '../../../src/change/change.ts';
import type { DocsStage } from '../../../src/config/gate-config.ts';
import type { BuiltinContext } from '../../../src/run/builtin-stage.ts';
import type { Finding } from '../../../src/run/finding.ts';
import type { StageResult } from '../../../src/run/stage-result.ts';
import { docsStage } from '../../../src/stages/docs/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';

/** What counts as today in these tests. */
export const NOW = Date.UTC(2026, 10, 24, 12);

export const SETTINGS: DocsStage = {
  kind: 'docs',
  id: 'docs',
  title: 'Docs',
  required: true,
  timeoutMs: null,
  needs: [],
  when: [],
  where: '.github/gate.yml:3',
  paths: ['**/*.md'],
  links: true,
  scripts: true,
  freshnessRegistry: null,
  baseline: null,
};

export type Tree = Readonly<Record<string, string>>;

export interface Scene {
  readonly result: StageResult;
  readonly log: readonly string[];
}

/** What the stage is given beside its settings. */
export function contextOf(change: Change, log: string[] = []): BuiltinContext {
  return {
    change,
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: NOW,
    toolVersion: '1.2.3',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: ['implementation-gate', 'diagnostics', 'docs-review'],
    log: (line) => log.push(line),
  };
}

/** Runs the stage over a change. */
export async function checkChange(change: Change, settings: Partial<DocsStage> = {}): Promise<Scene> {
  const log: string[] = [];
  return { result: await docsStage({ ...SETTINGS, ...settings }, contextOf(change, log)), log };
}

/** Runs the stage over a change from one tree to another. */
export async function checkTrees(
  before: Tree,
  after: Tree,
  settings: Partial<DocsStage> = {},
): Promise<Scene> {
  return await checkChange(fakeChange(before, after), settings);
}

/** Runs the stage over a tree that the change does not touch, and gives its findings. */
export async function findIn(tree: Tree, settings: Partial<DocsStage> = {}): Promise<readonly Finding[]> {
  return (await checkTrees(tree, tree, settings)).result.findings;
}

/** `P1 docs/broken-link README.md:3`, for each finding. */
export function brief(findings: readonly Finding[]): readonly string[] {
  return findings.map(
    ({ priority, ruleId, path, startLine }) => `P${priority} ${ruleId} ${path}:${startLine ?? '-'}`,
  );
}

/** The same change with one file moved instead of deleted and added. */
export function withRename(change: Change, oldPath: string, path: string): Change {
  const gone = change.files.find((file) => file.path === oldPath);
  const status: FileStatus = 'renamed';
  const files = change.files
    .filter((file) => file !== gone)
    .map((file) =>
      file.path === path
        ? { ...file, status, oldPath, oldBlob: gone?.oldBlob ?? null, oldMode: gone?.oldMode ?? file.oldMode }
        : file,
    );
  return { ...change, files };
}
