import { lstatSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { readFileBounded } from '../host/durable-file.ts';
import { describeErrno, errnoOf } from '../host/errno.ts';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { digestFile, digestLine, hasRealParents, isEvidencePath } from './file-digest.ts';
import type { ManifestEvidence, RunManifest } from './manifest.ts';
import { MAX_MANIFEST_BYTES, parseManifest } from './manifest-schema.ts';
import { filesOfRun, MANIFEST_DIGEST_FILE, MANIFEST_FILE, type RunFiles } from './run-directory.ts';

/** Files looked at in one run directory that the manifest does not name. */
const MAX_EXTRA_FILES = 10_000;
const MAX_DIGEST_FILE_BYTES = 4_096;

/** `not_in_copy`: left out of this copy on purpose. `extra`: there, but not part of the evidence. */
export type EvidenceState = 'ok' | 'changed' | 'missing' | 'not_in_copy' | 'extra';

/** One file of a run directory against what the manifest says of it. */
export interface VerifiedFile {
  /** Relative to the run directory. Untrusted text. */
  readonly path: string;
  readonly state: EvidenceState;
  /** What was found, in a few words; null when all is well. */
  readonly detail: string | null;
}

/** The answer of `gate verify`. */
export interface VerifyReport {
  /** Null when the manifest is too damaged to say. */
  readonly runId: string | null;
  /** No byte of the evidence that is here was changed, and nothing is missing that should be here. */
  readonly intact: boolean;
  readonly files: readonly VerifiedFile[];
}

/**
 * Recomputes every digest of a run directory, which may come from anywhere: nothing outside it is read,
 * no link is followed. A failure only when there is no manifest to go by.
 */
export async function verifyRun(directory: string): Promise<Result<VerifyReport>> {
  const files = filesOfRun(directory);
  const bytes = readFileBounded(files.manifest, MAX_MANIFEST_BYTES);
  if (!bytes.ok) return bytes;
  const manifest = await parseManifest(bytes.value, files.manifest);
  const inProgress = manifest.ok && manifest.value.status === 'in_progress';
  const own = verifyManifestDigest(files, bytes.value, inProgress);
  if (!manifest.ok) {
    // Damaged: with its digest beside it that is an answer, without one it may be anything.
    return own.state === 'changed' ? ok({ runId: null, intact: false, files: [own] }) : manifest;
  }
  try {
    const verified = expectedFiles(manifest.value).map((entry) => verifyFile(directory, entry));
    const extra = findExtra(directory, new Set([...verified, own].map((file) => file.path)));
    const all = [own, ...verified, ...extra];
    return ok({ runId: manifest.value.run_id, intact: all.every(isFine), files: all });
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return err(storageFailure(`cannot verify: ${describeErrno(error)}`, { where: directory }));
  }
}

function isFine({ state }: VerifiedFile): boolean {
  return state === 'ok' || state === 'not_in_copy' || state === 'extra';
}

function verifyManifestDigest(files: RunFiles, bytes: Buffer, inProgress: boolean): VerifiedFile {
  const read = readFileBounded(files.manifestDigest, MAX_DIGEST_FILE_BYTES);
  if (read.ok) {
    const same = read.value.equals(Buffer.from(digestLine(bytes, MANIFEST_FILE)));
    const detail = same ? null : `does not match ${MANIFEST_DIGEST_FILE}`;
    return { path: MANIFEST_FILE, state: same ? 'ok' : 'changed', detail };
  }
  if (inProgress) return { path: MANIFEST_FILE, state: 'ok', detail: 'the run is not finished' };
  return { path: MANIFEST_DIGEST_FILE, state: 'missing', detail: 'the manifest cannot be checked' };
}

/** Every file the manifest names with a digest: the evidence, and logs of stages that it does not list yet. */
function expectedFiles(manifest: RunManifest): ManifestEvidence[] {
  const listed = new Map(manifest.evidence.map((entry) => [entry.path, entry]));
  const contradictions: ManifestEvidence[] = [];
  for (const { log } of manifest.stages) {
    if (log === null) continue;
    const entry = listed.get(log.path);
    const own = { path: log.path, bytes: log.bytes, sha256: log.sha256, uploaded: entry?.uploaded ?? true };
    if (entry === undefined) listed.set(log.path, own);
    else if (entry.sha256 !== log.sha256) contradictions.push(own);
  }
  return [...listed.values(), ...contradictions];
}

function verifyFile(directory: string, expected: ManifestEvidence): VerifiedFile {
  const { path: name } = expected;
  const answer = (state: EvidenceState, detail: string | null): VerifiedFile => ({
    path: name,
    state,
    detail,
  });
  if (!isEvidencePath(name)) return answer('changed', 'not a name inside a run directory');
  const file = path.join(directory, name);
  const entry = hasRealParents(directory, name) ? lstatSync(file, { throwIfNoEntry: false }) : undefined;
  if (entry === undefined) {
    return expected.uploaded
      ? answer('missing', null)
      : answer('not_in_copy', 'left out of the artifact on purpose');
  }
  if (!entry.isFile()) return answer('changed', 'is not a regular file');
  if (entry.size !== expected.bytes) {
    return answer('changed', `has ${entry.size} bytes, ${expected.bytes} were recorded`);
  }
  const same = digestFile(file).sha256 === expected.sha256;
  return answer(same ? 'ok' : 'changed', same ? null : 'another content of the same size');
}

function findExtra(directory: string, known: ReadonlySet<string>): VerifiedFile[] {
  const extra: VerifiedFile[] = [];
  const folders = [''];
  for (
    let folder = folders.pop();
    folder !== undefined && extra.length < MAX_EXTRA_FILES;
    folder = folders.pop()
  ) {
    for (const entry of readdirSync(path.join(directory, folder), { withFileTypes: true })) {
      const name = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory()) folders.push(name);
      else if (!known.has(name) && name !== MANIFEST_DIGEST_FILE) {
        extra.push({ path: name, state: 'extra', detail: 'not part of the evidence' });
      }
    }
  }
  return extra.slice(0, MAX_EXTRA_FILES).sort((a, b) => (a.path < b.path ? -1 : 1));
}
