import type { Change, ChangedFile } from '../../../src/change/change.ts';
import { parseNotes } from '../../../src/change/notes.ts';
import { notesRule, type Reviewer, type ReviewStage } from '../../../src/config/gate-config.ts';
import type { BuiltinContext } from '../../../src/run/builtin-stage.ts';
import type { StageResult } from '../../../src/run/stage-result.ts';
import { preloadReview, reviewStage } from '../../../src/stages/review/index.ts';
import { fakeChange } from '../../fakes/fake-snapshot.ts';

/** The built-in reviewer as configured by default. */
export const BUILTIN: Reviewer = {
  id: 'builtin',
  kind: 'builtin',
  run: null,
  baseUrl: null,
  model: null,
  apiKeyEnv: null,
  count: null,
  required: true,
  onUnavailable: 'fail',
  timeLimitMs: 600_000,
};

export const SETTINGS: ReviewStage = {
  kind: 'review',
  id: 'review',
  title: 'Review',
  required: true,
  timeoutMs: null,
  needs: [],
  when: [],
  where: null,
  reviewers: [BUILTIN],
  failOn: 1,
  minConfidence: 0.5,
  notes: notesRule('optional'),
};

/** 2026-11-24, noon UTC. */
const NOON_MS = 1_795_521_600_000;

export interface Scene {
  readonly settings?: Partial<ReviewStage>;
  readonly notes?: string;
  readonly context?: Partial<BuiltinContext>;
}

export interface Reviewed {
  readonly result: StageResult;
  readonly log: string;
  /** `P0 secret-added src/a.ts:3`, in the order of the result. */
  readonly found: readonly string[];
}

/** Reviews a change. */
export async function reviewChange(change: Change, scene: Scene = {}): Promise<Reviewed> {
  await preloadReview();
  const log: string[] = [];
  const context: BuiltinContext = {
    change,
    notes: parseNotes(scene.notes ?? ''),
    nowMs: NOON_MS,
    toolVersion: '1.2.3',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: [],
    log: (line) => log.push(line),
    ...scene.context,
  };
  const result = await reviewStage({ ...SETTINGS, ...scene.settings }, context);
  const found = result.findings.map(({ priority, ruleId, path, startLine, side }) => {
    const line = startLine === null ? '' : `:${startLine}`;
    return `P${priority} ${ruleId.replace('review/', '')} ${path}${line}${side === 'old' ? ' old' : ''}`;
  });
  return { result, log: log.join('\n'), found };
}

/** Reviews two trees. */
export async function review(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
  scene: Scene = {},
): Promise<Reviewed> {
  return await reviewChange(fakeChange(before, after), scene);
}

/** The findings of one added file. */
export async function reviewAdded(path: string, text: string): Promise<readonly string[]> {
  return (await review({}, { [path]: text })).found;
}

/** The same change with files mapped: modes, renames, sizes. */
export function withFiles(change: Change, map: (file: ChangedFile) => ChangedFile): Change {
  return { ...change, files: change.files.map(map) };
}
