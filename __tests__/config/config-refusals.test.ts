import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/parse-config.ts';
import { describeFailure, failureExitCode } from '../../src/kernel/failure.ts';

async function refuse(content: string | Buffer, file = 'gate.yml'): Promise<string> {
  const parsed = await parseConfig(Buffer.from(content), file);
  if (parsed.ok) throw new Error('the configuration was taken');
  expect(failureExitCode(parsed.error)).toBe(2);
  return describeFailure(parsed.error);
}

/** A case is what stands after `version: 1`, and what is said about it. */
type Case = readonly [string, RegExp];

function refuses(cases: readonly Case[]): void {
  test.each(cases)('%j', async (rest, message) => {
    expect(await refuse(`version: 1\n${rest}`)).toMatch(message);
  });
}

describe('keys (K04)', () => {
  refuses([
    [
      'stages:\n  test: { run: npm test, timout: 5m }',
      /^gate\.yml:3: stages\.test\.timout is not a known key – did you mean "timeout"\?$/,
    ],
    [
      'stages: { diff-budget: { maxLine: 3 } }',
      /diff-budget\.maxLine is not a known key – did you mean "max_lines"/,
    ],
    ['excution: {}', /^gate\.yml:2: excution .*did you mean "execution"/],
    ['version: 1', /^gate\.yml:2: version stands here for the second time/],
    ['stages:\n  a: { run: x }\n  a: { run: y }', /^gate\.yml:4: stages\.a stands here for the second time/],
    ['stages: { e2e: { run: x, max_files: 3 } }', /stages\.e2e\.max_files is not a known key/],
    ['stages: { docs: { run: x, links: true } }', /stages\.docs\.links has no effect beside "run"/],
    ['pipelines: { own: [{ id: a, run: x, timout: 1m }] }', /pipelines\.own\[0\]\.timout .*"timeout"/],
    ['rlm: { agents: codex }', /rlm\.agents .*"agent"/],
    ['<<: { task: x }', /merge keys/],
    ['? [a]\n: b', /^gate\.yml:2: a key must be a plain text/],
  ]);

  test.each(['__proto__', 'constructor', 'prototype'])(
    '%s is refused wherever it stands (K08)',
    async (key) => {
      expect(await refuse(`version: 1\n${key}: { x: true }\n`)).toMatch(
        new RegExp(`^gate\\.yml:2: .*${key}`),
      );
      expect(await refuse(`version: 1\nstages:\n  test: { env: { "${key}": x } }\n`)).toMatch(
        new RegExp(`^gate\\.yml:3: .*${key}`),
      );
      expect(await refuse(`{"version": 1, "${key}": {"x": true}}`, 'gate.json')).toContain(key);
      expect(Reflect.get({}, 'x')).toBeUndefined();
    },
  );
});

describe('types and ranges (K06)', () => {
  refuses([
    ['stages: { test: { retries: 1e999 } }', /retries must be a whole number, not Infinity/],
    ['stages: { test: { retries: -1 } }', /retries must be at least 0/],
    ['stages: { test: { retries: 11 } }', /retries must be at most 10/],
    ['stages: { test: { retries: "10" } }', /not the text "10" – write 10 without quotes/],
    ['stages: { test: { retries: .nan } }', /not NaN/],
    ['stages: { test: { retries: 1.5 } }', /not 1\.5/],
    ['stages: { test: { env: { CI: true } } }', /env\.CI must be a text, not true – write "true" in quotes/],
    ['stages: { test: { env: { a-b: x } } }', /env\.a-b is not a name for a variable/],
    ['stages: { test: { env: { IMPLEMENTATION_GATE_RUNS: x } } }', /belongs to the gate/],
    ['stages: { test: { timeout: 10 } }', /timeout must be a duration such as .*not 10/],
    ['stages: { test: { timeout: 0s } }', /between 1ms and 7d/],
    ['stages: { test: { timeout: 8d } }', /between 1ms and 7d/],
    ['stages: { test: { run: "" } }', /run must not be empty/],
    ['stages: { test: { run: " " } }', /run must not be blank/],
    ['stages: { test: { run: "a\\0b" } }', /run holds a NUL/],
    ['stages: { test: { cwd: ../x } }', /cwd must not lead out/],
    ['stages: { test: { cwd: /x } }', /cwd must be a relative path/],
    ['stages: { test: { title: "a\\nb" } }', /title must be one line/],
    ['stages: { test: { when: src/** } }', /when must be a list, not the text .* – write \["src\/\*\*"\]/],
    ['stages: { docs: { freshness: { registry: ../x } } }', /registry must not lead out/],
    ['stages: { docs: { freshness: {} } }', /registry is missing/],
    ['stages: { diff-budget: { max_bytes: big } }', /max_bytes must be a size/],
    ['stages: { diff-budget: { deletions: 2 } }', /deletions must be one of 0, 1/],
    ['stages: { review: { fail_on: p4 } }', /fail_on must be one of p0, p1, p2, p3/],
    ['stages: { review: { min_confidence: 1.1 } }', /min_confidence must be at most 1/],
    ['stages: { review: { reviewers: [] } }', /reviewers must not be an empty list/],
    ['stages: { review: { reviewers: [human] } }', /is no known reviewer: "human"/],
    [
      'stages: { review: { reviewers: [{ id: a, kind: comand }] } }',
      /kind must be one of .*did you mean "command"/,
    ],
    ['stages: { review: { reviewers: [{ id: a, kind: command }] } }', /run is missing – add run:/],
    ['stages: { review: { reviewers: [builtin, builtin] } }', /id "builtin" of an earlier reviewer/],
    [
      'stages: { review: { reviewers: [{ id: a, kind: codex, base_url: "http://x.example" }] } }',
      /must start with https/,
    ],
    ['execution: { mode: graph }', /must be sequence: graph is not in this version/],
    ['execution: { mode: [sequence] }', /must be sequence, not a list/],
    ['task: ../x', /task must be 1 to 128/],
    ['base: --output=pwned.txt', /base must not start with -/],
    ['report: { summary: yes }', /summary must be true or false, not the text "yes"/],
    ['redact: ["/(a/"]', /redact\[0\] is taken as a regular expression and is none/],
    ['rlm: { max_minutes: many }', /max_minutes must be a whole number/],
    ['rlm: { max_minutes: { A: 1 } }', /max_minutes must be a whole number .*, not a mapping$/],
    ['rlm: { agent: { id: a, kind: command } }', /^gate\.yml:2: rlm\.agent\.run is missing – add run:$/],
    ['rlm: { agent: gpt }', /is no known agent: "gpt" – known: codex, claude$/],
    ['rlm: { agent: [codex] }', /agent must be one of codex, claude, or a mapping, not a list$/],
    ['task: []', /^gate\.yml:2: task must be a text, not a list$/],
    ['stages: { test: { retries: 1e300 } }', /retries must be a whole number, not 1e\+300$/],
    ['stages: { test: { timeout: "10" } }', /timeout must be a duration such as .*, not the text "10"$/],
    [
      'stages: { diff-budget: { max_bytes: "10" } }',
      /max_bytes must be a size .* – write 10 without quotes$/,
    ],
    ['stages: { diff-budget: { max_bytes: 99999999999GiB } }', /max_bytes must be a size/],
    ['execution: { on_failure: true }', /must be one of keep-going, fail-fast, not true$/],
    ['stages:', /stages must be a mapping, not empty/],
    ['stages:\n  build:', /^gate\.yml:3: stages\.build must be a mapping, not empty/],
  ]);

  test('the version is needed and is 1', async () => {
    expect(await refuse('stages: {}')).toMatch(/version is missing – add version: 1/);
    expect(await refuse('version: 2')).toMatch(/^gate\.yml:1: version must be 1, not 2/);
    expect(await refuse('version: "1"')).toMatch(/write 1 without quotes/);
    expect(await refuse('[]')).toMatch(/must be a mapping, not a list/);
  });
});

describe('names that lead nowhere or in a circle', () => {
  refuses([
    [
      'stages: { diff-budgt: { max_files: 3 } }',
      /is a stage of its own and has no "run" – did you mean "diff-budget"/,
    ],
    ['stages: { e2e: { timeout: 1m } }', /e2e is a stage of its own and has no "run" – add run:/],
    ['stages: { E2E: { run: x } }', /stages\.E2E must be 1 to 64 of a-z/],
    ['stages: { diagnostics: { run: x } }', /has the id of a pipeline/],
    ['stages: { test: { needs: [biuld] } }', /needs\[0\] names "biuld".*did you mean "build"/],
    ['stages: { test: { needs: [test] } }', /circle: test → test/],
    [
      'stages: { test: { needs: [lint] }, lint: { needs: [build] }, build: { needs: [test] } }',
      /circle: .* → .* → /,
    ],
    ['pipelines: { own: [bild] }', /pipelines\.own\[0\] names "bild".*did you mean "build"/],
    ['pipelines: { own: [] }', /must not be an empty list/],
    ['pipelines: { own: [build, build] }', /lists "build" again/],
    ['pipelines: { own: [own] }', /contains itself: own → own/],
    ['pipelines: { a: [b], b: [c], c: [a] }', /contains itself: a → b → c → a/],
    ['pipelines: { own: [{ run: x }] }', /is a stage without an id/],
    ['pipelines: { own: [{ id: diagnostics, run: x }] }', /has the id "diagnostics" of a pipeline/],
    ['pipelines: { own: [{ id: a, run: x, needs: [b] }, { id: b, run: y, needs: [a] }] }', /circle/],
    ['pipelines: { rlm: [build] }', /is the agent loop/],
    ['pipelines: { own: [rlm] }', /names the agent loop/],
    ['pipelines: { own: [7] }', /must be the id of a stage or pipeline/],
    [
      'default_pipeline: diagnostic',
      /^gate\.yml:2: default_pipeline names "diagnostic".*did you mean "diagnostics"/,
    ],
  ]);

  test('sub-pipelines that double with each step', async () => {
    const lines = Array.from(
      { length: 30 },
      (_, at) => `  a${at + 1}: [a${at}, b${at}]\n  b${at + 1}: [a${at}, b${at}]`,
    );
    const text = `version: 1\npipelines:\n  a0: [build]\n  b0: [lint]\n${lines.join('\n')}\n`;
    expect(await refuse(text)).toMatch(/more than 1000 stages/);
  });
});

describe('globs (K09)', () => {
  refuses([
    ['stages: { docs: { paths: ["+(a|b)"] } }', /paths\[0\] has the extended pattern/],
    ['stages: { docs: { paths: [ok, "a{1..999999}"] } }', /paths\[1\] has a range/],
    ['stages: { test: { when: ["!src/**"] } }', /when\[0\] starts with "!"/],
    ['stages:\n  docs:\n    paths:\n      - **/*.md', /^gate\.yml:5: .*must stand in quotes/],
  ]);
});

describe('bytes, text and YAML (K07, K10)', () => {
  test.each<readonly [string, string | Buffer, RegExp]>([
    ['10 MiB', Buffer.alloc(10 * 1_048_576, '# filler\n'), /^gate\.yml: .*256 KiB/],
    ['UTF-16 with a mark', Buffer.from('\ufeffversion: 1\n', 'utf16le'), /^gate\.yml: .*UTF-16/],
    ['UTF-16 big-endian', Buffer.from('\ufeffversion: 1\n', 'utf16le').swap16(), /^gate\.yml: .*UTF-16/],
    ['UTF-16 without a mark', Buffer.from('version: 1\n', 'utf16le'), /^gate\.yml: .*UTF-16/],
    ['no UTF-8', Buffer.from('version: 1\ntask: \xff\n', 'latin1'), /^gate\.yml:2: .*not UTF-8/],
    ['a NUL', 'version: 1\n# \u0000\n', /^gate\.yml:2: .*NUL/],
    ['a control character', 'version: 1\ntask: "\u001b"\n', /^gate\.yml:2: .*\\x1b/],
    ['nothing', '', /^gate\.yml:1: .*empty – start with "version: 1"/],
    ['comments only', '# x\n', /empty/],
    ['an open bracket', 'version: 1\nstages: [\n', /^gate\.yml:2: not valid YAML: /],
    ['a tab', 'version: 1\nstages:\n\tbuild: {}\n', /^gate\.yml:3: not valid YAML: Tabs/],
    ['two documents', 'version: 1\n---\nversion: 1\n', /^gate\.yml:2: a second document/],
    ['a directive', '%YAML 1.1\n---\nversion: 1\n', /^gate\.yml:1: a directive/],
    ['a tag', 'version: 1\ntask: !!binary aGk=\n', /^gate\.yml:2: task has the tag/],
    ['20,000 levels', `version: 1\nx: ${'['.repeat(20_000)}`, /^gate\.yml:2: .*more than 32 deep/],
    ['33 levels', `version: 1\nx: ${'['.repeat(32)}${']'.repeat(32)}\n`, /^gate\.yml:2: .*more than 32 deep/],
    ['32 levels', `version: 1\nx: ${'['.repeat(31)}${']'.repeat(31)}\n`, /x is not a known key/],
    ['an alias of itself', 'version: 1\nx: &a [*a]\n', /more than 32 deep/],
    ['an alias of nothing', 'version: 1\ntask: *a\n', /^gate\.yml:2: .*quotes/],
    [
      'an alias bomb',
      `version: 1\na: &a0 [x,x,x,x,x,x,x,x,x]\n${Array.from({ length: 12 }, (_, at) => `b${at}: &a${at + 1} [${Array(9).fill(`*a${at}`).join(',')}]\n`).join('')}`,
      /more than 20000 values/,
    ],
    [
      '100,000 keys',
      Array.from({ length: 30_000 }, (_, at) => `k${at}: 1`)
        .join('\n')
        .slice(0, 262_000),
      /too many parts/,
    ],
  ])(
    '%s',
    async (_name, content, message) => {
      expect(await refuse(content)).toMatch(message);
    },
    10_000,
  );

  test.each([
    ['a comment', '{\n  "version": 1 // one\n}', /^gate\.json:2: not valid JSON/],
    ['a comma too many', '{\n  "version": 1,\n}', /^gate\.json:3: not valid JSON/],
    ['a key twice', '{"version": 1,\n "version": 1}', /^gate\.json:2: .*second time/],
    ['YAML', 'version: 1\n', /^gate\.json:1: not valid JSON/],
    ['cut off', '{"version": 1', /^gate\.json:1: not valid JSON/],
  ])('JSON with %s', async (_name, content, message) => {
    expect(await refuse(content, 'gate.json')).toMatch(message);
  });
});

describe('the line', () => {
  test('is about the first problem by place and counts the others', async () => {
    const line = await refuse(
      'version: 1\nstages:\n  test: { retries: -1, timout: 1m }\nreport: { summary: 1 }\n',
    );
    expect(line).toMatch(/^gate\.yml:3: stages\.test\.retries must be at least 0 \(and 2 more\)$/);
  });

  test('is one, safe to print, and not longer than people read', async () => {
    const key = `\u202e${'x'.repeat(5_000)}`;
    const line = await refuse(`version: 1\n"${key}": 1\nstages: { docs: { "a\\u001b[2Jb": 1 } }\n`);
    expect(line).not.toMatch(/[\u0000-\u001f\u202e]/);
    expect(line.length).toBeLessThan(1_000);
  });
});
