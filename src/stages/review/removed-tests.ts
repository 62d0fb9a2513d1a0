import { plural } from '../../kernel/text.ts';
import { findHunks, type Hunk } from './hunks.ts';
import type { LanguageFamily } from './language.ts';
import { baseName } from './path-traits.ts';
import type { ReviewFile, ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import { findRemovedNames, namesIn, subjectOf } from './test-subjects.ts';

const TEST_DELETED: Rule = {
  id: 'review/test-deleted',
  priority: 1,
  title: 'Test file deleted',
  looksFor:
    'A test file that goes away while the code it tests stays. No finding: a move, tests that appear elsewhere in the change, a file that is deleted together with what it tests, helpers without tests. P2 when as many new tests are added elsewhere.',
  mend: 'Keep the tests, move them, or delete them together with the code they test.',
  hit: 'src/price.test.ts deleted, src/price.ts not',
  nearMiss: 'src/price.ts and src/price.test.ts deleted together',
};

const ASSERTIONS_REMOVED: Rule = {
  id: 'review/assertions-removed',
  priority: 1,
  title: 'Assertions removed',
  looksFor:
    'Lines that assert something, taken out of a test file with nothing in their place: no assertion among the lines that replace them, fewer in the whole file, not moved elsewhere, and what they test is still there. P2 when as many new assertions are added in other test files.',
  mend: 'Put the assertions back, or say in the notes why they are not needed and let the code they test go with them.',
  hit: '-  expect(total).toBe(3);',
  nearMiss: '-  expect(total).toBe(3);  +  expect(cart).toMatchObject({ total: 3 });',
};

export const REMOVED_TEST_RULES: readonly Rule[] = [TEST_DELETED, ASSERTIONS_REMOVED];

const ASSERTION: Partial<Record<LanguageFamily, RegExp>> = {
  javascript:
    /(?<![\w.$])(?:expect\w{0,30}|assert\w{0,30})(?:\.\w{1,40}){0,4}\s{0,2}[(<]|\.should\b|(?<![\w.$])t\.(?:is|not|deepEqual|equal|same|ok|notOk|true|false|truthy|falsy|throws|rejects|match|like|regex|snapshot|pass|fail|strictEqual|deepStrictEqual)\(/,
  python:
    /^\s*assert\b|\bself\.(?:assert|fail)\w{0,40}\(|\bpytest\.(?:raises|warns|fail)\(|\.assert_\w{1,40}\(/,
  go: /(?<![\w.])(?:t|b|tb)\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(|(?<![\w.])(?:assert|require|is|qt|c|g)\.\w{1,40}\(|\b(?:Expect|Eventually|Consistently)\(/,
  java: /\b(?:assert\w{0,40}|verify|expect|fail|then)\s{0,2}\(|\.(?:andExpect|hasMessage|isEqualTo)\w{0,20}\(/,
  kotlin: /\b(?:assert\w{0,40}|verify|coVerify|expect|fail)\s{0,2}[({]|\bshould\w{1,40}\b/,
  csharp: /\b(?:Assert|StringAssert|CollectionAssert)\.\w{1,40}|\.Should\w{0,40}\(|\.Verify\w{0,20}\(/,
  ruby: /\b(?:expect|assert\w{0,40}|refute\w{0,40}|is_expected)\b|\.should(?:_not)?\b|\b(?:must|wont)_\w{1,30}/,
  rust: /\b(?:debug_)?assert\w{0,30}!\s{0,2}[([{]|#\[should_panic/,
  php: /(?:->|::)(?:assert|expect)\w{1,60}\(|\bexpect\(/,
  swift: /\bXCT(?:Assert|Fail|Unwrap)\w{0,40}\(|#(?:expect|require)\(|\bexpect\(/,
  dart: /\b(?:expect\w{0,30}|verify)\(/,
  elixir: /^\s*(?:assert|refute)\w{0,30}\b/,
  c: /\b(?:EXPECT|ASSERT|CHECK|REQUIRE|TEST_ASSERT|BOOST_(?:CHECK|REQUIRE|TEST)|cr_assert|ck_assert|assert)\w{0,40}\s{0,2}\(/,
};

const TEST_CASE: Partial<Record<LanguageFamily, RegExp>> = {
  javascript: /(?<![\w.$])(?:it|test|specify|Deno\.test)(?:\.\w{1,30}){0,3}\s{0,2}[(`]/,
  python: /^\s*(?:async\s{1,4})?def\s{1,4}test\w{0,120}\s{0,2}\(/,
  go: /^func\s{1,4}(?:Test|Benchmark|Fuzz|Example)\w{0,120}\(|\bt\.Run\(|\b(?:It|Entry)\(/,
  java: /@(?:Test|ParameterizedTest|RepeatedTest|Property)\b|\bpublic\s{1,4}void\s{1,4}test\w{1,100}\(/,
  kotlin: /@(?:Test|ParameterizedTest)\b|\b(?:test|it|should)\(\s{0,4}"/,
  csharp: /\[(?:Fact|Theory|Test|TestCase|TestMethod|DataTestMethod)\b/,
  ruby: /^\s*(?:it|specify|test|example)\b[\s(]{1,4}["']|^\s*def\s{1,4}test_\w{1,100}/,
  rust: /#\[(?:\w{1,30}::)?(?:test|rstest|proptest)\b/,
  php: /\bfunction\s{1,4}test\w{1,100}\(|^\s*(?:it|test)\(\s{0,4}['"]|#\[Test\]/,
  swift: /\bfunc\s{1,4}test\w{1,100}\(|@Test\b/,
  dart: /\b(?:test|testWidgets)\(\s{0,4}['"]/,
  elixir: /^\s*test\s{1,4}"/,
  c: /\b(?:TEST(?:_[FP])?|TEST_CASE|SCENARIO|BOOST_AUTO_TEST_CASE)\(/,
};

function familyOf(file: ReviewFile): LanguageFamily {
  return file.traits.language?.family ?? 'other';
}

/** Lines that match, those that moved left out. */
function matching(
  lines: readonly ReviewLine[],
  pattern: RegExp | undefined,
  keepMoved = false,
): readonly ReviewLine[] {
  if (pattern === undefined) return [];
  return lines.filter((line) => (keepMoved || !line.isMoved) && pattern.test(line.code));
}

/** The text of a test's first line, as it would be found again after a move into another file. */
function titleOf(line: ReviewLine): string {
  return line.text.replace(/\W+/g, ' ').trim().toLowerCase();
}

interface Testing {
  /** Titles of the tests that the change adds anywhere. */
  readonly addedTitles: ReadonlySet<string>;
  readonly addedCases: number;
  /** Assertions that the change adds, by file. */
  readonly addedAssertions: ReadonlyMap<string, number>;
  readonly removedNames: ReadonlySet<string>;
  readonly deletedSubjects: ReadonlySet<string>;
}

function surveyTests(files: readonly ReviewFile[]): Testing {
  const tests = files.filter((file) => file.traits.isTest);
  const added = tests.flatMap((file) => matching(file.added, TEST_CASE[familyOf(file)], true));
  const deleted = files.filter(({ file, traits }) => file.status === 'deleted' && !traits.isTest);
  return {
    addedTitles: new Set(added.map(titleOf)),
    addedCases: added.filter((line) => !line.isMoved).length,
    addedAssertions: new Map(
      tests.map((file) => [file.path, matching(file.added, ASSERTION[familyOf(file)]).length]),
    ),
    removedNames: findRemovedNames(files),
    deletedSubjects: new Set(deleted.map(({ path }) => subjectOf(baseName(path)))),
  };
}

/** Assertions that the change adds in all tests. */
function countAdded({ addedAssertions }: Testing, but?: string): number {
  return [...addedAssertions].reduce((sum, [path, found]) => (path === but ? sum : sum + found), 0);
}

/** A title that comes back counts only if assertions come back: an empty test is no replacement. */
function isAssertedAgain(file: ReviewFile, testing: Testing): boolean {
  const removed = matching(file.removed, ASSERTION[familyOf(file)], true);
  const moved = removed.filter((line) => line.isMoved).length;
  return (moved + countAdded(testing)) * 2 >= removed.length;
}

function mentions(lines: readonly ReviewLine[], names: ReadonlySet<string>): boolean {
  return names.size > 0 && lines.some((line) => namesIn(line.code).some((name) => names.has(name)));
}

function checkDeleted(file: ReviewFile, testing: Testing): readonly Draft[] {
  const cases = matching(file.removed, TEST_CASE[familyOf(file)], true);
  if (cases.length === 0) return [];
  if (testing.deletedSubjects.has(subjectOf(baseName(file.path)))) return [];
  if (mentions(file.removed, testing.removedNames)) return [];
  const titlesCount = isAssertedAgain(file, testing);
  const kept = titlesCount
    ? cases.filter((line) => line.isMoved || testing.addedTitles.has(titleOf(line)))
    : [];
  if (kept.length * 2 >= cases.length) return [];
  const lost = cases.length - kept.length;
  const isRewritten = titlesCount && testing.addedCases >= lost;
  return [
    draft(TEST_DELETED, {
      title: `${TEST_DELETED.title}: ${plural(lost, 'test')} gone, the code they test is still there`,
      path: file.path,
      side: 'old',
      identity: '',
      priority: isRewritten ? 2 : null,
      confidence: isRewritten ? 0.5 : null,
    }),
  ];
}

function lostAssertions(
  hunk: Hunk,
  pattern: RegExp,
  testing: Testing,
  titlesCount: boolean,
): readonly ReviewLine[] {
  const lost = matching(hunk.removed, pattern);
  if (lost.length === 0 || matching(hunk.added, pattern, true).length > 0) return [];
  if (titlesCount && hunk.removed.some((line) => testing.addedTitles.has(titleOf(line)))) return [];
  return mentions(hunk.removed, testing.removedNames) ? [] : lost;
}

function checkAssertions(file: ReviewFile, testing: Testing): readonly Draft[] {
  const pattern = ASSERTION[familyOf(file)];
  if (pattern === undefined) return [];
  const removed = matching(file.removed, pattern).length;
  const added = matching(file.added, pattern).length;
  if (removed <= added) return [];
  const titlesCount = isAssertedAgain(file, testing);
  const lost = findHunks(file.removed, file.added).flatMap((hunk) =>
    lostAssertions(hunk, pattern, testing, titlesCount),
  );
  const first = lost[0];
  if (first === undefined) return [];
  const count = Math.min(lost.length, removed - added);
  const isRewritten = countAdded(testing, file.path) >= count;
  return [
    draft(ASSERTIONS_REMOVED, {
      title: `${plural(count, 'assertion')} removed with nothing in ${count === 1 ? 'its' : 'their'} place`,
      path: file.path,
      line: first.line,
      side: 'old',
      identity: first.text,
      priority: isRewritten ? 2 : null,
      confidence: isRewritten ? 0.5 : null,
    }),
  ];
}

/** Tests and assertions that go away while what they test stays. */
export function checkRemovedTests(files: readonly ReviewFile[]): readonly Draft[] {
  const tests = files.filter(({ traits }) => traits.isTest && !traits.isVendored);
  if (!tests.some(({ removed }) => removed.length > 0)) return [];
  const testing = surveyTests(files);
  return tests.flatMap((file) => {
    if (file.file.status === 'deleted') return checkDeleted(file, testing);
    return file.file.status === 'added' ? [] : checkAssertions(file, testing);
  });
}
