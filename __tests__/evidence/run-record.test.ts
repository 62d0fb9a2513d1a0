import { execFileSync } from 'node:child_process';
import {
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { parseManifest, readManifest } from '../../src/evidence/manifest-schema.ts';
import { metricsFile, readMetrics } from '../../src/evidence/metrics-log.ts';
import { createRedactor } from '../../src/evidence/redaction.ts';
import { beginRun, logPath } from '../../src/evidence/run-record.ts';
import { verifyRun } from '../../src/evidence/verify.ts';
import { describeFailure, failureExitCode } from '../../src/kernel/failure.ts';
import type { Result } from '../../src/kernel/result.ts';
import { failed, notRun } from '../../src/run/stage-result.ts';
import {
  commandStage,
  finishSampleRun,
  makeFolder,
  measuresOf,
  NOTHING_SECRET,
  openSampleRun,
  PASSED,
  runStage,
  sampleFacts,
  unwrap,
  WALL_CLOCK,
} from './sample-run.ts';

const STAGES = [commandStage(1, 'build'), commandStage(2, 'lint'), commandStage(3, 'test')];
const [BUILD, LINT, TEST] = STAGES as [(typeof STAGES)[0], (typeof STAGES)[0], (typeof STAGES)[0]];

let root: string;
let remove: () => void;
beforeEach(() => {
  ({ folder: root, remove } = makeFolder());
});
afterEach(() => {
  jest.useRealTimers();
  remove();
});

function failureOf(result: Result<unknown>): string {
  if (result.ok) throw new Error('it succeeded');
  expect(failureExitCode(result.error)).toBe(3);
  return describeFailure(result.error);
}

describe('a whole run', () => {
  test('leaves manifest, logs, report, digest, both metrics records, and nothing open', async () => {
    const record = openSampleRun(root);
    const manifest = unwrap(finishSampleRun(record, STAGES));
    const { runDir, taskDir } = record.paths;
    expect(readdirSync(runDir).sort()).toEqual([
      'logs',
      'manifest.json',
      'manifest.sha256',
      'metrics.json',
      'report.md',
    ]);
    expect(readdirSync(path.join(runDir, 'logs'))).toEqual(['01-build.log', '02-lint.log', '03-test.log']);
    expect(readdirSync(path.join(taskDir, 'open'))).toEqual([]);
    expect(await readManifest(record.paths.manifest)).toEqual({ ok: true, value: manifest });
    expect(manifest).toMatchObject({ status: 'succeeded', verdict: 'passed', duration_ms: 40 });
    expect(manifest.evidence.map((entry) => entry.path)).toEqual([
      'logs/01-build.log',
      'logs/02-lint.log',
      'logs/03-test.log',
      'metrics.json',
      'report.md',
    ]);
    const own = JSON.parse(readFileSync(record.paths.metrics, 'utf8'));
    expect(unwrap(readMetrics(metricsFile(taskDir))).records).toEqual([own]);
    execFileSync('sha256sum', ['-c', '--status', 'manifest.sha256'], { cwd: runDir });
    expect(unwrap(await verifyRun(runDir)).intact).toBe(true);
  });

  test('N stages are N + 1 manifest writes, the size does not grow with the output', () => {
    const record = openSampleRun(root);
    const inodes = new Set<number>();
    for (const stage of STAGES) {
      runStage(record, stage, 'x'.repeat(100_000));
      inodes.add(lstatSync(record.paths.manifest).ino);
    }
    const manifest = unwrap(record.finish(PASSED, () => []));
    expect(manifest.counters.manifest_writes).toBe(STAGES.length + 1);
    const large = statSync(record.paths.manifest).size;
    const other = openSampleRun(root);
    for (const stage of STAGES) runStage(other, stage, 'x');
    unwrap(other.finish(PASSED, () => []));
    expect(Math.abs(large - statSync(other.paths.manifest).size)).toBeLessThan(200);
  });

  test('parses at every moment and shows what is running', async () => {
    const record = openSampleRun(root);
    unwrap(record.stageStarted(BUILD, 1_000));
    const first = unwrap(await readManifest(record.paths.manifest));
    expect(first.stages.map(({ status }) => status)).toEqual(['running', 'pending', 'pending']);
    expect(first).toMatchObject({ status: 'in_progress', verdict: null, process: { pid: process.pid } });
    record.stageFinished(BUILD, failed('exit_nonzero', 'it exited with 3', { measures: measuresOf(null) }));
    unwrap(record.stageStarted(LINT, 2_000));
    const second = unwrap(await readManifest(record.paths.manifest));
    expect(second.stages.map(({ status }) => status)).toEqual(['failed', 'running', 'pending']);
    expect(second.stages[0]).toMatchObject({
      reason: 'exit_nonzero',
      detail: 'it exited with 3',
      duration_ms: 12,
    });
    record.stageFinished(TEST, notRun('earlier_failure', 'because build failed'));
    record.abandon();
  });

  test('the report is rendered from the final manifest', () => {
    const record = openSampleRun(root);
    runStage(record, BUILD, 'out');
    unwrap(
      record.finish(PASSED, (manifest) => [
        { name: 'report.md', text: `${manifest.verdict} ${manifest.evidence.length}` },
      ]),
    );
    expect(readFileSync(path.join(record.paths.runDir, 'report.md'), 'utf8')).toBe('passed 1');
  });

  test('a log is named after its stage, whatever the id', () => {
    expect(logPath(commandStage(7, 'e2e'))).toBe('logs/07-e2e.log');
    expect(logPath(commandStage(12, '../x/ü'))).toBe('logs/12-..-x-.log');
  });

  test('what the gate writes never becomes part of a change', () => {
    execFileSync('git', ['init', '-q'], { cwd: root });
    unwrap(finishSampleRun(openSampleRun(root), STAGES));
    expect(
      execFileSync('git', ['status', '--porcelain', '--untracked-files=all'], {
        cwd: root,
        encoding: 'utf8',
      }),
    ).toBe('');
  });

  test('a runs folder that holds other things gets no .gitignore', () => {
    const runsDir = path.join(root, 'evidence');
    mkdirSync(runsDir);
    writeFileSync(path.join(runsDir, 'notes.txt'), '');
    unwrap(
      beginRun({ root, runsDir, facts: sampleFacts(), redactor: NOTHING_SECRET, clock: WALL_CLOCK }),
    ).abandon();
    expect(existsSync(path.join(runsDir, '.gitignore'))).toBe(false);
  });

  test('a runs folder outside the repository is made, with its parents', () => {
    const other = makeFolder();
    try {
      const runsDir = path.join(other.folder, 'a', 'b');
      const record = unwrap(
        beginRun({ root, runsDir, facts: sampleFacts(), redactor: NOTHING_SECRET, clock: WALL_CLOCK }),
      );
      unwrap(finishSampleRun(record, STAGES));
      expect(existsSync(path.join(runsDir, 'task', 'metrics.json'))).toBe(true);
      expect(readdirSync(root)).toEqual([]);
    } finally {
      other.remove();
    }
  });
});

describe('links and earlier evidence', () => {
  test.each(['.runs', '.runs/task', '.runs/task/cli', '.runs/task/open'])(
    '%s as a link is refused, its target stays empty',
    (name) => {
      const outside = makeFolder();
      try {
        mkdirSync(path.join(root, path.dirname(name)), { recursive: true });
        symlinkSync(outside.folder, path.join(root, name));
        const begun = beginRun({
          ...{ root, runsDir: path.join(root, '.runs'), facts: sampleFacts() },
          ...{ redactor: NOTHING_SECRET, clock: WALL_CLOCK },
        });
        expect(failureOf(begun)).toMatch(/symbolic link/);
        expect(readdirSync(outside.folder)).toEqual([]);
      } finally {
        outside.remove();
      }
    },
  );

  test('a run directory is never used twice', () => {
    const record = openSampleRun(root);
    const facts = sampleFacts({ runId: record.manifest.run_id });
    const again = beginRun({
      root,
      runsDir: path.join(root, '.runs'),
      facts,
      redactor: NOTHING_SECRET,
      clock: WALL_CLOCK,
    });
    expect(failureOf(again)).toMatch(/exists already/);
    record.abandon();
  });

  test('a link put in the place of the logs folder during the run is refused', () => {
    const outside = makeFolder();
    try {
      const record = openSampleRun(root);
      runStage(record, BUILD, 'out');
      rmSync(record.paths.logsDir, { recursive: true });
      symlinkSync(outside.folder, record.paths.logsDir);
      expect(failureOf(record.openLog(LINT))).toMatch(/symbolic link/);
      expect(record.verifyUntouched()).toEqual(['logs/01-build.log']);
      expect(readdirSync(outside.folder)).toEqual([]);
      record.abandon();
    } finally {
      outside.remove();
    }
  });
});

describe('evidence that a stage touches', () => {
  test('an untouched run is untouched', () => {
    const record = openSampleRun(root);
    expect(record.verifyUntouched()).toEqual([]);
    for (const stage of STAGES) runStage(record, stage, `${stage.index}\n`);
    expect(record.verifyUntouched()).toEqual([]);
    utimesSync(record.paths.manifest, 1, 1);
    expect(record.verifyUntouched()).toEqual([]);
    record.abandon();
  });

  test.each<[string, (runDir: string) => void, string]>([
    [
      'a rewritten manifest',
      (runDir) => writeFileSync(path.join(runDir, 'manifest.json'), '{}'),
      'manifest.json',
    ],
    ['a removed manifest', (runDir) => rmSync(path.join(runDir, 'manifest.json')), 'manifest.json'],
    [
      'one byte of a log',
      (runDir) => writeFileSync(path.join(runDir, 'logs/01-build.log'), 'output of Build\n'),
      'logs/01-build.log',
    ],
    [
      'a log replaced by a link to a copy',
      (runDir) => {
        renameSync(path.join(runDir, 'logs/01-build.log'), path.join(runDir, 'copy'));
        symlinkSync(path.join(runDir, 'copy'), path.join(runDir, 'logs/01-build.log'));
      },
      'logs/01-build.log',
    ],
  ])('%s is found, also after the next write', (_what, change, expected) => {
    const record = openSampleRun(root);
    runStage(record, BUILD, 'output of build\n');
    change(record.paths.runDir);
    runStage(record, LINT, 'output of lint\n');
    expect(record.verifyUntouched()).toEqual([expected]);
    record.abandon();
  });

  test('a log put in place beforehand, as a link: removed and noted, its target untouched', () => {
    const record = openSampleRun(root);
    const target = path.join(root, 'target');
    writeFileSync(target, 'old');
    symlinkSync(target, path.join(record.paths.runDir, logPath(BUILD)));
    runStage(record, BUILD, 'out\n');
    expect(readFileSync(target, 'utf8')).toBe('old');
    expect(readFileSync(path.join(record.paths.runDir, logPath(BUILD)), 'utf8')).toBe('out\n');
    expect(record.verifyUntouched()).toEqual(['logs/01-build.log']);
    record.abandon();
  });

  test('rm -rf .runs: written again from memory, the loss is named', async () => {
    const record = openSampleRun(root);
    runStage(record, BUILD, 'output\n');
    rmSync(path.join(root, '.runs'), { recursive: true });
    runStage(record, LINT, 'more\n');
    const lost = record.verifyUntouched();
    expect(lost).toEqual(['logs/01-build.log', 'manifest.json']);
    unwrap(record.finish({ ...PASSED, status: 'failed', verdict: 'failed', detail: 'tampered' }, () => []));
    const manifest = unwrap(await readManifest(record.paths.manifest));
    expect(manifest).toMatchObject({
      verdict: 'failed',
      stages: [{ status: 'passed' }, { status: 'passed' }, { status: 'pending' }],
    });
    const report = unwrap(await verifyRun(record.paths.runDir));
    expect(report.files.filter(({ state }) => state !== 'ok')).toMatchObject([
      { path: 'logs/01-build.log', state: 'missing' },
    ]);
    expect(existsSync(path.join(root, '.runs', '.gitignore'))).toBe(true);
  });
});

describe('secrets', () => {
  test('are in no file of the run, whatever text they came by', async () => {
    const secret = 's3cr3t-"value"';
    const masked = 'masked-later';
    const redactor = createRedactor({ literals: [secret], patterns: [/AKIA[A-Z0-9]{4}/] });
    const stage = commandStage(1, 'build', `deploy --key '${secret}' AKIA1234`);
    const record = openSampleRun(
      root,
      {
        stages: [stage, commandStage(2, 'lint', `echo ${masked}`)],
        change: { ...sampleFacts().change, branch: `feature/${secret}` },
        notes: { goal: secret, summary: secret, risks: secret, questions: secret },
        warnings: [`read ${secret}`],
        pipeline: { id: 'own', title: secret },
      },
      redactor,
    );
    unwrap(record.stageStarted(stage, Date.now()));
    const sink = unwrap(record.openLog(stage));
    for (const part of [
      'out s3cr3',
      't-"value" ',
      JSON.stringify(secret),
      `\n::add-mask::${masked}\n${masked}\n`,
    ]) {
      sink.write(Buffer.from(part));
    }
    const finding = {
      ...{
        ruleId: 'r',
        title: secret,
        body: secret,
        priority: 1 as const,
        confidence: null,
        path: `${secret}.txt`,
      },
      ...{ startLine: 1, endLine: 1, side: 'new' as const, suggestion: secret, fingerprint: 'f' },
      source: { id: 'x', version: '1', model: null },
    };
    const waiver = { kind: 'diff-budget', reason: secret, actor: secret, source: 'label' };
    record.stageFinished(
      stage,
      failed('findings', `because of ${secret}`, {
        ...{ findings: [finding], waivers: [waiver], warnings: [secret] },
        measures: {
          ...measuresOf(unwrap(sink.close())),
          tests: { executed: 1, passed: 1, failed: 0, skipped: 0, source: secret },
        },
      }),
    );
    const end = { ...PASSED, detail: `failed: ${secret}`, warnings: [`again ${secret}`] };
    unwrap(record.finish(end, () => [{ name: 'report.md', text: `report ${secret} ${masked} AKIA5678` }]));
    const leaks = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => path.join(entry.parentPath, entry.name))
      .filter((file) => /s3cr3t|masked-later|AKIA[A-Z0-9]|c2VjcmV/.test(readFileSync(file, 'utf8')));
    expect(leaks).toEqual([]);
    expect((await parseManifest(readFileSync(record.paths.manifest), '')).ok).toBe(true);
  });
});

describe('the heartbeat', () => {
  test('touches the file and never rewrites it', () => {
    jest.useFakeTimers({ now: 1_700_000_000_000 });
    const record = openSampleRun(root);
    unwrap(record.stageStarted(BUILD, 0));
    const before = readFileSync(record.paths.manifest);
    const { ino } = lstatSync(record.paths.manifest);
    utimesSync(record.paths.manifest, 1, 1);
    jest.advanceTimersByTime(5_000);
    expect(lstatSync(record.paths.manifest).mtimeMs).toBe(1_700_000_005_000);
    expect(lstatSync(record.paths.manifest).ino).toBe(ino);
    expect(readFileSync(record.paths.manifest)).toEqual(before);
    // A link in its place is left alone.
    const target = path.join(root, 'target');
    writeFileSync(target, '');
    utimesSync(target, 1, 1);
    rmSync(record.paths.manifest);
    symlinkSync(target, record.paths.manifest);
    jest.advanceTimersByTime(5_000);
    expect(statSync(target).mtimeMs).toBe(1_000);
    rmSync(path.join(root, '.runs'), { recursive: true });
    jest.advanceTimersByTime(5_000);
    record.abandon();
    expect(jest.getTimerCount()).toBe(0);
  });
});

describe('a disk that refuses at the end', () => {
  test('the failure comes back, the manifest says what it still can, the run stays open', async () => {
    const record = openSampleRun(root);
    runStage(record, BUILD, 'out\n');
    mkdirSync(path.join(record.paths.runDir, 'report.md'));
    const finished = record.finish(PASSED, () => [{ name: 'report.md', text: 'x' }]);
    expect(failureOf(finished)).toMatch(/report\.md: cannot write: .*\((?:EISDIR|EEXIST|ENOTEMPTY)\)/);
    expect(unwrap(await readManifest(record.paths.manifest))).toMatchObject({
      status: 'failed',
      verdict: 'not_evaluated',
    });
    expect(readdirSync(path.join(record.paths.taskDir, 'open'))).toHaveLength(1);
  });
});
