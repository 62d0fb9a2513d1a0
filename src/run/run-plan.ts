import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import { unreachable } from '../kernel/never.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';
import { runBuiltinStage } from './builtin-run.ts';
import { runCommandStage } from './command-stage.ts';
import type { RunDependencies, StageEnd } from './run-dependencies.ts';
import { notEvaluated, notRun, type StageResult, skipped } from './stage-result.ts';

/** What the execution of a plan gave. */
export interface RunOutcome {
  /** One per planned stage, in the plan's order. */
  readonly results: readonly StageResult[];
  /** A storage failure: what ran could not be recorded, so there is no verdict to rely on. */
  readonly failure: GateFailure | null;
  /** Commands started, retries included. */
  readonly childProcesses: number;
  /** What they wrote, before any cut. */
  readonly outputBytes: number;
}

/** What became of a stage that another one needs. */
const NEED_WORDS: Readonly<Record<Exclude<StageResult['status'], 'passed'>, string>> = {
  failed: 'failed',
  skipped: 'was skipped',
  cancelled: 'was cancelled',
  not_run: 'did not run',
  not_evaluated: 'was not evaluated',
};

/** One execution of a plan: what has ended so far and what that means for the rest. */
class PlanRun {
  readonly results: StageResult[] = [];
  failure: GateFailure | null = null;
  childProcesses = 0;
  outputBytes = 0;
  readonly #deps: RunDependencies;
  readonly #statuses = new Map<string, StageResult['status']>();
  /** Id of the first required stage that did not pass. */
  #firstFailure: string | null = null;

  constructor(deps: RunDependencies) {
    this.#deps = deps;
  }

  async runStage(stage: PlannedStage): Promise<void> {
    const obstacle = this.#findObstacle(stage);
    const end = obstacle === null ? await this.#execute(stage) : null;
    const result = obstacle ?? end?.result;
    if (result === undefined) throw new Error('a stage without an end');
    this.failure ??= end?.failure ?? null;
    this.childProcesses += end?.childProcesses ?? 0;
    this.outputBytes += end?.outputBytes ?? 0;
    this.results.push(result);
    this.#statuses.set(stage.settings.id, result.status);
    const isBad = result.status === 'failed' || result.status === 'not_evaluated';
    if (isBad && stage.settings.required) this.#firstFailure ??= stage.settings.id;
    this.#deps.listener({ type: 'stage_finished', stage, result });
  }

  /** Why a stage is not started; null: it is. What the plan decided comes first. */
  #findObstacle(stage: PlannedStage): StageResult | null {
    if (stage.skip !== null) return describeSkip(stage.skip);
    if (this.failure !== null) {
      return notRun('earlier_failure', `evidence could not be recorded: ${describeFailure(this.failure)}`);
    }
    const { cancellation, execution } = this.#deps;
    if (cancellation.level !== 'none') {
      return notRun('cancelled', `${cancellation.signal ?? 'the wish to stop'} came before it started`);
    }
    if (execution.onFailure === 'fail-fast' && this.#firstFailure !== null) {
      return notRun('earlier_failure', `${this.#firstFailure} did not pass, and on_failure is fail-fast`);
    }
    return this.#findUnmetNeed(stage);
  }

  #findUnmetNeed(stage: PlannedStage): StageResult | null {
    for (const need of stage.settings.needs) {
      const status = this.#statuses.get(need);
      if (status === 'passed') continue;
      const words = status === undefined ? 'does not run before it' : NEED_WORDS[status];
      return notRun('need_not_passed', `needs ${need}, which ${words}`);
    }
    return null;
  }

  #execute(stage: PlannedStage): Promise<StageEnd> {
    const { settings } = stage;
    if (settings.kind !== 'command') return runBuiltinStage(stage, settings, this.#deps);
    if (settings.run !== null) return runCommandStage(stage, { ...settings, run: settings.run }, this.#deps);
    const result = notEvaluated('internal_error', 'the plan names no command; please report this');
    return Promise.resolve({ result, failure: null, childProcesses: 0, outputBytes: 0 });
  }
}

function describeSkip({ reason, detail }: NonNullable<PlannedStage['skip']>): StageResult {
  switch (reason) {
    case 'not_selected':
      return notRun(reason, detail);
    case 'nothing_detected':
    case 'no_matching_changes':
      return skipped(reason, detail);
    default:
      return unreachable(reason);
  }
}

/**
 * Executes a plan, one stage after the other. Every planned stage gets a result, also when it never started.
 * Rejects only on a bug, a listener's included; no command is running then.
 */
export async function runPlan(plan: Plan, deps: RunDependencies): Promise<RunOutcome> {
  deps.listener({ type: 'run_started', plan });
  const run = new PlanRun(deps);
  for (const stage of plan.stages) await run.runStage(stage);
  const { results, failure, childProcesses, outputBytes } = run;
  return { results, failure, childProcesses, outputBytes };
}
