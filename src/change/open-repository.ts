import { realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Git } from '../host/ports.ts';
import { evaluationFailure, usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { configFlag, configValue, type GitConfig } from './git-config.ts';
import { readHead } from './head-reference.ts';
import type { Repository, RepositoryLocation } from './repository.ts';
import { readRepositoryConfig } from './repository-config.ts';
import { locateRepository } from './repository-location.ts';

/** What makes a repository one that cannot be measured from here; null when nothing does. */
function findObstacle(location: RepositoryLocation, config: GitConfig) {
  const isLinked = location.gitDir !== location.commonDir;
  if (!isLinked && configFlag(config, 'core.bare') === true) {
    return usageFailure('this repository is bare: it has no work tree to run stages in', {
      where: path.join(location.root, '.git'),
      mend: 'start the gate in one of its work trees (git worktree add), or unset core.bare',
    });
  }
  const workTree = configValue(config, 'core.worktree');
  if (!isLinked && workTree !== null && realPath(path.resolve(location.gitDir, workTree)) !== location.root) {
    return usageFailure(`core.worktree names another folder than this one: ${workTree}`, {
      where: path.join(location.gitDir, 'config'),
      mend: 'unset it; the gate measures the folder in which .git lies',
    });
  }
  const format = configValue(config, 'extensions.objectformat') ?? 'sha1';
  if (format !== 'sha1' && format !== 'sha256') {
    return usageFailure(`the object format "${format}" is not known`, {
      where: path.join(location.commonDir, 'config'),
    });
  }
  return null;
}

function realPath(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return folder;
  }
}

function isShallow(commonDir: string): boolean {
  return (statSync(path.join(commonDir, 'shallow'), { throwIfNoEntry: false })?.size ?? 0) > 0;
}

/**
 * Opens the repository around a folder: where it is, how it stores objects, what HEAD is. Nothing of it is executed,
 * whoever owns it; in the usual case no process is started. Usage failures (exit 2): no repository, a bare one, no
 * commit yet. Evaluation failures (exit 3): unreadable configuration, no git.
 */
export async function openRepository(git: Git, startedIn: string): Promise<Result<Repository>> {
  const location = locateRepository(startedIn);
  if (!location.ok) return location;
  const config = await readRepositoryConfig(git, location.value);
  if (!config.ok) return config;
  const obstacle = findObstacle(location.value, config.value);
  if (obstacle !== null) return err(obstacle);
  const refStorage = configValue(config.value, 'extensions.refstorage') ?? 'files';
  const head = await readHead(git, location.value, refStorage);
  if (head === null) {
    return err(evaluationFailure('git was not found', { mend: 'install git and put its folder on PATH' }));
  }
  if (head.sha === null) {
    return err(
      usageFailure(`no commit yet on ${head.branch ?? 'this branch'}`, {
        where: location.value.root,
        mend: 'commit first: git add -A && git commit -m first',
      }),
    );
  }
  return ok({
    ...location.value,
    objectFormat: configValue(config.value, 'extensions.objectformat') === 'sha256' ? 'sha256' : 'sha1',
    refStorage,
    config: config.value,
    headSha: head.sha,
    branch: head.branch,
    isShallow: isShallow(location.value.commonDir),
  });
}
