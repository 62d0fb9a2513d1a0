import * as z from 'zod/mini';
import { count, duration, flag, limit, pause } from './amount-schemas.ts';
import { command, globs, id, redactions, reference, taskId, title } from './name-schemas.ts';
import { describeWordOr } from './reviewer-schemas.ts';
import { lazily, list, mapping, namedValues, needed, optional } from './schema-parts.ts';

function describeMode({ input }: z.core.$ZodRawIssue): string | undefined {
  return input === 'graph' ? 'must be sequence: graph is not in this version' : undefined;
}

const execution = lazily(() =>
  mapping({
    mode: optional(z.literal('sequence', { error: describeMode }), 'Stages run one after another.'),
    on_failure: optional(
      z.enum(['keep-going', 'fail-fast']),
      'Whether later stages run after a failed one. Default: keep-going.',
    ),
    timeout: optional(duration(), 'Time limit of a stage that has none of its own. Default: 30m.'),
    grace: optional(pause(), 'Time between TERM and KILL for a stage that must end. Default: 5s.'),
    max_parallel: optional(count(1, 64), 'Stages that may run at the same time. Default: 2.'),
  }),
);

const baseline = lazily(() =>
  mapping({
    branch: optional(reference(), 'Branch to compare with; auto: the base of the change.'),
    samples: optional(count(1, 1_000), 'Earlier runs to compare with. Default: 20.'),
    confirm: optional(z.enum(['off', 'suspects']), 'Whether slower stages are measured again. Default: off.'),
    gate: optional(flag(), 'Whether a confirmed slowdown fails the run. Default: false.'),
  }),
);

const report = lazily(() =>
  mapping({
    comment: optional(
      z.enum(['auto', 'always', 'on-change', 'never']),
      'When the pull request gets a comment. Default: auto.',
    ),
    check: optional(title(), 'auto, never, or the name of the check run. Default: auto.'),
    status: optional(title(), 'never, or the context of the commit status. Default: implementation-gate.'),
    summary: optional(flag(), 'Whether the job gets a summary. Default: true.'),
    annotations: optional(flag(), 'Whether findings become annotations. Default: true.'),
  }),
);

const AGENTS = ['codex', 'claude'] as const;

const rlm = lazily(() => {
  const byCommand = mapping({
    id: needed(id(), 'Name of the agent in reports.'),
    kind: z.literal('command'),
    run: needed(command(), 'Command line that speaks the protocol of agents.'),
  });
  const agent = z.union([z.enum(AGENTS), byCommand], { error: describeWordOr('agent', AGENTS) });
  return mapping({
    agent: optional(agent, 'Who edits.'),
    validator: optional(command(), 'none, auto, or the command that says whether the goal is reached.'),
    max_iterations: optional(limit(), 'Turns of the agent at most; 0: no limit. Default: 88.'),
    max_minutes: optional(limit(), 'Minutes in all at most; 0: no limit. Default: 2880.'),
    max_requests: optional(limit(), 'Requests to the model at most; 0: no limit. Default: no limit.'),
    protect: optional(globs(), 'Files the agent must not touch, beside those it never may.'),
  });
});

/** Parts of the file that are read by a schema of their own, made when the file has them. */
export const sections = { execution, baseline, report, rlm };

/** The sections as written, each undefined when the file has none. */
export type SectionInputs = {
  readonly [K in keyof typeof sections]: z.output<ReturnType<(typeof sections)[K]>> | undefined;
};

/** Stages by id, each still to be read: what one may hold depends on what is known of it. */
const stages = lazily(() => namedValues(id(), z.unknown(), { maxKeys: 200, what: 'stages' }));

/** Pipelines by id, their entries still to be read. */
const pipelines = lazily(() =>
  namedValues(id(), list(z.unknown(), { minItems: 1, maxItems: 200 }), { maxKeys: 100, what: 'pipelines' }),
);

/** The whole file, without what is in its sections, stages and pipelines. */
export const configFile = lazily(() => {
  const section = z.optional(z.unknown());
  return mapping({
    version: needed(z.literal(1), 'Version of this format.'),
    default_pipeline: optional(id(), 'Pipeline of "gate run" without a name. Default: implementation-gate.'),
    task: optional(z.nullable(taskId()), 'Task the runs belong to. Default: the pull request or branch.'),
    base: optional(reference(), 'auto, or the commit that a change is compared with.'),
    strict_commands: optional(
      flag(),
      'Whether a change to the commands behind the stages fails the run. Default: false.',
    ),
    execution: section,
    stages: z.optional(stages()),
    pipelines: z.optional(pipelines()),
    baseline: section,
    report: section,
    redact: optional(redactions(), 'Texts, or /regular expressions/, that are hidden in logs and reports.'),
    rlm: section,
  });
});

export type ConfigFileInput = z.output<ReturnType<typeof configFile>>;
