import { setImmediate as nextTurn } from 'node:timers/promises';
import { checkCharacters } from './characters.ts';
import { checkConflicts } from './conflict-markers.ts';
import { checkFiles } from './files.ts';
import { checkFocus } from './focused-tests.ts';
import { checkLeftovers } from './leftovers.ts';
import { checkAgreement } from './lockfile-agreement.ts';
import { checkPackageSources } from './package-sources.ts';
import { traitsOf } from './path-traits.ts';
import { checkRemovedTests } from './removed-tests.ts';
import type { ReviewInput } from './review-input.ts';
import type { Draft } from './rule.ts';
import { checkSecrets } from './secrets.ts';
import { checkSuppressions } from './suppressed-checks.ts';
import { checkWorkflows } from './workflows.ts';

type Check = (input: ReviewInput) => readonly Draft[] | Promise<readonly Draft[]>;

const CHECKS: readonly Check[] = [
  ({ files }) => checkSecrets(files),
  ({ files }) => checkConflicts(files),
  ({ files }) => checkCharacters(files),
  ({ files }) => checkFocus(files),
  ({ files }) => checkRemovedTests(files),
  checkWorkflows,
  checkAgreement,
  ({ files }) => checkSuppressions(files),
  (input) => checkFiles(input, (path) => traitsOf(path).isTest),
  checkPackageSources,
  ({ files }) => checkLeftovers(files),
];

/** So much of one theme is kept; a change with more is read by its first ones. */
const MAX_DRAFTS_PER_CHECK = 10_000;

/** What the rules found, and how much more of each priority. */
export interface RulesOutcome {
  readonly drafts: readonly Draft[];
  readonly unlisted: readonly [p0: number, p1: number, p2: number, p3: number];
}

/** All deterministic rules over a change. Others get a turn between them, so that a wish to stop is heard. */
export async function runBuiltinRules(input: ReviewInput): Promise<RulesOutcome> {
  const drafts: Draft[] = [];
  const unlisted: [number, number, number, number] = [0, 0, 0, 0];
  for (const check of CHECKS) {
    for (const [index, found] of (await check(input)).entries()) {
      if (index < MAX_DRAFTS_PER_CHECK) drafts.push(found);
      else unlisted[found.priority ?? found.rule.priority] += 1;
    }
    await nextTurn();
  }
  return { drafts, unlisted };
}
