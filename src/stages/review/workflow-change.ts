import type { ReviewFile } from './review-file.ts';
import type { ReviewInput } from './review-input.ts';
import { readWorkflow, type Workflow, type WorkflowStep } from './workflow-document.ts';

/** One changed pipeline, both sides read. */
export interface WorkflowChange {
  readonly file: ReviewFile;
  readonly path: string;
  /** Null where the side is missing or cannot be read. */
  readonly before: Workflow | null;
  readonly after: Workflow | null;
  readonly newText: string;
  /** Lines that the change adds on the new side and removes on the old one, by number. */
  readonly added: ReadonlyMap<number, string>;
  readonly removed: ReadonlyMap<number, string>;
  /** What keeps the new side from being read; null when it was read or is gone. */
  readonly problem: { readonly line: number | null; readonly problem: string } | null;
}

/** Reads both sides of every changed workflow and action. */
export async function readWorkflowChanges(input: ReviewInput): Promise<readonly WorkflowChange[]> {
  const changes: WorkflowChange[] = [];
  for (const file of input.files) {
    const side = input.sides.get(file.path);
    const { isWorkflow, isFixture, isVendored } = file.traits;
    if (!isWorkflow || isFixture || isVendored || side === undefined) continue;
    const before = side.oldText === null ? null : await readWorkflow(side.oldText);
    const after = side.newText === null ? null : await readWorkflow(side.newText);
    changes.push({
      file,
      path: file.path,
      before: before?.ok === true ? before.workflow : null,
      after: after?.ok === true ? after.workflow : null,
      newText: side.newText ?? '',
      added: new Map(file.added.map(({ line, text }) => [line, text])),
      removed: new Map(file.removed.map(({ line, text }) => [line, text])),
      problem: after?.ok === false ? after : null,
    });
  }
  return changes;
}

/** The first line of a range that is among some; null when none is. */
export function firstLineIn(lines: ReadonlyMap<number, string>, from: number, to: number): number | null {
  for (let line = from; line <= to; line += 1) if (lines.has(line)) return line;
  return null;
}

/** All steps of a workflow. */
export function allSteps(workflow: Workflow | null): readonly WorkflowStep[] {
  return workflow?.jobs.flatMap(({ steps }) => steps) ?? [];
}

/** The action of a step without its version, in small letters; null for a step that runs a command. */
export function actionOf(step: WorkflowStep): string | null {
  return step.uses === null ? null : (step.uses.value.split('@')[0] ?? '').toLowerCase();
}

/** Commands of a script, one a line, without comments and with white space made even. */
export function commandsOf(run: string): readonly string[] {
  return run
    .replace(/\\\r?\n/g, ' ')
    .split('\n')
    .map((line) => line.replace(/\s+/g, ' ').trim())
    .filter(
      (line) => line !== '' && !line.startsWith('#') && line !== 'set -e' && !line.startsWith('set -eu'),
    );
}

/** Words of commands that check something. */
const CHECK =
  /\b(tests?|spec|lint|typecheck|type-check|tsc|mypy|pyright|flake8|ruff|eslint|biome|clippy|format|fmt|check|vet|audit|scan|verify|validate|coverage|build|compile|pytest|jest|vitest|tox|nox|rspec|rubocop|phpunit|phpstan|sonar\w*|codeql|semgrep|trivy|gitleaks|zizmor|actionlint|e2e|playwright|cypress|gate)\b/gi;

/** The checks that a command names, in small letters, plural made singular. */
export function checksIn(command: string): readonly string[] {
  return (command.match(CHECK) ?? []).map((word) => word.toLowerCase().replace(/^tests$/, 'test'));
}
