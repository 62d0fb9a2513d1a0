// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub Actions

import { quoteText } from './quoted-text.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import {
  actionOf,
  allSteps,
  checksIn,
  commandsOf,
  firstLineIn,
  type WorkflowChange,
} from './workflow-change.ts';
import type { Located, Workflow, WorkflowJob, WorkflowStep } from './workflow-document.ts';

const STEP_REMOVED: Rule = {
  id: 'review/ci-step-removed',
  priority: 1,
  title: 'CI step removed',
  looksFor:
    'A step of a workflow for pull requests, pushes or the merge queue that is gone, switched off with `if: false`, or keeps its name and checks nothing any more; a job or a workflow without its steps; a workflow that no longer runs on pull requests. Setting up, caching and uploading are no checks, and a step that stands in another job or workflow of the change has moved.',
  mend: 'Put it back, or say in the notes what checks this now.',
  hit: '-      - run: npm test',
  nearMiss: '-      - run: npm test  +      - run: npm test -- --coverage',
};

const FAILURE_IGNORED: Rule = {
  id: 'review/ci-failure-ignored',
  priority: 1,
  title: 'CI failure ignored',
  looksFor:
    '`continue-on-error: true` on a step or job that did not have it, and checks (test, lint, build, …) whose failure is swallowed with `|| true`. Expressions like `${{ matrix.experimental }}` are fine.',
  mend: 'Let it fail. What may fail belongs into a job of its own that nothing requires.',
  hit: '        continue-on-error: true',
  nearMiss: '        continue-on-error: ${{ matrix.experimental }}',
};

export const STEP_RULES: readonly Rule[] = [STEP_REMOVED, FAILURE_IGNORED];

const CI_EVENTS = ['pull_request', 'push', 'merge_group', 'pull_request_target', 'workflow_call'];

/** Actions that prepare or carry away: without them nothing less is checked. */
const PREPARING =
  /^(?:actions\/(?:checkout|cache(?:\/.*)?|setup-.*|upload-.*|download-.*|github-script|create-.*|labeler|stale|first-interaction)|docker\/(?:login|setup|metadata).*|[^/]*\/(?:.*setup.*|.*install.*|.*cache.*|.*checkout.*|.*login.*|.*upload.*|.*download.*|.*comment.*|.*label.*|.*paths-filter|.*changed-files|.*credentials.*)|dtolnay\/rust-toolchain|\.\/.*setup.*)$/;

/** What a step checks; empty for one that prepares. */
function checksOf(step: WorkflowStep): readonly string[] {
  if (step.run !== null) return commandsOf(step.run.value).flatMap(checksIn);
  const action = actionOf(step);
  return action === null || PREPARING.test(action) ? [] : [action];
}

/** Everything that the new side runs, wherever in the changed files. */
interface Running {
  readonly actions: ReadonlySet<string>;
  readonly commands: ReadonlySet<string>;
}

function surveyRunning(changes: readonly WorkflowChange[]): Running {
  const steps = changes.flatMap(({ after }) => allSteps(after));
  return {
    actions: new Set(steps.map(actionOf).filter((action) => action !== null)),
    commands: new Set(steps.flatMap(({ run }) => (run === null ? [] : commandsOf(run.value)))),
  };
}

function stillRuns(step: WorkflowStep, running: Running): boolean {
  const action = actionOf(step);
  if (action !== null) return running.actions.has(action);
  const checking = commandsOf(step.run?.value ?? '').filter((command) => checksIn(command).length > 0);
  return checking.every((command) => running.commands.has(command));
}

/** The step of the new job that took the place of an old one: same id or name, else one that checks the same. */
function findSuccessor(step: WorkflowStep, job: WorkflowJob | undefined): WorkflowStep | null {
  if (job === undefined) return null;
  const named = job.steps.find(
    (other) => (step.id !== null && other.id === step.id) || (step.name !== null && other.name === step.name),
  );
  if (named !== undefined) return named;
  const checks = new Set(checksOf(step));
  return job.steps.find((other) => checksOf(other).some((check) => checks.has(check))) ?? null;
}

function describeStep(step: WorkflowStep): string {
  const text = step.name ?? step.uses?.value ?? commandsOf(step.run?.value ?? '')[0] ?? step.id ?? '';
  return `"${quoteText(text, 80)}"`;
}

function onOldSide(change: WorkflowChange, title: string, from: number, to: number): Draft | null {
  const line = firstLineIn(change.removed, from, to);
  if (line === null) return null;
  const identity = change.removed.get(line) ?? '';
  return draft(STEP_REMOVED, { title, path: change.path, line, side: 'old', identity });
}

function checkJob(
  job: WorkflowJob,
  change: WorkflowChange,
  after: Workflow,
  running: Running,
): readonly (Draft | null)[] {
  const successor = after.jobs.find(({ id }) => id === job.id);
  const lost = job.steps.filter((step) => {
    if (checksOf(step).length === 0 || stillRuns(step, running)) return false;
    const next = findSuccessor(step, successor);
    return next === null || checksOf(next).length === 0;
  });
  if (lost.length === 0) return [];
  if (successor === undefined) {
    return [onOldSide(change, `Job "${quoteText(job.id, 60)}" removed`, job.line, job.endLine)];
  }
  return lost.map((step) => {
    const isKept = findSuccessor(step, successor) !== null;
    const title = isKept
      ? `Step ${describeStep(step)} checks nothing any more`
      : `Step ${describeStep(step)} removed`;
    return onOldSide(change, title, step.line, step.endLine);
  });
}

function checkTriggers(change: WorkflowChange, before: Workflow, after: Workflow): readonly Draft[] {
  const isCalled = after.triggers.has('workflow_call');
  return ['pull_request', 'merge_group']
    .filter((event) => before.triggers.has(event) && !after.triggers.has(event) && !isCalled)
    .flatMap((event) => {
      const found = before.triggers.get(event) ?? 0;
      const title = `Workflow no longer runs on ${event}`;
      return onOldSide(change, title, found, found) ?? [];
    });
}

function hasChecks(workflow: Workflow): boolean {
  return allSteps(workflow).some((step) => checksOf(step).length > 0);
}

function checkRemoved(change: WorkflowChange, running: Running): readonly Draft[] {
  const { before, after } = change;
  const isAction = before !== null && before.triggers.size === 0;
  if (before === null || (!isAction && !CI_EVENTS.some((event) => before.triggers.has(event)))) return [];
  if (after === null) {
    // A workflow that is there and cannot be read is another finding.
    if (change.problem !== null || !hasChecks(before)) return [];
    const lost = allSteps(before).filter((step) => checksOf(step).length > 0 && !stillRuns(step, running));
    if (lost.length === 0) return [];
    const title = `Workflow deleted with ${lost.length === 1 ? 'a check' : `${lost.length} checks`}`;
    return [draft(STEP_REMOVED, { title, path: change.path, side: 'old', identity: '' })];
  }
  const steps = before.jobs.flatMap((job) => checkJob(job, change, after, running));
  return [...steps.filter((found) => found !== null), ...checkTriggers(change, before, after)];
}

function isFalse(value: string): boolean {
  return /^\s*(?:false|\$\{\{\s{0,10}false\s{0,10}\}\})\s*$/i.test(value);
}

function isTrue(value: string): boolean {
  return /^\s*(?:true|\$\{\{\s{0,10}true\s{0,10}\}\})\s*$/i.test(value);
}

function onNewSide(rule: Rule, change: WorkflowChange, title: string, line: number): Draft {
  return draft(rule, { title, path: change.path, line, identity: change.added.get(line) ?? '' });
}

function newLine(
  change: WorkflowChange,
  value: Located | null,
  test: (text: string) => boolean,
): number | null {
  if (value === null || !test(value.value)) return null;
  return firstLineIn(change.added, value.line, value.line);
}

/** The step of the old side that is the same one: by id, name, action or commands. */
function findOld(step: WorkflowStep, before: Workflow | null): WorkflowStep | undefined {
  const commands = commandsOf(step.run?.value ?? '').join('\n');
  return allSteps(before).find((old) => {
    if (step.id !== null || step.name !== null) return old.id === step.id && old.name === step.name;
    const isSameAction = step.uses !== null && actionOf(old) === actionOf(step);
    return isSameAction || (commands !== '' && commandsOf(old.run?.value ?? '').join('\n') === commands);
  });
}

function checkStep(step: WorkflowStep, change: WorkflowChange): readonly Draft[] {
  const found: Draft[] = [];
  const old = findOld(step, change.before);
  const off = newLine(change, step.condition, isFalse);
  if (
    off !== null &&
    checksOf(step).length > 0 &&
    !(old?.condition !== undefined && isFalse(old.condition?.value ?? ''))
  ) {
    found.push(onNewSide(STEP_REMOVED, change, `Step ${describeStep(step)} switched off`, off));
  }
  const ignored = newLine(change, step.continueOnError, isTrue);
  if (ignored !== null && !isTrue(old?.continueOnError?.value ?? '')) {
    const title = `Failure of step ${describeStep(step)} is ignored`;
    found.push(onNewSide(FAILURE_IGNORED, change, title, ignored));
  }
  return [...found, ...checkSwallowed(step, change)];
}

const SWALLOWED = /(?:\|\||;)\s{0,4}(?:true|:|exit\s{1,4}0)\s{0,4}(?:#.*)?$/;

/** Lines of a script that check something and cannot fail. */
function checkSwallowed(step: WorkflowStep, change: WorkflowChange): readonly Draft[] {
  if (step.run === null) return [];
  const { line, endLine } = step.run;
  return change.file.added
    .filter((added) => added.line >= line && added.line <= endLine && !added.isMoved)
    .filter(({ text }) => {
      const bare = text.trim().replace(/["']$/, '');
      return SWALLOWED.test(bare) && checksIn(bare).length > 0 && !/^\s*(?:-\s)?(?:run:\s)?#/.test(bare);
    })
    .map((added) => {
      const title = `Failure is swallowed: ${quoteText(added.text, 80)}`;
      return onNewSide(FAILURE_IGNORED, change, title, added.line);
    });
}

function checkNewSide(change: WorkflowChange): readonly Draft[] {
  return (change.after?.jobs ?? []).flatMap((job) => {
    const old = change.before?.jobs.find(({ id }) => id === job.id);
    const name = `"${quoteText(job.id, 60)}"`;
    const found = job.steps.flatMap((step) => checkStep(step, change));
    const ignored = newLine(change, job.continueOnError, isTrue);
    if (ignored !== null && !isTrue(old?.continueOnError?.value ?? '')) {
      found.push(onNewSide(FAILURE_IGNORED, change, `Failure of job ${name} is ignored`, ignored));
    }
    const off = newLine(change, job.condition, isFalse);
    if (off !== null && !isFalse(old?.condition?.value ?? '')) {
      found.push(onNewSide(STEP_REMOVED, change, `Job ${name} switched off`, off));
    }
    return found;
  });
}

/** Checks that go away or no longer count. */
export function checkSteps(changes: readonly WorkflowChange[]): readonly Draft[] {
  const running = surveyRunning(changes);
  return changes.flatMap((change) => [...checkRemoved(change, running), ...checkNewSide(change)]);
}
