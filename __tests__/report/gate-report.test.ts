import { describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { buildReport } from '../../src/report/gate-report.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { manifestFinding, manifestOf, type StageSketch } from './manifest-builder.ts';
import {
  FAILED,
  FAILED_STRICT,
  NOT_EVALUATED,
  PARTIAL,
  PASSED,
  PASSED_WITH_REMARKS,
  TAMPERED,
} from './report-scenes.ts';

const headlineOf = (manifest: RunManifest) => buildReport(manifest).headline;
const failureOf = (sketch: Partial<StageSketch>, overrides: Partial<RunManifest> = {}) =>
  buildReport(manifestOf([{ id: 'test', status: 'failed', ...sketch }], overrides)).failures[0];

describe('the headline', () => {
  test('names the stages behind it, and repeats nothing', () => {
    expect(headlineOf(FAILED.manifest)).toEqual({
      stages: ['spec-guard', 'build', 'test', 'e2e', 'docs', 'diff-budget', 'review'],
      note: null,
      why: null,
    });
    expect(headlineOf(NOT_EVALUATED.manifest).why).toBeNull();
    expect(headlineOf(PASSED.manifest)).toEqual({ stages: [], note: null, why: null });
  });

  test('an optional stage that failed is not behind it', () => {
    const manifest = manifestOf([
      { id: 'build', status: 'passed' },
      { id: 'lint', status: 'failed', required: false, reason: 'exit_nonzero', exit_code: 1 },
    ]);
    expect(headlineOf(manifest).stages).toEqual([]);
    expect(buildReport(manifest).failures.map(({ row }) => row.id)).toEqual(['lint']);
  });

  test('a partial run is no pass, and says so', () => {
    expect(headlineOf(PARTIAL.manifest)).toEqual({
      stages: [],
      note: 'partial run, 5 stages not selected',
      why: null,
    });
  });

  test('what else the manifest says is kept', () => {
    const status_detail = 'not evaluated: docs; partial run: build was not selected';
    const stages: StageSketch[] = [
      { id: 'docs', status: 'not_evaluated', reason: 'history_missing' },
      { id: 'build', status: 'not_run', reason: 'not_selected' },
    ];
    const manifest = manifestOf(stages, { status: 'failed', verdict: 'not_evaluated', status_detail });
    expect(headlineOf(manifest)).toEqual({ stages: ['docs'], note: null, why: status_detail });
  });

  test('evidence that was changed is named though every stage passed', () => {
    expect(headlineOf(TAMPERED.manifest)).toMatchObject({ stages: [], note: 'evidence was tampered with' });
  });

  test('a stage for which nothing was found is named where that failed the run', () => {
    expect(headlineOf(FAILED_STRICT.manifest)).toEqual({ stages: ['lint'], note: null, why: null });
  });

  test('a run that ended without a verdict is not passed', () => {
    const manifest = { ...PASSED.manifest, verdict: null };
    expect(buildReport(manifest).outcome).toBe('not_evaluated');
    expect(renderTerminal(buildReport(manifest), { width: 80, color: false })).toContain(
      '! could not evaluate',
    );
  });
});

describe('what a failure says', () => {
  test.each([
    ['the command is told once', 'exit code 1: npm run test', 'exit_nonzero', 1, null],
    ['so is the attempt', 'exit code 1: npm run test (attempt 2)', 'exit_nonzero', 1, null],
    [
      'a missing program is the cause',
      'exit code 127, command not found: jest (or the interpreter that its first line names): npm run test',
      'exit_nonzero',
      127,
      'exit code 127, command not found: jest (or the interpreter that its first line names)',
    ],
    [
      'a signal behind an exit code, too',
      'exit code 137 (128 + SIGKILL): npm run test',
      'exit_nonzero',
      137,
      'exit code 137 (128 + SIGKILL)',
    ],
    [
      'a time limit says how to mend it',
      'timed out after 1 h 02 min: raise stages.test.timeout',
      'timed_out',
      null,
      'raise stages.test.timeout',
    ],
    ['any other words stand', 'cannot start', 'spawn_failed', null, 'cannot start'],
  ] as const)('%s', (_, detail, reason, exit_code, cause) => {
    expect(failureOf({ detail, reason, exit_code })?.cause).toBe(cause);
  });

  test('a time limit is that of the last attempt', () => {
    const attempt = { status: 'failed', reason: 'timed_out', exit_code: null, signal: null } as const;
    const attempts = [
      { ...attempt, attempt: 1, duration_ms: 60_000 },
      { ...attempt, attempt: 2, duration_ms: 61_000 },
    ];
    const failure = failureOf({ reason: 'timed_out', duration_ms: 121_000, attempts });
    expect(failure?.row.reason).toBe('timed out after 1 min 01 s');
    expect(failure?.attempts).toEqual([
      'attempt 1: timed out after 1 min 00 s',
      'attempt 2: timed out after 1 min 01 s',
    ]);
  });

  test('advice claims no more about a signal than it tells', () => {
    const advice = (signal: string, max_rss_bytes: number | null = null) =>
      failureOf({ reason: 'signalled', signal, max_rss_bytes })?.advice;
    expect(advice('SIGSEGV')).toBe('A program of the command crashed.');
    expect(advice('SIGTERM')).toBe('Something sent the signal from outside of the command.');
    expect(advice('SIGKILL', 1_048_576)).toContain(
      'often because memory runs out; the largest of its processes had 1.00 MiB',
    );
  });

  test('a finding does not repeat its title, nor what its stage says', () => {
    const stage = {
      id: 'docs',
      kind: 'docs',
      reason: 'findings',
      detail: 'the link b.md is broken – mend it',
    } as const;
    const bodies = [
      'A link is broken.\n\nMore.',
      'The link b.md is broken.\nMore.',
      'Other.\nMore.',
      'a link is broken',
    ];
    const findings = bodies.map((body, at) =>
      manifestFinding({ stage: 'docs', rule_id: `docs/${at}`, title: 'A link is broken', body, priority: 1 }),
    );
    expect(failureOf(stage, { findings })?.findings.map(({ body }) => body)).toEqual([
      'More.',
      'More.',
      'Other.\nMore.',
      '',
    ]);
    expect(failureOf(stage, { findings })?.row.reason).toBe('4 P1 findings');
  });

  test('stages stopped by one cause are told once, those with more to show are not', () => {
    const { failures } = buildReport(NOT_EVALUATED.manifest);
    expect(failures).toHaveLength(1);
    expect(failures[0]?.also.map(({ id }) => id)).toEqual(['docs', 'diff-budget', 'review']);
    const commands = manifestOf([
      { id: 'a', status: 'failed', reason: 'exit_nonzero' },
      { id: 'b', status: 'failed', reason: 'exit_nonzero' },
    ]);
    expect(buildReport(commands).failures).toHaveLength(2);
  });

  test('the worst comes first, the optional last', () => {
    const manifest = manifestOf(
      [
        { id: 'a', status: 'cancelled', reason: 'cancelled' },
        { id: 'b', status: 'not_evaluated', reason: 'spawn_failed' },
        { id: 'c', status: 'failed', reason: 'exit_nonzero', required: false },
        { id: 'd', status: 'failed', reason: 'exit_nonzero' },
        { id: 'e', status: 'failed', reason: 'findings' },
        { id: 'f', status: 'failed', reason: 'tampered' },
      ],
      { findings: [manifestFinding({ stage: 'e', rule_id: 'e/x', title: 'secret', priority: 0 })] },
    );
    expect(buildReport(manifest).failures.map(({ row }) => row.id)).toEqual(['f', 'e', 'd', 'b', 'a', 'c']);
  });

  test('a command of several lines keeps them', () => {
    const manifest = manifestOf([
      { id: 'e2e', status: 'failed', reason: 'exit_nonzero', command: 'cd a\nnpm test\n' },
    ]);
    const report = buildReport(manifest);
    expect(renderMarkdown(report, { maxChars: 65_000 })).toContain('```text\ncd a\nnpm test\n```');
    expect(renderTerminal(report, { width: 80, color: false })).toContain(
      'command   cd a\n              npm test\n',
    );
  });
});

describe('numbers', () => {
  test('a missing comparison shows nothing', () => {
    const report = buildReport(PASSED.manifest);
    expect(report.comparison).toEqual([]);
    expect(renderMarkdown(report, { maxChars: 65_000 })).not.toMatch(/before|change \(|typical|baseline/i);
    expect(renderTerminal(report, { width: 120, color: false })).not.toMatch(/typical|faster|slower|history/);
  });

  test('too little history gives both numbers, but no change and no verdict', () => {
    const row = buildReport(PASSED_WITH_REMARKS.manifest).comparison.find(({ stage }) => stage === 'lint');
    expect(row).toMatchObject({
      verdict: 'not enough history (n=3)',
      beforeMs: 3_050,
      change: null,
      interval: null,
      shift: null,
    });
  });

  test.each([
    [
      { stage: 'build', verdict: 'slower_suspected', n: -1, before_ms: -5, change: 1e9 },
      { n: null, beforeMs: null, change: null },
    ],
    [
      { stage: 'build', verdict: 'flat', n: 2.5, before_ms: 1e300, change: -7 },
      { n: null, beforeMs: null, change: null },
    ],
    [
      { stage: 'build', verdict: 7, n: 'x', before_ms: null, interval: 'x' },
      { verdict: 'no baseline', n: null, interval: null },
    ],
  ])('a comparison that cannot be is not shown: %j', (raw, expected) => {
    const manifest = manifestOf([{ id: 'build', status: 'passed' }], {
      comparison: [raw, { verdict: 'flat' }],
    });
    expect(buildReport(manifest).comparison).toEqual([expect.objectContaining(expected)]);
  });

  test('tests that were not counted are said to be unknown, never none', () => {
    const report = buildReport(
      manifestOf([
        { id: 'test', status: 'passed' },
        { id: 'build', status: 'passed' },
        {
          id: 'unit-tests',
          status: 'failed',
          tests: { executed: 0, passed: 0, failed: 0, skipped: 0, source: 'jest' },
        },
        { id: 'latest', status: 'passed' },
      ]),
    );
    expect(report.stages.map(({ tests }) => tests)).toEqual(['executed: unknown', null, '0 executed', null]);
  });
});

describe('at a glance', () => {
  test('a run of a machine whose clock is ahead has no age', () => {
    const report = buildReport(PASSED.manifest);
    const text = renderStatus(report, { width: 120, color: false, nowMs: 0 });
    expect(text).toContain('ended 2026-01-06 11:18:56 UTC\n');
    expect(text).not.toContain('ago');
  });

  test('what runs has no verdict yet', () => {
    const manifest = manifestOf(
      [
        { id: 'a', status: 'passed' },
        { id: 'b', status: 'running' },
      ],
      {
        ...{ status: 'in_progress', verdict: null, completed_at: null, duration_ms: null },
      },
    );
    const text = renderStatus(buildReport(manifest), { width: 100, color: false });
    expect(text).toContain('▶ running: b   1 of 2 passed, 1 running');
    expect(text).not.toMatch(/✔ passed|failed/);
  });
});
