import type { Git } from '../host/ports.ts';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { clip } from '../kernel/text.ts';
import type { Repository } from './repository.ts';

/** The commit that `--policy-ref` names, by object id; anything else is a usage failure. */
export async function resolveCommit(git: Git, repository: Repository, ref: string): Promise<Result<string>> {
  const isFit = !/^-|[\u0000-\u001f\u007f]/.test(ref) && ref.trim() !== '';
  const answer = isFit
    ? await git.run(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`], {
        cwd: repository.root,
        env: { GIT_DIR: repository.gitDir },
      })
    : null;
  if (answer?.exitCode === 0) return ok(answer.stdout.toString('latin1').trim());
  const message = `"${clip(ref, 200)}" does not name a commit in this repository`;
  return err(usageFailure(message, { where: '--policy-ref', mend: 'name a branch, a tag or a commit' }));
}
