import { clip, oneLine } from '../../kernel/text.ts';

/** A text of the change is quoted up to this length. */
const MAX_QUOTED_CHARS = 160;

/** Something wrong with what the docs say, before it becomes a finding. */
export interface Problem {
  readonly ruleId: `docs/${string}`;
  /** The document; null when it is about none. */
  readonly path: string | null;
  /** Null: about the whole file. */
  readonly line: number | null;
  /** What is wrong, as a sentence whose subject is the document: `links to "x.md", which does not exist`. */
  readonly what: string;
  /** What to do about it, unless {@link suggest} knows better. */
  readonly mend: string;
  /** 1: certain. 2: should be looked at. 3: a guess. */
  readonly priority: 1 | 2 | 3;
  /** The text that should stand there instead; called for problems that are reported only, as it may search. */
  readonly suggest: (() => string | null) | null;
}

/** Text of the change in quotes, inert and short. */
export function quote(text: string): string {
  return `"${clip(oneLine(text), MAX_QUOTED_CHARS)}"`;
}

/** A path of the change without quotes, inert and short. */
export function showPath(path: string): string {
  return clip(oneLine(path), MAX_QUOTED_CHARS);
}

/** A copy that keeps no larger text alive: the engine shares the characters of a text with its slices. */
export function detach(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le');
}
