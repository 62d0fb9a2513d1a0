import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { ManifestChange, ManifestPolicy, RunManifest } from '../../src/evidence/manifest.ts';
import type { RunEnd } from '../../src/evidence/manifest-updates.ts';
import type { RunFacts } from '../../src/evidence/new-manifest.ts';
import { createRedactor, type Redactor } from '../../src/evidence/redaction.ts';
import { beginRun, type RunRecord } from '../../src/evidence/run-record.ts';
import { currentProcessIdentity } from '../../src/host/process-identity.ts';
import { describeRunner } from '../../src/host/runner.ts';
import { newRunId } from '../../src/kernel/ids.ts';
import type { Result } from '../../src/kernel/result.ts';
import type { PlannedStage } from '../../src/plan/plan.ts';
import { passed, type StageMeasures } from '../../src/run/stage-result.ts';

export const WALL_CLOCK = { wallMs: () => Date.now() };

/** A temporary folder, removed by the returned function. */
export function makeFolder(prefix = 'gate-evidence-'): {
  readonly folder: string;
  readonly remove: () => void;
} {
  const folder = mkdtempSync(path.join(tmpdir(), prefix));
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) };
}

/** The value of a success; a failure fails the test with its text. */
export function unwrap<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.where}: ${result.error.message}`);
}

export function commandStage(index: number, id: string, run = `npm run ${id}`): PlannedStage {
  return {
    index,
    origin: 'package.json',
    skip: null,
    settings: {
      ...{
        kind: 'command',
        id,
        title: id,
        required: true,
        timeoutMs: null,
        needs: [],
        when: [],
        where: null,
      },
      ...{ run, cwd: '.', env: {}, retries: 0, tests: { min: null, junit: [] }, inputs: [], outputs: [] },
    },
  };
}

export const CHANGE: ManifestChange = {
  base_sha: 'a'.repeat(40),
  head_sha: 'b'.repeat(40),
  merge_base_sha: 'a'.repeat(40),
  base_source: '--base',
  branch: 'topic',
  event: null,
  pr_number: null,
  from_fork: null,
  dirty: false,
  files: 1,
  added: 2,
  deleted: 3,
  diff_digest: 'c'.repeat(64),
};

export const POLICY: ManifestPolicy = {
  source: 'defaults',
  ref: null,
  path: null,
  digest: null,
  changed_in_change: false,
  settings_changed: [],
  stage_commands_changed: [],
};

export function sampleFacts(overrides: Partial<RunFacts> = {}): RunFacts {
  return {
    runId: newRunId(Date.now()),
    taskId: 'task',
    pipeline: { id: 'own', title: 'Own' },
    startedAtMs: Date.now(),
    process: currentProcessIdentity(),
    change: CHANGE,
    policy: POLICY,
    runner: describeRunner({}),
    notes: { goal: 'g', summary: 's', risks: 'r', questions: '' },
    stages: [commandStage(1, 'build'), commandStage(2, 'lint'), commandStage(3, 'test')],
    warnings: [],
    ...overrides,
  };
}

export const NOTHING_SECRET: Redactor = createRedactor({ literals: [], patterns: [] });

export function openSampleRun(
  root: string,
  overrides: Partial<RunFacts> = {},
  redactor: Redactor = NOTHING_SECRET,
): RunRecord {
  const facts = sampleFacts(overrides);
  return unwrap(beginRun({ root, runsDir: path.join(root, '.runs'), facts, redactor, clock: WALL_CLOCK }));
}

export function measuresOf(log: StageMeasures['log']): StageMeasures {
  return {
    ...{
      startedAtMs: Date.now(),
      completedAtMs: Date.now(),
      durationMs: 12.4,
      cpuMs: 3.2,
      maxRssBytes: 1_000,
    },
    ...{ exitCode: 0, signal: null, attempts: [], log, tests: null, strays: 0 },
  };
}

/** Runs one stage of a record with the given output. */
export function runStage(record: RunRecord, stage: PlannedStage, output: string | Buffer): void {
  unwrap(record.stageStarted(stage, Date.now()));
  const sink = unwrap(record.openLog(stage));
  sink.write(Buffer.from(output));
  record.stageFinished(stage, passed({ measures: measuresOf(unwrap(sink.close())) }));
}

export const PASSED: RunEnd = {
  ...{
    status: 'succeeded',
    verdict: 'passed',
    detail: null,
    completedAtMs: 1_800_000_000_000,
    durationMs: 40.2,
  },
  ...{ childProcesses: 3, outputBytes: 30, warnings: [] },
};

/** A whole run, as the gate does it. */
export function finishSampleRun(record: RunRecord, stages: readonly PlannedStage[]): Result<RunManifest> {
  for (const stage of stages) runStage(record, stage, `output of ${stage.settings.id}\n`);
  return record.finish(PASSED, () => [{ name: 'report.md', text: '# passed\n' }]);
}
