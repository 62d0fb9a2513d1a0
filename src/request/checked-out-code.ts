import type { Repository } from '../change/repository.ts';
import type { Git } from '../host/ports.ts';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { WorkflowEvent } from './event.ts';

/** Events whose jobs hold the secrets of the base repository, whoever wrote the code that they look at. */
const PRIVILEGED: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run']);

/**
 * Refuses to run the code of a pull request in a job that holds the base repository's secrets: HEAD is the pull
 * request's head, or merges it. A usage failure before anything is started.
 */
export async function refusePrivilegedCheckout(
  event: WorkflowEvent,
  git: Git,
  repository: Repository,
): Promise<Result<void>> {
  if (event.name === null || !PRIVILEGED.has(event.name) || event.headSha === null) return ok(undefined);
  const parent = await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', 'HEAD^2'], {
    cwd: repository.root,
    env: { GIT_DIR: repository.gitDir },
  });
  const merged = parent.stdout.toString('latin1').trim();
  if (repository.headSha !== event.headSha && merged !== event.headSha) return ok(undefined);
  const message = `the code of the pull request is checked out in a job of the event ${event.name}, which holds secrets`;
  const mend = 'run the gate in a workflow of the event pull_request, which holds none';
  return err(usageFailure(message, { where: 'GITHUB_EVENT_NAME', mend }));
}
