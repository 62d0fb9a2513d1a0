import type { Finding } from '../../run/finding.ts';
import { isReason } from '../diff-budget/overrides.ts';
import { hunksOf } from './line-hits.ts';
import type { ReviewFile } from './review-file.ts';
import { maskSource } from './source-mask.ts';

/** A comment of the base that sets a rule aside. */
export interface SuppressionComment {
  readonly ruleId: string;
  readonly reason: string;
  /** Line in the base. */
  readonly line: number;
  /** For the whole file, not for one line. */
  readonly isWholeFile: boolean;
  /** Nothing else stands on its line: it is about the next one. */
  readonly isAlone: boolean;
  /** Where it stands now; null when the change removes or touches its line. */
  readonly lineNow: number | null;
}

/** Comments of a file that are read; more are none of people's. */
const MAX_COMMENTS = 500;

const DIRECTIVE =
  /gate-ignore(-file)?[ \t]{1,8}([a-z][\w-]{0,40}\/[\w/-]{1,80})[ \t]{0,8}:[ \t]{0,8}([^\n]{0,300})/;

/** The end of the comment itself is no reason: two signs, an arrow. */
function cleanReason(text: string): string {
  return text.replace(/(?:\*\/|-->|#\}|\*\}|\}\}?)\s*$/, '').trim();
}

/** Where a line of the base stands now; null when the change removes it. */
function newLineOf(line: number, file: ReviewFile): number | null {
  let removedAbove = 0;
  for (const removed of file.removed) {
    if (removed.line === line) return null;
    if (removed.line < line) removedAbove += 1;
  }
  let now = line - removedAbove;
  for (const added of file.added) if (added.line <= now) now += 1;
  return now;
}

/** Reads `gate-ignore review/<rule>: reason` and `gate-ignore-file …` from the comments of a file of the base. */
export function readSuppressionComments(file: ReviewFile, text: string): readonly SuppressionComment[] {
  const { language } = file.traits;
  if (language === null || !text.includes('gate-ignore')) return [];
  const mask = maskSource(text, language);
  const found: SuppressionComment[] = [];
  for (let index = 0; index < mask.lineCount && found.length < MAX_COMMENTS; index += 1) {
    const comment = mask.commentAt(index);
    const match = comment.includes('gate-ignore') ? DIRECTIVE.exec(comment) : null;
    if (match === null) continue;
    const reason = cleanReason(match[3] ?? '');
    if (!isReason(reason)) continue;
    found.push({
      ruleId: match[2] ?? '',
      reason,
      line: index + 1,
      isWholeFile: match[1] !== undefined,
      isAlone: mask.codeAt(index).trim() === '',
      lineNow: newLineOf(index + 1, file),
    });
  }
  return found;
}

/** A comment on a changed line counts when the line had it before: both lines stand in each other's place. */
function stoodOnLine(comment: SuppressionComment, line: number, file: ReviewFile): boolean {
  const hunk = hunksOf(file).find(({ added }) => added.some((at) => at.line === line));
  const now = hunk?.added.find((added) => added.line === line)?.text ?? '';
  const wasThere = hunk?.removed.some((removed) => removed.line === comment.line) === true;
  return wasThere && now.includes(`gate-ignore ${comment.ruleId}`) && now.includes(comment.reason);
}

/** Whether a comment of the base covers a finding. */
export function coversFinding(comment: SuppressionComment, finding: Finding, file: ReviewFile): boolean {
  if (comment.ruleId !== finding.ruleId) return false;
  const { lineNow } = comment;
  if (comment.isWholeFile) return lineNow !== null;
  if (finding.startLine === null) return false;
  if (finding.side === 'old') {
    return comment.line === finding.startLine || (comment.isAlone && comment.line + 1 === finding.startLine);
  }
  if (lineNow !== null) return comment.isAlone && lineNow + 1 === finding.startLine;
  return !comment.isAlone && stoodOnLine(comment, finding.startLine, file);
}
