import type { RunManifest } from '../evidence/manifest.ts';
import type { Clock } from '../host/ports.ts';
import { unreachable } from '../kernel/never.ts';
import type { Plan, PlannedStage } from '../plan/plan.ts';
import type { RunEvent } from '../run/events.ts';
import { countFindings } from '../run/finding.ts';
import type { StageResult } from '../run/stage-result.ts';
import { jsonLine } from './json-line.ts';
import type { RunDocument } from './run-document.ts';

type Redact = (text: string) => string;

/** What every line needs to know of its run. */
export interface EventLineOptions {
  readonly manifest: Pick<RunManifest, 'run_id' | 'task_id'>;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Replaces what is secret in a text from the change, the configuration or the environment. */
  readonly redact: Redact;
}

/** The events of one run as NDJSON: one JSON object a line, each line with its line break. */
export interface EventLines {
  /** `run_started`, `stage_started`, `attempt_failed` or `stage_finished`. */
  line(event: RunEvent): string;
  /** `run_finished`: the fields of the run's document; the last line of a run. */
  end(document: RunDocument): string;
}

function wholeMs(durationMs: number | null): number | null {
  return durationMs === null ? null : Math.max(0, Math.round(durationMs));
}

function orNull(text: string | null, redact: Redact): string | null {
  return text === null ? null : redact(text);
}

function plannedStage({ index, settings, origin, skip }: PlannedStage, redact: Redact) {
  return {
    index,
    id: settings.id,
    kind: settings.kind,
    required: settings.required,
    command: settings.kind === 'command' ? orNull(settings.run, redact) : null,
    origin: redact(origin),
    skip: skip === null ? null : { reason: skip.reason, detail: redact(skip.detail) },
  };
}

function runStarted({ pipeline, stages, warnings }: Plan, taskId: string, redact: Redact) {
  return {
    task_id: taskId,
    pipeline: pipeline.id,
    stages: stages.map((stage) => plannedStage(stage, redact)),
    warnings: warnings.map(redact),
  };
}

function stageFinished(result: StageResult, redact: Redact) {
  const { tests, log } = result;
  return {
    status: result.status,
    reason: result.reason,
    detail: orNull(result.detail, redact),
    duration_ms: wholeMs(result.durationMs),
    cpu_ms: wholeMs(result.cpuMs),
    max_rss_bytes: result.maxRssBytes,
    exit_code: result.exitCode,
    signal: result.signal,
    attempts: result.attempts.length,
    tests: tests === null ? null : { ...tests, source: redact(tests.source) },
    findings: countFindings(result.findings),
    log: log?.path ?? null,
    strays: result.strays,
  };
}

/** What an event says beyond its type, time and run. */
function describe(event: RunEvent, taskId: string, redact: Redact): object {
  switch (event.type) {
    case 'run_started':
      return runStarted(event.plan, taskId, redact);
    case 'stage_started':
      return { stage: event.stage.settings.id, index: event.stage.index };
    case 'attempt_failed': {
      const { stage, attempt, left, detail } = event;
      return { stage: stage.settings.id, index: stage.index, attempt, left, detail: redact(detail) };
    }
    case 'stage_finished': {
      const { stage, result } = event;
      return { stage: stage.settings.id, index: stage.index, ...stageFinished(result, redact) };
    }
    default:
      return unreachable(event);
  }
}

/** Makes the lines that `--format ndjson` prints while a run goes on. */
export function createEventLines({ manifest, clock, redact }: EventLineOptions): EventLines {
  const line = (type: string, atMs: number, fields: object) => {
    const head = { type, at: new Date(atMs).toISOString(), run_id: manifest.run_id };
    return jsonLine({ ...head, ...fields });
  };
  return {
    line(event) {
      const atMs = event.type === 'stage_started' ? event.startedAtMs : clock.wallMs();
      return line(event.type, atMs, describe(event, manifest.task_id, redact));
    },
    end: (document) => line('run_finished', clock.wallMs(), document),
  };
}
