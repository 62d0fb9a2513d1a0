import { usageFailure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import type { BudgetOverrides } from '../../run/builtin-stage.ts';

/** A reason is a sentence; the rest is cut. */
const MAX_REASON_CHARS = 500;

type Environment = Readonly<Record<string, string | undefined>>;

/** A variable without the white space around it; null when unset or blank. */
function readText(environment: Environment, name: string): string | null {
  const text = environment[name]?.trim() ?? '';
  return text === '' ? null : text;
}

function readLimit(environment: Environment, name: string): Result<number | null> {
  const text = readText(environment, name);
  if (text === null) return ok(null);
  const limit = /^\d{1,15}$/.test(text) ? Number(text) : null;
  if (limit !== null) return ok(limit);
  const mend = 'set it to a whole number, 0 or more, or unset it';
  return err(usageFailure(`"${clip(oneLine(text), 40)}" is not a limit`, { where: name, mend }));
}

/**
 * Limits and waiver of the diff budget from the environment: `DIFF_BUDGET_MAX_FILES`, `DIFF_BUDGET_MAX_LINES`
 * (whole numbers, 0 or more; blank is unset), `DIFF_BUDGET_OVERRIDE_REASON` (one line, at most 500 characters), and
 * who asks: `GITHUB_ACTOR`, else `USER`, else `USERNAME`. Anything else as a limit is a `usage` failure that names
 * the variable; the default never stands in for it.
 */
export function parseBudgetOverrides(environment: Environment): Result<BudgetOverrides> {
  const maxFiles = readLimit(environment, 'DIFF_BUDGET_MAX_FILES');
  if (!maxFiles.ok) return maxFiles;
  const maxLines = readLimit(environment, 'DIFF_BUDGET_MAX_LINES');
  if (!maxLines.ok) return maxLines;
  const reason = readText(environment, 'DIFF_BUDGET_OVERRIDE_REASON');
  const actor = ['GITHUB_ACTOR', 'USER', 'USERNAME']
    .map((name) => readText(environment, name))
    .find((name) => name !== null);
  return ok({
    maxFiles: maxFiles.value,
    maxLines: maxLines.value,
    overrideReason: reason === null ? null : clip(oneLine(reason), MAX_REASON_CHARS),
    actor: actor === undefined || actor === null ? null : clip(oneLine(actor), 100),
  });
}

/** Whether a text gives a reason: `ok`, `-` and `123` do not, three letters of any script do. */
export function isReason(text: string): boolean {
  return (text.match(/\p{L}/gu) ?? []).length >= 3;
}
