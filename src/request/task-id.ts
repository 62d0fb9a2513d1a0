import { parseTaskId, slugTaskId } from '../kernel/ids.ts';
import { ok, type Result } from '../kernel/result.ts';
import { type GateRequest, readVariable } from './gate-request.ts';

/** Number of the pull request a workflow runs for (`refs/pull/12/merge`); null elsewhere. */
export function pullRequestNumber(environment: GateRequest['environment']): number | null {
  const match = /^refs\/pull\/(\d{1,15})\//.exec(environment['GITHUB_REF'] ?? '');
  return match === null ? null : Number(match[1]);
}

/**
 * The task a run belongs to: the flag, the environment, the configuration, the pull request,
 * the branch, else `local`. A given id that is none is a usage failure; a branch is made into one.
 */
export function resolveTaskId(
  request: Pick<GateRequest, 'task' | 'environment'>,
  configured: string | null,
  branch: string | null,
): Result<string> {
  if (request.task !== null) return parseTaskId(request.task, '--task');
  for (const name of ['GATE_TASK_ID', 'MCP_RUNNER_TASK_ID']) {
    const value = readVariable(request.environment, name);
    if (value !== null) return parseTaskId(value, name);
  }
  if (configured !== null) return parseTaskId(configured, 'task in the configuration');
  const number = pullRequestNumber(request.environment);
  if (number !== null) return ok(`pr-${number}`);
  return ok((branch === null ? null : slugTaskId(branch)) ?? 'local');
}
