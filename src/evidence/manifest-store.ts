import { lstatSync, lutimesSync } from 'node:fs';
import { readFileBounded, writeFileDurably } from '../host/durable-file.ts';
import type { Clock } from '../host/ports.ts';
import { ok, type Result } from '../kernel/result.ts';
import type { RunManifest } from './manifest.ts';
import { redactManifest } from './manifest-redaction.ts';
import { isoTime } from './new-manifest.ts';

/** How often a living gate touches its manifest. */
const HEARTBEAT_MS = 5_000;

/** The manifest of a running gate: the truth is in memory, the file is its latest saved state. */
export interface ManifestStore {
  readonly current: RunManifest;
  /** Changes the manifest in memory only. */
  update(change: (manifest: RunManifest) => RunManifest): void;
  /** The manifest as the next {@link write} should put it on disk: counted, dated, redacted. */
  prepare(): RunManifest;
  /** Writes a prepared manifest; looks before whether somebody changed the file since the last write. */
  write(prepared: RunManifest): Result<void>;
  /** Whether the file is, byte for byte, what was written last. True before the first write. */
  isUntouched(): boolean;
  /** The bytes last written. */
  readonly saved: Buffer | null;
  /** Ends the heartbeat. */
  close(): void;
}

/** What a store needs. */
export interface ManifestStoreOptions {
  readonly initial: RunManifest;
  readonly file: string;
  readonly clock: Pick<Clock, 'wallMs'>;
  /** Replaces secrets in every text that is written. */
  readonly redact: (text: string) => string;
  /** Called at a write that finds the file changed or gone. */
  readonly onTampered: () => void;
}

/** Opens a store and its heartbeat: between writes the file's modification time tells that the gate lives. */
export function openManifest(options: ManifestStoreOptions): ManifestStore {
  const { file, clock } = options;
  let current = options.initial;
  let saved: Buffer | null = null;
  let inode: number | null = null;

  const isUntouched = () => {
    if (saved === null) return true;
    const onDisk = readFileBounded(file, saved.length);
    return onDisk.ok && onDisk.value.equals(saved);
  };
  const beat = () => {
    // Only the file that was written here; a link or another file in its place is left alone.
    const entry = lstatSync(file, { throwIfNoEntry: false });
    if (entry === undefined || entry.ino !== inode || !entry.isFile()) return;
    const now = clock.wallMs() / 1_000;
    lutimesSync(file, now, now);
  };
  const timer = setInterval(() => ignoreDiskErrors(beat), HEARTBEAT_MS);
  timer.unref();

  return {
    get current() {
      return current;
    },
    get saved() {
      return saved;
    },
    update(change) {
      current = change(current);
    },
    prepare: () => redactManifest(dated(current, clock.wallMs()), options.redact),
    write(next) {
      if (!isUntouched()) options.onTampered();
      const bytes = manifestBytes(next);
      const written = writeFileDurably(file, bytes);
      if (!written.ok) return written;
      current = next;
      saved = bytes;
      inode = lstatSync(file, { throwIfNoEntry: false })?.ino ?? null;
      return ok(undefined);
    },
    isUntouched,
    close: () => clearInterval(timer),
  };
}

/** A missed heartbeat is no reason to disturb a run: the next write reports a disk that does not work. */
function ignoreDiskErrors(beat: () => void): void {
  try {
    beat();
  } catch {
    // Said above.
  }
}

/** A manifest as it stands on disk. */
export function manifestBytes(manifest: RunManifest): Buffer {
  return Buffer.from(`${JSON.stringify(manifest, null, 2)}\n`);
}

function dated(manifest: RunManifest, wallMs: number): RunManifest {
  const now = isoTime(wallMs);
  const counters = { ...manifest.counters, manifest_writes: manifest.counters.manifest_writes + 1 };
  return { ...manifest, updated_at: now, heartbeat_at: now, counters };
}
