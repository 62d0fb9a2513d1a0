import { clip, oneLine } from '../kernel/text.ts';
import { countFindings, type Finding } from '../run/finding.ts';
import type { AttemptRecord, LogRecord, StageResult, Waiver } from '../run/stage-result.ts';
import type {
  ManifestAttempt,
  ManifestEvidence,
  ManifestFinding,
  ManifestLog,
  ManifestStage,
  ManifestVerdict,
  ManifestWaiver,
  RunManifest,
  RunStatus,
} from './manifest.ts';
import { isoTime, MAX_WARNINGS } from './new-manifest.ts';

/** Findings listed in one manifest; more are counted only. Keeps it far below what readers accept. */
export const MAX_LISTED_FINDINGS = 3_000;
const MAX_FINDING_CHARS = 2_000;
const MAX_DETAIL_CHARS = 2_000;

/** Milliseconds as the manifest holds them: whole and never negative. */
function wholeMs(durationMs: number): number;
function wholeMs(durationMs: number | null): number | null;
function wholeMs(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.max(0, Math.round(durationMs));
}

function replaceStage(
  manifest: RunManifest,
  index: number,
  update: (stage: ManifestStage) => ManifestStage,
): RunManifest {
  const stages = manifest.stages.map((stage) => (stage.index === index ? update(stage) : stage));
  return { ...manifest, stages };
}

/** The stage is running from now on. */
export function withStageStarted(manifest: RunManifest, index: number, startedAtMs: number): RunManifest {
  return replaceStage(manifest, index, (stage) => ({
    ...stage,
    status: 'running',
    started_at: isoTime(startedAtMs),
  }));
}

function manifestAttempt(attempt: AttemptRecord): ManifestAttempt {
  const { status, reason, signal } = attempt;
  return {
    attempt: attempt.attempt,
    status,
    reason,
    duration_ms: wholeMs(attempt.durationMs),
    exit_code: attempt.exitCode,
    signal,
  };
}

function manifestLog({ path, bytes, totalBytes, truncated, sha256 }: LogRecord): ManifestLog {
  return { path, bytes, total_bytes: totalBytes, truncated, sha256 };
}

function manifestFinding(stage: string, finding: Finding): ManifestFinding {
  const { title, body, priority, confidence, path, side, suggestion, fingerprint, source } = finding;
  return {
    stage,
    rule_id: finding.ruleId,
    title: clip(title, MAX_FINDING_CHARS),
    body: clip(body, MAX_FINDING_CHARS),
    priority,
    confidence,
    path,
    start_line: finding.startLine,
    end_line: finding.endLine,
    side,
    suggestion: suggestion === null ? null : clip(suggestion, MAX_FINDING_CHARS),
    fingerprint,
    source,
  };
}

function manifestWaiver({ kind, reason, actor, source }: Waiver): ManifestWaiver {
  return { kind, reason: clip(reason, MAX_DETAIL_CHARS), actor, source };
}

function finishedStage(stage: ManifestStage, result: StageResult): ManifestStage {
  return {
    ...stage,
    status: result.status,
    reason: result.reason,
    detail: result.detail === null ? null : clip(oneLine(result.detail), MAX_DETAIL_CHARS),
    started_at: isoTime(result.startedAtMs) ?? stage.started_at,
    completed_at: isoTime(result.completedAtMs),
    duration_ms: wholeMs(result.durationMs),
    cpu_ms: wholeMs(result.cpuMs),
    max_rss_bytes: result.maxRssBytes,
    exit_code: result.exitCode,
    signal: result.signal,
    attempts: result.attempts.map(manifestAttempt),
    log: result.log === null ? null : manifestLog(result.log),
    tests: result.tests,
    findings: countFindings(result.findings),
    strays: result.strays,
  };
}

/** The stage has ended; its findings, waivers and warnings join those of the run. */
export function withStageFinished(manifest: RunManifest, index: number, result: StageResult): RunManifest {
  const id = manifest.stages.find((stage) => stage.index === index)?.id ?? '';
  const room = MAX_LISTED_FINDINGS - manifest.findings.length;
  const worstFirst = [...result.findings].sort((a, b) => a.priority - b.priority);
  const listed = worstFirst.slice(0, room).map((finding) => manifestFinding(id, finding));
  const unlisted = result.findings.length - listed.length;
  const cut = unlisted > 0 ? [`${id}: ${unlisted} more findings are counted, but not listed`] : [];
  return {
    ...replaceStage(manifest, index, (stage) => finishedStage(stage, result)),
    findings: [...manifest.findings, ...listed],
    waivers: [...manifest.waivers, ...result.waivers.map(manifestWaiver)],
    ...withWarnings(manifest, [...result.warnings.map((line) => `${id}: ${line}`), ...cut]),
  };
}

function withWarnings(manifest: RunManifest, lines: readonly string[]): Pick<RunManifest, 'warnings'> {
  const fresh = lines.map((line) => clip(oneLine(line), MAX_DETAIL_CHARS));
  return { warnings: [...new Set([...manifest.warnings, ...fresh])].slice(0, MAX_WARNINGS) };
}

/** How a run ended. */
export interface RunEnd {
  readonly status: Exclude<RunStatus, 'in_progress' | 'aborted'>;
  readonly verdict: ManifestVerdict;
  readonly detail: string | null;
  readonly completedAtMs: number;
  /** By the monotonic clock. */
  readonly durationMs: number;
  readonly childProcesses: number;
  readonly outputBytes: number;
  readonly warnings: readonly string[];
}

/** The run has ended. */
export function withRunEnded(manifest: RunManifest, end: RunEnd): RunManifest {
  return {
    ...manifest,
    status: end.status,
    verdict: end.verdict,
    status_detail: end.detail === null ? null : clip(oneLine(end.detail), MAX_DETAIL_CHARS),
    completed_at: isoTime(end.completedAtMs),
    duration_ms: wholeMs(end.durationMs),
    counters: {
      ...manifest.counters,
      child_processes: end.childProcesses,
      output_bytes: end.outputBytes,
    },
    ...withWarnings(manifest, end.warnings),
  };
}

/** The end of the run could not be recorded: there is no verdict that could be relied on. */
export function withRunUnrecorded(manifest: RunManifest, detail: string): RunManifest {
  return {
    ...manifest,
    status: manifest.status === 'cancelled' ? 'cancelled' : 'failed',
    verdict: 'not_evaluated',
    status_detail: clip(`the evidence is incomplete: ${oneLine(detail)}`, MAX_DETAIL_CHARS),
  };
}

/** The run's gate died at `lastSeenMs`: what ran was cut off, what waited never ran, and there is no verdict. */
export function withRunAborted(manifest: RunManifest, lastSeenMs: number): RunManifest {
  const at = isoTime(lastSeenMs);
  const stages = manifest.stages.map((stage): ManifestStage => {
    if (stage.status === 'running') {
      return {
        ...stage,
        status: 'cancelled',
        reason: 'cancelled',
        detail: 'the gate itself ended here',
        completed_at: at,
      };
    }
    if (stage.status !== 'pending') return stage;
    return {
      ...stage,
      status: 'not_run',
      reason: 'cancelled',
      detail: 'the gate itself ended before this stage',
    };
  });
  return {
    ...manifest,
    status: 'aborted',
    verdict: null,
    status_detail: 'the gate ended without a verdict: its process is gone',
    heartbeat_at: at,
    completed_at: at,
    stages,
  };
}

/** The files that belong to the run, with their digests. */
export function withEvidence(manifest: RunManifest, evidence: readonly ManifestEvidence[]): RunManifest {
  return { ...manifest, evidence: [...evidence].sort((a, b) => (a.path < b.path ? -1 : 1)) };
}
