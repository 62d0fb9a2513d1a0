import { countOf, findLastLine, NOTHING_RAN, sumTallies, type Tally, tallyOfTotal } from './tally.ts';

const PACKAGE = /^(?:ok {2}|FAIL|\? {3})\t\S{1,400}(?:\t|$)/;
const EMPTY_PACKAGE = /\t\[no test files\]$|\[no tests to run\]$/;
/** What `-cover` prints of a package without test files since Go 1.22. */
const UNTESTED_PACKAGE = /^\t\S{1,400}\t\tcoverage: 0\.0% of statements$/;
const TEST_END = /^--- (PASS|FAIL|SKIP): /;

function countEnds(ends: readonly string[]): Tally {
  const of = (end: string) => ends.filter((found) => found === end).length;
  return { passed: of('PASS'), failed: of('FAIL'), skipped: of('SKIP') };
}

/**
 * Go without `-v` prints one line a package and no number of tests, so that the answer is "unknown" as soon as
 * one package that ran shows none of its tests. Sub-tests are indented and count with their parent.
 */
function readPlain(lines: readonly string[]): Tally | null {
  const tallies: Tally[] = [];
  let ends: string[] = [];
  let verbose = false;
  for (const line of lines) {
    const end = TEST_END.exec(line)?.[1];
    if (end !== undefined) ends.push(end);
    if (line.startsWith('=== RUN ')) verbose = true;
    const untested = UNTESTED_PACKAGE.test(line);
    if (!untested && !PACKAGE.test(line)) continue;
    const empty = untested || EMPTY_PACKAGE.test(line);
    if (!empty && (!verbose || ends.length === 0)) return null;
    tallies.push(empty ? NOTHING_RAN : countEnds(ends));
    ends = [];
    verbose = false;
  }
  return sumTallies(tallies);
}

/** One record of `go test -json` (test2json); null for any other line. */
function readRecord(line: string): { readonly action: string; readonly test: string | null } | null {
  if (!line.startsWith('{"') || !line.includes('"Action":"') || !line.includes('"Package":"')) return null;
  try {
    const record: unknown = JSON.parse(line);
    if (typeof record !== 'object' || record === null || !('Action' in record)) return null;
    const test = 'Test' in record && typeof record.Test === 'string' ? record.Test : null;
    return typeof record.Action === 'string' ? { action: record.Action, test } : null;
  } catch {
    return null;
  }
}

function readJson(lines: readonly string[]): Tally | null {
  const ends: string[] = [];
  let packages = 0;
  for (const line of lines) {
    const record = readRecord(line);
    if (record === null || !['pass', 'fail', 'skip'].includes(record.action)) continue;
    if (record.test === null) packages += 1;
    else if (!record.test.includes('/')) ends.push(record.action.toUpperCase());
  }
  return packages === 0 ? null : countEnds(ends);
}

/** gotestsum closes with `DONE 12 tests, 2 skipped, 1 failure in 1.204s`. */
function readGotestsum(lines: readonly string[]): Tally | null {
  const done = findLastLine(
    lines,
    /^DONE (?:\d{1,9} runs?, )?(\d{1,9}) tests?(?:, (\d{1,9}) skipped)?(?:, (\d{1,9}) failures?)?(?:, \d{1,9} errors?)? in /,
  );
  return done === null
    ? null
    : tallyOfTotal(countOf(done.match, 1), countOf(done.match, 3), countOf(done.match, 2));
}

/** Tests of `go test -v`, `go test -json` and gotestsum; null for plain `go test`, which names no number. */
export function readGoTests(lines: readonly string[]): Tally | null {
  return readGotestsum(lines) ?? readJson(lines) ?? readPlain(lines);
}
