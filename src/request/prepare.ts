import path from 'node:path';
import type { BaseCandidate } from '../change/base.ts';
import type { ChangeReading, Notes } from '../change/change.ts';
import { describeHidingPlaces } from '../change/hiding-places.ts';
import { parseNotes } from '../change/notes.ts';
import { openRepository } from '../change/open-repository.ts';
import { readChange } from '../change/read-change.ts';
import type { Repository } from '../change/repository.ts';
import { type Detection, detectCommands } from '../config/detection/detection.ts';
import { createDiskProjectFiles } from '../config/detection/project-files.ts';
import type { GateConfig } from '../config/gate-config.ts';
import {
  createRedactor,
  parseRedactRules,
  type RedactionOptions,
  secretsOfEnvironment,
} from '../evidence/redaction.ts';
import type { Git } from '../host/ports.ts';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { buildPlan, needsDetection } from '../plan/build-plan.ts';
import { parseBudgetOverrides } from '../stages/diff-budget/overrides.ts';
import { readApprovals } from './approvals.ts';
import { refusePrivilegedCheckout } from './checked-out-code.ts';
import { readWorkflowEvent, type WorkflowEvent } from './event.ts';
import { type GateRequest, readVariable } from './gate-request.ts';
import { loadWorkingConfig, type Policy, resolvePolicy } from './policy.ts';
import type { Preparation } from './preparation.ts';
import { resolveRunsDirectory } from './runs-directory.ts';
import { resolveTaskId } from './task-id.ts';
import { isUnattended } from './unattended.ts';
import { resolveWorkingDirectory } from './working-directory.ts';

const NOTHING_DETECTED: Detection = { commands: new Map(), missing: new Map(), warnings: [] };

/** Where the change may begin, most wanted first: the flag, the environment, the event, the configuration. */
function baseCandidates(request: GateRequest, event: WorkflowEvent, configured: string): BaseCandidate[] {
  const variable = readVariable(request.environment, 'BASE_SHA');
  const mergedHead = (ref: string) => ({ mergedHead: ref === event.baseSha ? event.headSha : null });
  const candidates: (BaseCandidate | null)[] = [
    request.base === null ? null : { ref: request.base, source: '--base', explicit: true },
    variable === null ? null : { ref: variable, source: 'BASE_SHA', explicit: true, ...mergedHead(variable) },
    // What a branch was before a forced push may be in no clone: nobody's mistake, but nothing to measure with.
    event.baseSha === null
      ? null
      : { ref: event.baseSha, source: `${event.name} event`, explicit: false, ...mergedHead(event.baseSha) },
    configured === 'auto' ? null : { ref: configured, source: 'base in the configuration', explicit: true },
  ];
  return candidates.filter((candidate) => candidate !== null);
}

/** The author's notes: the flag, the environment, else the pull request's text. */
function readNotes(request: GateRequest, event: WorkflowEvent): Notes {
  return parseNotes(request.notes ?? readVariable(request.environment, 'NOTES') ?? event.body ?? '');
}

function redactionOf(
  config: GateConfig,
  environment: GateRequest['environment'],
): Result<{ readonly options: RedactionOptions; readonly warnings: readonly string[] }> {
  const rules = parseRedactRules(config.redact);
  if (!rules.ok) return rules;
  const secrets = secretsOfEnvironment(environment);
  const literals = [...rules.value.literals, ...secrets.values];
  return ok({ options: { literals, patterns: rules.value.patterns }, warnings: secrets.warnings });
}

function changedPaths(reading: ChangeReading): readonly string[] | null {
  if (!reading.measured) return null;
  return reading.change.files.flatMap(({ path: name, oldPath }) =>
    oldPath === null ? [name] : [name, oldPath],
  );
}

/** A folder as a path relative to the root; null when it lies elsewhere. */
function belowRoot(root: string, directory: string): string | null {
  const relative = path.relative(root, directory).split(path.sep).join('/');
  return relative === '' || relative === '..' || relative.startsWith('../') || path.isAbsolute(relative)
    ? null
    : relative;
}

interface Place {
  readonly root: string;
  readonly directory: string;
  readonly runsDir: string;
}

/** The rest, once policy and change are known. */
function conclude(
  request: GateRequest,
  place: Place,
  event: WorkflowEvent,
  policy: Policy,
  reading: ChangeReading,
  hidden: readonly string[],
): Result<Preparation> {
  const { config } = policy;
  const redaction = redactionOf(config, request.environment);
  if (!redaction.ok) return redaction;
  const branch = reading.measured ? reading.change.branch : reading.unmeasured.branch;
  // The task names folders and stands in every answer: a secret in the branch must not get there.
  const shown = branch === null ? null : createRedactor(redaction.value.options).text(branch);
  const taskId = resolveTaskId(request, config.task, shown);
  if (!taskId.ok) return taskId;
  const overrides = parseBudgetOverrides(request.environment);
  if (!overrides.ok) return overrides;
  const approvals = readApprovals(request);
  if (!approvals.ok) return approvals;
  const detection = needsDetection(config)
    ? detectCommands(createDiskProjectFiles(place.directory))
    : ok(NOTHING_DETECTED);
  if (!detection.ok) return detection;
  const plan = buildPlan({
    config,
    pipeline: request.pipeline,
    stages: request.stages,
    detection: detection.value,
    changedPaths: changedPaths(reading),
  });
  if (!plan.ok) return plan;
  return ok({
    ...place,
    taskId: taskId.value,
    config: request.onFailure === null ? config : withOnFailure(config, request.onFailure),
    policy: policy.facts,
    unproven: policy.unproven,
    violation: policy.violation,
    plan: plan.value,
    reading,
    event,
    notes: readNotes(request, event),
    overrides: overrides.value,
    approvals: approvals.value,
    redaction: redaction.value.options,
    warnings: [
      ...event.warnings,
      ...policy.warnings,
      ...(reading.measured ? reading.change.warnings : []),
      ...hidden,
      ...redaction.value.warnings,
      ...plan.value.warnings,
    ],
  });
}

function withOnFailure(config: GateConfig, onFailure: 'keep-going' | 'fail-fast'): GateConfig {
  return { ...config, execution: { ...config.execution, onFailure } };
}

/** Reads the change; one that nobody named a base for is compared with the base of the policy that counts. */
async function readWithPolicy(
  request: GateRequest,
  place: Place,
  event: WorkflowEvent,
  working: GateConfig,
  access: { readonly git: Git; readonly repository: Repository },
): Promise<Result<{ readonly reading: ChangeReading; readonly policy: Policy }>> {
  const { git, repository } = access;
  const unattended = isUnattended(request.environment);
  const runs = belowRoot(place.root, place.runsDir);
  const excluded = runs === null ? [] : [runs];
  const read = (bases: readonly BaseCandidate[]) =>
    readChange(git, repository, { bases, excluded, unattended });
  // A base that the change itself could have written does not count where nobody watches.
  const trusted = unattended || request.policyRef !== null ? 'auto' : working.base;
  const bases = baseCandidates(request, event, trusted);
  const first = await read(bases);
  if (!first.ok) return first;
  const policy = await resolvePolicy(request, place, working, first.value, access);
  const isSettled = !policy.ok || bases.length > 0 || policy.value.config.base === 'auto';
  if (isSettled && policy.ok) return ok({ reading: first.value, policy: policy.value });
  if (first.value.measured) await first.value.change.snapshot.close();
  if (!policy.ok) return policy;
  const second = await read(baseCandidates(request, event, policy.value.config.base));
  return second.ok ? ok({ reading: second.value, policy: policy.value }) : second;
}

/**
 * Decides everything a run needs before its first stage, and starts nothing but git. A failure means that
 * nothing was run; the private git directory is gone then.
 */
export async function prepareRun(request: GateRequest, git: Git): Promise<Result<Preparation>> {
  const repository = await openRepository(git, request.startedIn);
  if (!repository.ok) return repository;
  const { root } = repository.value;
  const directory = resolveWorkingDirectory(root, request.startedIn, request.workingDirectory);
  if (!directory.ok) return directory;
  const runsDir = resolveRunsDirectory(root, request.startedIn, request.runsDir);
  const place = { root, directory: directory.value, runsDir };
  const working = await loadWorkingConfig(request, place);
  if (!working.ok) return working;
  const event = readWorkflowEvent(request.environment);
  const access = { git, repository: repository.value };
  const allowed = await refusePrivilegedCheckout(event, git, repository.value);
  if (!allowed.ok) return allowed;
  const read = await readWithPolicy(request, place, event, working.value, access);
  if (!read.ok) return read;
  const { reading, policy } = read.value;
  const hidden = reading.measured ? await describeHidingPlaces(reading.change, repository.value) : [];
  const concluded = conclude(request, place, event, policy, reading, hidden);
  if (!concluded.ok && reading.measured) await reading.change.snapshot.close();
  return concluded;
}

/** `a,b` of `--stages` as ids; blank parts are a usage failure. */
export function parseStageList(text: string | null): Result<readonly string[] | null> {
  if (text === null) return ok(null);
  const ids = text.split(',').map((part) => part.trim());
  if (ids.every((id) => id !== '')) return ok([...new Set(ids)]);
  return err(usageFailure('a name is empty', { where: '--stages', mend: 'write --stages build,test' }));
}
