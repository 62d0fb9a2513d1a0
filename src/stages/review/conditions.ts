import type { ReviewLine } from './review-file.ts';

const OPENS_CONDITION =
  /^\s*(?:[}\])]\s{0,4})?(?:if|elif|elsif|else|unless|case|when|default|switch|match|guard|catch|except|rescue)\b/;
const ENDS_IN_CONDITION = /\s(?:if|unless)\s|&&|\|\||\?/;

/** Whether a line begins with a condition, or the line above opens a block with one. */
export function isInBranch({ code, codeBefore }: Pick<ReviewLine, 'code' | 'codeBefore'>): boolean {
  return OPENS_CONDITION.test(code) || (OPENS_CONDITION.test(codeBefore) && !/[;}]\s*$/.test(codeBefore));
}

/** Whether a line is reached only under a condition: by itself, or through the line above that opens a block. */
export function isConditional(line: Pick<ReviewLine, 'code' | 'codeBefore'>): boolean {
  return ENDS_IN_CONDITION.test(line.code) || isInBranch(line);
}
