import { createHash } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { defaultConfig } from '../../src/config/default-config.ts';
import { type GateConfig, notesRule } from '../../src/config/gate-config.ts';
import { parseConfig } from '../../src/config/parse-config.ts';
import { describeFailure } from '../../src/kernel/failure.ts';

async function parse(text: string | Buffer, file = 'gate.yml'): Promise<GateConfig> {
  const parsed = await parseConfig(Buffer.from(text), file);
  if (!parsed.ok) throw new Error(describeFailure(parsed.error));
  return parsed.value;
}

const EVERYTHING = `version: 1
default_pipeline: implementation-gate
task: null
base: auto                       # auto | a ref
execution: { mode: sequence, on_failure: keep-going, timeout: 30m, grace: 5s, max_parallel: 2 }
stages:                          # defaults, by stage id; a pipeline names ids
  build: { run: npm run build, timeout: 10m, env: { CI: "true" }, cwd: ., retries: 0, required: true, needs: [], inputs: [], outputs: [], when: [] }
  test:  { run: npm test, tests: { min: 1 } }
  spec-guard:  { code: [src/**], specs: [docs/specs/**], max_age_days: 30, require_update: true }
  docs:        { paths: ["**/*.md"], links: true, scripts: true, freshness: { registry: docs/freshness.json } }
  diff-budget: { max_files: 25, max_lines: 800, max_bytes: 512KiB, ignore: [], override: { label: diff-budget-override, min_permission: write } }
  review:      { reviewers: [builtin], fail_on: p1, on_unavailable: fail, notes: required, limits: { time: 10m } }
pipelines:
  implementation-gate: [spec-guard, build, lint, test, docs, diff-budget, review]
  diagnostics: [build, lint, test, spec-guard]
  docs-review: [spec-guard, docs, review]
  my-own: [build, { id: e2e, run: npx playwright test, timeout: 20m }]
baseline: { branch: auto, samples: 20, confirm: off, gate: false }   # confirm: off | suspects
report: { comment: auto, check: auto, status: implementation-gate, summary: true, annotations: true }
redact: [ "regex or literal" ]
`;

describe('the documented example', () => {
  test('says what the defaults say, and what it adds', async () => {
    const defaults = defaultConfig();
    const config = await parse(EVERYTHING, '.github/gate.yml');
    const { stages, pipelines, ...rest } = config;
    expect(rest).toEqual({
      ...Object.fromEntries(
        Object.entries(defaults).filter(([key]) => key !== 'stages' && key !== 'pipelines'),
      ),
      file: '.github/gate.yml',
      digest: createHash('sha256').update(EVERYTHING).digest('hex'),
      redact: ['regex or literal'],
    });
    const at = (line: number) => ({ where: `.github/gate.yml:${line}` });
    expect(Object.fromEntries(stages)).toEqual({
      build: {
        ...defaults.stages.get('build'),
        run: 'npm run build',
        timeoutMs: 600_000,
        env: { CI: 'true' },
        ...at(7),
      },
      lint: defaults.stages.get('lint'),
      test: { ...defaults.stages.get('test'), run: 'npm test', tests: { min: 1, junit: [] }, ...at(8) },
      'spec-guard': { ...defaults.stages.get('spec-guard'), ...at(9) },
      docs: { ...defaults.stages.get('docs'), freshnessRegistry: 'docs/freshness.json', ...at(10) },
      'diff-budget': { ...defaults.stages.get('diff-budget'), ...at(11) },
      review: { ...defaults.stages.get('review'), ...at(12) },
    });
    expect([...pipelines.keys()]).toEqual([
      'implementation-gate',
      'diagnostics',
      'docs-review',
      'rlm',
      'my-own',
    ]);
    expect(pipelines.get('diagnostics')).toEqual({
      id: 'diagnostics',
      title: 'Diagnostics',
      entries: ['build', 'lint', 'test', 'spec-guard'].map((id) => ({ kind: 'reference', id, ...at(15) })),
      ...at(15),
    });
    expect(pipelines.get('my-own')?.entries[1]).toMatchObject({
      kind: 'inline',
      settings: {
        kind: 'command',
        id: 'e2e',
        title: 'e2e',
        run: 'npx playwright test',
        timeoutMs: 1_200_000,
        ...at(17),
      },
    });
  });

  test('in JSON it means the same', async () => {
    const file = { version: 1, execution: { timeout: '5m' }, stages: { build: { run: 'make\nall' } } };
    for (const indent of [undefined, 2, '\t']) {
      const config = await parse(JSON.stringify(file, null, indent), 'gate.json');
      expect(config.execution.timeoutMs).toBe(300_000);
      expect(config.stages.get('build')).toMatchObject({ run: 'make\nall' });
    }
  });

  test('a byte order mark, CRLF and comments are no matter', async () => {
    const config = await parse('\ufeff# ä\r\nversion: 1\r\nstages:\r\n  build: { run: make }\r\n');
    expect(config.stages.get('build')).toMatchObject({ run: 'make', where: 'gate.yml:4' });
  });
});

describe('every key', () => {
  test('of a command stage', async () => {
    const config = await parse(`version: 1
stages:
  e2e:
    title: End to end
    run: npx playwright test
    cwd: packages/app
    env: { A: "1", b_2: "" }
    timeout: 1h30m
    retries: 2
    required: false
    needs: [build]
    when: [src/**]
    inputs: ["*.ts"]
    outputs: [dist/**]
    tests: { min: 3, junit: [reports/*.xml] }
`);
    expect(config.stages.get('e2e')).toEqual({
      kind: 'command',
      id: 'e2e',
      title: 'End to end',
      run: 'npx playwright test',
      cwd: 'packages/app',
      env: { A: '1', b_2: '' },
      timeoutMs: 5_400_000,
      retries: 2,
      required: false,
      needs: ['build'],
      when: ['src/**'],
      inputs: ['*.ts'],
      outputs: ['dist/**'],
      tests: { min: 3, junit: ['reports/*.xml'] },
      where: 'gate.yml:3',
    });
  });

  test('of the stages that the gate evaluates itself', async () => {
    const { stages } = await parse(`version: 1
stages:
  spec-guard: { title: Specs, code: [lib/**], specs: [specs/*.md], max_age_days: 90, require_update: false }
  docs: { paths: [docs/**], links: false, scripts: false, freshness: { registry: r.json }, baseline: known.json }
  diff-budget: { max_files: 1, max_lines: 2, max_bytes: 3, ignore: [x/**], deletions: 0, override: { label: big, min_permission: admin } }
  review: { fail_on: p3, min_confidence: 0.5, notes: optional }
`);
    expect(stages.get('spec-guard')).toMatchObject({
      title: 'Specs',
      code: ['lib/**'],
      specs: ['specs/*.md'],
      maxAgeDays: 90,
      requireUpdate: false,
    });
    expect(stages.get('docs')).toMatchObject({
      paths: ['docs/**'],
      links: false,
      scripts: false,
      freshnessRegistry: 'r.json',
      baseline: 'known.json',
    });
    expect(stages.get('diff-budget')).toMatchObject({
      maxFiles: 1,
      maxLines: 2,
      maxBytes: 3,
      ignore: ['x/**'],
      deletions: 0,
      override: { label: 'big', minPermission: 'admin' },
    });
    expect(stages.get('review')).toMatchObject({
      failOn: 3,
      minConfidence: 0.5,
      notes: notesRule('optional'),
    });
  });

  test('of notes, part by part', async () => {
    const { stages } = await parse(
      'version: 1\nstages:\n  review: { notes: { risks: optional, questions: required } }\n',
    );
    expect(stages.get('review')).toMatchObject({
      notes: { goal: 'required', summary: 'required', risks: 'optional', questions: 'required' },
    });
  });

  test.each([
    ['requird', /^must be required or optional, or a mapping .*$/],
    ['{ goul: required }', /^is not a known key$/],
  ])('of notes that are wrong: %s', async (notes, message) => {
    const parsed = await parseConfig(
      Buffer.from(`version: 1\nstages:\n  review:\n    notes: ${notes}\n`),
      'gate.yml',
    );
    expect(parsed).toMatchObject({ ok: false, error: { where: 'gate.yml:4' } });
    const text = parsed.ok ? '' : parsed.error.message;
    expect(text.replace(/^stages\.review\.notes(?:\.goul)? /, '')).toMatch(message);
  });

  test('of reviewers, with what the stage says for all of them', async () => {
    const { stages, remarks } = await parse(`version: 1
stages:
  review:
    on_unavailable: neutral
    limits: { time: 2m }
    reviewers:
      - builtin
      - approvals
      - { id: mine, kind: command, run: ./review, required: false, on_unavailable: pass, limits: { time: 1m } }
      - { id: two, kind: approvals, count: 2 }
      - { id: api, kind: openai-compatible, base_url: https://models.example.com/v1, model: m-1, api_key_env: KEY }
      - { id: cx, kind: codex, model: x, base_url: "http://127.0.0.1:1/v1" }
      - { id: cl, kind: claude }
`);
    const review = stages.get('review');
    const none = { run: null, baseUrl: null, model: null, apiKeyEnv: null, count: null, required: true };
    const shared = { ...none, onUnavailable: 'neutral', timeLimitMs: 120_000 };
    expect(review?.kind === 'review' ? review.reviewers : null).toEqual([
      { ...shared, id: 'builtin', kind: 'builtin' },
      { ...shared, id: 'approvals', kind: 'approvals', count: 1 },
      {
        ...none,
        id: 'mine',
        kind: 'command',
        run: './review',
        required: false,
        onUnavailable: 'pass',
        timeLimitMs: 60_000,
      },
      { ...shared, id: 'two', kind: 'approvals', count: 2 },
      {
        ...shared,
        id: 'api',
        kind: 'openai-compatible',
        baseUrl: 'https://models.example.com/v1',
        model: 'm-1',
        apiKeyEnv: 'KEY',
      },
      { ...shared, id: 'cx', kind: 'codex', model: 'x', baseUrl: 'http://127.0.0.1:1/v1' },
      { ...shared, id: 'cl', kind: 'claude' },
    ]);
    expect(remarks.map((line) => /"(\w+)" of kind ([\w-]+)/.exec(line)?.slice(1))).toEqual([
      ['api', 'openai-compatible'],
      ['cx', 'codex'],
      ['cl', 'claude'],
    ]);
  });

  test('of the rest', async () => {
    const config = await parse(`version: 1
default_pipeline: diagnostics
task: T-1
base: origin/main
strict_commands: true
execution: { on_failure: fail-fast, timeout: 90s, grace: 0s, max_parallel: 4 }
baseline: { branch: main, samples: 5, confirm: suspects, gate: true }
report: { comment: never, check: never, status: gate, summary: false, annotations: false }
redact: [secret, "/tok_[a-z]+/gi"]
rlm: { agent: codex, validator: npm test, max_iterations: 5, max_minutes: Unlimited, max_requests: 0, protect: [test/**] }
`);
    expect(config).toMatchObject({
      defaultPipeline: 'diagnostics',
      task: 'T-1',
      base: 'origin/main',
      strictCommands: true,
      execution: { mode: 'sequence', onFailure: 'fail-fast', timeoutMs: 90_000, graceMs: 0, maxParallel: 4 },
      baseline: { branch: 'main', samples: 5, confirm: 'suspects', gate: true },
      report: { comment: 'never', check: 'never', status: 'gate', summary: false, annotations: false },
      redact: ['secret', '/tok_[a-z]+/gi'],
      rlm: {
        validator: 'npm test',
        maxIterations: 5,
        maxMinutes: null,
        maxRequests: null,
        protect: ['test/**'],
      },
    });
    expect(config.rlm.agent).toEqual({ id: 'codex', kind: 'codex', run: null });
    expect(config.remarks).toHaveLength(2);
    expect(config.remarks.every((line) => /^gate\.yml: baseline\./.test(line))).toBe(true);
  });

  test('of an agent of one’s own; without rlm the limits are the usual ones', async () => {
    const own = await parse('version: 1\nrlm: { agent: { id: mine, kind: command, run: ./agent } }\n');
    expect(own.rlm).toEqual({
      agent: { id: 'mine', kind: 'command', run: './agent' },
      validator: null,
      maxIterations: 88,
      maxMinutes: 2_880,
      maxRequests: null,
      protect: [],
    });
  });
});

describe('how stages and pipelines come together', () => {
  test('run replaces a stage that the gate evaluates itself', async () => {
    const { stages } = await parse('version: 1\nstages: { docs: { run: ./docs.sh, timeout: 1m } }\n');
    expect(stages.get('docs')).toMatchObject({
      kind: 'command',
      title: 'Docs',
      run: './docs.sh',
      timeoutMs: 60_000,
    });
  });

  test('a stage written in place is laid over what is known of it', async () => {
    const { pipelines, stages } = await parse(`version: 1
stages:
  build: { run: make, env: { A: "1" } }
pipelines:
  own:
    - { id: build, timeout: 1m }
    - { id: docs, links: false }
    - diagnostics
`);
    expect(pipelines.get('own')?.entries).toMatchObject([
      {
        kind: 'inline',
        settings: { id: 'build', run: 'make', env: { A: '1' }, timeoutMs: 60_000, where: 'gate.yml:6' },
      },
      { kind: 'inline', settings: { kind: 'docs', links: false, scripts: true } },
      { kind: 'reference', id: 'diagnostics', where: 'gate.yml:8' },
    ]);
    expect(stages.get('build')).toMatchObject({ timeoutMs: null, where: 'gate.yml:3' });
  });

  test('needs may name a stage that a pipeline writes in place', async () => {
    const config = await parse(
      'version: 1\npipelines: { own: [{ id: a, run: x }, { id: b, run: y, needs: [a] }] }\n',
    );
    expect(config.pipelines.get('own')?.entries).toHaveLength(2);
  });

  test('an alias repeats a value', async () => {
    const { stages } = await parse('version: 1\nstages:\n  a: &s { run: x }\n  b: *s\n');
    expect(stages.get('b')).toMatchObject({ id: 'b', run: 'x' });
  });
});
