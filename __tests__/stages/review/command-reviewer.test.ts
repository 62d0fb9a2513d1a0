import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Reviewer } from '../../../src/config/gate-config.ts';
import { createSystemClock } from '../../../src/host/clock.ts';
import { createProcessHost } from '../../../src/host/process-host.ts';
import { newRunId } from '../../../src/kernel/ids.ts';
import { createStageCommands, type StageCommands } from '../../../src/run/command-runner.ts';
import { createFakeCancellation } from '../../fakes/fake-cancellation.ts';
import { isAlive, until } from '../../fakes/process-scenes.ts';
import { BUILTIN, review, type Scene } from './review-scenes.ts';

const AFTER = { 'src/a.ts': 'const a = 1;\nconst b = 2;\n' };

let folder: string;
let commands: StageCommands;

beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'gate-command-'));
  commands = createStageCommands({
    processes: createProcessHost(createSystemClock()),
    cancellation: createFakeCancellation(),
    environment: { PATH: process.env['PATH'] ?? '' },
    directory: folder,
    runId: newRunId(Date.now()),
    graceMs: 200,
  });
});

afterAll(async () => {
  await commands.close();
  rmSync(folder, { recursive: true, force: true });
});

function scene(run: string, reviewer: Partial<Reviewer> = {}): Scene {
  const robot: Reviewer = { ...BUILTIN, id: 'robot', kind: 'command', run, timeLimitMs: 20_000, ...reviewer };
  return {
    settings: { reviewers: [robot] },
    notes: 'Goal: g | Summary: s | Risks: r',
    context: { commands },
  };
}

/** A command that answers with this, whatever it is asked. */
function answering(answer: unknown): string {
  const text = typeof answer === 'string' ? answer : JSON.stringify(answer);
  return `cat > /dev/null; printf '%s' '${text.replaceAll("'", "'\\''")}'`;
}

const finding = {
  rule_id: 'robot/naming',
  title: 'b says nothing',
  priority: 1,
  path: 'src/a.ts',
  start_line: 2,
};
const complete = (findings: readonly unknown[], more: object = {}) => ({
  schema: 1,
  status: 'complete',
  findings,
  ...more,
});

describe('the protocol', () => {
  test('the question has everything, and the diff beside it', async () => {
    const run = `cat > question.json; cp "$(sed 's/.*"diff_path":"//; s/".*//' question.json)" change.copy; ${answering(complete([]))}`;
    const { result } = await review({}, AFTER, scene(run));
    expect(result).toMatchObject({ status: 'passed', findings: [] });
    const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');
    const question: unknown = JSON.parse(read('question.json'));
    expect(question).toMatchObject({
      schema: 1,
      base: expect.stringMatching(/^[0-9a-f]{40}$/),
      head: expect.stringMatching(/^[0-9a-f]{40}$/),
      merge_base: expect.stringMatching(/^[0-9a-f]{40}$/),
      diff_digest: expect.stringMatching(/^[0-9a-f]{64}$/),
      diff_path: expect.stringMatching(/change\.diff$/),
      files: [{ path: 'src/a.ts', status: 'added', added: 2 }],
      notes: { goal: 'g', summary: 's', risks: 'r', questions: '' },
      instructions: expect.stringContaining('"schema": 1'),
      limits: { time_ms: 20_000, answer_bytes: 4_194_304 },
    });
    expect(read('change.copy')).toContain('+++ b/src/a.ts\n@@ -0,0 +1,2 @@\n+const a = 1;\n');
    const diffPath = /"diff_path":"([^"]+)"/.exec(read('question.json'))?.[1] ?? '';
    expect(path.basename(path.dirname(diffPath))).toMatch(/^gate-review-/);
    expect(existsSync(path.dirname(diffPath))).toBe(false);
  });

  test('a finding fails the stage; the gate fills in the rest', async () => {
    const adapter = { id: 'robot', version: '7', model: 'm1' };
    const { result, log } = await review(
      {},
      AFTER,
      scene(
        answering(
          complete([finding], { adapter, summary: 'one thing', claim: 'approve', usage: { tokens: 5 } }),
        ),
      ),
    );
    expect(result).toMatchObject({ status: 'failed', reason: 'findings' });
    expect(result.findings[0]).toMatchObject({
      ruleId: 'robot/naming',
      body: 'b says nothing',
      confidence: null,
      startLine: 2,
      endLine: 2,
      side: 'new',
      fingerprint: expect.stringMatching(/^[0-9a-f]{32}$/),
      source: { id: 'robot', version: '7', model: 'm1' },
    });
    expect(log).toContain('summary: one thing');
    expect(log).toContain('claims: approve (the gate decides by the findings alone)');
  });

  test('what is printed beside the answer goes to the log', async () => {
    const { log, result } = await review({}, AFTER, scene(`echo thinking >&2; ${answering(complete([]))}`));
    expect(result.status).toBe('passed');
    expect(log).toContain('| thinking');
  });

  test('the exit code of a valid answer is not looked at', async () => {
    expect((await review({}, AFTER, scene(`${answering(complete([]))}; exit 3`))).result.status).toBe(
      'passed',
    );
  });

  test('a claim or a missing list changes nothing about other findings', async () => {
    const settings = scene(answering({ schema: 1, status: 'complete', claim: 'all fine' }));
    const reviewers = [BUILTIN, ...(settings.settings?.reviewers ?? [])];
    const { found } = await review(
      {},
      { 'a.test.js': "it.only('a', () => {});\n" },
      { ...settings, settings: { reviewers } },
    );
    expect(found).toEqual(['P1 focused-test a.test.js:1']);
  });
});

describe('findings are held to the change', () => {
  test('other files are left out, other lines become hints, and both are counted', async () => {
    const findings = [
      { ...finding, path: '../etc/passwd' },
      { ...finding, path: 'src/other.ts' },
      { ...finding, start_line: 99, priority: 0 },
      { ...finding, path: './src/a.ts', start_line: 1 },
    ];
    const { found, result } = await review({}, AFTER, scene(answering(complete(findings))));
    expect(found).toEqual(['P1 robot/naming src/a.ts:1', 'P3 robot/naming src/a.ts']);
    expect(result.warnings).toEqual([
      'reviewer robot: 2 findings on files outside of the change left out',
      'reviewer robot: 1 finding on lines that did not change count as P3',
    ]);
  });

  test('ranges count from their first changed line, old sides too', async () => {
    const before = { 'src/a.ts': 'a\nb\nc\nd\n' };
    const after = { 'src/a.ts': 'a\nB\nd\n' };
    const findings = [
      { ...finding, start_line: 1, end_line: 3 },
      { ...finding, start_line: 3, side: 'old' },
    ];
    const { found } = await review(before, after, scene(answering(complete(findings))));
    expect(found).toEqual(['P1 robot/naming src/a.ts:2', 'P1 robot/naming src/a.ts:3 old']);
  });

  test('the same said twice is one finding, the worse one', async () => {
    const findings = [{ ...finding, priority: 'P2' }, finding, { ...finding, priority: 3 }];
    const { found } = await review({}, AFTER, scene(answering(complete(findings))));
    expect(found).toEqual(['P1 robot/naming src/a.ts:2']);
  });

  test('findings that are not in the form make the answer a partial one', async () => {
    const { result, found } = await review(
      {},
      AFTER,
      scene(answering(complete([{ ...finding, priority: 2 }, { title: 'x' }]))),
    );
    expect(found).toEqual(['P2 robot/naming src/a.ts:2']);
    expect(result).toMatchObject({ status: 'not_evaluated', reason: 'reviewer_unavailable' });
    expect(result.detail).toContain('partial: 1 finding without rule_id, title, priority or path');
  });
});

describe('answers that are none', () => {
  test.each([
    ['no JSON', 'looks good to me', 'invalid: the answer is not one JSON object'],
    ['two documents', '{"schema":1,"status":"complete"}\n{}', 'not one JSON object'],
    ['another schema', '{"schema":2,"status":"complete"}', 'no "schema": 1'],
    ['an unknown status', '{"schema":1,"status":"ok"}', '"status" is none of complete'],
    ['no list', '{"schema":1,"status":"complete","findings":{}}', '"findings" is not a list'],
    ['nothing', '', 'printed no answer'],
    ['unavailable', '{"schema":1,"status":"unavailable","reason":"no key"}', 'unavailable: no key'],
    ['invalid', '{"schema":1,"status":"invalid"}', 'invalid: no reason given'],
    ['partial', '{"schema":1,"status":"partial","findings":[],"reason":"too long"}', 'partial: too long'],
  ])('%s', async (_name, text, detail) => {
    const { result } = await review({}, AFTER, scene(answering(text)));
    expect(result).toMatchObject({ status: 'not_evaluated', reason: 'reviewer_unavailable' });
    expect(result.detail).toContain(detail);
    const tolerated = await review({}, AFTER, scene(answering(text), { onUnavailable: 'neutral' }));
    expect(tolerated.result.status).toBe('passed');
    expect(tolerated.result.warnings.join()).toContain(detail);
  });

  test.each([
    ['that is missing', 'no-such-reviewer', 'exited with 127'],
    ['that fails', 'echo "no key" >&2; exit 4', 'exited with 4 and printed no answer (no key)'],
    ['that dies', 'kill -SEGV $$', 'SIGSEGV'],
  ])('of a command %s', async (_name, run, detail) => {
    expect((await review({}, AFTER, scene(run))).result.detail).toContain(detail);
  });

  test('that take too long: the whole tree is gone', async () => {
    const run = 'sleep 60 & echo $! > child.pid; echo $$ > main.pid; wait';
    const { result } = await review({}, AFTER, scene(run, { timeLimitMs: 500 }));
    expect(result.detail).toContain('the command gave no answer within');
    for (const name of ['child.pid', 'main.pid']) {
      const pid = Number(readFileSync(path.join(folder, name), 'utf8'));
      await until(() => !isAlive(pid));
      expect(isAlive(pid)).toBe(false);
    }
  });

  test('that are too long', async () => {
    const { result } = await review({}, AFTER, scene('head -c 5000000 /dev/zero'));
    expect(result.detail).toContain('invalid: the command wrote more than 4.00 MiB');
    const endless = await review({}, AFTER, scene('yes', { timeLimitMs: 30_000 }));
    expect(endless.result.detail).toContain('invalid: the command wrote more than 4.00 MiB');
  });

  test('without a way to run commands the reviewer is unavailable', async () => {
    const { context: _, ...rest } = scene(answering(complete([])));
    expect((await review({}, AFTER, rest)).result.detail).toContain('commands cannot be run here');
  });
});
