/** The configuration after validation: defaults filled in, durations in ms, sizes in bytes. */

/** Ids of the stages that the gate evaluates itself when they have no `run:`. */
export const BUILTIN_STAGE_IDS = ['spec-guard', 'docs', 'diff-budget', 'review'] as const;
export type BuiltinStageId = (typeof BUILTIN_STAGE_IDS)[number];

/** Ids of the command stages that are detected when the configuration gives no `run:`. */
export const DETECTED_STAGE_IDS = ['build', 'lint', 'test'] as const;
export type DetectedStageId = (typeof DETECTED_STAGE_IDS)[number];

/** What every stage has. Patterns are globs over paths relative to the repository's root. */
export interface StageCommon {
  readonly id: string;
  readonly title: string;
  readonly required: boolean;
  /** Null: `execution.timeout` counts. */
  readonly timeoutMs: number | null;
  /** Ids of stages that must have passed before this one runs. */
  readonly needs: readonly string[];
  /** The stage runs only when a changed file matches; empty: always. */
  readonly when: readonly string[];
  /** File and line that set the stage (`.github/gate.yml:12`); null for a default. */
  readonly where: string | null;
}

/** A stage that runs a command line. */
export interface CommandStage extends StageCommon {
  readonly kind: 'command';
  /** Null: to be detected; only for {@link DETECTED_STAGE_IDS}. */
  readonly run: string | null;
  /** Relative to the working directory, never leaving it. */
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
  /** Further attempts after a failed one. */
  readonly retries: number;
  /** Proof of execution. `min` null: 1 when a runner is recognised in a stage called `test`, else none. */
  readonly tests: { readonly min: number | null; readonly junit: readonly string[] };
  /** What the stage reads and writes; declared for reuse of unchanged work. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface SpecGuardStage extends StageCommon {
  readonly kind: 'spec-guard';
  readonly code: readonly string[];
  readonly specs: readonly string[];
  readonly maxAgeDays: number;
  /** Rule 1 (code needs its spec) on or off. */
  readonly requireUpdate: boolean;
}

export interface DocsStage extends StageCommon {
  readonly kind: 'docs';
  readonly paths: readonly string[];
  readonly links: boolean;
  readonly scripts: boolean;
  /** Freshness registry, relative to the root; null: none. */
  readonly freshnessRegistry: string | null;
  /** File with known findings that do not fail the stage, relative to the root; null: none. */
  readonly baseline: string | null;
}

export interface DiffBudgetStage extends StageCommon {
  readonly kind: 'diff-budget';
  readonly maxFiles: number;
  readonly maxLines: number;
  readonly maxBytes: number;
  readonly ignore: readonly string[];
  /** Weight of a deleted line. */
  readonly deletions: 0 | 1;
  readonly override: {
    readonly label: string;
    readonly minPermission: 'read' | 'triage' | 'write' | 'maintain' | 'admin';
  };
}

/** One reviewer in the order configured. `builtin` needs nothing; the others are adapters. */
export interface Reviewer {
  readonly id: string;
  readonly kind: 'builtin' | 'command' | 'approvals' | 'openai-compatible' | 'codex' | 'claude';
  readonly run: string | null;
  readonly baseUrl: string | null;
  readonly model: string | null;
  readonly apiKeyEnv: string | null;
  readonly count: number | null;
  readonly required: boolean;
  readonly onUnavailable: OnUnavailable;
  readonly timeLimitMs: number;
}

export type OnUnavailable = 'fail' | 'neutral' | 'pass';

/** Parts of the author's notes. */
export const NOTE_PARTS = ['goal', 'summary', 'risks', 'questions'] as const;
export type NotePart = (typeof NOTE_PARTS)[number];

/** Which parts of the author's notes a change cannot do without. */
export type NotesRule = Readonly<Record<NotePart, 'required' | 'optional'>>;

/** One word for all parts; questions are asked for only when they are named. */
export function notesRule(word: 'required' | 'optional'): NotesRule {
  return { goal: word, summary: word, risks: word, questions: 'optional' };
}

export interface ReviewStage extends StageCommon {
  readonly kind: 'review';
  readonly reviewers: readonly Reviewer[];
  /** Findings of this priority or worse fail the stage. */
  readonly failOn: 0 | 1 | 2 | 3;
  /** Findings less certain than this (0..1) do not fail the stage; findings without one are certain. */
  readonly minConfidence: number;
  readonly notes: NotesRule;
}

export type BuiltinStageSettings = SpecGuardStage | DocsStage | DiffBudgetStage | ReviewStage;
export type StageSettings = CommandStage | BuiltinStageSettings;

/** What a pipeline lists: a stage by id, a whole sub-pipeline by id, or a stage written in place. */
export type PipelineEntry =
  | { readonly kind: 'reference'; readonly id: string; readonly where: string | null }
  | { readonly kind: 'inline'; readonly settings: StageSettings };

export interface PipelineSettings {
  readonly id: string;
  readonly title: string;
  readonly entries: readonly PipelineEntry[];
  readonly where: string | null;
}

export interface ExecutionSettings {
  readonly mode: 'sequence';
  readonly onFailure: 'keep-going' | 'fail-fast';
  readonly timeoutMs: number;
  readonly graceMs: number;
  readonly maxParallel: number;
}

export interface RlmSettings {
  readonly agent: {
    readonly id: string;
    readonly kind: 'codex' | 'claude' | 'command';
    readonly run: string | null;
  } | null;
  /** `none`, `auto`, or a command; null: not set. */
  readonly validator: string | null;
  /** Null: no limit. */
  readonly maxIterations: number | null;
  readonly maxMinutes: number | null;
  readonly maxRequests: number | null;
  readonly protect: readonly string[];
}

/** The whole configuration. `file` is relative to the root; null when there is none. */
export interface GateConfig {
  readonly file: string | null;
  /** SHA-256 of the file's bytes, hex; null without a file. */
  readonly digest: string | null;
  readonly defaultPipeline: string;
  readonly task: string | null;
  /** `auto` or a ref. */
  readonly base: string;
  /** A change to the commands behind the stages fails the run instead of being listed only. */
  readonly strictCommands: boolean;
  readonly execution: ExecutionSettings;
  /** Stages by id: the built-in ones always, then those of the file. */
  readonly stages: ReadonlyMap<string, StageSettings>;
  /** The built-in pipelines always, overridden or joined by those of the file. */
  readonly pipelines: ReadonlyMap<string, PipelineSettings>;
  readonly baseline: {
    readonly branch: string;
    readonly samples: number;
    readonly confirm: 'off' | 'suspects';
    readonly gate: boolean;
  };
  readonly report: {
    readonly comment: 'auto' | 'always' | 'on-change' | 'never';
    readonly check: string;
    readonly status: string;
    readonly summary: boolean;
    readonly annotations: boolean;
  };
  /** Literals, or regular expressions written `/…/flags`. */
  readonly redact: readonly string[];
  readonly rlm: RlmSettings;
  /** Keys that are valid but change nothing in this version, one line each. */
  readonly remarks: readonly string[];
}
