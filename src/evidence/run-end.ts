import path from 'node:path';
import { makeDirectories } from '../host/directory.ts';
import { writeFileDurably } from '../host/durable-file.ts';
import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import { ok, type Result } from '../kernel/result.ts';
import { digestLine, isEvidencePath, sha256 } from './file-digest.ts';
import type { ManifestEvidence, RunManifest } from './manifest.ts';
import { type ManifestStore, manifestBytes } from './manifest-store.ts';
import { withEvidence, withRunUnrecorded } from './manifest-updates.ts';
import { appendMetrics, metricsOf } from './metrics-log.ts';
import type { Redactor } from './redaction.ts';
import { MANIFEST_FILE, METRICS_FILE, type RunFiles, type RunPaths } from './run-directory.ts';

/** A rendered report, to be kept with the evidence. */
export interface ReportFile {
  /** Name in the run directory: `report.md`. */
  readonly name: string;
  readonly text: string;
  /**
   * JSON, rendered from the manifest's redacted texts. It is not redacted again: a pattern that reaches to the end
   * of the line would take the rest of the document with it.
   */
  readonly isJson?: boolean;
}

/** Writes a file of the run directory and gives its entry in the manifest. */
export function writeEvidence(files: RunFiles, name: string, text: string): Result<ManifestEvidence> {
  if (!isEvidencePath(name)) throw new Error(`not a name for evidence: ${name}`);
  const bytes = Buffer.from(text);
  const written = writeFileDurably(path.join(files.runDir, name), bytes);
  if (!written.ok) return written;
  return ok({ path: name, bytes: bytes.length, sha256: sha256(bytes), uploaded: true });
}

/** The digest beside the manifest, which cannot hold its own. */
export function writeManifestDigest(files: RunFiles, bytes: Buffer): Result<void> {
  return writeFileDurably(files.manifestDigest, digestLine(bytes, MANIFEST_FILE));
}

/** A run's metrics record as its own file holds it. */
export function metricsText(manifest: RunManifest): string {
  return `${JSON.stringify(metricsOf(manifest))}\n`;
}

/**
 * The last writes of a run, in the order that recovery relies on: reports and metrics record, the
 * manifest with their digests, its own digest, the line in the task's list.
 */
export function writeEnd(
  paths: RunPaths,
  store: ManifestStore,
  redactor: Redactor,
  renderReports: (manifest: RunManifest) => readonly ReportFile[],
): Result<void> {
  const prepared = store.prepare();
  const evidence = [...prepared.evidence];
  const files = renderReports(prepared).map(({ name, text, isJson = false }) => ({
    name,
    text: isJson ? text : redactor.text(text),
  }));
  for (const { name, text } of [...files, { name: METRICS_FILE, text: metricsText(prepared) }]) {
    const written = writeEvidence(paths, name, text);
    if (!written.ok) return written;
    evidence.push(written.value);
  }
  const last = withEvidence(prepared, evidence);
  const saved = store.write(last);
  if (!saved.ok) return saved;
  const sealed = writeManifestDigest(paths, manifestBytes(last));
  return sealed.ok ? appendMetrics(paths.taskDir, metricsOf(last)) : sealed;
}

/**
 * A run that could not be recorded as it ended: the manifest says so, if it can still be written. The run
 * stays open, so that the next gate completes what is missing. The failure itself is reported by the caller.
 */
export function giveUp(paths: RunPaths, store: ManifestStore, failure: GateFailure): void {
  // A stage may have put a link in the place of the run's folder: then there is nowhere to write to.
  if (!makeDirectories(paths.guardRoot, path.relative(paths.guardRoot, paths.runDir)).ok) return;
  store.update((manifest) => withRunUnrecorded(manifest, describeFailure(failure)));
  const prepared = store.prepare();
  const metrics = writeEvidence(paths, METRICS_FILE, metricsText(prepared));
  const others = prepared.evidence.filter((entry) => entry.path !== METRICS_FILE);
  const last = withEvidence(prepared, metrics.ok ? [...others, metrics.value] : others);
  if (store.write(last).ok) writeManifestDigest(paths, manifestBytes(last));
}
