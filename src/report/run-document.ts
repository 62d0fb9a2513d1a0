import type { ManifestStageStatus, ManifestVerdict, RunManifest, RunStatus } from '../evidence/manifest.ts';
import { failedStages } from './headline.ts';

/** What `gate run --format json` prints: a run and its verdict, for scripts. JSON, so snake_case. */
export interface RunDocument {
  readonly run_id: string;
  readonly task_id: string;
  /** Id of the pipeline. */
  readonly pipeline: string;
  readonly status: RunStatus;
  /** Null while it runs, and for a run whose gate died. */
  readonly verdict: ManifestVerdict | null;
  /** Of the command that ran it; null where it is not known, as for a run that is only looked at. */
  readonly exit_code: number | null;
  /** Path of manifest.json. */
  readonly manifest: string;
  /** Folder that holds all evidence of the run. */
  readonly artifact_root: string;
  /** Folder of the stages' logs. */
  readonly log_path: string;
  readonly duration_ms: number | null;
  /** Ids of the stages that failed, required or not, in plan order. */
  readonly failed_stages: readonly string[];
  readonly stages: readonly RunDocumentStage[];
  /** As in the manifest; empty without history. */
  readonly comparison: RunManifest['comparison'];
}

/** One stage in {@link RunDocument}. */
export interface RunDocumentStage {
  readonly id: string;
  readonly status: ManifestStageStatus;
  readonly duration_ms: number | null;
  /** A code of `run/stage-result.ts`; absent on a plain pass and before the end. */
  readonly reason?: string;
}

/** Where the evidence lies, as the reader can open it, and how the command ends. */
export interface RunDocumentPlaces {
  readonly manifestPath: string;
  readonly artifactRoot: string;
  readonly logPath: string;
  readonly exitCode: number | null;
}

/** The document about a run, from its manifest. */
export function runDocument(manifest: RunManifest, places: RunDocumentPlaces): RunDocument {
  return {
    run_id: manifest.run_id,
    task_id: manifest.task_id,
    pipeline: manifest.pipeline.id,
    status: manifest.status,
    verdict: manifest.verdict,
    exit_code: places.exitCode,
    manifest: places.manifestPath,
    artifact_root: places.artifactRoot,
    log_path: places.logPath,
    duration_ms: manifest.duration_ms,
    failed_stages: failedStages(manifest).map((stage) => stage.id),
    stages: manifest.stages.map(({ id, status, duration_ms, reason }) => ({
      id,
      status,
      duration_ms,
      ...(reason === null ? {} : { reason }),
    })),
    comparison: manifest.comparison,
  };
}
