import path from 'node:path';
import { readFileBounded } from '../host/durable-file.ts';
import type { Git } from '../host/ports.ts';
import { evaluationFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { configFlag, type GitConfig, parseConfigList, parseGitConfig } from './git-config.ts';
import { gitFailure } from './git-failure.ts';
import { pathFromBytes } from './path-bytes.ts';
import type { RepositoryLocation } from './repository.ts';

/** Configuration files have a few hundred bytes; what is larger is left to git. */
const MAX_CONFIG_BYTES = 1_048_576;

function readFromFile(file: string): GitConfig | null {
  const bytes = readFileBounded(file, MAX_CONFIG_BYTES);
  return bytes.ok ? parseGitConfig(pathFromBytes(bytes.value)) : null;
}

async function askGit(git: Git, location: RepositoryLocation): Promise<Result<GitConfig>> {
  // Listing runs nothing; with the directory named outright git does not look at whose it is either.
  const answer = await git.run(['config', '--list', '-z'], {
    cwd: location.gitDir,
    env: { GIT_DIR: location.gitDir },
  });
  if (answer.exitCode === 0) return ok(parseConfigList(pathFromBytes(answer.stdout)));
  const failure = gitFailure(answer, 'the configuration of this repository cannot be read');
  return err(evaluationFailure(failure.message, { where: location.gitDir, mend: failure.mend }));
}

/**
 * The repository's own configuration, as data. Read from the file where that is plain, which costs no process; git is
 * asked where it includes other files or has a part for this work tree alone.
 */
export async function readRepositoryConfig(
  git: Git,
  location: RepositoryLocation,
): Promise<Result<GitConfig>> {
  const read = readFromFile(path.join(location.commonDir, 'config'));
  if (read !== null && configFlag(read, 'extensions.worktreeconfig') !== true) return ok(read);
  return await askGit(git, location);
}

/**
 * What the user's and the system's own configuration files say, as data; empty when they cannot be read. `directory`
 * is a git directory of the gate's own: the repository's configuration is not looked at.
 */
export async function readUserConfig(git: Git, directory: string): Promise<GitConfig> {
  const answer = await git.run(['config', '--list', '-z'], {
    cwd: directory,
    env: { GIT_DIR: directory },
    readsUserConfiguration: true,
  });
  return answer.exitCode === 0 ? parseConfigList(pathFromBytes(answer.stdout)) : new Map();
}
