import type { Result } from '../kernel/result.ts';
import { ok } from '../kernel/result.ts';
import type { GateRequest } from '../request/gate-request.ts';
import { parseStageList } from '../request/prepare.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';

/** The request that a command line of `gate run` or `gate plan` makes. */
export function requestOf(given: Arguments, context: CommandContext): Result<GateRequest> {
  const { values, switches } = given;
  const value = (name: string) => values.get(name) ?? null;
  const stages = parseStageList(value('stages'));
  if (!stages.ok) return stages;
  return ok({
    pipeline: given.argument,
    startedIn: context.startedIn,
    workingDirectory: value('working-directory'),
    base: value('base'),
    config: value('config'),
    policyRef: value('policy-ref'),
    task: value('task'),
    stages: stages.value,
    notes: value('notes'),
    onFailure: switches.has('fail-fast') ? 'fail-fast' : switches.has('keep-going') ? 'keep-going' : null,
    runsDir: value('runs-dir'),
    strict: switches.has('strict'),
    environment: context.environment,
  });
}
