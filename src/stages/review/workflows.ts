import { quoteText } from './quoted-text.ts';
import type { ReviewInput } from './review-input.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import { readWorkflowChanges, type WorkflowChange } from './workflow-change.ts';
import { checkInputs, INPUT_RULES } from './workflow-inputs.ts';
import { checkPermissions, PERMISSION_RULES } from './workflow-permissions.ts';
import { checkSteps, STEP_RULES } from './workflow-steps.ts';

const UNREADABLE: Rule = {
  id: 'review/workflow-unreadable',
  priority: 2,
  title: 'Workflow cannot be read',
  looksFor:
    'A changed workflow or action that is no YAML, or too large to look at: none of the rules for workflows saw it.',
  mend: 'Mend the YAML.',
  hit: 'jobs: [unclosed',
  nearMiss: 'a workflow with comments and anchors',
};

export const WORKFLOW_RULES: readonly Rule[] = [
  ...STEP_RULES,
  ...PERMISSION_RULES,
  ...INPUT_RULES,
  UNREADABLE,
];

function checkReadable({ path, problem, added }: WorkflowChange): readonly Draft[] {
  if (problem === null) return [];
  const line = problem.line !== null && added.has(problem.line) ? problem.line : null;
  const title = `${UNREADABLE.title}: ${quoteText(problem.problem, 120)}`;
  return [draft(UNREADABLE, { title, path, line, identity: '' })];
}

/** Workflows and actions of GitHub Actions, both sides compared. */
export async function checkWorkflows(input: ReviewInput): Promise<readonly Draft[]> {
  const changes = await readWorkflowChanges(input);
  return [
    ...checkSteps(changes),
    ...checkPermissions(changes),
    ...checkInputs(changes),
    ...changes.flatMap(checkReadable),
  ];
}
