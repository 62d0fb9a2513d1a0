/** The answer of a whole run. */
export type Verdict = 'passed' | 'failed' | 'not_evaluated' | 'cancelled';
