import { byteSize, count, duration, flag, fraction } from './amount-settings.ts';
import {
  command,
  environment,
  globs,
  id,
  model,
  relativePath,
  title,
  url,
  variable,
} from './name-settings.ts';
import {
  byKind,
  type Fields,
  list,
  mapping,
  needed,
  type Output,
  optional,
  type Setting,
  wordOr,
} from './setting.ts';
import { choice, named } from './text-setting.ts';

const COMMON = {
  title: optional(title, 'What people read instead of the id.'),
  required: optional(flag, 'Whether the verdict depends on the stage. Default: true.'),
  timeout: optional(duration, 'Time limit such as 10m. Default: execution.timeout.'),
  needs: optional(list(id, { maxItems: 100 }), 'Ids of stages that must have passed before this one runs.'),
  when: optional(globs, 'The stage runs only when a changed file matches one of these globs.'),
};

const tests = mapping({
  min: optional(count(0, 1_000_000), 'So many tests must have run.'),
  junit: optional(globs, 'JUnit XML reports to count the tests in.'),
});

const COMMAND = {
  run: optional(command, 'Command line for the shell.'),
  cwd: optional(relativePath, 'Folder the command runs in, relative to the working directory.'),
  env: optional(environment, 'Variables for the command; values are texts.'),
  retries: optional(count(0, 10), 'Further attempts after a failed one. A stage that then passes is flaky.'),
  tests: optional(tests, 'Proof that tests ran.'),
  inputs: optional(globs, 'Files the command reads.'),
  outputs: optional(globs, 'Files the command writes.'),
};

/** A stage that runs a command line. */
export const commandStage = mapping({ ...COMMON, ...COMMAND });

/** A command stage that nothing else is known of. */
export const ownStage = mapping({ ...COMMON, ...COMMAND, run: needed(command, COMMAND.run.description) });

export const specGuardStage = mapping({
  ...COMMON,
  code: optional(globs, 'Files whose change needs a change of their spec. Default: src/**.'),
  specs: optional(globs, 'The specs. Default: docs/specs/**.'),
  max_age_days: optional(count(1, 36_500), 'Age at which a spec needs a review. Default: 30.'),
  require_update: optional(flag, 'Whether changed code needs a changed spec. Default: true.'),
});

const freshness = mapping({
  registry: needed(relativePath, 'JSON file with owner and review date of each document.'),
});

export const docsStage = mapping({
  ...COMMON,
  paths: optional(globs, 'The documents. Default: all Markdown files.'),
  links: optional(flag, 'Check links and anchors within the repository. Default: true.'),
  scripts: optional(flag, 'Check that paths and scripts named in documents exist. Default: true.'),
  freshness: optional(freshness, 'Check that documents are reviewed in time.'),
  baseline: optional(relativePath, 'File with known findings, which do not fail the stage.'),
});

const override = mapping({
  label: optional(title, 'Label that lifts the budget. Default: diff-budget-override.'),
  min_permission: optional(
    choice(['read', 'triage', 'write', 'maintain', 'admin']),
    'What whoever puts the label must be allowed to do. Default: write.',
  ),
});

export const diffBudgetStage = mapping({
  ...COMMON,
  max_files: optional(count(0, 1_000_000), 'Changed files at most. Default: 25.'),
  max_lines: optional(count(0, 1_000_000_000), 'Changed lines at most. Default: 800.'),
  max_bytes: optional(byteSize, 'Size of binaries and very long lines at most. Default: 512KiB.'),
  ignore: optional(globs, 'Files that do not count.'),
  deletions: optional(choice([0, 1]), 'Weight of a deleted line. Default: 1.'),
  override: optional(
    override,
    'How a pull request gets a larger budget: the label, and a reason in its text.',
  ),
});

const onUnavailable = choice(['fail', 'neutral', 'pass']);
const limits = mapping({ time: optional(duration, 'Time limit such as 10m. Default: 10m.') });

const REVIEWER = {
  id: needed(id, 'Name of the reviewer in findings and reports.'),
  limits: optional(limits, 'Limits of this reviewer.'),
  required: optional(flag, 'Whether the stage needs its answer. Default: true.'),
  on_unavailable: optional(onUnavailable, 'What a missing answer means. Default: that of the stage.'),
};

const KEY = 'Variable that holds the key.';
const BASE_URL = 'Where the API is.';

function agentReviewer<const K extends string>(kind: K) {
  return mapping({
    ...REVIEWER,
    kind: needed(choice([kind]), null),
    model: optional(model, 'Name of the model.'),
    api_key_env: optional(variable, KEY),
    base_url: optional(url, BASE_URL),
  });
}

const REVIEWERS = {
  command: mapping({
    ...REVIEWER,
    kind: needed(choice(['command']), null),
    run: needed(command, 'Command line that speaks the protocol of reviewers.'),
  }),
  approvals: mapping({
    ...REVIEWER,
    kind: needed(choice(['approvals']), null),
    count: optional(count(1, 100), 'Approving reviews that are needed. Default: 1.'),
  }),
  'openai-compatible': mapping({
    ...REVIEWER,
    kind: needed(choice(['openai-compatible']), null),
    base_url: needed(url, BASE_URL),
    model: needed(model, 'Name of the model.'),
    api_key_env: needed(variable, KEY),
  }),
  codex: agentReviewer('codex'),
  claude: agentReviewer('claude'),
};

type Read<S extends { readonly fields: Fields }> = Output<S['fields']>;

/** A reviewer that is written as a mapping. */
export type ReviewerMapping = Read<(typeof REVIEWERS)[keyof typeof REVIEWERS]>;

/** A reviewer as written: a word or a mapping. */
export type ReviewerInput = 'builtin' | 'approvals' | ReviewerMapping;

const reviewer: Setting<ReviewerInput> = named(
  'reviewer',
  wordOr(['builtin', 'approvals'], byKind<ReviewerMapping>(REVIEWERS), 'reviewer'),
);

export const reviewStage = mapping({
  ...COMMON,
  reviewers: optional(
    list(reviewer, { minItems: 1, maxItems: 20 }),
    'Who reviews, in this order. Default: builtin.',
  ),
  fail_on: optional(
    choice(['p0', 'p1', 'p2', 'p3']),
    'Findings of this priority or worse fail the stage. Default: p1.',
  ),
  min_confidence: optional(fraction, 'Findings less certain than this do not fail the stage. Default: 0.'),
  on_unavailable: optional(onUnavailable, 'What it means that a reviewer gave no answer. Default: fail.'),
  notes: optional(
    choice(['required', 'optional']),
    'Whether the author must write notes. Default: required.',
  ),
  limits: optional(limits, 'Limits of each reviewer.'),
});

export type CommandStageInput = Read<typeof commandStage>;
export type SpecGuardInput = Read<typeof specGuardStage>;
export type DocsInput = Read<typeof docsStage>;
export type DiffBudgetInput = Read<typeof diffBudgetStage>;
export type ReviewInput = Read<typeof reviewStage>;
