import { nearestName } from '../kernel/nearest.ts';
import { type KeyPath, quote } from './config-problem.ts';
import { describeMismatch, isMapping } from './config-value.ts';
import { defaultCommandStage, isDetectedStage } from './default-config.ts';
import {
  BUILTIN_STAGE_IDS,
  type CommandStage,
  type DiffBudgetStage,
  type DocsStage,
  NOTE_PARTS,
  notesRule,
  type ReviewStage,
  type SpecGuardStage,
  type StageCommon,
  type StageSettings,
} from './gate-config.ts';
import type { PartReader } from './part-reader.ts';
import { layReviewers, makeReviewers } from './reviewer-list.ts';
import { readBySchema } from './schema/issue-report.ts';
import {
  type CommandStageInput,
  commandStage,
  type DiffBudgetInput,
  type DocsInput,
  diffBudgetStage,
  docsStage,
  type ReviewInput,
  reviewStage,
  type SpecGuardInput,
  specGuardStage,
} from './schema/stage-schemas.ts';

type CommonInput = Pick<CommandStageInput, 'title' | 'required' | 'timeout' | 'needs' | 'when'>;

function layCommon(base: StageCommon, input: CommonInput, where: string): StageCommon {
  return {
    id: base.id,
    title: input.title ?? base.title,
    required: input.required ?? base.required,
    timeoutMs: input.timeout ?? base.timeoutMs,
    needs: input.needs ?? base.needs,
    when: input.when ?? base.when,
    where,
  };
}

function layCommand(base: CommandStage, input: CommandStageInput, where: string): CommandStage {
  return {
    ...layCommon(base, input, where),
    kind: 'command',
    run: input.run ?? base.run,
    cwd: input.cwd ?? base.cwd,
    env: input.env ?? base.env,
    retries: input.retries ?? base.retries,
    tests: { min: input.tests?.min ?? base.tests.min, junit: input.tests?.junit ?? base.tests.junit },
    inputs: input.inputs ?? base.inputs,
    outputs: input.outputs ?? base.outputs,
  };
}

function laySpecGuard(base: SpecGuardStage, input: SpecGuardInput, where: string): SpecGuardStage {
  return {
    ...layCommon(base, input, where),
    kind: 'spec-guard',
    code: input.code ?? base.code,
    specs: input.specs ?? base.specs,
    maxAgeDays: input.max_age_days ?? base.maxAgeDays,
    requireUpdate: input.require_update ?? base.requireUpdate,
  };
}

function layDocs(base: DocsStage, input: DocsInput, where: string): DocsStage {
  return {
    ...layCommon(base, input, where),
    kind: 'docs',
    paths: input.paths ?? base.paths,
    links: input.links ?? base.links,
    scripts: input.scripts ?? base.scripts,
    freshnessRegistry: input.freshness?.registry ?? base.freshnessRegistry,
    baseline: input.baseline ?? base.baseline,
  };
}

function layDiffBudget(base: DiffBudgetStage, input: DiffBudgetInput, where: string): DiffBudgetStage {
  return {
    ...layCommon(base, input, where),
    kind: 'diff-budget',
    maxFiles: input.max_files ?? base.maxFiles,
    maxLines: input.max_lines ?? base.maxLines,
    maxBytes: input.max_bytes ?? base.maxBytes,
    ignore: input.ignore ?? base.ignore,
    deletions: input.deletions ?? base.deletions,
    override: {
      label: input.override?.label ?? base.override.label,
      minPermission: input.override?.min_permission ?? base.override.minPermission,
    },
  };
}

const FAIL_ON = { p0: 0, p1: 1, p2: 2, p3: 3 } as const;

function layNotes(base: ReviewStage['notes'], input: ReviewInput['notes']): ReviewStage['notes'] {
  if (input === undefined) return base;
  if (typeof input === 'string') return notesRule(input);
  const parts = NOTE_PARTS.map((part) => [part, input[part] ?? base[part]] as const);
  return { ...base, ...Object.fromEntries(parts) };
}

function layReview(reader: PartReader, base: ReviewStage, input: ReviewInput, path: KeyPath): ReviewStage {
  const shared = { onUnavailable: input.on_unavailable, timeLimitMs: input.limits?.time };
  const reviewers =
    input.reviewers === undefined
      ? layReviewers(base.reviewers, shared)
      : makeReviewers(reader, input.reviewers, [...path, 'reviewers'], shared);
  return {
    ...layCommon(base, input, reader.where(path)),
    kind: 'review',
    reviewers,
    failOn: input.fail_on === undefined ? base.failOn : FAIL_ON[input.fail_on],
    minConfidence: input.min_confidence ?? base.minConfidence,
    notes: layNotes(base.notes, input.notes),
  };
}

/** Keys of the stages that the gate evaluates itself, which `run` replaces. */
function replacedKeys(): ReadonlySet<string> {
  const builtin = [specGuardStage(), docsStage(), diffBudgetStage(), reviewStage()];
  const keys = builtin.flatMap(({ shape }) => Object.keys(shape));
  return new Set(keys.filter((key) => !Object.hasOwn(commandStage().shape, key)));
}

function readCommand(
  reader: PartReader,
  base: CommandStage,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
): CommandStage | null {
  const { id } = base;
  if (base.run === null && !Object.hasOwn(value, 'run') && !isDetectedStage(id)) {
    const near = nearestName(id, BUILTIN_STAGE_IDS);
    const mend = near === null ? 'add run: and its command line' : `did you mean ${quote(near)}?`;
    reader.report(path, 'is a stage of its own and has no "run"', mend);
    return null;
  }
  const input = readBySchema(commandStage(), value, path, reader);
  return input === undefined ? null : layCommand(base, input, reader.where(path));
}

/** A stage that the gate evaluates itself, with a command in its place. */
function readReplacement(
  reader: PartReader,
  base: StageSettings,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
): CommandStage | null {
  const keys = replacedKeys();
  const replaced = Object.keys(value).filter((key) => keys.has(key));
  for (const key of replaced) {
    reader.report(
      [...path, key],
      `has no effect beside "run", which replaces the built-in ${base.kind}`,
      'remove one',
    );
  }
  if (replaced.length > 0) return null;
  const command = {
    ...defaultCommandStage(base.id),
    title: base.title,
    required: base.required,
    needs: base.needs,
  };
  return readCommand(reader, { ...command, when: base.when, timeoutMs: base.timeoutMs }, value, path);
}

/** Lays what a file says about a stage over what is known of it; null when problems were added. */
export function readStage(
  reader: PartReader,
  base: StageSettings,
  value: unknown,
  path: KeyPath,
): StageSettings | null {
  if (!isMapping(value)) {
    reader.report(path, describeMismatch('must be a mapping', value), 'give the stage settings or remove it');
    return null;
  }
  if (base.kind === 'command') return readCommand(reader, base, value, path);
  if (Object.hasOwn(value, 'run')) return readReplacement(reader, base, value, path);
  const where = reader.where(path);
  switch (base.kind) {
    case 'spec-guard': {
      const input = readBySchema(specGuardStage(), value, path, reader);
      return input === undefined ? null : laySpecGuard(base, input, where);
    }
    case 'docs': {
      const input = readBySchema(docsStage(), value, path, reader);
      return input === undefined ? null : layDocs(base, input, where);
    }
    case 'diff-budget': {
      const input = readBySchema(diffBudgetStage(), value, path, reader);
      return input === undefined ? null : layDiffBudget(base, input, where);
    }
    case 'review': {
      const input = readBySchema(reviewStage(), value, path, reader);
      return input === undefined ? null : layReview(reader, base, input, path);
    }
  }
}
