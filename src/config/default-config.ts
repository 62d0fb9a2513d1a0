import {
  BUILTIN_STAGE_IDS,
  type BuiltinStageId,
  type CommandStage,
  DETECTED_STAGE_IDS,
  type DetectedStageId,
  type GateConfig,
  notesRule,
  type PipelineSettings,
  type Reviewer,
  type StageSettings,
} from './gate-config.ts';

/** Pipeline of a run for which none is named. */
export const DEFAULT_PIPELINE = 'implementation-gate';

/** Id of the agent loop. It stands among the pipelines so that it can be named, and has no entries. */
export const LOOP_PIPELINE = 'rlm';

/** A reviewer has ten minutes unless told otherwise. */
const REVIEWER_TIME_MS = 600_000;

const COMMAND_TITLES: Readonly<Record<DetectedStageId, string>> = {
  build: 'Build',
  lint: 'Lint',
  test: 'Test',
};

/** Whether the command of a stage is detected when the configuration gives none. */
export function isDetectedStage(id: string): id is DetectedStageId {
  return (DETECTED_STAGE_IDS as readonly string[]).includes(id);
}

/** Whether the gate evaluates a stage of this id itself when the configuration gives no command. */
export function isBuiltinStage(id: string): id is BuiltinStageId {
  return (BUILTIN_STAGE_IDS as readonly string[]).includes(id);
}

const COMMON = { required: true, timeoutMs: null, needs: [], when: [], where: null } as const;

/** A command stage of which nothing is known but its id. */
export function defaultCommandStage(id: string): CommandStage {
  return {
    ...COMMON,
    kind: 'command',
    id,
    title: isDetectedStage(id) ? COMMAND_TITLES[id] : id,
    run: null,
    cwd: '.',
    env: {},
    retries: 0,
    tests: { min: null, junit: [] },
    inputs: [],
    outputs: [],
  };
}

/** A reviewer of which nothing is known but who it is. */
export function defaultReviewer(id: string, kind: Reviewer['kind']): Reviewer {
  return {
    id,
    kind,
    run: null,
    baseUrl: null,
    model: null,
    apiKeyEnv: null,
    count: kind === 'approvals' ? 1 : null,
    required: true,
    onUnavailable: 'fail',
    timeLimitMs: REVIEWER_TIME_MS,
  };
}

/** The stages that stand without a file: three detected commands and the four that the gate evaluates itself. */
export function defaultStages(): readonly StageSettings[] {
  return [
    {
      ...COMMON,
      kind: 'spec-guard',
      id: 'spec-guard',
      title: 'Spec guard',
      code: ['src/**'],
      specs: ['docs/specs/**'],
      maxAgeDays: 30,
      requireUpdate: true,
    },
    ...DETECTED_STAGE_IDS.map(defaultCommandStage),
    {
      ...COMMON,
      kind: 'docs',
      id: 'docs',
      title: 'Docs',
      paths: ['**/*.md'],
      links: true,
      scripts: true,
      freshnessRegistry: null,
      baseline: null,
    },
    {
      ...COMMON,
      kind: 'diff-budget',
      id: 'diff-budget',
      title: 'Diff budget',
      maxFiles: 25,
      maxLines: 800,
      maxBytes: 524_288,
      ignore: [],
      deletions: 1,
      override: { label: 'diff-budget-override', minPermission: 'write' },
    },
    {
      ...COMMON,
      kind: 'review',
      id: 'review',
      title: 'Review',
      reviewers: [defaultReviewer('builtin', 'builtin')],
      failOn: 1,
      minConfidence: 0,
      notes: notesRule('required'),
    },
  ];
}

function pipeline(id: string, title: string, stages: readonly string[]): PipelineSettings {
  return {
    id,
    title,
    entries: stages.map((name) => ({ kind: 'reference', id: name, where: null })),
    where: null,
  };
}

/** The pipelines that stand without a file. The agent loop `rlm` is the one without entries. */
export function defaultPipelines(): readonly PipelineSettings[] {
  const gate = ['spec-guard', 'build', 'lint', 'test', 'docs', 'diff-budget', 'review'];
  return [
    pipeline(DEFAULT_PIPELINE, 'Implementation gate', gate),
    pipeline('diagnostics', 'Diagnostics', ['build', 'lint', 'test', 'spec-guard']),
    pipeline('docs-review', 'Docs review', ['spec-guard', 'docs', 'review']),
    pipeline(LOOP_PIPELINE, 'Agent loop', []),
  ];
}

/** The configuration of a repository without a file. What a file says is laid over it. */
export function defaultConfig(): GateConfig {
  return {
    file: null,
    digest: null,
    defaultPipeline: DEFAULT_PIPELINE,
    task: null,
    base: 'auto',
    strictCommands: false,
    execution: {
      mode: 'sequence',
      onFailure: 'keep-going',
      timeoutMs: 1_800_000,
      graceMs: 5_000,
      maxParallel: 2,
    },
    stages: new Map(defaultStages().map((stage) => [stage.id, stage])),
    pipelines: new Map(defaultPipelines().map((settings) => [settings.id, settings])),
    baseline: { branch: 'auto', samples: 20, confirm: 'off', gate: false },
    report: {
      comment: 'auto',
      check: 'auto',
      status: 'implementation-gate',
      summary: true,
      annotations: true,
    },
    redact: [],
    rlm: {
      agent: null,
      validator: null,
      maxIterations: 88,
      maxMinutes: 2_880,
      maxRequests: null,
      protect: [],
    },
    remarks: [],
  };
}
