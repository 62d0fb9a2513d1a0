import { configFailure, type GateFailure } from '../kernel/failure.ts';
import { clip, oneLine } from '../kernel/text.ts';

/** Steps from the top of a configuration to a value: keys and indexes. */
export type KeyPath = readonly PropertyKey[];

/** A place in a file: characters from its start, and line (1-based). */
export interface Position {
  readonly offset: number;
  readonly line: number;
}

/** How to mend something; a function where it takes work (the nearest of many names) and most go unread. */
export type Mend = string | (() => string) | null;

/** One thing that is wrong with a configuration. */
export interface ConfigProblem {
  readonly at: Position;
  /** Says where and what: `stages.test.timeout must be a duration`. */
  readonly message: string;
  readonly mend: Mend;
}

/** Takes what is wrong with a part of the configuration; the message goes on after the path: `must be a list`. */
export interface Reporter {
  report(path: KeyPath, message: string, mend?: Mend): void;
}

const MAX_PATH_CHARS = 160;
const MAX_MESSAGE_CHARS = 400;
const MAX_MEND_CHARS = 400;

/** `pipelines.own[2].run`, safe to print. */
export function describePath(path: KeyPath): string {
  const text = path
    .map((key, at) =>
      typeof key === 'number' ? `[${key}]` : `${at === 0 ? '' : '.'}${clip(String(key), 60)}`,
    )
    .join('');
  return clip(oneLine(text), MAX_PATH_CHARS);
}

/** A text from the file in quotes, safe to print. */
export function quote(text: string): string {
  return `"${clip(oneLine(text), 80)}"`;
}

/** All problems of a file as one failure: the one that stands first, and how many more there are. */
export function failConfig(
  file: string,
  problems: readonly [ConfigProblem, ...ConfigProblem[]],
): GateFailure {
  const first = problems.reduce((best, problem) => (problem.at.offset < best.at.offset ? problem : best));
  const mend = typeof first.mend === 'function' ? first.mend() : first.mend;
  const more = problems.length === 1 ? '' : ` (and ${problems.length - 1} more)`;
  return configFailure(`${clip(oneLine(first.message), MAX_MESSAGE_CHARS)}${more}`, {
    where: `${file}:${first.at.line}`,
    mend: mend === null ? null : clip(oneLine(mend), MAX_MEND_CHARS),
  });
}
