import { isConditional, isInBranch } from './conditions.ts';
import type { LanguageFamily } from './language.ts';
import { newHits } from './line-hits.ts';
import type { ReviewFile, ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const FOCUSED: Rule = {
  id: 'review/focused-test',
  priority: 1,
  title: 'Test runs alone',
  looksFor:
    'Marks that make a runner leave out all other tests: `.only`, `fdescribe`, `fit`, `only: true` (JavaScript), `:focus` and `fit` (RSpec), `FIt` (Ginkgo), `->only()` (Pest), `solo` (Dart) in code, never in text or comments.',
  mend: 'Remove the mark, so that all tests run again.',
  hit: "it.only('adds', () => {",
  nearMiss: "expect(query.only('id')).toBe(1);",
};

const SKIPPED: Rule = {
  id: 'review/skipped-test',
  priority: 2,
  title: 'Test skipped',
  looksFor:
    'Tests switched off without a condition: `.skip`, `xit`, `xdescribe` (JavaScript), `@pytest.mark.skip`, `pytest.skip` (Python), `t.Skip` (Go), `@Disabled`, `@Ignore` (JVM), `[Ignore]`, `Skip =` (.NET), `#[ignore]` (Rust), and their like. A skip under an `if` is fine.',
  mend: 'Mend the test or remove it together with what it tests; if it has to wait, say until when in an issue.',
  hit: "it.skip('adds', () => {",
  nearMiss: 'if (!hasDocker) this.skip();',
};

export const FOCUS_RULES: readonly Rule[] = [FOCUSED, SKIPPED];

const JS_RUNNERS =
  '(?<![\\w.$])(?:describe|context|suite|it|test|specify|bench|step|QUnit(?:\\.(?:test|module))?|Deno\\.test)';

const FOCUS_IN_TESTS: Partial<Record<LanguageFamily, RegExp>> = {
  javascript:
    /(?<![\w.$])(?:fit|iit)\s{0,2}\(\s{0,4}(?:['"`]|$)|[{,(]\s{0,4}only\s{0,2}:\s{0,2}true\b|^\s{0,40}only\s{0,2}:\s{0,2}true\b/,
  ruby: /^\s*(?:fit|fdescribe|fcontext|fspecify|fexample)\b[\s(]{1,4}["'\w]|,\s{0,4}(?::focus\b|focus:\s{0,2}true\b)/,
  go: /\b(?:FIt|FDescribe|FContext|FWhen|FEntry|FDescribeTable|FSpecify)\(/,
  python: /^\s*@pytest\.mark\.(?:only|focus)\b/,
  php: /->only\(\s{0,2}\)/,
  swift: /(?<![\w.])(?:fit|fdescribe|fcontext)\(\s{0,4}"/,
  dart: /\bsolo\s{0,2}:\s{0,2}true\b|\bsolo_(?:test|group)\(/,
  elixir: /^\s*@(?:module)?tag\s{1,4}:(?:only|focus)\b/,
};

const JS_ONLY = new RegExp(
  `${JS_RUNNERS}(?:\\.\\w{1,30}){0,3}?\\.only\\s{0,2}(?:[(\`<]|\\.\\w)|(?<![\\w.$])(?:fdescribe|ddescribe|fcontext)\\s{0,2}\\(\\s{0,4}(?:['"\`]|$)`,
);

/** Marks that switch a test off wherever they stand in code of tests. */
const SKIP_IN_TESTS: Partial<Record<LanguageFamily, RegExp>> = {
  javascript: new RegExp(
    `${JS_RUNNERS}(?:\\.\\w{1,30}){0,3}?\\.(?:skip|ignore|fixme)\\s{0,2}(?:\\(\\s{0,4}(?:['"\`)]|$)|\\.each|\`)|(?<![\\w.$])x(?:it|describe|test|context|specify)\\s{0,2}\\(\\s{0,4}(?:['"\`]|$)`,
  ),
  python: /^\s*@(?:pytest\.mark\.skip|unittest\.skip|skip)\b(?!_)/,
  go: /\b(?:XIt|XDescribe|XContext|XEntry|PIt|PDescribe|PContext|PEntry)\(/,
  java: /@(?:Disabled|Ignore)\b/,
  kotlin: /@(?:Disabled|Ignore)\b/,
  csharp: /\[(?:\w{1,40},\s{0,4})?Ignore\b|\b(?:Fact|Theory)\([^)]{0,200}?\bSkip\s{0,2}=/,
  ruby: /^\s*(?:xit|xdescribe|xcontext|xspecify|xexample)\b[\s(]{1,4}["'\w]|,\s{0,4}(?:skip:\s{0,2}(?:true\b|["'])|:skip\b)/,
  rust: /#\[ignore\b/,
  swift: /@(?:Test|Suite)\([^)]{0,200}?\.disabled\(/,
  elixir: /^\s*@(?:module)?tag\s{1,4}(?::skip\b|skip:)/,
  dart: /\bskip\s{0,2}:\s{0,2}(?:true\b|['"])/,
  c: /\bTEST(?:_[FP])?\(\s{0,4}\w{1,80},\s{0,4}DISABLED_/,
};

/** Calls that end a test early; under a condition they are what they are for. */
const SKIP_CALLS: Partial<Record<LanguageFamily, RegExp>> = {
  javascript: /(?<![\w.$])(?:this|t|ctx|context)\.skip\(\s{0,4}(?:['"`)]|$)/,
  python: /^\s*(?:pytest\.skip|self\.skipTest|raise\s{1,4}(?:unittest\.)?SkipTest)\b/,
  go: /(?<![\w.])(?:t|b|tb|f)\.Skip(?:f|Now)?\(/,
  ruby: /^\s*(?:skip|pending)(?:\s{0,4}\(?\s{0,4}["']|\s{0,4}$)/,
  php: /(?:->|::)markTestSkipped\(|->skip\(\s{0,4}(?:['"]|\))/,
  swift: /\bthrow\s{1,4}XCTSkip\(/,
  c: /\bGTEST_SKIP\(\s{0,2}\)/,
  shell: /^\s*skip(?:\s{1,4}["']|\s{0,4}$)/,
};

/** `{ skip: true }` in the options of a test, on its line or below it. */
const SKIP_OPTION = /(?:[{,]\s{0,4}|^\s{0,40})skip\s{0,2}:\s{0,2}(?:true\b|['"`])/;
const TEST_CALL = /(?<![\w.$])(?:describe|suite|it|test)(?:\.\w{1,30})?\s{0,2}\(/;

function isFocused(line: ReviewLine, file: ReviewFile, family: LanguageFamily): boolean {
  if (family === 'javascript' && JS_ONLY.test(line.code)) return true;
  return file.traits.isTest && FOCUS_IN_TESTS[family]?.test(line.code) === true;
}

function isSkipped(line: ReviewLine, family: LanguageFamily): boolean {
  const { code, codeBefore } = line;
  if (SKIP_IN_TESTS[family]?.test(code) === true) return !isInBranch(line);
  if (SKIP_CALLS[family]?.test(code) === true && !isConditional(line)) return true;
  return (
    family === 'javascript' && SKIP_OPTION.test(code) && (TEST_CALL.test(code) || TEST_CALL.test(codeBefore))
  );
}

/** Tests that run alone and tests that run no more. */
export function checkFocus(files: readonly ReviewFile[]): readonly Draft[] {
  return files.flatMap((file) => {
    const { language, isVendored, isTest } = file.traits;
    // A header that says "generated" is quickly written: it is no excuse here.
    if (language === null || isVendored) return [];
    const { family } = language;
    const focused = newHits(file, (line) => isFocused(line, file, family));
    const skipped = isTest ? newHits(file, (line) => isSkipped(line, family)) : [];
    const toDraft = (rule: Rule) => (line: ReviewLine) =>
      draft(rule, { path: file.path, line: line.line, identity: line.text, title: rule.title });
    return [...focused.map(toDraft(FOCUSED)), ...skipped.map(toDraft(SKIPPED))];
  });
}
