import { type KeyPath, quote } from './config-problem.ts';
import { isMapping } from './config-value.ts';
import { defaultCommandStage, LOOP_PIPELINE } from './default-config.ts';
import type { PipelineEntry, PipelineSettings, StageSettings } from './gate-config.ts';
import type { PartReader } from './part-reader.ts';
import { readBySchema } from './schema/issue-report.ts';
import { id as idSchema } from './schema/name-schemas.ts';
import { readStage } from './stage-reader.ts';

/** Stages by id; null stands for one that has problems. */
export type ReadStages = ReadonlyMap<string, StageSettings | null>;

function readInline(
  reader: PartReader,
  value: Readonly<Record<string, unknown>>,
  path: KeyPath,
  stages: ReadStages,
): PipelineEntry | null {
  const { id: given, ...settings } = value;
  if (given === undefined) reader.report(path, 'is a stage without an id', 'add id:');
  const id = given === undefined ? undefined : readBySchema(idSchema(), given, [...path, 'id'], reader);
  if (id === undefined) return null;
  const base = stages.get(id);
  if (base === null) return null;
  const read = readStage(reader, base ?? defaultCommandStage(id), settings, path);
  return read && { kind: 'inline', settings: read };
}

/** Id of what an entry stands for. */
export function idOfEntry(entry: PipelineEntry): string {
  return entry.kind === 'inline' ? entry.settings.id : entry.id;
}

/** A pipeline of the file; entries with problems are left out. Names are not looked up yet. */
export function readPipeline(
  reader: PartReader,
  { id, title }: Pick<PipelineSettings, 'id' | 'title'>,
  values: readonly unknown[],
  stages: ReadStages,
): PipelineSettings {
  const path = ['pipelines', id];
  const entries: PipelineEntry[] = [];
  if (id === LOOP_PIPELINE)
    reader.report(path, 'is the agent loop, which has no stages', 'choose another id');
  for (const [index, value] of values.entries()) {
    const place = [...path, index];
    let entry: PipelineEntry | null = null;
    if (typeof value === 'string') entry = { kind: 'reference', id: value, where: reader.where(place) };
    else if (isMapping(value)) entry = readInline(reader, value, place, stages);
    else reader.report(place, 'must be the id of a stage or pipeline, or a mapping with an id');
    if (entry === null) continue;
    const name = idOfEntry(entry);
    if (entries.some((other) => idOfEntry(other) === name))
      reader.report(place, `lists ${quote(name)} again`, 'keep one');
    entries.push(entry);
  }
  return { id, title, entries, where: reader.where(path) };
}
