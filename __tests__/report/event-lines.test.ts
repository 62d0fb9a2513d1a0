import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createEventLines } from '../../src/report/event-lines.ts';
import { jsonLine } from '../../src/report/json-line.ts';
import { runDocument } from '../../src/report/run-document.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { Finding } from '../../src/run/finding.ts';
import { failed, passed } from '../../src/run/stage-result.ts';
import { createFakeClock } from '../fakes/fake-clock.ts';
import { commandSettings, planOf } from '../fakes/run-scenes.ts';
import { hostileText } from './hostile-manifests.ts';
import { FAILED_TESTS } from './report-scenes.ts';
import { measured, play, STORY_PLAN, tellStory, tests } from './run-story.ts';

function open(redact: (text: string) => string = (text) => text) {
  const clock = createFakeClock();
  return { clock, lines: createEventLines({ manifest: FAILED_TESTS.manifest, clock, redact }) };
}

/** Parses one NDJSON line; fails unless it is exactly one. */
function parse(line: string): Record<string, unknown> {
  expect(line).toMatch(/^\{.*\}\n$/);
  expect(line.slice(0, -1).split(/[\n\r\u0085\u2028\u2029]/)).toHaveLength(1);
  const document: Record<string, unknown> = JSON.parse(line);
  return document;
}

const FINDING: Finding = {
  ruleId: 'docs/broken-link',
  title: 'a link is broken',
  body: 'body',
  priority: 1,
  confidence: null,
  path: 'README.md',
  startLine: 1,
  endLine: 1,
  side: 'new',
  suggestion: null,
  fingerprint: 'f',
  source: { id: 'docs', version: '0.1.0', model: null },
};

describe('the events of a run as lines of JSON', () => {
  test('every line has a type, a time and the run', () => {
    const { clock, lines } = open();
    const documents: Record<string, unknown>[] = [];
    play(tellStory(), clock, (event) => documents.push(parse(lines.line(event))));
    expect(documents.map(({ type }) => type)).toEqual(tellStory().map(({ event }) => event.type));
    for (const document of documents) {
      expect(Object.keys(document).slice(0, 3)).toEqual(['type', 'at', 'run_id']);
      expect(document['at']).toMatch(/^2026-01-06T11:\d\d:\d\d\.\d{3}Z$/);
      expect(document['run_id']).toBe(FAILED_TESTS.manifest.run_id);
    }
  });

  test('the first says what is planned', () => {
    const { lines } = open();
    const document = parse(lines.line({ type: 'run_started', plan: STORY_PLAN }));
    expect(document).toMatchObject({
      task_id: 'feature-login',
      pipeline: 'implementation-gate',
      warnings: [],
    });
    const stages = [
      {
        ...{
          index: 2,
          id: 'build',
          kind: 'command',
          required: true,
          command: 'npm run build',
          origin: 'test',
        },
        skip: null,
      },
      {
        ...{ index: 3, id: 'lint', kind: 'command', required: true, command: '', origin: 'test' },
        skip: { reason: 'nothing_detected', detail: 'no script "lint" in package.json' },
      },
    ];
    expect(document).toMatchObject({ stages: expect.arrayContaining(stages) });
  });

  test('a stage says when it starts, which attempt failed, and how it ended', () => {
    const { lines } = open();
    const stage = STORY_PLAN.stages[3];
    if (stage === undefined) throw new Error('no stage');
    const startedAtMs = Date.UTC(2026, 0, 6, 12);
    expect(parse(lines.line({ type: 'stage_started', stage, startedAtMs }))).toEqual({
      ...{ type: 'stage_started', at: '2026-01-06T12:00:00.000Z', run_id: FAILED_TESTS.manifest.run_id },
      ...{ stage: 'test', index: 4 },
    });
    const retry: RunEvent = { type: 'attempt_failed', stage, attempt: 1, left: 1, detail: 'exit code 1' };
    expect(parse(lines.line(retry))).toMatchObject({
      stage: 'test',
      attempt: 1,
      left: 1,
      detail: 'exit code 1',
    });
    const log = { path: 'logs/04-test.log', bytes: 1, totalBytes: 1, truncated: false, sha256: 'x' };
    const facts = {
      ...measured(6_210.4, {
        exitCode: 1,
        cpuMs: 7_000.6,
        maxRssBytes: 5,
        tests: tests(41, 2),
        log,
        strays: 1,
      }),
      findings: [FINDING, FINDING],
    };
    const result = failed('exit_nonzero', 'exit code 1: npm test', facts);
    expect(parse(lines.line({ type: 'stage_finished', stage, result }))).toMatchObject({
      ...{
        stage: 'test',
        index: 4,
        status: 'failed',
        reason: 'exit_nonzero',
        detail: 'exit code 1: npm test',
      },
      ...{ duration_ms: 6_210, cpu_ms: 7_001, max_rss_bytes: 5, exit_code: 1, signal: null, attempts: 0 },
      ...{ tests: { executed: 43, passed: 41, failed: 2, skipped: 0, source: 'jest' } },
      ...{ findings: { p0: 0, p1: 2, p2: 0, p3: 0 }, log: 'logs/04-test.log', strays: 1 },
    });
  });

  test('what was not measured is null, never 0', () => {
    const { lines } = open();
    const [stage] = STORY_PLAN.stages;
    if (stage === undefined) throw new Error('no stage');
    const document = parse(lines.line({ type: 'stage_finished', stage, result: passed() }));
    expect(document).toMatchObject({
      duration_ms: null,
      cpu_ms: null,
      exit_code: null,
      tests: null,
      log: null,
    });
  });

  test('the last is the document about the run', () => {
    const { lines } = open();
    const places = { manifestPath: 'm', artifactRoot: 'a', logPath: 'l', exitCode: 1 };
    const document = runDocument(FAILED_TESTS.manifest, places);
    const line = parse(lines.end(document));
    expect(line).toEqual({ type: 'run_finished', at: '2026-01-06T11:18:00.343Z', ...document });
  });

  test('every text is redacted, whatever it holds, and stays on its line', () => {
    fc.assert(
      fc.property(hostileText, (text) => {
        const secret = `${text}S3CRET`;
        const { lines } = open((value) => value.replaceAll('S3CRET', '***'));
        const plan = {
          ...planOf(commandSettings({ id: 'a', run: secret }), {
            settings: commandSettings({ id: 'b' }),
            skip: { reason: 'no_matching_changes' as const, detail: secret },
          }),
          warnings: [secret],
        };
        const stage = { ...(plan.stages[0] ?? fail()), origin: secret };
        const counts = { ...tests(1, 0), source: secret };
        const written = [
          lines.line({ type: 'run_started', plan: { ...plan, stages: [stage, ...plan.stages] } }),
          lines.line({ type: 'attempt_failed', stage, attempt: 1, left: 1, detail: secret }),
          lines.line({
            type: 'stage_finished',
            stage,
            result: failed('findings', secret, measured(1, { tests: counts })),
          }),
        ];
        for (const line of written) {
          expect(JSON.stringify(parse(line))).not.toContain('S3CRET');
          expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]|##\[/);
        }
      }),
      { numRuns: 200 },
    );
  });

  test('a line of JSON parses to the very value', () => {
    fc.assert(
      fc.property(fc.dictionary(hostileText, hostileText), (value) => {
        expect(JSON.parse(jsonLine(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

function fail(): never {
  throw new Error('no stage');
}
