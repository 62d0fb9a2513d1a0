import type { BuiltinStageSettings, CommandStage } from '../config/gate-config.ts';

/** Why a planned stage will not run. */
export type PlanSkip = 'nothing_detected' | 'no_matching_changes' | 'not_selected';

/** One stage of a plan, in running order. */
export interface PlannedStage {
  /** 1-based, as in the manifest and the log's name. */
  readonly index: number;
  readonly settings: PlannedSettings;
  /** Where the stage and its command come from: `.github/gate.yml:12`, `package.json script "build"`, `built in`. */
  readonly origin: string;
  /** Null: it runs. */
  readonly skip: { readonly reason: PlanSkip; readonly detail: string } | null;
}

/** Settings with the command known: a command stage that runs always has a `run`. */
export type PlannedSettings = (CommandStage & { readonly run: string | null }) | BuiltinStageSettings;

/** What a run will do, decided before anything runs. */
export interface Plan {
  readonly pipeline: { readonly id: string; readonly title: string };
  readonly stages: readonly PlannedStage[];
  /** Lines for the user that change no verdict. */
  readonly warnings: readonly string[];
}
