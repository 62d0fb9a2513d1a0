import { count, duration, flag, limit, pause } from './amount-settings.ts';
import { command, globs, id, redactions, reference, taskId, title } from './name-settings.ts';
import { mapping, needed, type Output, optional, wordOr } from './setting.ts';
import { pipelines, stages } from './stage-map.ts';
import { choice, nullable } from './text-setting.ts';

const execution = mapping({
  mode: optional(
    choice(['sequence'], { graph: 'graph is not in this version' }),
    'Stages run one after another.',
  ),
  on_failure: optional(
    choice(['keep-going', 'fail-fast']),
    'Whether later stages run after a failed one. Default: keep-going.',
  ),
  timeout: optional(duration, 'Time limit of a stage that has none of its own. Default: 30m.'),
  grace: optional(pause, 'Time between TERM and KILL for a stage that must end. Default: 5s.'),
  max_parallel: optional(count(1, 64), 'Stages that may run at the same time. Default: 2.'),
});

const baseline = mapping({
  branch: optional(reference, 'Branch to compare with; auto: the base of the change.'),
  samples: optional(count(1, 1_000), 'Earlier runs to compare with. Default: 20.'),
  confirm: optional(choice(['off', 'suspects']), 'Whether slower stages are measured again. Default: off.'),
  gate: optional(flag, 'Whether a confirmed slowdown fails the run. Default: false.'),
});

const report = mapping({
  comment: optional(
    choice(['auto', 'always', 'on-change', 'never']),
    'When the pull request gets a comment. Default: auto.',
  ),
  check: optional(title, 'auto, never, or the name of the check run. Default: auto.'),
  status: optional(title, 'never, or the context of the commit status. Default: implementation-gate.'),
  summary: optional(flag, 'Whether the job gets a summary. Default: true.'),
  annotations: optional(flag, 'Whether findings become annotations. Default: true.'),
});

const agentCommand = mapping({
  id: needed(id, 'Name of the agent in reports.'),
  kind: needed(choice(['command']), null),
  run: needed(command, 'Command line that speaks the protocol of agents.'),
});

const rlm = mapping({
  agent: optional(wordOr(['codex', 'claude'], agentCommand, 'agent'), 'Who edits.'),
  validator: optional(command, 'none, auto, or the command that says whether the goal is reached.'),
  max_iterations: optional(limit, 'Turns of the agent at most; 0: no limit. Default: 88.'),
  max_minutes: optional(limit, 'Minutes in all at most; 0: no limit. Default: 2880.'),
  max_requests: optional(limit, 'Requests to the model at most; 0: no limit. Default: no limit.'),
  protect: optional(globs, 'Files the agent must not touch, beside those it never may.'),
});

/** The whole file. */
export const configFile = mapping({
  version: needed(choice([1]), 'Version of this format.'),
  default_pipeline: optional(id, 'Pipeline of "gate run" without a name. Default: implementation-gate.'),
  task: optional(nullable(taskId), 'Task the runs belong to. Default: the pull request or branch.'),
  base: optional(reference, 'auto, or the commit that a change is compared with.'),
  strict_commands: optional(
    flag,
    'Whether a change to the commands behind the stages fails the run. Default: false.',
  ),
  execution: optional(execution, 'How stages are run.'),
  stages: optional(stages, 'Stages by id.'),
  pipelines: optional(pipelines, 'Pipelines by id: their stages, in order.'),
  baseline: optional(baseline, 'What durations are compared with.'),
  report: optional(report, 'What is published.'),
  redact: optional(redactions, 'Texts, or /regular expressions/, that are hidden in logs and reports.'),
  rlm: optional(rlm, 'The agent loop.'),
});

export type ConfigFileInput = Output<typeof configFile.fields>;
