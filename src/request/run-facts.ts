import { manifestChange, type RunFacts } from '../evidence/new-manifest.ts';
import type { RecoveredRun } from '../evidence/recovery.ts';
import { currentProcessIdentity } from '../host/process-identity.ts';
import { describeRunner } from '../host/runner.ts';
import { newRunId } from '../kernel/ids.ts';
import { plural } from '../kernel/text.ts';
import type { GateRequest } from './gate-request.ts';
import type { Preparation } from './preparation.ts';

/** What the user should know of runs that had died. */
function describeRecovered({ runId, outcome, strays, detail }: RecoveredRun): string[] {
  if (detail !== null) return [detail];
  if (outcome !== 'aborted') return [];
  const killed = strays === 0 ? '' : `, ${plural(strays, 'process', 'processes')} of it killed`;
  return [`run ${runId} had died: it is marked aborted now${killed}`];
}

/** What is known of a run before its first stage; gives it its id. */
export function runFactsOf(
  request: GateRequest,
  prepared: Preparation,
  startedAtMs: number,
  recovered: readonly RecoveredRun[],
): RunFacts {
  const { event, plan } = prepared;
  const { name, prNumber, fromFork } = event;
  return {
    runId: newRunId(startedAtMs),
    taskId: prepared.taskId,
    pipeline: plan.pipeline,
    startedAtMs,
    process: currentProcessIdentity(),
    change: manifestChange(prepared.reading, { event: name, prNumber, fromFork }),
    policy: prepared.policy,
    runner: describeRunner(request.environment),
    notes: prepared.notes,
    stages: plan.stages,
    warnings: [...prepared.warnings, ...recovered.flatMap(describeRecovered)],
  };
}
