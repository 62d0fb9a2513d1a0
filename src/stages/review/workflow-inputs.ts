// biome-ignore-all lint/suspicious/noTemplateCurlyInString: these are expressions of GitHub Actions

import { quoteText } from './quoted-text.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import { allSteps, firstLineIn, type WorkflowChange } from './workflow-change.ts';
import type { Located, Workflow, WorkflowStep } from './workflow-document.ts';

const HEAD_CHECKOUT: Rule = {
  id: 'review/pull-request-target-checkout',
  priority: 1,
  title: 'Foreign code with the repository’s rights',
  looksFor:
    'A workflow on `pull_request_target` or `workflow_run` that checks out the head of the pull request, by `ref`, by `repository`, or with git or gh in a script: whoever opens a pull request gets its secrets and its token.',
  mend: 'Use pull_request for what runs the code of a change, and keep pull_request_target for what only reads its data.',
  hit: 'ref: ${{ github.event.pull_request.head.sha }}',
  nearMiss: 'ref: ${{ github.event.pull_request.base.sha }}',
};

const INJECTION: Rule = {
  id: 'review/workflow-injection',
  priority: 1,
  title: 'Text of strangers in a script',
  looksFor:
    '`${{ github.event.… }}`, `github.head_ref` and their like inside `run:` or the `script:` of actions/github-script: whoever writes a title, a branch name or a comment writes the script. Numbers, ids, SHAs and the outcome of comparisons are fine.',
  mend: 'Give the value to the step as an environment variable and use it quoted: env: { TITLE: ${{ … }} }, then "$TITLE".',
  hit: 'run: echo "${{ github.event.pull_request.title }}"',
  nearMiss: 'run: gh pr view ${{ github.event.pull_request.number }}',
};

const UNPINNED: Rule = {
  id: 'review/unpinned-action',
  priority: 1,
  title: 'Action not pinned',
  looksFor:
    '`uses:` of another repository on an added line whose version is no 40-digit commit SHA, and `docker://` images without a digest. Local actions (`./…`) need none.',
  mend: 'Pin the commit and keep the version as a comment: uses: owner/action@<40 hex digits> # v4.',
  hit: 'uses: actions/checkout@v4',
  nearMiss: 'uses: ./.github/actions/setup',
};

export const INPUT_RULES: readonly Rule[] = [HEAD_CHECKOUT, INJECTION, UNPINNED];

/** Makes `github['event']["issue"].title` and `GitHub.Event` one and the same. */
function normalise(expression: string): string {
  return expression
    .replace(/\[\s{0,4}['"]([\w-]{1,60})['"]\s{0,4}\]/g, '.$1')
    .replace(/\[[^\]]{0,40}\]/g, '.*')
    .toLowerCase();
}

/** Parts of events that hold what GitHub made or what only people with rights can set. */
const HARMLESS =
  /^github\.event\.(?:action|number|before|after|created|deleted|forced|inputs\b.*|schedule|client_payload\b.*|(?:.*\.)?(?:id|node_id|number|sha|merged|draft|state|created_at|updated_at|closed_at|merged_at|merge_commit_sha|run_id|run_number|run_attempt|conclusion|status|html_url|diff_url|patch_url|author_association|size|type|additions|deletions|changed_files|private|fork)|(?:.*\.)?(?:user|sender|actor|owner|author|organization)\.(?:login|id|type)|(?:repository|organization|sender|installation|enterprise|pull_request\.base)\b.*)$/;

const CONTEXT = /\bgithub\.event(?:\.[\w*-]{1,60}){0,10}|\bgithub\.head_ref\b|\bgithub\.event\b/g;

/** Functions whose answer is true, false or a digest, whatever they are given. */
const TAMES = /\b(?:contains|startswith|endswith|hashfiles)\([^()]{0,400}\)/g;

/** The contexts in an expression that put text of strangers where it stands. */
function foreignContexts(expression: string): readonly string[] {
  const bare = normalise(expression).replace(TAMES, 'true');
  const found: string[] = [];
  for (const match of bare.matchAll(CONTEXT)) {
    const before = bare.slice(0, match.index).trimEnd();
    const after = bare.slice(match.index + match[0].length).trimStart();
    if (/(?:[=!<>]=|[<>])$/.test(before) || /^(?:[=!<>]=|[<>])/.test(after)) continue;
    if (match[0] === 'github.event' && !/(?:tojson|format|join)\(/.test(before)) continue;
    if (!HARMLESS.test(match[0])) found.push(match[0]);
  }
  if (/\btojson\(\s{0,4}github\s{0,4}\)/.test(bare)) found.push('github');
  return found;
}

/** Expressions of a scalar with the line each begins on. */
function expressionsIn(scalar: Located): readonly { readonly text: string; readonly line: number }[] {
  const found: { text: string; line: number }[] = [];
  for (const [index, line] of scalar.raw.split('\n').entries()) {
    for (const match of line.matchAll(/\$\{\{(.{0,1000}?)\}\}/g)) {
      found.push({ text: match[1] ?? '', line: scalar.line + index });
    }
  }
  return found;
}

function scriptsOf(step: WorkflowStep): readonly Located[] {
  const isScript = step.uses?.value.toLowerCase().startsWith('actions/github-script') === true;
  const script = isScript ? step.inputs.get('script') : undefined;
  return [step.run, script ?? null].filter((scalar) => scalar !== null);
}

function checkInjection(step: WorkflowStep, change: WorkflowChange): readonly Draft[] {
  return scriptsOf(step).flatMap((scalar) =>
    expressionsIn(scalar).flatMap(({ text, line }) => {
      const [context] = foreignContexts(text);
      if (context === undefined || !change.added.has(line)) return [];
      const title = `"${quoteText(context, 80)}" goes into a script as it is`;
      return [draft(INJECTION, { title, path: change.path, line, identity: change.added.get(line) ?? '' })];
    }),
  );
}

function isPinned(uses: string): boolean {
  if (/^(?:\.\/|\.\.\/|\.github\/)/.test(uses)) return true;
  if (uses.startsWith('docker://')) return /@sha256:[0-9a-f]{64}$/i.test(uses);
  return /@(?:[0-9a-f]{40}|[0-9a-f]{64})$/i.test(uses);
}

function checkPin(step: WorkflowStep, change: WorkflowChange): readonly Draft[] {
  const { uses } = step;
  if (uses === null || uses.value === '' || isPinned(uses.value.trim())) return [];
  const line = firstLineIn(change.added, uses.line, uses.endLine);
  if (line === null) return [];
  const title = `"${quoteText(uses.value, 100)}" is not pinned to a commit`;
  return [draft(UNPINNED, { title, path: change.path, line, identity: change.added.get(line) ?? '' })];
}

/** How a pull request's head is named in workflows. */
const HEAD =
  /github\.event\.pull_request\.head\.(?:sha|ref|label|repo\b)|github\.head_ref|github\.event\.workflow_run\.head_(?:sha|branch|repository|commit)|refs\/pull\/|github\.event\.pull_request\.merge_commit_sha|github\.event\.(?:number|pull_request\.number)[^\n]{0,40}\/(?:head|merge)/;
const HEAD_IN_SCRIPT =
  /\bgh\s{1,4}pr\s{1,4}checkout\b|\bgit\s{1,4}(?:fetch|pull|checkout|switch|merge|clone|worktree)\b[^\n]{0,200}(?:pull\/|head_ref|head\.(?:ref|sha|repo)|head_(?:sha|branch))/i;

function headCheckout(step: WorkflowStep): Located | null {
  if (step.uses?.value.toLowerCase().startsWith('actions/checkout') === true) {
    for (const name of ['ref', 'repository']) {
      const input = step.inputs.get(name);
      if (input !== undefined && HEAD.test(normalise(input.value))) return input;
    }
  }
  if (step.run === null) return null;
  return HEAD_IN_SCRIPT.test(normalise(step.run.value)) ? step.run : null;
}

function privilegedTrigger(workflow: Workflow): readonly [string, number] | null {
  for (const event of ['pull_request_target', 'workflow_run']) {
    const line = workflow.triggers.get(event);
    if (line !== undefined) return [event, line];
  }
  return null;
}

function checkHead(change: WorkflowChange): readonly Draft[] {
  const { after } = change;
  const trigger = after === null ? null : privilegedTrigger(after);
  if (after === null || trigger === null) return [];
  const [event, triggerLine] = trigger;
  return allSteps(after).flatMap((step) => {
    const checkout = headCheckout(step);
    if (checkout === null) return [];
    const line =
      firstLineIn(change.added, checkout.line, checkout.endLine) ??
      firstLineIn(change.added, step.line, step.endLine) ??
      firstLineIn(change.added, triggerLine, triggerLine);
    if (line === null) return [];
    const title = `${event} checks out the head of the pull request`;
    return [draft(HEAD_CHECKOUT, { title, path: change.path, line, identity: change.added.get(line) ?? '' })];
  });
}

/** What strangers can put into workflows: code to check out, text in scripts, actions that change under their name. */
export function checkInputs(changes: readonly WorkflowChange[]): readonly Draft[] {
  return changes.flatMap((change) => [
    ...checkHead(change),
    ...allSteps(change.after).flatMap((step) => [...checkInjection(step, change), ...checkPin(step, change)]),
  ]);
}
