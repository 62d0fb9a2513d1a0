import type { Priority } from '../../run/finding.ts';

/** What people should know of a rule; docs/rules.md is made of this. */
export interface Rule {
  /** `review/<name>`. */
  readonly id: string;
  readonly priority: Priority;
  readonly title: string;
  readonly looksFor: string;
  /** What to do about a finding: one or two sentences, the body of the finding. */
  readonly mend: string;
  /** One line that is found, and one that looks like it and is not. */
  readonly hit: string;
  readonly nearMiss: string;
}

/** Something that a rule found, before it is a finding. Text of the change in `title` is made safe later. */
export interface Draft {
  readonly rule: Rule;
  /** One line. */
  readonly title: string;
  /** Beyond the rule's `mend`; null: nothing. */
  readonly note: string | null;
  readonly path: string;
  /** 1-based on its side; null: the finding is about the whole file. */
  readonly line: number | null;
  readonly endLine: number | null;
  readonly side: 'new' | 'old';
  /** What identifies the finding over time: the text of its line, never a secret. */
  readonly identity: string;
  /** Where a rule counts less than usual; null: the rule's own priority. */
  readonly priority: Priority | null;
  /** 0..1; null: certain. */
  readonly confidence: number | null;
}

type DraftParts = Pick<Draft, 'title' | 'path' | 'identity'> & Partial<Omit<Draft, 'rule'>>;

/** A draft with the usual defaults: a whole file, the new side, certain, the rule's own priority. */
export function draft(rule: Rule, parts: DraftParts): Draft {
  return {
    note: null,
    line: null,
    endLine: null,
    side: 'new',
    priority: null,
    confidence: null,
    ...parts,
    rule,
  };
}
