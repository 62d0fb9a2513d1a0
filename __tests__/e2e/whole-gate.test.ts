import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { Ajv2020 } from 'ajv/dist/2020.js';
import {
  type GateRun,
  latestManifest,
  readRecords,
  readTree,
  runDirectoryOf,
  runGate,
} from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import { createProject, NOTES } from './project.ts';

const STAGES = ['spec-guard', 'build', 'lint', 'test', 'docs', 'diff-budget', 'review'];

const scenes = openScenes(afterAll);
const project = createProject();
scenes.later(() => project.dispose());
const { root } = project;
const env = { NOTES };

let pretty: GateRun;
let document: GateRun;
let events: GateRun;

beforeAll(async () => {
  pretty = await runGate(['run'], { cwd: root, env });
  document = await runGate(['run', '--format', 'json'], { cwd: root, env });
  events = await runGate(['run', '--format', 'ndjson'], { cwd: root, env });
}, 60_000);

describe('a change in which all is well', () => {
  test('exit 0, seven stages passed, in order', () => {
    expect([pretty.stdout, pretty.exitCode]).toEqual([pretty.stdout, 0]);
    expect(pretty.stderr).toBe('');
    const manifest = latestManifest(root);
    expect(manifest.stages.map(({ id, status }) => [id, status])).toEqual(STAGES.map((id) => [id, 'passed']));
    expect(manifest).toMatchObject({
      status: 'succeeded',
      verdict: 'passed',
      pipeline: { id: 'implementation-gate' },
      task_id: 'topic-sums',
      change: { branch: 'topic/sums', files: 3, dirty: false },
      notes: { goal: 'add numbers', summary: 'sums of lists', risks: 'none known' },
    });
    expect(manifest.stages.find(({ id }) => id === 'test')?.tests).toMatchObject({
      executed: 2,
      passed: 2,
      failed: 0,
    });
    expect(pretty.stdout).toMatch(/✔ passed\s+7 of 7 passed/);
    expect(pretty.stdout).toContain('2 passed');
  });

  test('what a run leaves is what the README says', () => {
    const manifest = latestManifest(root);
    const names = [...readTree(runDirectoryOf(root, manifest)).keys()].sort();
    expect(names).toEqual([
      'findings.sarif',
      ...STAGES.map((id, index) => `logs/0${index + 1}-${id}.log`),
      'manifest.json',
      'manifest.sha256',
      'metrics.json',
      'report.md',
    ]);
    expect(readRecords(root, 'topic-sums')).toHaveLength(3);
    expect(project.git('status', '--porcelain')).toBe('');
  });

  test('--format json is one document on stdout, the rest on stderr', () => {
    expect(document.exitCode).toBe(0);
    const answer = JSON.parse(document.stdout);
    expect(document.stdout.trimEnd()).not.toContain('\n');
    expect(answer).toMatchObject({
      task_id: 'topic-sums',
      pipeline: 'implementation-gate',
      status: 'succeeded',
      verdict: 'passed',
      exit_code: 0,
      failed_stages: [],
    });
    expect(answer.stages.map(({ id, status }: { id: string; status: string }) => [id, status])).toEqual(
      STAGES.map((id) => [id, 'passed']),
    );
    expect(existsSync(answer.manifest)).toBe(true);
    expect(existsSync(answer.log_path)).toBe(true);
    expect(path.dirname(answer.manifest)).toBe(answer.artifact_root);
    expect(document.stderr).toMatch(/✔ passed/);
  });

  test('--format ndjson is one event a line, from the start of the run to its end', () => {
    expect(events.exitCode).toBe(0);
    const lines = events.stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(lines.map(({ type }) => type)).toEqual([
      'run_started',
      ...STAGES.flatMap(() => ['stage_started', 'stage_finished']),
      'run_finished',
    ]);
    expect(new Set(lines.map(({ run_id }) => run_id)).size).toBe(1);
    expect(lines.at(-1)).toMatchObject({ verdict: 'passed', exit_code: 0 });
  });
});

describe('the other verbs on the same project', () => {
  test('gate plan says every stage, its command and whence, and runs nothing', async () => {
    const before = [...readTree(path.join(root, '.runs')).keys()];
    const plan = await runGate(['plan'], { cwd: root, env });
    expect(plan.exitCode).toBe(0);
    expect(plan.stdout).toContain('7 of 7 stages would run');
    for (const id of STAGES) expect(plan.stdout).toContain(id);
    expect(plan.stdout).toMatch(/node scripts\/build\.mjs[\s\S]*gate\.yml:3/);
    const answer = JSON.parse(
      (await runGate(['plan', 'diagnostics', '--format', 'json'], { cwd: root, env })).stdout,
    );
    expect(answer.stages.map(({ id }: { id: string }) => id)).toEqual([
      'build',
      'lint',
      'test',
      'spec-guard',
    ]);
    expect([...readTree(path.join(root, '.runs')).keys()]).toEqual(before);
  });

  test('gate status shows the latest run, or the one that is named', async () => {
    const { run_id } = JSON.parse(document.stdout);
    const latest = await runGate(['status'], { cwd: root });
    expect([latest.exitCode, latest.stderr]).toEqual([0, '']);
    expect(latest.stdout).toMatch(/✔ passed/);
    const named = await runGate(['status', run_id, '--format', 'json'], { cwd: root });
    expect(JSON.parse(named.stdout)).toMatchObject({ run_id, verdict: 'passed', exit_code: null });
  });

  test('gate report renders the evidence again, word for word', async () => {
    const manifest = latestManifest(root);
    const markdown = await runGate(['report', 'latest', '--format', 'markdown'], { cwd: root });
    expect(markdown.exitCode).toBe(0);
    // The kept one cannot list itself, nor what is written after it.
    const beforeEvidence = (text: string) => text.slice(0, text.indexOf('<summary>Evidence'));
    const kept = readFileSync(path.join(runDirectoryOf(root, manifest), 'report.md'), 'utf8');
    expect(beforeEvidence(markdown.stdout)).toBe(beforeEvidence(kept));
    expect(beforeEvidence(kept).length).toBeGreaterThan(500);
    const report = JSON.parse(
      (await runGate(['report', 'latest', '--format', 'json'], { cwd: root })).stdout,
    );
    expect(report).toMatchObject({ outcome: 'passed', run: { runId: manifest.run_id } });
  });
});

describe('gate schema', () => {
  test('the evidence of a run is what the printed schemas say', async () => {
    const manifest = latestManifest(root);
    const schemaOf = async (name: string) =>
      JSON.parse((await runGate(['schema', name], { cwd: root })).stdout);
    const documents = [
      ['manifest', manifest],
      ...readRecords(root, 'topic-sums').map((record) => ['metrics', record] as const),
    ] as const;
    for (const [name, document] of documents) {
      const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(await schemaOf(name));
      expect([name, validate(document), validate.errors]).toEqual([name, true, null]);
    }
    expect(await schemaOf('config')).toMatchObject({ properties: { pipelines: expect.any(Object) } });
  });
});

describe('gate verify', () => {
  test('finds nothing in a run as it is, here and copied elsewhere', async () => {
    const runDir = runDirectoryOf(root, latestManifest(root));
    expect((await runGate(['verify', 'latest'], { cwd: root })).exitCode).toBe(0);
    const elsewhere = path.join(scenes.folder(), 'copy');
    cpSync(runDir, elsewhere, { recursive: true });
    const copied = await runGate(['verify', elsewhere, '--format', 'json'], { cwd: path.dirname(elsewhere) });
    expect([copied.exitCode, copied.stderr]).toEqual([0, '']);
    expect(JSON.parse(copied.stdout)).toMatchObject({ intact: true, counts: { changed: 0, missing: 0 } });
    expect((await runGate(['report', elsewhere], { cwd: path.dirname(elsewhere) })).exitCode).toBe(0);
  });

  test('finds one changed byte in any file, and names it', async () => {
    const runDir = runDirectoryOf(root, latestManifest(root));
    const names = [...readTree(runDir).keys()].filter((name) => !/logs\/0[13567]/.test(name));
    expect(names.length).toBeGreaterThanOrEqual(5);
    for (const name of names) {
      const copy = path.join(scenes.folder(), 'copy');
      mkdirSync(copy);
      cpSync(runDir, copy, { recursive: true });
      const bytes = readFileSync(path.join(copy, name));
      const middle = Math.floor(bytes.length / 2);
      bytes[middle] = (bytes[middle] ?? 0) ^ 1;
      writeFileSync(path.join(copy, name), bytes);
      const { exitCode, stdout } = await runGate(['verify', copy], { cwd: copy });
      expect([name, exitCode]).toEqual([name, 1]);
      expect(stdout).toContain(name === 'manifest.sha256' ? 'manifest.json' : name);
    }
  });
});
