import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { usageFailure } from '../kernel/failure.ts';
import { isRunId, parseTaskId } from '../kernel/ids.ts';
import { suggestName } from '../kernel/nearest.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { MANIFEST_FILE, taskDirectory } from './run-directory.ts';

/** A run found on disk. */
export interface FoundRun {
  readonly runId: string;
  readonly taskId: string;
  readonly taskDir: string;
  readonly runDir: string;
}

function foldersIn(directory: string): string[] {
  if (lstatSync(directory, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
  return readdirSync(directory, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name);
}

/** Run ids of a task, oldest first, also of runs that left no manifest. */
export function listRuns(taskDir: string): string[] {
  return foldersIn(path.join(taskDir, 'cli')).filter(isRunId).sort();
}

/** Ids of the tasks that have a folder, by name. */
export function listTasks(runsDir: string): string[] {
  return foldersIn(runsDir)
    .filter((name) => parseTaskId(name, '').ok)
    .sort();
}

function hasManifest(runDir: string): boolean {
  return lstatSync(path.join(runDir, MANIFEST_FILE), { throwIfNoEntry: false })?.isFile() === true;
}

function foundRun(runsDir: string, taskId: string, runId: string): FoundRun {
  const taskDir = taskDirectory(runsDir, taskId);
  return { runId, taskId, taskDir, runDir: path.join(taskDir, 'cli', runId) };
}

/** The newest run of a task that has a manifest. */
function latestOf(runsDir: string, taskId: string): FoundRun | null {
  for (const runId of listRuns(taskDirectory(runsDir, taskId)).reverse()) {
    const run = foundRun(runsDir, taskId, runId);
    if (hasManifest(run.runDir)) return run;
  }
  return null;
}

/**
 * Finds a run by its id or as `latest`, in one task or (null) in all of them. Run ids begin with their
 * time, so the latest is the last by name. A usage failure when there is none.
 */
export function findRun(runsDir: string, taskId: string | null, wanted: string): Result<FoundRun> {
  const tasks = taskId === null ? listTasks(runsDir) : [taskId];
  if (wanted === 'latest') {
    const newest = tasks
      .flatMap((task) => latestOf(runsDir, task) ?? [])
      .sort((a, b) => (a.runId < b.runId ? -1 : 1));
    const found = newest.at(-1);
    const whose = taskId === null ? '' : ` of task ${taskId}`;
    return found === undefined
      ? err(usageFailure(`there is no run${whose} yet`, { where: runsDir }))
      : ok(found);
  }
  if (isRunId(wanted)) {
    for (const task of tasks) {
      const run = foundRun(runsDir, task, wanted);
      if (hasManifest(run.runDir)) return ok(run);
    }
  }
  const known = tasks.flatMap((task) => listRuns(taskDirectory(runsDir, task)).slice(-50));
  const mend = known.length === 0 ? 'start one with "gate run"' : suggestRun(wanted, known);
  return err(usageFailure(`there is no run "${wanted.slice(0, 80)}"`, { where: runsDir, mend }));
}

function suggestRun(wanted: string, known: readonly string[]): string {
  const newest = [...known].sort().reverse();
  return suggestName(wanted, ['latest', ...newest.slice(0, 5)]);
}
