import { CHARACTER_RULES } from './characters.ts';
import { CONFLICT_RULES } from './conflict-markers.ts';
import { FILE_RULES } from './files.ts';
import { FOCUS_RULES } from './focused-tests.ts';
import { LEFTOVER_RULES } from './leftovers.ts';
import { AGREEMENT_RULES } from './lockfile-agreement.ts';
import { SOURCE_RULES } from './package-sources.ts';
import { REMOVED_TEST_RULES } from './removed-tests.ts';
import type { Rule } from './rule.ts';
import { SECRET_RULES } from './secrets.ts';
import { SUPPRESSION_RULES } from './suppressed-checks.ts';
import { WORKFLOW_RULES } from './workflows.ts';

/** Every rule of the built-in reviewer, the worst first. */
export const RULES: readonly Rule[] = [
  ...SECRET_RULES,
  ...CONFLICT_RULES,
  ...CHARACTER_RULES,
  ...FOCUS_RULES,
  ...REMOVED_TEST_RULES,
  ...WORKFLOW_RULES,
  ...AGREEMENT_RULES,
  ...SUPPRESSION_RULES,
  ...FILE_RULES,
  ...SOURCE_RULES,
  ...LEFTOVER_RULES,
].sort((a, b) => a.priority - b.priority);

export const RULE_IDS: readonly string[] = RULES.map(({ id }) => id);
