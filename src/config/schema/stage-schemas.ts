import * as z from 'zod/mini';
import { byteSize, count, duration, flag, fraction } from './amount-schemas.ts';
import { command, environment, globs, id, relativePath, title } from './name-schemas.ts';
import { limits, onUnavailable, reviewer } from './reviewer-schemas.ts';
import { lazily, list, mapping, needed, optional } from './schema-parts.ts';

const commonShape = lazily(() => ({
  title: optional(title(), 'What people read instead of the id.'),
  required: optional(flag(), 'Whether the verdict depends on the stage. Default: true.'),
  timeout: optional(duration(), 'Time limit such as 10m. Default: execution.timeout.'),
  needs: optional(list(id(), { maxItems: 100 }), 'Ids of stages that must have passed before this one runs.'),
  when: optional(globs(), 'The stage runs only when a changed file matches one of these globs.'),
}));

const tests = lazily(() =>
  mapping({
    min: optional(count(0, 1_000_000), 'So many tests must have run.'),
    junit: optional(globs(), 'JUnit XML reports to count the tests in.'),
  }),
);

const RUN = 'Command line for the shell.';

const commandShape = lazily(() => ({
  ...commonShape(),
  run: optional(command(), RUN),
  cwd: optional(relativePath(), 'Folder the command runs in, relative to the working directory.'),
  env: optional(environment(), 'Variables for the command; values are texts.'),
  retries: optional(count(0, 10), 'Further attempts after a failed one. A stage that then passes is flaky.'),
  tests: optional(tests(), 'Proof that tests ran.'),
  inputs: optional(globs(), 'Files the command reads.'),
  outputs: optional(globs(), 'Files the command writes.'),
}));

/** A stage that runs a command line. */
export const commandStage = lazily(() => mapping(commandShape()));

/** A command stage that nothing else is known of. */
export const ownStage = lazily(() => mapping({ ...commandShape(), run: needed(command(), RUN) }));

export const specGuardStage = lazily(() =>
  mapping({
    ...commonShape(),
    code: optional(globs(), 'Files whose change needs a change of their spec. Default: src/**.'),
    specs: optional(globs(), 'The specs. Default: docs/specs/**.'),
    max_age_days: optional(count(1, 36_500), 'Age at which a spec needs a review. Default: 30.'),
    require_update: optional(flag(), 'Whether changed code needs a changed spec. Default: true.'),
  }),
);

const freshness = lazily(() =>
  mapping({
    registry: needed(relativePath(), 'JSON file with owner and review date of each document.'),
  }),
);

export const docsStage = lazily(() =>
  mapping({
    ...commonShape(),
    paths: optional(globs(), 'The documents. Default: all Markdown files.'),
    links: optional(flag(), 'Check links and anchors within the repository. Default: true.'),
    scripts: optional(flag(), 'Check that paths and scripts named in documents exist. Default: true.'),
    freshness: optional(freshness(), 'Check that documents are reviewed in time.'),
    baseline: optional(relativePath(), 'File with known findings, which do not fail the stage.'),
  }),
);

const override = lazily(() =>
  mapping({
    label: optional(title(), 'Label that lifts the budget. Default: diff-budget-override.'),
    min_permission: optional(
      z.enum(['read', 'triage', 'write', 'maintain', 'admin']),
      'What whoever puts the label must be allowed to do. Default: write.',
    ),
  }),
);

export const diffBudgetStage = lazily(() =>
  mapping({
    ...commonShape(),
    max_files: optional(count(0, 1_000_000), 'Changed files at most. Default: 25.'),
    max_lines: optional(count(0, 1_000_000_000), 'Changed lines at most. Default: 800.'),
    max_bytes: optional(byteSize(), 'Size of binaries and very long lines at most. Default: 512KiB.'),
    ignore: optional(globs(), 'Files that do not count.'),
    deletions: optional(z.literal([0, 1]), 'Weight of a deleted line. Default: 1.'),
    override: optional(
      override(),
      'How a pull request gets a larger budget: the label, and a reason in its text.',
    ),
  }),
);

const necessity = () => z.enum(['required', 'optional']);

function notes() {
  const part = (name: string) => optional(necessity(), `Whether the part ${name} must be there.`);
  return z.union(
    [
      necessity(),
      mapping({
        goal: part('Goal'),
        summary: part('Summary'),
        risks: part('Risks'),
        questions: part('Questions'),
      }),
    ],
    'must be required or optional, or a mapping of goal, summary, risks and questions to one of them',
  );
}

export const reviewStage = lazily(() =>
  mapping({
    ...commonShape(),
    // The element is made when a reviewer is given.
    reviewers: optional(
      list(z.lazy(reviewer), { minItems: 1, maxItems: 20 }),
      'Who reviews, in this order. Default: builtin.',
    ),
    fail_on: optional(
      z.enum(['p0', 'p1', 'p2', 'p3']),
      'Findings of this priority or worse fail the stage. Default: p1.',
    ),
    min_confidence: optional(
      fraction(),
      'Findings less certain than this do not fail the stage. Default: 0.',
    ),
    on_unavailable: optional(onUnavailable(), 'What it means that a reviewer gave no answer. Default: fail.'),
    notes: optional(
      notes(),
      'Whether the author must write notes: one word, or one for each of goal, summary, risks, questions. Default: required, questions optional.',
    ),
    limits: optional(limits(), 'Limits of each reviewer.'),
  }),
);

export type CommandStageInput = z.output<ReturnType<typeof commandStage>>;
export type SpecGuardInput = z.output<ReturnType<typeof specGuardStage>>;
export type DocsInput = z.output<ReturnType<typeof docsStage>>;
export type DiffBudgetInput = z.output<ReturnType<typeof diffBudgetStage>>;
export type ReviewInput = z.output<ReturnType<typeof reviewStage>>;
