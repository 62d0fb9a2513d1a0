import type { DetectedStageId } from '../gate-config.ts';
import type { ProjectFiles } from './project-files.ts';

/** A command that was found, and where it comes from, for people: `package.json script "build"`. */
export interface DetectedCommand {
  readonly run: string;
  readonly origin: string;
}

/** What one kind of project says about its commands. */
export interface EcosystemReading {
  readonly commands: ReadonlyMap<DetectedStageId, DetectedCommand>;
  /** Why a stage has no command here: `no script "lint" in package.json`. */
  readonly missing: ReadonlyMap<DetectedStageId, string>;
  /** Lines for people, by the stage whose command they are about. */
  readonly warnings: ReadonlyMap<DetectedStageId, readonly string[]>;
}

/** A kind of project that has fixed commands, seen by a file. */
export interface Toolchain {
  readonly name: string;
  /** The file that shows it: `Cargo.toml`. */
  readonly file: string;
  readonly commands: Partial<Readonly<Record<DetectedStageId, string>>>;
  /** Why there is no command, where that is worth saying. */
  readonly missing?: Partial<Readonly<Record<DetectedStageId, string>>>;
}

/** Looks for one kind of project; null when the folder holds none. */
export type ToolchainDetector = (files: ProjectFiles, names: ReadonlySet<string>) => Toolchain | null;
