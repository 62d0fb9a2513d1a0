import { lstatSync, rmSync } from 'node:fs';
import path from 'node:path';
import { describeErrno } from '../host/errno.ts';
import type { Clock } from '../host/ports.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { OutputSink } from '../run/output-sink.ts';
import type { StageResult } from '../run/stage-result.ts';
import { digestFile, hasRealParents } from './file-digest.ts';
import { openLogWriter } from './log-writer.ts';
import type { ManifestEvidence, RunManifest } from './manifest.ts';
import { openManifest } from './manifest-store.ts';
import {
  type RunEnd,
  withEvidence,
  withRunEnded,
  withStageFinished,
  withStageStarted,
} from './manifest-updates.ts';
import { newManifest, type RunFacts } from './new-manifest.ts';
import { markFinished, markOpen } from './open-runs.ts';
import type { Redactor } from './redaction.ts';
import {
  createRunDirectory,
  ensureRunDirectories,
  LOGS_FOLDER,
  MANIFEST_FILE,
  type RunPaths,
} from './run-directory.ts';
import { giveUp, type ReportFile, writeEnd } from './run-end.ts';

/** What the evidence of a new run needs. */
export interface RunRecordOptions {
  /** Root of the repository, absolute. */
  readonly root: string;
  /** Absolute; `.runs` of the root by default. */
  readonly runsDir: string;
  readonly facts: RunFacts;
  readonly redactor: Redactor;
  readonly clock: Pick<Clock, 'wallMs'>;
}

/**
 * The evidence of one run while it happens. N stages that run make N + 1 manifest writes: one at each
 * start, which also saves the end of the stage before, and the last.
 */
export interface RunRecord {
  readonly paths: RunPaths;
  /** The manifest as of now, in memory. */
  readonly manifest: RunManifest;
  /** Saves the manifest with this stage running. A failure means: start nothing, exit 3. */
  stageStarted(stage: PlannedStage, startedAtMs: number): Result<void>;
  /** Opens `logs/NN-<stage>.log`; once per stage. */
  openLog(stage: PlannedStage): Result<OutputSink>;
  /** Takes the result into memory; the next save writes it. */
  stageFinished(stage: PlannedStage, result: StageResult): void;
  /**
   * Files of the run that are no longer what the gate wrote, relative to the run directory; empty when
   * all is well. Reads every log again. Ask when the last stage has ended, before the verdict.
   */
  verifyUntouched(): string[];
  /**
   * Writes the reports, the run's metrics record, the last manifest with all digests, and adds the record
   * to the task's list. `renderReports` gets the final manifest. When a file cannot be written, the
   * manifest says so if it still can (not evaluated), and the failure comes back: exit 3.
   */
  finish(end: RunEnd, renderReports: (manifest: RunManifest) => readonly ReportFile[]): Result<RunManifest>;
  /** Stops the heartbeat without finishing: the next gate records the run as aborted. */
  abandon(): void;
}

/** Name of a stage's log below the run directory. */
export function logPath(stage: PlannedStage): string {
  const id = stage.settings.id.replace(/[^A-Za-z0-9._-]+/g, '-').slice(0, 64);
  return `${LOGS_FOLDER}/${String(stage.index).padStart(2, '0')}-${id}.log`;
}

/** Makes the run directory and marks the run as open. Nothing of an earlier run is touched. */
export function beginRun(options: RunRecordOptions): Result<RunRecord> {
  const { root, runsDir, facts } = options;
  const created = createRunDirectory({ root, runsDir, taskId: facts.taskId, runId: facts.runId });
  if (!created.ok) return created;
  const paths = created.value;
  const open = markOpen(paths.taskDir, facts.runId, facts.process);
  if (!open.ok) return open;
  return ok(recordRun(options, paths, () => markFinished(open.value)));
}

function recordRun(
  options: RunRecordOptions,
  paths: RunPaths,
  markAsFinished: () => Result<void>,
): RunRecord {
  const { redactor, clock } = options;
  const tampered = new Set<string>();
  const logs = new Map<string, ManifestEvidence>();
  const store = openManifest({
    initial: newManifest(options.facts),
    file: paths.manifest,
    clock,
    redact: redactor.text,
    onTampered: () => tampered.add(MANIFEST_FILE),
  });
  const ensure = () => ensureRunDirectories(paths, options.root);

  return {
    paths,
    get manifest() {
      return store.current;
    },
    stageStarted(stage, startedAtMs) {
      store.update((manifest) => withStageStarted(manifest, stage.index, startedAtMs));
      const ready = ensure();
      return ready.ok ? store.write(store.prepare()) : ready;
    },
    openLog(stage) {
      const ready = ensure();
      if (!ready.ok) return ready;
      return openLog(paths, logPath(stage), redactor, (name) => tampered.add(name));
    },
    stageFinished(stage, result) {
      if (result.log !== null) {
        const { path: name, bytes, sha256 } = result.log;
        logs.set(name, { path: name, bytes, sha256, uploaded: true });
      }
      store.update((manifest) => withStageFinished(manifest, stage.index, result));
    },
    verifyUntouched() {
      if (!store.isUntouched()) tampered.add(MANIFEST_FILE);
      for (const log of logs.values()) if (!isAsRecorded(paths.runDir, log)) tampered.add(log.path);
      return [...tampered].sort();
    },
    finish(end, renderReports) {
      const ending = { ...end, warnings: [...end.warnings, ...redactor.warnings()] };
      store.update((manifest) => withEvidence(withRunEnded(manifest, ending), [...logs.values()]));
      const ready = ensure();
      const finished = ready.ok ? writeEnd(paths, store, redactor, renderReports) : ready;
      if (!finished.ok) giveUp(paths, store, finished.error);
      store.close();
      const closed = finished.ok ? markAsFinished() : finished;
      return closed.ok ? ok(store.current) : closed;
    },
    abandon: () => store.close(),
  };
}

/** Opens a log. Whatever stands there already was put there by a stage: it is removed, and that is noted. */
function openLog(
  paths: RunPaths,
  relativePath: string,
  redactor: Redactor,
  onTampered: (relativePath: string) => void,
): Result<OutputSink> {
  const file = path.join(paths.runDir, relativePath);
  try {
    if (lstatSync(file, { throwIfNoEntry: false }) !== undefined) {
      onTampered(relativePath);
      rmSync(file, { recursive: true, force: true });
    }
  } catch (error) {
    return err(storageFailure(`cannot clear the way for a log: ${describeErrno(error)}`, { where: file }));
  }
  return openLogWriter({ file, relativePath, filter: redactor.stream(), onTampered });
}

/** Whether a file of the run still has the bytes that the gate wrote. */
function isAsRecorded(runDir: string, evidence: ManifestEvidence): boolean {
  try {
    if (!hasRealParents(runDir, evidence.path)) return false;
    const { bytes, sha256 } = digestFile(path.join(runDir, evidence.path));
    return bytes === evidence.bytes && sha256 === evidence.sha256;
  } catch {
    // Gone, or no regular file any more.
    return false;
  }
}
