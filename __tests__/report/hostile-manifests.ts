import fc from 'fast-check';
import type { ManifestFinding, ManifestStage, RunManifest } from '../../src/evidence/manifest.ts';
import { manifestFinding, manifestOf, type StageSketch } from './manifest-builder.ts';

/** Pieces that mean something to Markdown, HTML, the platform, a terminal, a runner's log or Unicode. */
export const HOSTILE_PIECES: readonly string[] = [
  ...['```', '~~~', '`', '``', '</details>', '<details open>', '<summary>', '</summary>', '<!--', '-->'],
  ...['![](//evil.example/x.png)', '[a](javascript:alert(1))', '<https://evil.example>', '</code></pre>'],
  ...[
    'https://evil.example/a',
    'www.evil.example',
    'me@evil.example',
    'mailto:a@b.example',
    'xmpp:a@b.example',
  ],
  ...[
    '@org/team',
    '@user',
    'fixes #1',
    'GH-1',
    'org/repo#12',
    'a1b2c3d4e5f60718',
    'deadbeef',
    'ABC-123',
    ':tada:',
  ],
  ...[
    '|',
    '\\',
    '\\|',
    '* ',
    '- ',
    '+ ',
    '1. ',
    '1) ',
    '# ',
    '> ',
    '> [!NOTE]',
    '- [ ] ',
    '---',
    '===',
    '***b***',
  ],
  ...[
    '__b__',
    '~~s~~',
    '$a$',
    '$$',
    '&lt;',
    '&#64;user',
    '&commat;',
    '[^1]',
    '[^1]: n',
    '[x]: //evil.example',
  ],
  ...[
    '\n',
    '\r',
    '\r\n',
    '\n\n',
    '\t',
    '\u000b',
    '\u0000',
    '\u0007',
    '\u0008',
    '\u007f',
    '\u0085',
    '\u2028',
    '\u2029',
  ],
  ...[
    '\u001b[2J',
    '\u001b[1A',
    '\u001b]8;;https://evil.example\u0007x\u001b]8;;\u0007',
    '\u009b31m',
    '\u001b]0;t\u001b\\',
  ],
  ...[
    '\u202e',
    '\u2066',
    '\u200b',
    '\u200d',
    '\ufeff',
    '\u00ad',
    '\u061c',
    '\u{e0041}',
    '\u2800',
    '\u3164',
    '\u034f',
  ],
  ...[
    'e\u0301',
    '\u0301'.repeat(40),
    '👩‍👩‍👧',
    '🇩🇪',
    '☺️',
    '漢字かな',
    '한국어',
    'ｗｉｄｅ',
    'ｱ',
    '𝒳',
    '\udc80',
    '\ud83d',
  ],
  ...[
    '##[error]x',
    '##[group]',
    '::error::x',
    '::stop-commands::t',
    '%0A::warning::',
    '$'.concat('{{ github.token }}'),
  ],
  ...[
    '<img src=x onerror=alert(1)>',
    '<script>',
    '{{x}}',
    'javascript:',
    'data:text/html,x',
    '../../etc',
    '/abs',
  ],
  ...[
    'x'.repeat(300),
    ' '.repeat(90),
    '\u00a0',
    '\u3000',
    'a b',
    'word',
    'src/a.ts',
    '0',
    '-',
    '.',
    ':',
    '"',
    "'",
  ],
];

/** Texts that somebody hostile would write. */
export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 5, arbitrary: fc.constantFrom(...HOSTILE_PIECES) },
      { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
      { weight: 1, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
    ),
    { maxLength: 6 },
  )
  .map((pieces) => pieces.join(''));

const textOrNull = fc.option(hostileText, { nil: null });
const count = fc.oneof(fc.nat(5), fc.constantFrom(0, 1_000, 5e9, Number.MAX_SAFE_INTEGER));
const countOrNull = fc.option(count, { nil: null });

const REASONS = [
  ...['exit_nonzero', 'timed_out', 'signalled', 'spawn_failed', 'findings', 'over_budget', 'guard_violated'],
  ...[
    'no_tests_ran',
    'too_few_tests',
    'tampered',
    'notes_missing',
    'nothing_detected',
    'no_matching_changes',
  ],
  ...[
    'not_selected',
    'earlier_failure',
    'need_not_passed',
    'cancelled',
    'history_missing',
    'flaky',
    'waived',
  ],
  ...['reviewer_unavailable', 'could_not_evaluate', 'internal_error', 'other_shard', 'code_of_a_newer_gate'],
];
const reason = fc.oneof(fc.constant(null), fc.constantFrom(...REASONS), hostileText);

const attempt: fc.Arbitrary<ManifestStage['attempts'][number]> = fc.record({
  attempt: fc.nat(9),
  status: fc.constantFrom('passed', 'failed', 'cancelled', 'not_evaluated'),
  reason,
  duration_ms: count,
  exit_code: fc.option(fc.integer({ min: -5, max: 300 }), { nil: null }),
  signal: textOrNull,
});

const STAGE_STATUSES = [
  ...(['pending', 'running', 'passed', 'failed', 'skipped'] as const),
  ...(['cancelled', 'not_run', 'not_evaluated'] as const),
];

const stage: fc.Arbitrary<StageSketch> = fc.record({
  id: fc.oneof(fc.constantFrom('build', 'test', 'docs', 'review'), hostileText),
  title: hostileText,
  kind: fc.constantFrom('command', 'spec-guard', 'docs', 'diff-budget', 'review'),
  required: fc.boolean(),
  status: fc.constantFrom(...STAGE_STATUSES),
  reason,
  detail: textOrNull,
  origin: hostileText,
  command: textOrNull,
  cwd: textOrNull,
  duration_ms: countOrNull,
  cpu_ms: countOrNull,
  max_rss_bytes: countOrNull,
  exit_code: fc.option(fc.integer({ min: -5, max: 300 }), { nil: null }),
  signal: textOrNull,
  attempts: fc.array(attempt, { maxLength: 3 }),
  log: fc.option(
    fc.record({
      path: hostileText,
      bytes: count,
      total_bytes: count,
      truncated: fc.boolean(),
      sha256: fc.constant('0'.repeat(64)),
    }),
    { nil: null },
  ),
  tests: fc.option(
    fc.record({ executed: count, passed: count, failed: count, skipped: count, source: hostileText }),
    { nil: null },
  ),
  findings: fc.record({ p0: count, p1: count, p2: count, p3: count }),
  reused_from: textOrNull,
  strays: count,
});

const finding = (ids: readonly string[]): fc.Arbitrary<ManifestFinding> =>
  fc
    .record({
      stage: fc.oneof(fc.constantFrom(...ids), hostileText),
      rule_id: hostileText,
      title: hostileText,
      body: hostileText,
      priority: fc.constantFrom(0, 1, 2, 3),
      confidence: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: null }),
      path: textOrNull,
      start_line: countOrNull,
      end_line: countOrNull,
      side: fc.constantFrom('new', 'old'),
      suggestion: textOrNull,
    })
    .map((sketch) => manifestFinding(sketch));

const comparison = fc.array(
  fc.dictionary(
    fc.constantFrom(
      'stage',
      'verdict',
      'n',
      'before_ms',
      'after_ms',
      'change',
      'interval',
      'could_hide',
      'reason',
    ),
    fc.oneof(
      hostileText,
      fc.double(),
      fc.constantFrom('slower_suspected', 'flat', 'build', 'total'),
      fc.array(fc.double()),
    ),
  ),
  { maxLength: 4 },
);

const context = fc.record({
  status: fc.constantFrom<RunManifest['status'][]>(
    'in_progress',
    'succeeded',
    'failed',
    'cancelled',
    'aborted',
  ),
  verdict: fc.constantFrom<RunManifest['verdict'][]>('passed', 'failed', 'not_evaluated', 'cancelled', null),
  status_detail: textOrNull,
  run_id: hostileText,
  task_id: hostileText,
  attempt: count,
  pipeline: fc.record({ id: hostileText, title: hostileText }),
  duration_ms: countOrNull,
  change: fc.record({
    base_sha: textOrNull,
    head_sha: textOrNull,
    merge_base_sha: textOrNull,
    base_source: textOrNull,
    branch: textOrNull,
    event: textOrNull,
    pr_number: countOrNull,
    from_fork: fc.option(fc.boolean(), { nil: null }),
    dirty: fc.option(fc.boolean(), { nil: null }),
    files: countOrNull,
    added: countOrNull,
    deleted: countOrNull,
    diff_digest: textOrNull,
  }),
  policy: fc.record({
    source: fc.constantFrom<RunManifest['policy']['source'][]>('base', 'working_tree', 'defaults'),
    ref: textOrNull,
    path: textOrNull,
    digest: textOrNull,
    changed_in_change: fc.boolean(),
    settings_changed: fc.array(hostileText, { maxLength: 3 }),
    stage_commands_changed: fc.array(hostileText, { maxLength: 3 }),
  }),
  runner: fc.record({
    class: hostileText,
    os: hostileText,
    arch: hostileText,
    cpu_model: hostileText,
    cores: count,
    memory_bytes: count,
    node: hostileText,
    image: textOrNull,
  }),
  notes: fc.record({ goal: hostileText, summary: hostileText, risks: hostileText, questions: hostileText }),
  waivers: fc.array(
    fc.record({ kind: hostileText, reason: hostileText, actor: textOrNull, source: hostileText }),
    { maxLength: 3 },
  ),
  warnings: fc.array(hostileText, { maxLength: 12 }),
  comparison,
  evidence: fc.array(
    fc.record({
      path: hostileText,
      bytes: count,
      sha256: fc.constant('1'.repeat(64)),
      uploaded: fc.boolean(),
    }),
    { maxLength: 3 },
  ),
});

/** A manifest that the schema accepts and whose every text is hostile, with raw ends of logs. */
export const hostileRun: fc.Arbitrary<{
  readonly manifest: RunManifest;
  readonly logTails: ReadonlyMap<string, string>;
}> = fc
  .tuple(fc.array(stage, { maxLength: 6 }), context)
  .chain(([stages, rest]) => {
    const ids = ['other', ...stages.map(({ id }) => id)];
    const findings = fc.array(finding(ids), { maxLength: 5 });
    const tails = fc.array(fc.tuple(fc.constantFrom(...ids), hostileText), { maxLength: 4 });
    return fc.tuple(fc.constant(stages), fc.constant(rest), findings, tails);
  })
  .map(([stages, rest, findings, tails]) => ({
    manifest: manifestOf(stages, { ...rest, findings }),
    logTails: new Map(tails),
  }));

/** A run as large as a manifest gets: many stages, long bodies, long logs. */
export function largeRun(stages: number): {
  readonly manifest: RunManifest;
  readonly logTails: ReadonlyMap<string, string>;
} {
  const ids = Array.from({ length: stages }, (_, at) => `stage-${at}`);
  const body = `🙂 \`\`\`\n</details>\n@org/team fixes #1\n${'long body '.repeat(20_000)}`;
  const manifest = manifestOf(
    ids.map((id, at) => ({
      id,
      kind: 'command',
      status: at % 3 === 0 ? 'passed' : 'failed',
      reason: at % 3 === 0 ? null : 'exit_nonzero',
      detail: at % 3 === 0 ? null : `exit code 1: npm run ${id}`,
      exit_code: at % 3 === 0 ? 0 : 1,
    })),
    {
      status: 'failed',
      verdict: 'failed',
      findings: ids.map((id) =>
        manifestFinding({
          stage: id,
          rule_id: `${id}/rule`,
          title: `Found in ${id} 🙂`,
          body,
          priority: 1,
          path: `src/${id}.ts`,
        }),
      ),
      notes: { goal: body, summary: body, risks: body, questions: '' },
      evidence: ids.map((id) => ({
        path: `logs/${id}.log`,
        bytes: 1,
        sha256: '2'.repeat(64),
        uploaded: true,
      })),
    },
  );
  return {
    manifest,
    logTails: new Map(ids.map((id) => [id, `${'🙂 line of a log\n'.repeat(2_000)}\`\`\`\n`])),
  };
}
