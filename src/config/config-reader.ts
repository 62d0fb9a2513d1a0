import type { ZodMiniType } from 'zod/mini';
import { err, ok, type Result } from '../kernel/result.ts';
import type { ConfigDocument } from './config-document.ts';
import { failConfig } from './config-problem.ts';
import { remarkOnConfig } from './config-remarks.ts';
import { isMapping } from './config-value.ts';
import { defaultCommandStage, defaultConfig } from './default-config.ts';
import type { GateConfig, PipelineSettings, RlmSettings, StageSettings } from './gate-config.ts';
import { PartReader } from './part-reader.ts';
import { type ReadStages, readPipeline } from './pipeline-reader.ts';
import { checkReferences } from './reference-check.ts';
import { type ConfigFileInput, configFile, type SectionInputs, sections } from './schema/file-schemas.ts';
import { readBySchema } from './schema/issue-report.ts';
import { readStage } from './stage-reader.ts';

function readStages(
  reader: PartReader,
  base: GateConfig['stages'],
  given: ConfigFileInput['stages'],
): ReadStages {
  const stages = new Map<string, StageSettings | null>(base);
  for (const [id, value] of Object.entries(given ?? {})) {
    stages.set(id, readStage(reader, base.get(id) ?? defaultCommandStage(id), value, ['stages', id]));
  }
  return stages;
}

function readPipelines(
  reader: PartReader,
  base: GateConfig['pipelines'],
  given: ConfigFileInput['pipelines'],
  stages: ReadStages,
): GateConfig['pipelines'] {
  const pipelines = new Map<string, PipelineSettings>(base);
  for (const [id, values] of Object.entries(given ?? {})) {
    const title = base.get(id)?.title ?? id;
    pipelines.set(id, readPipeline(reader, { id, title }, values, stages));
  }
  return pipelines;
}

function layRlm(base: RlmSettings, given: SectionInputs['rlm']): RlmSettings {
  if (given === undefined) return base;
  const { agent } = given;
  const limitOf = (limit: number | null | undefined, known: number | null) =>
    limit === undefined ? known : limit;
  return {
    agent: typeof agent === 'string' ? { id: agent, kind: agent, run: null } : (agent ?? base.agent),
    validator: given.validator ?? base.validator,
    maxIterations: limitOf(given.max_iterations, base.maxIterations),
    maxMinutes: limitOf(given.max_minutes, base.maxMinutes),
    maxRequests: limitOf(given.max_requests, base.maxRequests),
    protect: given.protect ?? base.protect,
  };
}

/** Everything but stages and pipelines, laid over the defaults. */
function layTop(base: GateConfig, given: ConfigFileInput, inputs: SectionInputs): GateConfig {
  const { execution, baseline, report, rlm } = inputs;
  return {
    ...base,
    defaultPipeline: given.default_pipeline ?? base.defaultPipeline,
    task: given.task ?? base.task,
    base: given.base ?? base.base,
    strictCommands: given.strict_commands ?? base.strictCommands,
    execution: {
      mode: execution?.mode ?? base.execution.mode,
      onFailure: execution?.on_failure ?? base.execution.onFailure,
      timeoutMs: execution?.timeout ?? base.execution.timeoutMs,
      graceMs: execution?.grace ?? base.execution.graceMs,
      maxParallel: execution?.max_parallel ?? base.execution.maxParallel,
    },
    baseline: {
      branch: baseline?.branch ?? base.baseline.branch,
      samples: baseline?.samples ?? base.baseline.samples,
      confirm: baseline?.confirm ?? base.baseline.confirm,
      gate: baseline?.gate ?? base.baseline.gate,
    },
    report: {
      comment: report?.comment ?? base.report.comment,
      check: report?.check ?? base.report.check,
      status: report?.status ?? base.report.status,
      summary: report?.summary ?? base.report.summary,
      annotations: report?.annotations ?? base.report.annotations,
    },
    redact: given.redact ?? base.redact,
    rlm: layRlm(base.rlm, rlm),
  };
}

/** The parts that are looked into one by one, as far as they have their type: so that all problems are found. */
function partsOf(value: unknown): Pick<ConfigFileInput, 'stages' | 'pipelines'> {
  const { stages, pipelines } = isMapping(value) ? value : {};
  const lists = Object.entries(isMapping(pipelines) ? pipelines : {}).flatMap(([id, list]) =>
    Array.isArray(list) ? [[id, list] as const] : [],
  );
  return { stages: isMapping(stages) ? stages : {}, pipelines: Object.fromEntries(lists) };
}

function readSections(reader: PartReader, value: unknown): SectionInputs {
  const { execution, baseline, report, rlm } = isMapping(value) ? value : {};
  const read = <S extends ZodMiniType>(schema: () => S, given: unknown, key: string) =>
    given === undefined ? undefined : readBySchema(schema(), given, [key], reader);
  return {
    execution: read(sections.execution, execution, 'execution'),
    baseline: read(sections.baseline, baseline, 'baseline'),
    report: read(sections.report, report, 'report'),
    rlm: read(sections.rlm, rlm, 'rlm'),
  };
}

/** Checks a document and lays it over the defaults. `digest` is that of the file's bytes. */
export function readConfig(document: ConfigDocument, file: string, digest: string): Result<GateConfig> {
  const reader = new PartReader(document, file);
  const base = defaultConfig();
  const top = readBySchema(configFile(), document.value, [], reader);
  const inputs = readSections(reader, document.value);
  const parts = partsOf(document.value);
  const read = readStages(reader, base.stages, parts.stages);
  const pipelines = readPipelines(reader, base.pipelines, parts.pipelines, read);
  const stages = new Map([...read].flatMap(([id, stage]) => (stage === null ? [] : [[id, stage] as const])));
  const config = {
    ...(top === undefined ? base : layTop(base, top, inputs)),
    file,
    digest,
    stages,
    pipelines,
  };
  if (reader.problems.length === 0) checkReferences(reader, config, config.defaultPipeline);
  const [first, ...others] = reader.problems;
  if (first !== undefined) return err(failConfig(file, [first, ...others]));
  if (top === undefined) throw new Error('a configuration was refused without a reason');
  return ok({ ...config, remarks: remarkOnConfig(config) });
}
