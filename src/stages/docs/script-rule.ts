import { nearestName } from '../../kernel/nearest.ts';
import type { CommandMention } from './command-mention.ts';
import { type DocSource, speaksOfElsewhere, speaksOfPast } from './doc-source.ts';
import type { Context } from './document.ts';
import { type Problem, quote } from './problem.ts';
import type { ProjectScripts } from './project-scripts.ts';

/** What commands can run now, and what they could before the change. */
export interface RunnableNames {
  readonly now: ProjectScripts;
  /** Defined by older versions of the manifests that the change touches, and by nothing now. */
  readonly removedScripts: ReadonlySet<string>;
  readonly removedTargets: ReadonlySet<string>;
  readonly pipelineIds: readonly string[];
}

/** A command with the place where it stands. */
export interface PlacedCommand {
  readonly mention: CommandMention;
  readonly line: number;
  readonly context: Context;
  /** Offset in the context's text. */
  readonly at: number;
}

/** Targets that make knows, or that another build system's Makefile has. */
const USUAL_TARGETS = new Set(['install', 'uninstall', 'all', 'clean', 'check', 'dist', 'distclean', 'help']);

/** Scripts that package managers run by themselves; docs name them to speak of any package. */
const USUAL_SCRIPTS = new Set([
  'test',
  'start',
  'stop',
  'restart',
  'install',
  'prepare',
  'prepublish',
  'version',
]);

const MAX_KNOWN = 300;

function suggestFrom(name: string, known: Iterable<string>): () => string | null {
  return () => nearestName(name, [...known].filter((each) => each.length <= 80).slice(0, MAX_KNOWN));
}

function judgePipeline(source: DocSource, placed: PlacedCommand, ids: readonly string[]): Problem | null {
  const { mention, line, context, at } = placed;
  if (ids.includes(mention.name)) return null;
  const certain = !source.definesKey(mention.name) && !speaksOfElsewhere(context, at);
  return {
    ruleId: 'docs/unknown-pipeline',
    path: source.path,
    line,
    what: `says ${quote(mention.command)}, but there is no such pipeline`,
    mend: 'name a pipeline of the configuration',
    priority: certain ? 1 : 3,
    suggest: suggestFrom(mention.name, ids),
  };
}

/**
 * Judges a command that a document names. A script or target that this change removes is certain, and so is one of
 * `npm run` and `make` that no manifest of the repository defines, unless the document speaks of another project or
 * defines the name in an example of its own. Words that may run something else are judged only when the change
 * removes what they ran.
 */
export function judgeCommand(source: DocSource, placed: PlacedCommand, names: RunnableNames): Problem | null {
  const { mention, line, context, at } = placed;
  if (source.isHistory || source.placement === 'template') return null;
  if (mention.kind === 'pipeline') return judgePipeline(source, placed, names.pipelineIds);
  const isScript = mention.kind === 'script';
  const known = isScript ? names.now.scripts : names.now.targets;
  if (known?.has(mention.name) === true) return null;
  const removed = (isScript ? names.removedScripts : names.removedTargets).has(mention.name);
  const where = isScript ? 'package.json' : 'Makefile';
  if (removed) {
    return {
      ruleId: source.isWritten ? 'docs/missing-script' : 'docs/stale-mention',
      path: source.path,
      line,
      what: `says ${quote(mention.command)}, which this change takes out of the ${where}`,
      mend: 'say what to run now',
      priority: speaksOfPast(context.text, at) ? 3 : 1,
      suggest: suggestFrom(mention.name, known ?? []),
    };
  }
  const isUsual = (isScript ? USUAL_SCRIPTS : USUAL_TARGETS).has(mention.name);
  if (known === null || isUsual || !mention.isCertain) return null;
  const certain =
    !names.now.isOpen &&
    known.size > 0 &&
    !source.definesKey(mention.name) &&
    !speaksOfElsewhere(context, at);
  return {
    ruleId: 'docs/missing-script',
    path: source.path,
    line,
    what: `says ${quote(mention.command)}, but no ${where} has ${isScript ? 'such a script' : 'such a target'}`,
    mend: 'name what is there, or add it',
    priority: certain ? 1 : 3,
    suggest: suggestFrom(mention.name, known),
  };
}
