import { ok, type Result } from '../../kernel/result.ts';
import { DETECTED_STAGE_IDS, type DetectedStageId } from '../gate-config.ts';
import { detectCargo, detectGo, detectGradle, detectMaven } from './compiled-toolchains.ts';
import type { DetectedCommand, EcosystemReading, Toolchain } from './ecosystem.ts';
import { detectTargets } from './make-targets.ts';
import { detectScripts } from './package-scripts.ts';
import type { ProjectFiles } from './project-files.ts';
import { detectPython } from './python-toolchain.ts';

export type { DetectedCommand } from './ecosystem.ts';
export type { ProjectFiles } from './project-files.ts';

/** The commands of a repository whose configuration names none. */
export interface Detection {
  readonly commands: ReadonlyMap<DetectedStageId, DetectedCommand>;
  /** Why a stage has no command: `no script "lint" in package.json, no target "lint" in Makefile`. */
  readonly missing: ReadonlyMap<DetectedStageId, string>;
  /** Lines for people about choices that were doubtful. */
  readonly warnings: readonly string[];
}

/** In the order in which they are taken where several stand in one folder. */
const TOOLCHAINS = [detectCargo, detectGo, detectGradle, detectMaven, detectPython] as const;

const NOTHING_HERE =
  'no package.json, Makefile, Cargo.toml, go.mod, build.gradle, pom.xml or pyproject.toml in the working directory';

/** The command a stage gets, or why it gets none. */
interface StageDetection {
  readonly command: DetectedCommand | null;
  readonly reasons: readonly string[];
  readonly warnings: readonly string[];
}

function fromWrappers(stage: DetectedStageId, wrappers: readonly EcosystemReading[]): StageDetection {
  const found = wrappers.find(({ commands }) => commands.has(stage));
  return {
    command: found?.commands.get(stage) ?? null,
    reasons: wrappers.flatMap(({ missing }) => missing.get(stage) ?? []),
    warnings: found?.warnings.get(stage) ?? [],
  };
}

function fromToolchains(stage: DetectedStageId, toolchains: readonly Toolchain[]): StageDetection {
  const [found, ...others] = toolchains.filter(({ commands }) => commands[stage] !== undefined);
  const reasons = toolchains.flatMap(({ missing }) => missing?.[stage] ?? []);
  const run = found?.commands[stage];
  if (found === undefined || run === undefined) return { command: null, reasons, warnings: [] };
  const left = others.map(({ file }) => file).join(', ');
  const warning = `${stage} runs "${run}" for ${found.file} and nothing for ${left}: set stages.${stage}.run for all`;
  return { command: { run, origin: found.file }, reasons, warnings: others.length === 0 ? [] : [warning] };
}

/**
 * Finds the commands for build, lint and test in the folder commands run in. Precision goes before recall: a stage
 * for which nothing is certain gets no command but the reason.
 *
 * Scripts of package.json come first, then targets of a Makefile: somebody wrote them for this very purpose. Where
 * neither has one for a stage, the toolchain that shows in the folder gives its usual command; of several, Cargo
 * before Go, Gradle, Maven, Python, with a warning. A config failure when package.json is damaged.
 */
export function detectCommands(files: ProjectFiles): Result<Detection> {
  const names = new Set(files.list());
  const scripts = detectScripts(files, names);
  if (!scripts.ok) return scripts;
  const wrappers = [scripts.value, detectTargets(files, names)].filter((reading) => reading !== null);
  const toolchains = TOOLCHAINS.map((detect) => detect(files, names)).filter(
    (toolchain) => toolchain !== null,
  );
  const commands = new Map<DetectedStageId, DetectedCommand>();
  const missing = new Map<DetectedStageId, string>();
  const warnings = new Set<string>();
  for (const stage of DETECTED_STAGE_IDS) {
    const wrapped = fromWrappers(stage, wrappers);
    const detected = wrapped.command === null ? fromToolchains(stage, toolchains) : wrapped;
    for (const line of detected.warnings) warnings.add(line);
    if (detected.command !== null) {
      commands.set(stage, detected.command);
      continue;
    }
    const reasons = [...wrapped.reasons, ...detected.reasons];
    missing.set(stage, reasons.length === 0 ? NOTHING_HERE : reasons.join(', '));
  }
  return ok({ commands, missing, warnings: [...warnings] });
}
