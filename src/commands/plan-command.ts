import { createGit } from '../host/git.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { jsonLine } from '../report/json-line.ts';
import { type PlanFacts, planDocument, renderPlan } from '../report/plan-text.ts';
import type { Preparation } from '../request/preparation.ts';
import { prepareRun } from '../request/prepare.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { requestOf } from './gate-request-flags.ts';
import { layoutOf } from './run-view.ts';

function planFacts({ taskId, root, reading, policy, config }: Preparation): PlanFacts {
  const { source, ref, path, digest } = policy;
  return {
    taskId,
    root,
    change: reading.measured
      ? { ...reading.change, files: reading.change.files.length }
      : { reason: reading.unmeasured.reason },
    policy: { source, ref, path, digest },
    defaultTimeoutMs: config.execution.timeoutMs,
  };
}

/** `gate plan [pipeline]`: says what would run, and runs nothing. */
export async function planCommand(given: Arguments, context: CommandContext): Promise<number | GateFailure> {
  const request = requestOf(given, context);
  if (!request.ok) return request.error;
  const prepared = await prepareRun(request.value, createGit());
  if (!prepared.ok) return prepared.error;
  const { plan, reading } = prepared.value;
  const facts = planFacts(prepared.value);
  if (reading.measured) await reading.change.snapshot.close();
  const warned = { ...plan, warnings: prepared.value.warnings };
  if (given.values.get('format') === 'json') {
    context.stdout.write(jsonLine(planDocument(warned, facts)));
    return 0;
  }
  context.stdout.write(renderPlan(warned, facts, layoutOf(context, context.stdout)));
  return 0;
}
