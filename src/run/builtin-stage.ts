import type { Change, Notes } from '../change/change.ts';
import type { BuiltinStageSettings } from '../config/gate-config.ts';
import type { StageResult } from './stage-result.ts';

/** What a built-in stage may look at. */
export interface BuiltinContext {
  readonly change: Change;
  readonly notes: Notes;
  /** Wall time that counts as now, ms since the epoch. */
  readonly nowMs: number;
  /** The gate's own version, for the source of findings. */
  readonly toolVersion: string;
  /** Limits and waivers from the environment, already validated. */
  readonly overrides: BudgetOverrides;
  /** Names of the configured pipelines: docs may mention them. */
  readonly pipelineIds: readonly string[];
  /** Adds one line to the stage's log. */
  readonly log: (line: string) => void;
}

/** `DIFF_BUDGET_MAX_FILES`, `DIFF_BUDGET_MAX_LINES`, `DIFF_BUDGET_OVERRIDE_REASON`; null where unset. */
export interface BudgetOverrides {
  readonly maxFiles: number | null;
  readonly maxLines: number | null;
  readonly overrideReason: string | null;
  /** Who asks for the waiver (`GITHUB_ACTOR`, else the system's user); null when unknown. */
  readonly actor: string | null;
}

/** A stage that the gate evaluates itself. Throws only on a bug. */
export type BuiltinStage = (settings: BuiltinStageSettings, context: BuiltinContext) => Promise<StageResult>;
