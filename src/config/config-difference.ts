import { clip, oneLine } from '../kernel/text.ts';
import type { GateConfig, PipelineSettings, StageSettings } from './gate-config.ts';

/** Values longer than this are shown cut. */
const MAX_VALUE_CHARS = 120;

/** Facts about where a setting stands, which change nothing. */
const POSITIONS: ReadonlySet<string> = new Set(['where', 'id', 'kind']);

type Leaves = Map<string, string>;

/** `maxLines` as the configuration file has it: `max_lines`. */
function keyOf(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function isPlain(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Every leaf of a value by its path; a list is one leaf, since its order counts. */
function collect(value: unknown, path: string, leaves: Leaves): void {
  if (isPlain(value)) {
    for (const [name, inner] of Object.entries(value)) {
      if (!POSITIONS.has(name)) collect(inner, path === '' ? keyOf(name) : `${path}.${keyOf(name)}`, leaves);
    }
    return;
  }
  leaves.set(path, JSON.stringify(value) ?? 'null');
}

function collectPipeline(pipeline: PipelineSettings, leaves: Leaves): void {
  const ids = pipeline.entries.map((entry) => (entry.kind === 'reference' ? entry.id : entry.settings.id));
  leaves.set(`pipelines.${pipeline.id}`, JSON.stringify(ids));
  for (const entry of pipeline.entries) {
    if (entry.kind === 'inline') collectStage(`pipelines.${pipeline.id}`, entry.settings, leaves);
  }
}

function collectStage(parent: string, stage: StageSettings, leaves: Leaves): void {
  const path = `${parent}.${stage.id}`;
  leaves.set(`${path}.kind`, JSON.stringify(stage.kind));
  collect(stage, path, leaves);
}

function leavesOf(config: GateConfig): Leaves {
  const leaves: Leaves = new Map();
  const { stages, pipelines, file: _file, digest: _digest, remarks: _remarks, ...rest } = config;
  collect(rest, '', leaves);
  for (const stage of stages.values()) collectStage('stages', stage, leaves);
  for (const pipeline of pipelines.values()) collectPipeline(pipeline, leaves);
  return leaves;
}

function show(value: string | undefined): string {
  return value === undefined ? 'not set' : clip(oneLine(value), MAX_VALUE_CHARS);
}

/**
 * What differs between two configurations in effect, defaults included, one line per setting:
 * `stages.diff-budget.max_lines: 800 → 5000`. Comments, order of keys and position in the file do not count.
 */
export function describeDifference(before: GateConfig, after: GateConfig): readonly string[] {
  const [old, now] = [leavesOf(before), leavesOf(after)];
  const paths = [...new Set([...old.keys(), ...now.keys()])].sort();
  return paths
    .filter((path) => old.get(path) !== now.get(path))
    .map((path) => `${oneLine(path)}: ${show(old.get(path))} → ${show(now.get(path))}`);
}
