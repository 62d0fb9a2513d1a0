import type { ManifestFinding, ManifestStage, RunManifest } from '../../src/evidence/manifest.ts';

const HEX = (digit: string) => digit.repeat(64);

/** What a test says about a stage; the rest is that of a stage that waits. */
export type StageSketch = Partial<ManifestStage> & Pick<ManifestStage, 'id'>;

const BUILTIN_KINDS = ['spec-guard', 'docs', 'diff-budget', 'review'] as const;

function kindOf(id: string): ManifestStage['kind'] {
  return BUILTIN_KINDS.find((kind) => kind === id) ?? 'command';
}

const STARTED = new Set(['running', 'passed', 'failed', 'cancelled']);

/** A stage of a manifest. A stage that ended has a log, unless told otherwise. */
export function manifestStage(index: number, sketch: StageSketch): ManifestStage {
  const kind = sketch.kind ?? kindOf(sketch.id);
  const status = sketch.status ?? 'pending';
  const started = STARTED.has(status);
  const name = `logs/${String(index).padStart(2, '0')}-${sketch.id}.log`;
  return {
    index,
    title: sketch.id,
    kind,
    required: true,
    status,
    reason: null,
    detail: null,
    origin: kind === 'command' ? `package.json script "${sketch.id}"` : 'built in',
    command: kind === 'command' ? `npm run ${sketch.id}` : null,
    cwd: kind === 'command' ? '.' : null,
    started_at: started ? '2026-01-06T11:18:00.400Z' : null,
    completed_at: started && status !== 'running' ? '2026-01-06T11:18:12.400Z' : null,
    duration_ms: started && status !== 'running' ? 1_000 : null,
    cpu_ms: null,
    max_rss_bytes: null,
    exit_code: kind === 'command' && status === 'passed' ? 0 : null,
    signal: null,
    attempts: [],
    log:
      started && status !== 'running'
        ? { path: name, bytes: 2_048, total_bytes: 2_048, truncated: false, sha256: HEX('5') }
        : null,
    tests: null,
    findings: { p0: 0, p1: 0, p2: 0, p3: 0 },
    reused_from: null,
    strays: 0,
    ...sketch,
  };
}

/** A finding of a stage; by default of no file, sure and without suggestion. */
export function manifestFinding(
  sketch: Partial<ManifestFinding> & Pick<ManifestFinding, 'stage' | 'rule_id' | 'title' | 'priority'>,
): ManifestFinding {
  return {
    body: sketch.title,
    confidence: null,
    path: null,
    start_line: null,
    end_line: null,
    side: 'new',
    suggestion: null,
    fingerprint: HEX('f').slice(0, 32),
    source: { id: sketch.stage, version: '0.1.0', model: null },
    ...sketch,
  };
}

/** A manifest of these stages as schema_version 1 has it; what a test looks at goes into `overrides`. */
export function manifestOf(
  stages: readonly StageSketch[],
  overrides: Partial<RunManifest> = {},
): RunManifest {
  const built = stages.map((sketch, position) => manifestStage(position + 1, sketch));
  const counted = built.map((stage) => ({
    ...stage,
    findings: countsOf(stage, overrides.findings ?? []),
  }));
  return {
    schema_version: 1,
    tool: { name: 'implementation-gate', version: '0.1.0', commit: null },
    run_id: '2026-01-06T11-18-00-343Z-6ee17f0e',
    task_id: 'feature-login',
    attempt: 1,
    parent_run_id: null,
    pipeline: { id: 'implementation-gate', title: 'Implementation gate' },
    status: 'succeeded',
    verdict: 'passed',
    status_detail: null,
    started_at: '2026-01-06T11:18:00.343Z',
    updated_at: '2026-01-06T11:18:56.543Z',
    heartbeat_at: '2026-01-06T11:18:56.543Z',
    completed_at: '2026-01-06T11:18:56.543Z',
    duration_ms: 56_200,
    process: { pid: 4_711, start_ticks: 81_234, boot_id: null },
    change: {
      base_sha: `1a2b3c4d5e6f${'0'.repeat(28)}`,
      head_sha: `9f8e7d6c5b4a${'1'.repeat(28)}`,
      merge_base_sha: `1a2b3c4d5e6f${'0'.repeat(28)}`,
      base_source: 'upstream origin/main',
      branch: 'feature/login',
      event: null,
      pr_number: null,
      from_fork: null,
      dirty: false,
      files: 12,
      added: 340,
      deleted: 22,
      diff_digest: HEX('d'),
    },
    policy: {
      source: 'base',
      ref: `1a2b3c4d5e6f${'0'.repeat(28)}`,
      path: '.github/gate.yml',
      digest: HEX('a'),
      changed_in_change: false,
      settings_changed: [],
      stage_commands_changed: [],
    },
    runner: {
      class: 'linux/x64/AMD-EPYC-7763/4c',
      os: 'linux',
      arch: 'x64',
      cpu_model: 'AMD EPYC 7763 64-Core Processor',
      cores: 4,
      memory_bytes: 16_777_216_000,
      node: '24.21.0',
      image: 'ubuntu24',
    },
    notes: { goal: '', summary: '', risks: '', questions: '' },
    stages: counted,
    findings: [],
    waivers: [],
    warnings: [],
    resume_events: [],
    comparison: [],
    counters: { manifest_writes: 8, child_processes: 3, output_bytes: 48_200, github_requests: 0 },
    isolation: 'none',
    evidence: [],
    ...overrides,
  };
}

function countsOf(stage: ManifestStage, findings: readonly ManifestFinding[]): ManifestStage['findings'] {
  const own = findings.filter((finding) => finding.stage === stage.id);
  if (own.length === 0) return stage.findings;
  const of = (priority: number) => own.filter((finding) => finding.priority === priority).length;
  return { p0: of(0), p1: of(1), p2: of(2), p3: of(3) };
}
