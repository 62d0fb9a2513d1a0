import { DETECTED_STAGE_IDS, type DetectedStageId } from '../gate-config.ts';
import type { DetectedCommand, EcosystemReading } from './ecosystem.ts';
import type { ProjectFiles } from './project-files.ts';

/** The names that GNU make tries, in its order. */
const MAKEFILES = ['GNUmakefile', 'makefile', 'Makefile'] as const;

/** Target names by stage. `check` runs the tests by the GNU coding standards (section 7.2.6). */
const TARGET_NAMES: Readonly<Record<DetectedStageId, readonly string[]>> = {
  build: ['build'],
  lint: ['lint'],
  test: ['test', 'check'],
};

/** The targets of a Makefile that do something, and those that are no files. */
interface Targets {
  readonly active: ReadonlySet<string>;
  readonly phony: ReadonlySet<string>;
}

/** `a b: c d ; recipe`, with one colon or two, for a group with `&:`; not `a := b`, not `a ::= b`. */
const RULE = /^([^\s:=#][^:=#]*)::?(?![:=])(.*)$/;

/** `a: CFLAGS = -g` sets a variable for a target and is no rule. */
const TARGET_VARIABLE = /^\s*(?:(?:override|export|private)\s+)*[A-Za-z_][\w.-]*\s*(?:[:?+!]|::|:::)?=/;

/** Lines with their continuations joined, the bodies of `define` left out. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let isDefinition = false;
  for (const line of text.replace(/\\\r?\n/g, ' ').split(/\r?\n/)) {
    if (/^\s*(?:(?:override|export)\s+)*define\b/.test(line)) isDefinition = true;
    else if (isDefinition) isDefinition = !/^\s*endef\b/.test(line);
    else lines.push(line);
  }
  return lines;
}

function wordsOf(text: string): readonly string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

/** Reads the rules of a Makefile itself; included files and generated rules are not looked into. */
export function readTargets(makefile: string): Targets {
  const active = new Set<string>();
  const phony = new Set<string>();
  let current: readonly string[] = [];
  for (const line of logicalLines(makefile)) {
    if (line.startsWith('\t')) {
      // A recipe, unless it is empty or a comment.
      if (!/^\t\s*(?:#|$)/.test(line)) for (const target of current) active.add(target);
      continue;
    }
    if (/^\s*(?:#|$)/.test(line)) continue;
    const match = RULE.exec(line);
    current = [];
    if (match === null || TARGET_VARIABLE.test(match[2] ?? '')) continue;
    const rest = (match[2] ?? '').replace(/(^|\s)#.*$/, '');
    const prerequisites = wordsOf(rest.replace(';', ' ; '));
    current = wordsOf((match[1] ?? '').replace(/&$/, ''));
    if (current.includes('.PHONY')) for (const name of prerequisites) phony.add(name);
    else if (prerequisites.some((word) => word !== '|')) for (const target of current) active.add(target);
  }
  return { active, phony };
}

function chooseTarget(
  targets: Targets,
  stage: DetectedStageId,
  names: ReadonlySet<string>,
  file: string,
): { readonly name: string } | { readonly reason: string } {
  const [usual = stage] = TARGET_NAMES[stage];
  const existing = TARGET_NAMES[stage].filter((name) => targets.active.has(name));
  // make takes a target that is there as a file or folder, and is not .PHONY, for done.
  const name = existing.find(
    (target) => targets.phony.has(target) || !(names.has(target) || names.has(`${target}/`)),
  );
  if (name !== undefined) return { name };
  const [blocked] = existing;
  return {
    reason:
      blocked === undefined
        ? `no target "${usual}" in ${file}`
        : `the target "${blocked}" in ${file} is not .PHONY and "${blocked}" is there already, so make does nothing`,
  };
}

/** Commands from the targets of a Makefile; null when there is none that can be read. */
export function detectTargets(files: ProjectFiles, names: ReadonlySet<string>): EcosystemReading | null {
  const file = MAKEFILES.find((name) => names.has(name));
  const text = file === undefined ? null : files.readText(file);
  if (file === undefined || text === null) return null;
  const targets = readTargets(text);
  const commands = new Map<DetectedStageId, DetectedCommand>();
  const missing = new Map<DetectedStageId, string>();
  for (const stage of DETECTED_STAGE_IDS) {
    const choice = chooseTarget(targets, stage, names, file);
    if ('name' in choice)
      commands.set(stage, { run: `make ${choice.name}`, origin: `${file} target "${choice.name}"` });
    else missing.set(stage, choice.reason);
  }
  return { commands, missing, warnings: new Map() };
}
