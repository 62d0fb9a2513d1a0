import { quoteText } from './quoted-text.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import { firstLineIn, type WorkflowChange } from './workflow-change.ts';
import type { Permissions, Workflow, WorkflowJob } from './workflow-document.ts';

const WIDENED: Rule = {
  id: 'review/workflow-permissions',
  priority: 1,
  title: 'Workflow permissions widened',
  looksFor:
    'A job whose token may do more than before: a scope raised from none or read to write, a new scope with write, `write-all`, or a `permissions` block taken away, so that the repository’s default counts again. A new workflow may name the scopes it needs, but not `write-all`.',
  mend: 'Grant what one job needs, in that job: permissions: { contents: read }.',
  hit: '  contents: write   (was: read)',
  nearMiss: '  contents: read   (was: write)',
};

export const PERMISSION_RULES: readonly Rule[] = [WIDENED];

const LEVELS: ReadonlyMap<string, number> = new Map([
  ['none', 0],
  ['read', 1],
  ['write', 2],
]);

function levelOf(permissions: Permissions, scope: string): number {
  if (permissions.all !== null) return LEVELS.get(permissions.all) ?? 0;
  return LEVELS.get(permissions.scopes.get(scope)?.value ?? 'none') ?? 0;
}

function widened(change: WorkflowChange, title: string, line: number | null): readonly Draft[] {
  if (line === null) return [];
  return [draft(WIDENED, { title, path: change.path, line, identity: change.added.get(line) ?? '' })];
}

/** Scopes of a block that allow more than a block before it. */
function compareBlocks(
  change: WorkflowChange,
  before: Permissions | null,
  after: Permissions,
): readonly Draft[] {
  const at = (line: number) => firstLineIn(change.added, line, line);
  if (after.all === 'write') {
    return before?.all === 'write'
      ? []
      : widened(change, 'write-all gives the token every permission', at(after.line));
  }
  if (before === null) return [];
  if (after.all === 'read') {
    const isWider = before.all === 'none' || (before.all === null && before.scopes.size > 0);
    return isWider ? widened(change, 'read-all gives the token more than before', at(after.line)) : [];
  }
  return [...after.scopes].flatMap(([scope, level]) => {
    const was = levelOf(before, scope);
    const is = LEVELS.get(level.value) ?? 0;
    if (is <= was || (is === 1 && was === 0)) return [];
    const title = `Permission "${quoteText(scope, 40)}" widened from ${was === 1 ? 'read' : 'none'} to write`;
    return widened(change, title, at(level.line));
  });
}

function removedBlock(change: WorkflowChange, where: string, before: Permissions): readonly Draft[] {
  const line = firstLineIn(change.removed, before.line, before.line);
  if (line === null || before.all === 'write') return [];
  const title = `permissions of ${where} removed: the repository's default counts again`;
  const identity = change.removed.get(line) ?? '';
  return [draft(WIDENED, { title, path: change.path, line, side: 'old', identity })];
}

function checkJobBlock(
  change: WorkflowChange,
  job: WorkflowJob,
  before: Workflow | null,
  after: Workflow,
): readonly Draft[] {
  const old = before?.jobs.find(({ id }) => id === job.id);
  const name = `job "${quoteText(job.id, 60)}"`;
  if (job.permissions !== null) {
    return compareBlocks(change, old?.permissions ?? before?.permissions ?? null, job.permissions);
  }
  if (old?.permissions === null || old?.permissions === undefined) return [];
  return after.permissions === null ? removedBlock(change, name, old.permissions) : [];
}

function checkWorkflow(change: WorkflowChange): readonly Draft[] {
  const { before, after } = change;
  if (after === null) return [];
  const found = after.jobs.flatMap((job) => checkJobBlock(change, job, before, after));
  if (after.permissions !== null) {
    found.push(...compareBlocks(change, before?.permissions ?? null, after.permissions));
  } else if (before?.permissions !== null && before?.permissions !== undefined) {
    const isMoved = after.jobs.length > 0 && after.jobs.every(({ permissions }) => permissions !== null);
    if (!isMoved) found.push(...removedBlock(change, 'the workflow', before.permissions));
  }
  return found;
}

/** Tokens of workflows that may do more than before. */
export function checkPermissions(changes: readonly WorkflowChange[]): readonly Draft[] {
  return changes.flatMap(checkWorkflow);
}
