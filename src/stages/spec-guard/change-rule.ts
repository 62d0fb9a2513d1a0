import { clip, oneLine } from '../../kernel/text.ts';
import type { SpecText, TickedTask } from './spec-text.ts';

/** Sections that a living plan keeps, as its readers look for them. */
export const LIVING_SECTIONS = [
  'Progress',
  'Surprises & Discoveries',
  'Decision Log',
  'Outcomes & Retrospective',
] as const;

/** Types (front matter `type:`) whose documents are living plans. */
const LIVING_TYPES: ReadonlySet<string> = new Set([
  'living-plan',
  'living plan',
  'exec-plan',
  'execplan',
  'action-plan',
]);

const MAX_NAME_CHARS = 120;

/** What rule 3 finds in one spec. */
export interface SpecProblem {
  readonly ruleId:
    | 'spec-guard/missing-path'
    | 'spec-guard/task-without-evidence'
    | 'spec-guard/missing-section';
  readonly path: string;
  readonly line: number | null;
  /** Gives the finding its identity over time. */
  readonly lineText: string;
  readonly what: string;
  readonly mend: string;
}

/** What exists, for paths and other evidence that a spec names. */
export interface KnownThings {
  /** Whether a file or a folder is in the state under test. */
  readonly hasPath: (path: string) => boolean;
  /** Whether the path was there before the change, or its first folder is there now: then it is meant as one. */
  readonly isOurs: (path: string) => boolean;
  readonly hasCommit: (id: string) => boolean;
  readonly hasRun: (id: string) => boolean;
}

/** Whether a document calls itself a living plan. */
export function isLivingPlan(text: Pick<SpecText, 'type'>): boolean {
  return text.type !== null && LIVING_TYPES.has(text.type);
}

function normalise(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[*_`]/g, '')
    .replace(/\band\b/g, '&')
    .replace(/\s+/g, ' ')
    .trim();
}

function shown(text: string): string {
  return `"${clip(oneLine(text), MAX_NAME_CHARS)}"`;
}

function findMissingPaths(document: string, text: SpecText, known: KnownThings): SpecProblem[] {
  const folder = document.split('/').slice(0, -1).join('/');
  const seen = new Set<string>();
  return text.paths.flatMap(({ path, line }): SpecProblem[] => {
    if (!path.includes('/') || seen.has(path) || !known.isOurs(path)) return [];
    seen.add(path);
    if (known.hasPath(path) || known.hasPath(`${folder}/${path}`)) return [];
    return [
      {
        ruleId: 'spec-guard/missing-path',
        path: document,
        line,
        lineText: path,
        what: `names ${shown(path)}, which does not exist`,
        mend: 'name what is there, or take it out',
      },
    ];
  });
}

function hasEvidence(task: TickedTask, known: KnownThings): boolean {
  return task.paths.some(known.hasPath) || task.commits.some(known.hasCommit) || task.runs.some(known.hasRun);
}

function findUnprovenTasks(
  document: string,
  text: SpecText,
  known: KnownThings,
  isAdded: (line: number) => boolean,
): SpecProblem[] {
  return text.tasks
    .filter((task) => isAdded(task.line) && !hasEvidence(task, known))
    .map((task) => {
      const named = [...task.paths, ...task.commits, ...task.runs];
      const what =
        named.length === 0
          ? `ticks ${shown(task.text)} without naming evidence`
          : `ticks ${shown(task.text)}, but what it names does not exist: ${named.slice(0, 3).map(oneLine).join(', ')}`;
      return {
        ruleId: 'spec-guard/task-without-evidence',
        path: document,
        line: task.line,
        lineText: task.text,
        what,
        mend: 'name a path, a commit or a run of the gate that shows it done',
      };
    });
}

function findMissingSections(document: string, text: SpecText): SpecProblem[] {
  if (!isLivingPlan(text)) return [];
  const headings = new Set(text.headings.map(normalise));
  return LIVING_SECTIONS.filter((section) => !headings.has(normalise(section))).map((section) => ({
    ruleId: 'spec-guard/missing-section',
    path: document,
    line: null,
    lineText: section,
    what: `is a living plan without its section ${shown(section)}`,
    mend: `add the heading "## ${section}", or another type in the front matter`,
  }));
}

/**
 * Rule 3, spec and change fit together, for one changed spec or plan: paths that it names exist; tasks that this
 * change ticks name evidence that exists (a path, a commit, a run of the gate); a living plan keeps its sections.
 */
export function judgeSpecText(
  document: string,
  text: SpecText,
  known: KnownThings,
  isAdded: (line: number) => boolean,
): readonly SpecProblem[] {
  return [
    ...findMissingPaths(document, text, known),
    ...findUnprovenTasks(document, text, known, isAdded),
    ...findMissingSections(document, text),
  ];
}
