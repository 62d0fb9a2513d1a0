import type { ManifestPolicy } from '../evidence/manifest.ts';
import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';

/** What is under test, or why that could not be measured. */
export type PlanChange =
  | {
      readonly baseSha: string | null;
      readonly headSha: string;
      /** Where the base came from, for people. */
      readonly baseSource: string;
      readonly branch: string | null;
      readonly dirty: boolean;
      /** Changed paths. */
      readonly files: number;
      readonly added: number;
      readonly deleted: number;
    }
  | { readonly reason: GateFailure };

/** What a plan was made from. */
export interface PlanFacts {
  readonly taskId: string;
  /** Root of the repository, absolute. */
  readonly root: string;
  readonly change: PlanChange;
  /** Which copy of the configuration counts. */
  readonly policy: Pick<ManifestPolicy, 'source' | 'ref' | 'path' | 'digest'>;
  /** Limit of stages that set none, ms; absent: not shown. */
  readonly defaultTimeoutMs?: number;
}

/** What `gate plan --format json` prints. */
export interface PlanDocument {
  readonly task_id: string;
  readonly root: string;
  readonly pipeline: { readonly id: string; readonly title: string };
  readonly change: {
    readonly measured: boolean;
    /** Why it could not be measured; null when it was. */
    readonly reason: string | null;
    readonly base_sha: string | null;
    readonly head_sha: string | null;
    readonly base_source: string | null;
    readonly branch: string | null;
    readonly dirty: boolean | null;
    readonly files: number | null;
    readonly added: number | null;
    readonly deleted: number | null;
  };
  readonly policy: PlanFacts['policy'];
  readonly stages: readonly PlanDocumentStage[];
  readonly warnings: readonly string[];
}

/** One stage in {@link PlanDocument}. */
export interface PlanDocumentStage {
  readonly index: number;
  readonly id: string;
  readonly title: string;
  readonly kind: string;
  readonly required: boolean;
  readonly runs: boolean;
  /** Null for a built-in stage, and where none was found. */
  readonly command: string | null;
  readonly cwd: string | null;
  /** Where stage and command come from. */
  readonly origin: string;
  /** Null: the limit of `execution.timeout` counts. */
  readonly timeout_ms: number | null;
  readonly retries: number;
  readonly needs: readonly string[];
  readonly when: readonly string[];
  readonly skip: { readonly reason: string; readonly detail: string } | null;
}

function documentChange(change: PlanChange): PlanDocument['change'] {
  if ('reason' in change) {
    return {
      ...{ measured: false, reason: describeFailure(change.reason), base_sha: null, head_sha: null },
      ...{ base_source: null, branch: null, dirty: null, files: null, added: null, deleted: null },
    };
  }
  const { baseSha, headSha, baseSource, branch, dirty, files, added, deleted } = change;
  return {
    ...{ measured: true, reason: null, base_sha: baseSha, head_sha: headSha, base_source: baseSource },
    ...{ branch, dirty, files, added, deleted },
  };
}

function documentStage({ index, settings, origin, skip }: PlannedStage): PlanDocumentStage {
  const command = settings.kind === 'command' ? settings : null;
  const { id, title, kind, required, timeoutMs, needs, when } = settings;
  return {
    ...{ index, id, title, kind, required, runs: skip === null, command: command?.run ?? null },
    ...{ cwd: command?.cwd ?? null, origin, timeout_ms: timeoutMs, retries: command?.retries ?? 0 },
    ...{ needs, when, skip },
  };
}

/** The same for scripts. */
export function planDocument(plan: Plan, facts: PlanFacts): PlanDocument {
  const { source, ref, path, digest } = facts.policy;
  return {
    task_id: facts.taskId,
    root: facts.root,
    pipeline: plan.pipeline,
    change: documentChange(facts.change),
    policy: { source, ref, path, digest },
    stages: plan.stages.map(documentStage),
    warnings: plan.warnings,
  };
}
