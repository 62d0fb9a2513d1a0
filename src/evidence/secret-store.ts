import { plural } from '../kernel/text.ts';
import { PatternSet } from './pattern-set.ts';
import { formsOfSecret, isMaskable } from './redaction-forms.ts';

/** Values that a stage may ask to mask, by `::add-mask::`. More are hidden in their own line only. */
const MAX_MASKS = 1_000;

/** Forms of values masked by stages: with long values this ends before {@link MAX_MASKS}. */
const MAX_MASK_PATTERNS = 50_000;

/** A longer value of `::add-mask::` is cut here; its lines are masked as far as they are whole. */
export const MAX_MASK_CHARS = 65_536;

/** The values to hide, in all their forms. They only grow during a run. */
export class SecretStore {
  readonly patterns = new PatternSet();
  #masks = 0;
  #refused = 0;

  constructor(secrets: readonly string[]) {
    for (const secret of secrets) this.#addForms(secret);
  }

  #addForms(value: string): void {
    for (const form of formsOfSecret(value)) this.patterns.add(form);
  }

  /** Hides a value that a stage named; false when it is too short or the stage named too many. */
  addMask(value: string): boolean {
    if (!isMaskable(value)) return false;
    if (this.#masks >= MAX_MASKS || this.patterns.size >= MAX_MASK_PATTERNS) {
      this.#refused += 1;
      return false;
    }
    this.#masks += 1;
    this.#addForms(value.slice(0, MAX_MASK_CHARS));
    return true;
  }

  /** One line when a stage asked for more masks than are kept. */
  warnings(): string[] {
    if (this.#refused === 0) return [];
    return [
      `${plural(this.#refused, 'value')} of ::add-mask:: not masked: a run keeps at most ${MAX_MASKS} such values`,
    ];
  }
}
