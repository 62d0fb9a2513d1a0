import type { ReviewFile, ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const CONFLICT: Rule = {
  id: 'review/conflict-marker',
  priority: 0,
  title: 'Conflict marker left',
  looksFor:
    'The three marks of an unresolved merge in their order, each at the start of an added line: `<<<<<<<`, `=======`, `>>>>>>>`. Underlines of headings alone are none; neither are examples inside fenced code of a document or inside a string, nor fixtures.',
  mend: 'Resolve the conflict: keep what is right of both sides and remove the marks.',
  hit: '<<<<<<< HEAD … ======= … >>>>>>> feature',
  nearMiss: 'A heading underlined with =======',
};

export const CONFLICT_RULES: readonly Rule[] = [CONFLICT];

type Mark = 'ours' | 'middle' | 'theirs';

function markOf({ text }: ReviewLine): Mark | null {
  if (text.startsWith('<<<<<<<') && /^<{7}(?: \S|$)/.test(text)) return 'ours';
  if (text === '=======') return 'middle';
  if (text.startsWith('>>>>>>>') && /^>{7}(?: \S|$)/.test(text)) return 'theirs';
  return null;
}

/** A mark inside a string or a comment that began above: its code is blank. */
function isQuoted(line: ReviewLine): boolean {
  return line.code !== '' && line.code.trim() === '';
}

/** Fenced code in documents shows conflicts; the fence is looked for among the added lines. */
function findFenced(file: ReviewFile): ReadonlySet<number> {
  const fenced = new Set<number>();
  if (!file.traits.isProse) return fenced;
  let isOpen = false;
  for (const { line, text } of file.added) {
    if (/^\s{0,12}(?:`{3,}|~{3,})/.test(text)) isOpen = !isOpen;
    else if (isOpen) fenced.add(line);
  }
  return fenced;
}

function checkFile(file: ReviewFile): readonly Draft[] {
  if (file.traits.isFixture) return [];
  const fenced = findFenced(file);
  const found: Draft[] = [];
  let ours: ReviewLine | null = null;
  let hasMiddle = false;
  for (const line of file.added) {
    const mark = markOf(line);
    if (mark === null || fenced.has(line.line) || isQuoted(line)) continue;
    if (mark === 'ours') {
      ours = line;
      hasMiddle = false;
    } else if (mark === 'middle') {
      hasMiddle = ours !== null;
    } else if (ours !== null && hasMiddle) {
      const title = `${CONFLICT.title} (lines ${ours.line} to ${line.line})`;
      found.push(
        draft(CONFLICT, { title, path: file.path, line: ours.line, endLine: line.line, identity: ours.text }),
      );
      ours = null;
    }
  }
  return found;
}

/** Unresolved merges on the added lines. */
export function checkConflicts(files: readonly ReviewFile[]): readonly Draft[] {
  return files.flatMap(checkFile);
}
