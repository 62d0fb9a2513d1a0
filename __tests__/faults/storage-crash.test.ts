import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect } from '@jest/globals';
import { parseManifest } from '../../src/evidence/manifest-schema.ts';
import { processesOfRun, readManifests, readRecords, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import { testWith } from '../fakes/required-tool.ts';

const scenes = openScenes(afterAll);

/** The calls that change what is on disk, as strace knows them; `openat` also makes files. */
const CALLS = ['/^rename', 'fsync', 'openat', 'write', '/^mkdir', '/^unlink'] as const;

/** Points of a run at which the gate is killed; at most so many for each kind of call. */
const MAX_POINTS = { '/^rename': 8, fsync: 12, openat: 12, write: 14, '/^mkdir': 4, '/^unlink': 2 } as const;
const MIN_POINTS = 40;

/** Tasks that are killed side by side, each in points of its own. */
const TASKS = ['left', 'right'] as const;

interface Point {
  readonly call: (typeof CALLS)[number];
  /** The gate dies at the entry of this call of its kind, counted from 1. */
  readonly nth: number;
}

/** A stage in whose middle the gate writes several times, and that would outlive its gate for long. */
const LINGERING =
  'for i in 1 2 3 4; do echo $i; sleep .02; done; kill -0 $PPID 2>/dev/null || exec sleep 300';

const made = scenes.repository({ one: 'echo one', lingering: LINGERING, three: 'echo three; exit 1' });
const { root } = made;

function spread<T>(items: readonly T[], count: number): T[] {
  if (items.length <= count) return [...items];
  return Array.from(
    { length: count },
    (_, index) => items[Math.floor((index * items.length) / count)],
  ).flatMap((item) => item ?? []);
}

/** The points of a whole run that touch evidence, spread over it. */
async function findPoints(): Promise<Point[]> {
  const trace = path.join(scenes.folder(), 'trace');
  const through = ['strace', '-y', '-o', trace, '-e', `trace=${CALLS.join(',')}`];
  // Not the first run of a task: it makes folders that are there in all the others.
  await runGate(['run', '--task', 'clean'], { cwd: root });
  await runGate(['run', '--task', 'clean'], { cwd: root, through });
  const lines = readFileSync(trace, 'utf8').split('\n');
  return CALLS.flatMap((call) => {
    const name = call.startsWith('/^') ? new RegExp(`^${call.slice(2)}\\w*\\(`) : new RegExp(`^${call}\\(`);
    const calls = lines.filter((line) => name.test(line));
    const points = calls.flatMap((line, index) =>
      line.includes('/.runs/') ? [{ call, nth: index + 1 }] : [],
    );
    return spread(points, MAX_POINTS[call]);
  });
}

function runIdsOf(task: string): string[] {
  return readdirSync(path.join(root, '.runs', task, 'cli')).sort();
}

interface Killed {
  readonly point: Point;
  readonly signal: string | null;
  /** Manifests that do not parse, right after the kill. */
  readonly unparsable: string[];
  /** Exit code of the gate that came next. */
  readonly nextExitCode: number | null;
  /** Processes of the task's runs after that. */
  readonly left: number[];
}

async function killAt(task: string, point: Point, index: number): Promise<Killed> {
  const known = new Set(runIdsOf(task));
  const { call, nth } = point;
  const inject = `inject=${call}:signal=SIGKILL:when=${nth}`;
  const through = ['strace', '-o', '/dev/null', '-e', `trace=${call}`, '-e', inject];
  const { signal } = await runGate(['run', '--task', task], { cwd: root, through });
  const fresh = runIdsOf(task).filter((runId) => !known.has(runId));
  const unparsable: string[] = [];
  for (const runId of fresh) {
    const file = path.join(root, '.runs', task, 'cli', runId, 'manifest.json');
    const names = readdirSync(path.dirname(file));
    if (!names.includes('manifest.json')) continue;
    if (!(await parseManifest(readFileSync(file), file)).ok) unparsable.push(`${call} ${nth}: ${runId}`);
  }
  const next = index % 2 === 0 ? ['status', '--task', task] : ['run', '--task', task];
  const { exitCode } = await runGate(next, { cwd: root });
  return { point, signal, unparsable, nextExitCode: exitCode, left: fresh.flatMap(processesOfRun) };
}

const killed: Killed[] = [];

beforeAll(async () => {
  const points = await findPoints().catch(() => []);
  await Promise.all(
    TASKS.map(async (task, at) => {
      await runGate(['run', '--task', task], { cwd: root });
      const own = points.filter((_, index) => index % TASKS.length === at);
      for (const [index, point] of own.entries()) killed.push(await killAt(task, point, index));
    }),
  );
}, 120_000);

describe('F01 SIGKILL of the gate', () => {
  testWith(['strace', 'proc'])(`F01 at ${MIN_POINTS} points or more of a run: every manifest parses`, () => {
    const hits = killed.filter(({ signal }) => signal === 'SIGKILL');
    expect(hits.length).toBeGreaterThanOrEqual(MIN_POINTS);
    expect(killed.flatMap(({ unparsable }) => unparsable)).toEqual([]);
  });

  testWith(['strace', 'proc'])('F01 the next gate works and leaves no process of the dead run', () => {
    for (const { point, nextExitCode, left } of killed) {
      expect([point, [0, 1].includes(nextExitCode ?? -1), left]).toEqual([point, true, []]);
    }
  });

  testWith(['strace', 'proc'])('F01 every run is recorded exactly once, and none is in progress', () => {
    const manifests = readManifests(root);
    expect(new Set(manifests.map(({ status }) => status))).toEqual(new Set(['failed', 'aborted']));
    for (const task of TASKS) {
      const runs = manifests.filter(({ task_id }) => task_id === task);
      const records = readRecords(root, task);
      expect(records.map(({ run_id }) => run_id).sort()).toEqual(runs.map(({ run_id }) => run_id).sort());
      for (const { run_id, verdict } of records) {
        const run = runs.find((manifest) => manifest.run_id === run_id);
        expect(verdict).toBe(run?.status === 'aborted' ? 'aborted' : run?.verdict);
      }
      expect(readdirSync(path.join(root, '.runs', task, 'open'))).toEqual([]);
    }
  });

  testWith(['strace', 'proc'])('F01 what was recovered verifies', async () => {
    const aborted = readManifests(root).filter(({ status }) => status === 'aborted');
    for (const { run_id, task_id } of spread(aborted, 4)) {
      const { exitCode, stdout } = await runGate(['verify', run_id, '--task', task_id], { cwd: root });
      expect([stdout, exitCode]).toEqual([stdout, 0]);
    }
    expect(aborted.length).toBeGreaterThan(0);
  });
});
