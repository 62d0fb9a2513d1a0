import { lstatSync } from 'node:fs';
import path from 'node:path';
import { openRepository } from '../change/open-repository.ts';
import { taskDirectory } from '../evidence/run-directory.ts';
import { findRun } from '../evidence/run-lookup.ts';
import { createGit } from '../host/git.ts';
import { parseTaskId } from '../kernel/ids.ts';
import { ok, type Result } from '../kernel/result.ts';
import { resolveRunsDirectory } from '../request/runs-directory.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';

/** A run directory, wherever it lies. */
export interface RunPlace {
  readonly runDir: string;
  /** Of a run inside a runs folder; null for a directory from elsewhere. */
  readonly known: { readonly taskDir: string; readonly taskId: string; readonly root: string } | null;
}

async function findRuns(given: Arguments, context: CommandContext) {
  const folder = path.resolve(context.startedIn, given.values.get('working-directory') ?? '.');
  const flag = given.values.get('runs-dir') ?? null;
  const repository = await openRepository(createGit(), folder);
  // Evidence can be read without a repository when the flag says where it is.
  if (!repository.ok && flag === null) return repository;
  const root = repository.ok ? repository.value.root : folder;
  return ok({ root, runsDir: resolveRunsDirectory(root, context.startedIn, flag) });
}

/** The run that the user means: a folder with a manifest, a run id, or `latest`. */
export async function locateRun(
  given: Arguments,
  context: CommandContext,
  wanted: string,
): Promise<Result<RunPlace>> {
  const directory = path.resolve(context.startedIn, wanted);
  const isDirectory = lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() === true;
  if (isDirectory && wanted !== 'latest') return ok({ runDir: directory, known: null });
  const task = given.values.get('task');
  const taskId = task === undefined ? ok(null) : parseTaskId(task, '--task');
  if (!taskId.ok) return taskId;
  const runs = await findRuns(given, context);
  if (!runs.ok) return runs;
  const { root, runsDir } = runs.value;
  const found = findRun(runsDir, taskId.value, wanted);
  if (!found.ok) return found;
  const known = { taskDir: taskDirectory(runsDir, found.value.taskId), taskId: found.value.taskId, root };
  return ok({ runDir: found.value.runDir, known });
}
