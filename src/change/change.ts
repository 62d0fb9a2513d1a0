import type { GateFailure } from '../kernel/failure.ts';

/** How a path differs between the merge base and the state under test. */
export type FileStatus = 'added' | 'modified' | 'deleted' | 'renamed' | 'type_changed';

/**
 * One changed path. Paths are relative to the repository's root, `/`-separated and lossless:
 * a byte that is not UTF-8 stands as the lone surrogate U+DC00 + byte (see `path-bytes.ts`).
 */
export interface ChangedFile {
  readonly path: string;
  /** Where it was; null unless renamed. */
  readonly oldPath: string | null;
  readonly status: FileStatus;
  /** Git modes, octal (`100644`, `100755`, `120000`, `160000`); `000000` where the side is missing. */
  readonly oldMode: string;
  readonly newMode: string;
  /** Object ids; null where the side is missing. */
  readonly oldBlob: string | null;
  readonly newBlob: string | null;
  /** Lines; 0 for binaries and submodules. */
  readonly added: number;
  readonly deleted: number;
  /** A NUL in the first 8,000 bytes of either side, and no name that is a text's (see `text-names.ts`). */
  readonly binary: boolean;
  /** Sizes of the two sides, bytes; 0 where missing or a submodule. */
  readonly oldBytes: number;
  readonly newBytes: number;
}

/** One file of the state under test or of the merge base. */
export interface TreeFile {
  readonly path: string;
  readonly mode: string;
  readonly blob: string;
  /** 0 for a submodule, and for a blob that a partial clone lacks. */
  readonly bytes: number;
}

/** A line with its 1-based number on its own side. */
export interface NumberedLine {
  readonly line: number;
  readonly text: string;
}

/** The lines that a change adds to and removes from one file, without context. */
export interface FileLines {
  readonly path: string;
  readonly oldPath: string | null;
  readonly added: readonly NumberedLine[];
  readonly removed: readonly NumberedLine[];
  /** True when the file was too large and its lines were not all read. */
  readonly clipped: boolean;
}

/** Reads file contents of the pinned snapshot; nothing a stage does to the disk changes an answer. */
export interface SnapshotReader {
  /** Every file of the state under test, in byte order of paths. */
  listFiles(): Promise<readonly TreeFile[]>;
  /** Every file of the merge base. */
  listBaseFiles(): Promise<readonly TreeFile[]>;
  /**
   * Every file of any commit's tree; the policy of the base is read from it. Rejects when the commit or one of its
   * trees is not in the clone.
   */
  listFilesAt(commit: string): Promise<readonly TreeFile[]>;
  /** Whether an object id, whole or its first 7 digits and more, is that of one commit in this clone. */
  hasCommit(id: string): Promise<boolean>;
  /**
   * Contents by object id, in the order asked for; null for an object that is missing, larger than 64 MiB, or
   * overwritten on disk since.
   */
  readBlobs(blobs: readonly string[]): Promise<readonly (Buffer | null)[]>;
  /** Added and removed lines of text files (binaries and submodules are left out), in path order. */
  readLines(): Promise<readonly FileLines[]>;
  /** Ends the reading process and removes the private git directory. Safe to call twice. */
  close(): Promise<void>;
}

/** What is under test, measured. */
export interface Change {
  /** Absolute path of the work tree's root. */
  readonly root: string;
  /** Where the base came from, for people: `--base`, `BASE_SHA`, `upstream origin/main`, `first commit`, … */
  readonly baseSource: string;
  /** What the user or the environment named; null when the base was guessed. */
  readonly baseExplicit: boolean;
  /** Null for a change that starts the history. */
  readonly baseSha: string | null;
  readonly headSha: string;
  readonly mergeBaseSha: string | null;
  readonly branch: string | null;
  /** Staged, unstaged or untracked files are part of the change. */
  readonly dirty: boolean;
  readonly files: readonly ChangedFile[];
  readonly added: number;
  readonly deleted: number;
  /** SHA-256 over the raw diff records, hex: equal digests are equal changes. */
  readonly diffDigest: string;
  /** Lines for the user: how the base was chosen in an unusual way, what was fetched, what is not measured. */
  readonly warnings: readonly string[];
  readonly snapshot: SnapshotReader;
}

/** A repository whose change could not be measured: the stages that need it are not evaluated. */
export interface UnmeasuredChange {
  readonly root: string;
  readonly headSha: string;
  readonly branch: string | null;
  readonly reason: GateFailure;
}

/** Reading a change: measured, or known to be unmeasurable (shallow clone, unrelated histories). */
export type ChangeReading =
  | { readonly measured: true; readonly change: Change }
  | { readonly measured: false; readonly unmeasured: UnmeasuredChange };

/** The author's notes, by part. An absent part is an empty string. */
export interface Notes {
  readonly goal: string;
  readonly summary: string;
  readonly risks: string;
  readonly questions: string;
}
