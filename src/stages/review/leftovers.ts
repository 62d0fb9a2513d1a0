import { MAX_FUNCTION_LINES } from './function-extents.ts';
import type { LanguageFamily } from './language.ts';
import { newHits } from './line-hits.ts';
import { quoteText } from './quoted-text.ts';
import { isWritten, type ReviewFile, type ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const TODO: Rule = {
  id: 'review/todo-without-issue',
  priority: 3,
  title: 'TODO without an issue',
  looksFor:
    'TODO, FIXME, XXX and HACK in capital letters at the beginning of a comment, without a number, key or address of an issue.',
  mend: 'Do it now, or open an issue and name it in the comment: TODO(#123).',
  hit: '// TODO: handle the empty list',
  nearMiss: '// TODO(#123): handle the empty list',
};

const DEBUG: Rule = {
  id: 'review/debug-leftover',
  priority: 3,
  title: 'Debugging left behind',
  looksFor:
    '`console.log`, `console.debug` and `debugger` (JavaScript), `breakpoint()` and `pdb` (Python), `binding.pry` and `byebug` (Ruby), `dbg!` (Rust), `var_dump` and `dd` (PHP) in code. Scripts, command lines, examples and tests may print.',
  mend: 'Remove it, or use the logger of the project.',
  hit: 'console.log(user);',
  nearMiss: '// console.log shows where it stops',
};

const LONG_FUNCTION: Rule = {
  id: 'review/long-function',
  priority: 3,
  title: 'Very long function',
  looksFor: `A function that the change makes longer than ${MAX_FUNCTION_LINES} lines. One that was longer before is no finding, nor are tests.`,
  mend: 'Give its parts names of their own.',
  hit: 'a new function of 150 lines',
  nearMiss: 'two lines added to a function of 300',
};

export const LEFTOVER_RULES: readonly Rule[] = [TODO, DEBUG, LONG_FUNCTION];

const MARK = /(?:^|[^\w'"`])(TODO|FIXME|XXX|HACK)\b(?!['"`\w-])/;
/** What comes before a mark that is meant: only the marks of the comment itself, or an @. */
const AT_BEGINNING = /^[\s/*#;<!\-%{@"'=|]{0,20}$/;
const ISSUE =
  /#\d|\bgh-\d|\b[A-Z][A-Z0-9]{1,9}-\d|https?:\/\/|\b[\w.-]{1,60}\/[\w.-]{1,60}#\d|\bissues?\s{0,2}\/?\d/i;

const DEBUG_CODE: Partial<Record<LanguageFamily, RegExp>> = {
  javascript:
    /(?<![\w.$])console\.(?:log|debug|dir|trace)\s{0,2}\(|^\s*debugger\s{0,2};?\s*$|[;{]\s{0,4}debugger\s{0,2};/,
  python:
    /^\s*(?:breakpoint\(\s{0,2}\)|import\s{1,4}i?pdb\b|i?pdb\.set_trace\(|from\s{1,4}i?pdb\b)|;\s{0,4}(?:pdb\.set_trace|breakpoint)\(/,
  ruby: /^\s*(?:binding\.(?:pry|irb)|byebug|debugger)\s*$|\bbinding\.pry\b/,
  rust: /(?<![\w.])dbg!\s{0,2}\(/,
  php: /(?<![\w>$:]|\bfunction\s)(?:var_dump|dd|dump|print_r(?![^;]{0,200},\s{0,4}true\s{0,4}\)))\s{0,2}\(/,
  elixir: /\bIEx\.pry\b|\bIO\.inspect\(/,
};
/** What is never meant to stay, wherever it stands. */
const STOPS_PROGRAM = /\bdebugger\b|breakpoint\(|pdb|pry\b|byebug|dbg!/;

function isTodo({ comment }: ReviewLine): boolean {
  const match = comment === '' ? null : MARK.exec(comment);
  if (match?.[1] === undefined) return false;
  const before = comment.slice(0, match.index + match[0].length - match[1].length);
  return AT_BEGINNING.test(before) && !ISSUE.test(comment);
}

function describeTodo({ comment }: ReviewLine): string {
  const mark = MARK.exec(comment)?.[1] ?? 'TODO';
  return `${mark} without an issue: ${quoteText(comment, 80)}`;
}

function findDebug(file: ReviewFile, line: ReviewLine, family: LanguageFamily): string | null {
  const match = DEBUG_CODE[family]?.exec(line.code);
  if (match === null || match === undefined) return null;
  const { isTest, isFixture, isTool } = file.traits;
  const mayPrint = isTest || isFixture || isTool || file.head.startsWith('#!');
  return mayPrint && !STOPS_PROGRAM.test(match[0]) ? null : match[0].trim().replace(/[\s(]+$/, '');
}

function checkLength(file: ReviewFile): readonly Draft[] {
  if (file.traits.isTest || file.traits.isFixture || file.isGenerated) return [];
  return file.longFunctions.map(({ name, line, endLine }) => {
    const what = name === '' ? 'A function' : `"${quoteText(name, 60)}"`;
    const title = `${what} has ${endLine - line + 1} lines`;
    return draft(LONG_FUNCTION, { title, path: file.path, line, endLine, identity: `function ${name}` });
  });
}

/** What is left behind in new code: notes to oneself, debugging, functions that grew too long. */
export function checkLeftovers(files: readonly ReviewFile[]): readonly Draft[] {
  return files.flatMap((file) => {
    const { language, isVendored, isProse } = file.traits;
    if (language === null || isVendored || isProse || file.isGenerated) return [];
    const { family } = language;
    const at = ({ line, text }: ReviewLine) => ({ path: file.path, line, identity: text });
    const todos = newHits(file, (line) => isWritten(line) && isTodo(line)).map((line) =>
      draft(TODO, { ...at(line), title: describeTodo(line) }),
    );
    const debug = newHits(file, (line) => isWritten(line) && findDebug(file, line, family) !== null).map(
      (line) =>
        draft(DEBUG, { ...at(line), title: `${DEBUG.title}: ${findDebug(file, line, family) ?? ''}` }),
    );
    return [...todos, ...debug, ...checkLength(file)];
  });
}
