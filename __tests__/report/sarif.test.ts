import { describe, expect, test } from '@jest/globals';
import type { ManifestFinding } from '../../src/evidence/manifest.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { manifestFinding, manifestOf } from './manifest-builder.ts';
import { ABORTED, CANCELLED, FAILED, IN_PROGRESS, PASSED } from './report-scenes.ts';
import { type ResultView, sarifOf } from './sarif-document.ts';

function findingOf(sketch: Partial<ManifestFinding>): ManifestFinding {
  return manifestFinding({ stage: 'docs', rule_id: 'docs/rule', title: 'Wrong', priority: 1, ...sketch });
}

function resultOf(sketch: Partial<ManifestFinding>): ResultView {
  const [result] = sarifOf(manifestOf([{ id: 'docs' }], { findings: [findingOf(sketch)] })).results;
  if (result === undefined) throw new Error('no result');
  return result;
}

function physicalOf(sketch: Partial<ManifestFinding>) {
  return resultOf(sketch).locations[0]?.physicalLocation;
}

describe('findings as SARIF 2.1.0', () => {
  const run = sarifOf(FAILED.manifest);

  test('one run says which tool found what, the worst first', () => {
    expect(run.tool.driver).toMatchObject({
      name: 'implementation-gate',
      version: '0.1.0',
      semanticVersion: '0.1.0',
    });
    expect(run.results.map(({ ruleId, level }) => [ruleId, level])).toEqual([
      ['review/secret-added', 'error'],
      ['diff-budget/too-many-lines', 'error'],
      ['docs/broken-link', 'error'],
      ['review/test-removed', 'error'],
      ['spec-guard/code-without-spec', 'error'],
      ['docs/removed-name', 'warning'],
      ['review/debug-output', 'note'],
    ]);
  });

  test('a result has a place, an identity and what the manifest knows of it', () => {
    expect(run.results.find(({ ruleId }) => ruleId === 'docs/removed-name')).toEqual({
      ruleId: 'docs/removed-name',
      ruleIndex: 2,
      level: 'warning',
      message: {
        text: 'This names `loginWithPassword`, which the change removes.\n\nRemoved from src/login/index.ts:12. Say what takes its place.',
      },
      locations: [
        {
          physicalLocation: {
            artifactLocation: {
              uri: 'docs/guide/signing-in/from-a-browser-without-a-password.md',
              uriBaseId: '%SRCROOT%',
            },
            region: { startLine: 7, endLine: 7 },
          },
        },
      ],
      partialFingerprints: { 'implementationGate/v1': 'f'.repeat(32) },
      properties: {
        priority: 2,
        confidence: 0.7,
        stage: 'docs',
        source: { id: 'docs', version: '0.1.0', model: null },
      },
    });
  });

  test('every rule stands once, in order, with the level of its worst finding', () => {
    const findings = [
      findingOf({ rule_id: 'docs/z', priority: 3 }),
      findingOf({ rule_id: 'docs/broken-link', priority: 3, path: 'a' }),
      findingOf({ rule_id: 'docs/broken-link', priority: 1, path: 'b' }),
      findingOf({ rule_id: 'other', stage: '' }),
    ];
    const { rules } = sarifOf(manifestOf([{ id: 'docs' }], { findings })).tool.driver;
    expect(rules.map(({ id }) => id)).toEqual(['docs/broken-link', 'docs/z', 'other']);
    expect(rules[0]).toMatchObject({
      shortDescription: { text: 'Broken link (docs)' },
      defaultConfiguration: { level: 'error' },
      properties: { tags: ['docs'], 'problem.severity': 'error' },
    });
    expect(rules[1]).toMatchObject({
      shortDescription: { text: 'Z (docs)' },
      defaultConfiguration: { level: 'note' },
      properties: { 'problem.severity': 'recommendation' },
    });
    expect(rules[2]).toMatchObject({ shortDescription: { text: 'Other' } });
    expect(rules[2]?.properties.tags).toBeUndefined();
  });

  test('without findings there is a run with empty lists', () => {
    const empty = sarifOf(manifestOf([{ id: 'build', status: 'passed' }]));
    expect([empty.results, empty.tool.driver.rules]).toEqual([[], []]);
    expect(empty.invocations).toEqual([{ executionSuccessful: true, toolExecutionNotifications: [] }]);
  });

  test('a later upload of the same pipeline has the same category, another pipeline its own', () => {
    expect(run.automationDetails).toEqual({ id: 'implementation-gate/' });
    const docs = manifestOf([], { pipeline: { id: 'docs-review', title: 'Docs' }, run_id: 'other' });
    expect(sarifOf(docs).automationDetails).toEqual({ id: 'docs-review/' });
  });

  test('what was looked at stands beside the results', () => {
    expect(run.properties).toMatchObject({
      revision: FAILED.manifest.change.head_sha,
      baseRevision: FAILED.manifest.change.merge_base_sha,
      branch: 'feature/login',
      verdict: 'failed',
    });
  });

  test('the same findings in another order and another clock give the same bytes', () => {
    const { manifest } = FAILED;
    const later = {
      ...manifest,
      findings: manifest.findings.toReversed(),
      updated_at: '2031-01-01T00:00:00.000Z',
      heartbeat_at: '2031-01-01T00:00:00.000Z',
    };
    expect(renderSarif(later)).toBe(renderSarif(manifest));
  });
});

describe('whether the run gave an answer', () => {
  test.each([
    ['passed', PASSED, true],
    ['failed', FAILED, true],
    ['cancelled', CANCELLED, false],
    ['aborted', ABORTED, false],
    ['in progress', IN_PROGRESS, false],
  ])('%s', (_name, { manifest }, answered) => {
    expect(sarifOf(manifest).invocations[0].executionSuccessful).toBe(answered);
  });

  test('a question that stayed open is told, so that no result does not read as none found', () => {
    const manifest = manifestOf(
      [
        { id: 'docs', status: 'not_evaluated', detail: 'history is missing: fetch-depth: 0' },
        { id: 'review', status: 'cancelled', required: false },
      ],
      { verdict: 'not_evaluated', status: 'failed', warnings: ['docs: 3 more findings are counted'] },
    );
    expect(sarifOf(manifest).invocations).toEqual([
      {
        executionSuccessful: false,
        toolExecutionNotifications: [
          {
            level: 'error',
            message: { text: 'The stage docs could not be evaluated: history is missing: fetch-depth: 0' },
          },
          { level: 'warning', message: { text: 'The stage review was cancelled' } },
          { level: 'warning', message: { text: 'docs: 3 more findings are counted' } },
        ],
      },
    ]);
  });
});

describe('the place of a result', () => {
  test.each([
    ['src/a b.ts', 'src/a%20b.ts'],
    ['100%/a#b?c.md', '100%25/a%23b%3Fc.md'],
    ['über/漢.ts', '%C3%BCber/%E6%BC%A2.ts'],
    ['caf\udce9/\udcff', 'caf%E9/%FF'],
    ['a:b/c', 'a%3Ab/c'],
    ['back\\slash', 'back%5Cslash'],
    ['app/(group)/[id]/page.tsx', 'app/(group)/%5Bid%5D/page.tsx'],
    ['line\nbreak\u0000\u202e', 'line%0Abreak%00%E2%80%AE'],
    ['.github/..a/...', '.github/..a/...'],
  ])('%j is a relative URI of its bytes', (path, uri) => {
    expect(physicalOf({ path })?.artifactLocation).toEqual({ uri, uriBaseId: '%SRCROOT%' });
  });

  test.each(['/etc/passwd', '../../etc/passwd', 'a/../b', './a', 'a//b', '//evil.example/x', 'a/', ''])(
    '%j is no path of the repository: named in the message only',
    (path) => {
      const { locations, message } = resultOf({ path, start_line: 3 });
      expect(locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'no%20file' } } }]);
      expect(message.text).toBe(`Wrong.\n\nIn ${path}`);
    },
  );

  test('a finding about no file has a place, without which GitHub rejects the upload', () => {
    const { locations, partialFingerprints } = resultOf({ path: null });
    expect(locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'no%20file' } } }]);
    const id = 'f'.repeat(32);
    expect(partialFingerprints).toEqual({ 'implementationGate/v1': id, primaryLocationLineHash: id });
  });

  test.each([
    [null, null, undefined],
    [0, 0, undefined],
    [0, 5, undefined],
    [5, null, { startLine: 5, endLine: 5 }],
    [5, 0, { startLine: 5, endLine: 5 }],
    [5, 3, { startLine: 5, endLine: 5 }],
    [5, 9, { startLine: 5, endLine: 9 }],
    [1e9, 1e9, { startLine: 1e9, endLine: 1e9 }],
    [5e9, 5e9, undefined],
    [1, 5e9, { startLine: 1, endLine: 1 }],
  ])('lines %p to %p', (start_line, end_line, region) => {
    expect(physicalOf({ path: 'a', start_line, end_line })?.region).toEqual(region);
  });

  test.each([
    [30, 44, 'This is about lines 30 to 44 as they were before the change.'],
    [30, 30, 'This is about line 30 as it was before the change.'],
    [null, null, 'This is about lines that the change removes.'],
  ])('removed lines %p to %p are no lines of the new file', (start_line, end_line, sentence) => {
    const { locations, message } = resultOf({ path: 'a.ts', start_line, end_line, side: 'old' });
    expect(locations).toEqual([
      { physicalLocation: { artifactLocation: { uri: 'a.ts', uriBaseId: '%SRCROOT%' } } },
    ]);
    expect(message.text).toBe(`Wrong.\n\n${sentence}`);
  });
});

describe('the message of a result', () => {
  test.each([
    ['the body goes on after the title', { body: 'Wrong.\n\nMend it.' }, 'Wrong.\n\nMend it.'],
    ['a suggestion is words', { suggestion: 'use b' }, 'Wrong.\n\nSuggestion: use b'],
    ['a suggestion is not told twice', { body: 'Try use b', suggestion: 'use b' }, 'Wrong.\n\nTry use b'],
    ['a title may end as it likes', { title: 'Is this right?', body: '' }, 'Is this right?'],
    ['without a title the rule speaks', { title: ' ', body: '' }, 'docs/rule.'],
    ['text is no link', { title: 'a [b](https://evil.example)' }, 'a [b] (https://evil.example).'],
    ['text is no placeholder', { title: '{0} $'.concat('{{ x }} {a}') }, '{ 0} $'.concat('{{ x }} {a}.')],
    ['nothing is invisible', { title: 'a\u202e\u0000\udce9' }, 'a\\u{202e}\\x00\\xe9.'],
  ])('%s', (_name, sketch, text) => {
    expect(resultOf({ body: 'title' in sketch ? '' : 'Wrong', ...sketch }).message.text).toBe(text);
  });
});

describe('findings that a waiver set aside', () => {
  const findings = [findingOf({ stage: 'diff-budget' }), findingOf({ priority: 2 })];
  const waived = {
    id: 'diff-budget',
    status: 'passed',
    reason: 'waived',
    detail: 'waived by me',
  } as const;

  test('are suppressed with its reason; the others of the run say that they are not', () => {
    const waivers = [
      { kind: 'diff-budget', reason: 'generated code', actor: 'ada', source: 'DIFF_BUDGET_OVERRIDE_REASON' },
    ];
    const { results } = sarifOf(manifestOf([waived, { id: 'docs' }], { findings, waivers }));
    expect(results.map(({ suppressions }) => suppressions)).toEqual([
      [{ kind: 'external', status: 'accepted', justification: 'generated code' }],
      [],
    ]);
  });

  test('count in full when the stage failed all the same', () => {
    const failed = { ...waived, status: 'failed' } as const;
    const { results } = sarifOf(manifestOf([failed], { findings }));
    expect(results.map(({ suppressions }) => suppressions)).toEqual([undefined, undefined]);
  });
});
