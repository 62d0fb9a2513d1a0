import { suggestName } from '../kernel/nearest.ts';
import { type KeyPath, quote } from './config-problem.ts';
import { LOOP_PIPELINE } from './default-config.ts';
import type { PipelineSettings, StageSettings } from './gate-config.ts';
import type { PartReader } from './part-reader.ts';
import { idOfEntry } from './pipeline-reader.ts';

/** Stages of one pipeline, sub-pipelines written out and repetitions counted. */
const MAX_EXPANDED_STAGES = 1_000;

/** The stages and pipelines that ids are looked up in. */
export interface Names {
  readonly stages: ReadonlyMap<string, StageSettings>;
  readonly pipelines: ReadonlyMap<string, PipelineSettings>;
}

/** What leads from one name to others. */
type Graph = ReadonlyMap<string, readonly string[]>;

/** A way that ends where it began (`a, b, a`); null when there is none. Iterative: a chain may be long. */
export function findCircle(graph: Graph): readonly string[] | null {
  const done = new Set<string>();
  for (const start of graph.keys()) {
    const trail: { readonly name: string; readonly next: Iterator<string> }[] = [];
    const enter = (name: string) => trail.push({ name, next: (graph.get(name) ?? [])[Symbol.iterator]() });
    if (!done.has(start)) enter(start);
    for (let top = trail.at(-1); top !== undefined; top = trail.at(-1)) {
      const { done: isLast, value: name } = top.next.next();
      if (isLast) {
        done.add(top.name);
        trail.pop();
        continue;
      }
      const from = trail.findIndex((step) => step.name === name);
      if (from !== -1) return [...trail.slice(from).map((step) => step.name), name];
      if (!done.has(name)) enter(name);
    }
  }
  return null;
}

/** How many stages a pipeline has with its sub-pipelines written out. Without circles. */
function countStages(id: string, pipelines: Names['pipelines'], known: Map<string, number>): number {
  const counted = known.get(id);
  if (counted !== undefined) return counted;
  let count = 0;
  for (const entry of pipelines.get(id)?.entries ?? []) {
    const isPipeline = entry.kind === 'reference' && pipelines.has(entry.id);
    count += isPipeline ? countStages(entry.id, pipelines, known) : 1;
  }
  known.set(id, count);
  return count;
}

function checkEntries(reader: PartReader, pipeline: PipelineSettings, { stages, pipelines }: Names): void {
  for (const [index, entry] of pipeline.entries.entries()) {
    const path = ['pipelines', pipeline.id, index];
    const id = idOfEntry(entry);
    if (entry.kind === 'inline' && pipelines.has(id)) {
      reader.report(path, `has the id ${quote(id)} of a pipeline`, 'choose another id');
    }
    if (entry.kind === 'inline' || stages.has(id)) continue;
    if (id === LOOP_PIPELINE) reader.report(path, 'names the agent loop, which is no stage', 'remove it');
    else if (!pipelines.has(id)) {
      const known = () => [...stages.keys(), ...pipelines.keys()].filter((name) => name !== LOOP_PIPELINE);
      reader.report(path, `names ${quote(id)}, which is no stage or pipeline`, () =>
        suggestName(id, known()),
      );
    }
  }
}

/** Whether the pipelines contain one another without end, or grow out of bounds. */
function checkExpansion(reader: PartReader, { stages, pipelines }: Names): void {
  const graph = new Map(
    [...pipelines].map(([id, { entries }]) => [
      id,
      entries.filter((entry) => entry.kind === 'reference' && !stages.has(entry.id)).map(idOfEntry),
    ]),
  );
  const circle = findCircle(graph);
  if (circle !== null) {
    reader.report(
      ['pipelines', circle[0] ?? ''],
      `contains itself: ${circle.join(' → ')}`,
      'break the circle',
    );
    return;
  }
  const known = new Map<string, number>();
  for (const id of pipelines.keys()) {
    const count = countStages(id, pipelines, known);
    if (count <= MAX_EXPANDED_STAGES) continue;
    reader.report(
      ['pipelines', id],
      `has more than ${MAX_EXPANDED_STAGES} stages, sub-pipelines written out`,
    );
    return;
  }
}

function checkNeedsKnown(
  reader: PartReader,
  settings: StageSettings,
  path: KeyPath,
  known: ReadonlySet<string>,
): void {
  for (const [index, need] of settings.needs.entries()) {
    if (known.has(need)) continue;
    const message = `names ${quote(need)}, which is no stage`;
    reader.report([...path, 'needs', index], message, () => suggestName(need, [...known]));
  }
}

/** The stages a pipeline writes in place, its sub-pipelines included. Without circles. */
function inlineStages(pipeline: PipelineSettings, { stages, pipelines }: Names): Map<string, StageSettings> {
  const found = new Map<string, StageSettings>();
  const seen = new Set<string>();
  const waiting = [pipeline];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    if (seen.has(next.id)) continue;
    seen.add(next.id);
    for (const entry of next.entries) {
      if (entry.kind === 'inline') found.set(entry.settings.id, entry.settings);
      const inner = entry.kind === 'reference' && !stages.has(entry.id) ? pipelines.get(entry.id) : undefined;
      if (inner !== undefined) waiting.push(inner);
    }
  }
  return found;
}

function checkNeeds(reader: PartReader, names: Names): void {
  const inline = new Map(
    [...names.pipelines.values()].map((pipeline) => [pipeline.id, inlineStages(pipeline, names)]),
  );
  const known = new Set([...names.stages.keys(), ...[...inline.values()].flatMap((own) => [...own.keys()])]);
  for (const [id, settings] of names.stages) checkNeedsKnown(reader, settings, ['stages', id], known);
  for (const { id, entries } of names.pipelines.values()) {
    for (const [index, entry] of entries.entries()) {
      if (entry.kind === 'inline') checkNeedsKnown(reader, entry.settings, ['pipelines', id, index], known);
    }
  }
  const needsOf = (stages: Iterable<StageSettings>) =>
    [...stages].map(({ id, needs }) => [id, needs] as const);
  const circles: (readonly [KeyPath, readonly string[] | null])[] = [];
  const own = findCircle(new Map(needsOf(names.stages.values())));
  circles.push([['stages', own?.[0] ?? '', 'needs'], own]);
  for (const [id, stages] of own === null ? inline : []) {
    if (stages.size === 0) continue;
    const graph = new Map([...needsOf(names.stages.values()), ...needsOf(stages.values())]);
    circles.push([['pipelines', id], findCircle(graph)]);
  }
  for (const [path, circle] of circles) {
    if (circle !== null) reader.report(path, `goes in a circle: ${circle.join(' → ')}`, 'break the circle');
  }
}

/** Looks up every name that the configuration mentions; reports those that lead nowhere or in a circle. */
export function checkReferences(reader: PartReader, names: Names, defaultPipeline: string): void {
  for (const id of names.stages.keys()) {
    if (names.pipelines.has(id))
      reader.report(['stages', id], 'has the id of a pipeline', 'choose another id');
  }
  if (!names.pipelines.has(defaultPipeline)) {
    const mend = suggestName(defaultPipeline, [...names.pipelines.keys()]);
    reader.report(['default_pipeline'], `names ${quote(defaultPipeline)}, which is no pipeline`, mend);
  }
  for (const pipeline of names.pipelines.values()) checkEntries(reader, pipeline, names);
  if (reader.problems.length > 0) return;
  checkExpansion(reader, names);
  if (reader.problems.length === 0) checkNeeds(reader, names);
}
