import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { Change, TreeFile } from '../../change/change.ts';
import { isRunId, parseTaskId } from '../../kernel/ids.ts';
import type { KnownThings } from './change-rule.ts';

/** Commits asked for; a plan that names more is not believed for the rest. */
const MAX_COMMITS = 200;

function withFolders(files: readonly TreeFile[]): ReadonlySet<string> {
  const known = new Set<string>();
  for (const { path: file } of files) {
    known.add(file);
    for (let end = file.lastIndexOf('/'); end > 0; end = file.lastIndexOf('/', end - 1)) {
      const folder = file.slice(0, end);
      if (known.has(folder)) break;
      known.add(folder);
    }
  }
  return known;
}

/** Runs of the gate leave their evidence beside the change, not in it: the only look at the disk. */
function hasRunOnDisk(root: string, runId: string): boolean {
  const runs = path.join(root, '.runs');
  if (!isRunId(runId) || lstatSync(runs, { throwIfNoEntry: false })?.isDirectory() !== true) return false;
  return readdirSync(runs)
    .filter((task) => parseTaskId(task, '').ok)
    .some((task) => {
      const manifest = path.join(runs, task, 'cli', runId, 'manifest.json');
      return lstatSync(manifest, { throwIfNoEntry: false })?.isFile() === true;
    });
}

/** Looks up once what specs may name; `commits` are all that they do name. */
export async function findKnownThings(change: Change, commits: readonly string[]): Promise<KnownThings> {
  const { snapshot } = change;
  const now = withFolders(await snapshot.listFiles());
  const before = withFolders(await snapshot.listBaseFiles());
  const asked = [...new Set(commits)].slice(0, MAX_COMMITS);
  const found = new Set<string>();
  for (const id of asked) if (await snapshot.hasCommit(id)) found.add(id);
  return {
    hasPath: (name) => now.has(name),
    isOurs: (name) => before.has(name) || now.has(name.split('/')[0] ?? ''),
    hasCommit: (id) => found.has(id),
    hasRun: (id) => hasRunOnDisk(change.root, id),
  };
}
