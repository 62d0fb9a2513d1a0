import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ManifestFinding, RunManifest } from '../../src/evidence/manifest.ts';
import { renderRdjson } from '../../src/report/rdjson.ts';
import { hostileRun } from './hostile-manifests.ts';
import { manifestFinding, manifestOf } from './manifest-builder.ts';
import { FAILED } from './report-scenes.ts';

const SEVERITIES = ['ERROR', 'WARNING', 'INFO'];
/** Lines are `int32` in the format's definition. */
const MAX_LINE = 2 ** 31 - 1;

function isLine(line: unknown): boolean {
  return Number.isInteger(line) && Number(line) >= 1 && Number(line) <= MAX_LINE;
}

/** Reads a document and holds it against the format's definition (`DiagnosticResult`): fields and their types. */
function readRdjson(text: string) {
  expect(text.indexOf('\n')).toBe(text.length - 1);
  const document = JSON.parse(text);
  for (const key of Object.keys(document)) expect(['source', 'severity', 'diagnostics']).toContain(key);
  expect(document.source.name).toMatch(/./);
  expect(SEVERITIES).toContain(document.severity ?? 'INFO');
  for (const diagnostic of document.diagnostics) {
    expect(Object.keys(diagnostic)).toEqual(['message', 'location', 'severity', 'code']);
    expect(diagnostic.message).toMatch(/\S/);
    expect(SEVERITIES).toContain(diagnostic.severity);
    expect(diagnostic.code).toEqual({ value: expect.stringMatching(/./) });
    const { path, range, ...rest } = diagnostic.location;
    expect(rest).toEqual({});
    expect([typeof path, path === '']).toEqual(['string', false]);
    if (range === undefined) continue;
    expect(Object.keys(range)).toEqual(['start', 'end']);
    expect([Object.keys(range.start), Object.keys(range.end)]).toEqual([['line'], ['line']]);
    expect([isLine(range.start.line), isLine(range.end.line)]).toEqual([true, true]);
    expect(range.end.line).toBeGreaterThanOrEqual(range.start.line);
  }
  return document;
}

const rdjsonOf = (manifest: RunManifest) => readRdjson(renderRdjson(manifest));

function diagnosticOf(sketch: Partial<ManifestFinding>) {
  const finding = manifestFinding({
    stage: 'docs',
    rule_id: 'docs/r',
    title: 'Wrong',
    priority: 1,
    ...sketch,
  });
  return rdjsonOf(manifestOf([{ id: 'docs' }], { findings: [finding] })).diagnostics[0];
}

describe('findings as rdjson', () => {
  test('name their source, the worst severity, and each place, rule and message', () => {
    const document = rdjsonOf(FAILED.manifest);
    expect(document.source).toEqual({ name: 'implementation-gate' });
    expect(document.severity).toBe('ERROR');
    expect(document.diagnostics).toHaveLength(FAILED.manifest.findings.length);
    expect(document.diagnostics[0]).toEqual({
      message:
        'A private key is added.\n\nWhoever can read the repository has it now. Remove it from the change and from the history, and replace the key.',
      location: { path: 'config/dev.pem', range: { start: { line: 1 }, end: { line: 28 } } },
      severity: 'ERROR',
      code: { value: 'review/secret-added' },
    });
  });

  test.each([
    [0, 'ERROR'],
    [1, 'ERROR'],
    [2, 'WARNING'],
    [3, 'INFO'],
  ] as const)('priority %p is %s', (priority, severity) => {
    expect(diagnosticOf({ priority }).severity).toBe(severity);
  });

  test('without findings there is an empty list and no severity', () => {
    const document = rdjsonOf(manifestOf([{ id: 'build', status: 'passed' }]));
    expect(document).toEqual({ source: { name: 'implementation-gate' }, diagnostics: [] });
  });

  test.each([
    ['a b/100%#.ts', 'a b/100%#.ts'],
    ['über/漢\u202e.ts', 'über/漢\u202e.ts'],
    ['caf\udce9', 'caf\\xe9'],
    [null, '.'],
    ['', '.'],
  ])('the path %j is %j', (path, shown) => {
    expect(diagnosticOf({ path }).location).toEqual({ path: shown });
  });

  test.each([
    [null, null, undefined],
    [0, 0, undefined],
    [7, 3, { start: { line: 7 }, end: { line: 7 } }],
    [1e9, null, { start: { line: 1e9 }, end: { line: 1e9 } }],
    [5e9, 5e9, undefined],
  ])('lines %p to %p', (start_line, end_line, range) => {
    expect(diagnosticOf({ path: 'a', start_line, end_line }).location.range).toEqual(range);
  });

  test('removed lines are told, not marked in the new file', () => {
    const { location, message } = diagnosticOf({ path: 'a', start_line: 4, end_line: 4, side: 'old' });
    expect(location).toEqual({ path: 'a' });
    expect(message).toBe('Wrong.\n\nThis is about line 4 as it was before the change.');
  });

  test('the same findings in another order give the same bytes', () => {
    const { manifest } = FAILED;
    expect(renderRdjson({ ...manifest, findings: manifest.findings.toReversed() })).toBe(
      renderRdjson(manifest),
    );
  });

  test('any manifest gives a document that holds to the format and steers nothing', () => {
    fc.assert(
      fc.property(hostileRun, ({ manifest }) => {
        const text = renderRdjson(manifest);
        expect(readRdjson(text).diagnostics).toHaveLength(manifest.findings.length);
        expect(text).not.toMatch(/\\ud[89a-f]/i);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|##\[/);
      }),
      { numRuns: 200 },
    );
  });
});
