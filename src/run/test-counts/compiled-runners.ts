import { readDotnetTests } from './dotnet-tests.ts';
import { readGoTests } from './go-tests.ts';
import {
  countOf,
  findLastLine,
  hasLine,
  labelled,
  NOTHING_RAN,
  type Recogniser,
  readCountList,
  sumMatches,
  sumTallies,
  type Tally,
  tallyOfTotal,
} from './tally.ts';

/** Cargo prints one `test result:` per test binary and one for the doc tests; tests filtered out did not run. */
const cargo: Recogniser = {
  runner: 'cargo test',
  read: (lines) =>
    sumMatches(
      lines,
      /^test result: (?:ok|FAILED)\. (\d{1,9}) passed; (\d{1,9}) failed; (\d{1,9}) ignored; \d{1,9} measured; \d{1,9} filtered out/,
      ['passed', 'failed', 'skipped'],
    ),
};

/** cargo-nextest: `     Summary [   0.008s] 3 tests run: 3 passed (1 slow), 0 skipped`. */
const nextest: Recogniser = {
  runner: 'cargo nextest',
  read(lines) {
    const summary = findLastLine(
      lines,
      /^ {0,12}Summary \[ {0,8}[\d.]{1,12}s\] [\d/]{1,20} tests? run: (.{1,200})$/,
    );
    const counts = summary === null ? null : readCountList(summary.match[1] ?? '', ', ');
    if (counts === null) return null;
    return {
      passed: labelled(counts, 'passed'),
      failed: labelled(counts, 'failed', 'timed out', 'exec failed'),
      skipped: labelled(counts, 'skipped'),
    };
  },
};

/** CTest counts skipped tests among the total and names them below; disabled ones are not in the total. */
const ctest: Recogniser = {
  runner: 'ctest',
  read(lines) {
    const summary = findLastLine(lines, /^\d{1,3}% tests passed, (\d{1,9}) tests failed out of (\d{1,9})$/);
    if (summary === null) return hasLine(lines, /^No tests were found!!!$/) ? NOTHING_RAN : null;
    const skipped = lines
      .slice(summary.index)
      .filter((line) => /^\t *\d{1,9} - .{1,1000} \(Skipped\)$/.test(line)).length;
    return tallyOfTotal(countOf(summary.match, 2), countOf(summary.match, 1), skipped);
  },
};

const RESULTS = /^(?:\[(?:INFO|WARNING|ERROR)\] )?Results ?:$/;

/** The last line of Surefire's and Failsafe's `Results:`; the lines per class name their time and do not count. */
function readSurefire(lines: readonly string[]): Tally | null {
  const tallies: Tally[] = [];
  // With `-q` Maven leaves the heading out.
  const headless = !hasLine(lines, RESULTS);
  let inResults = headless;
  for (const line of lines) {
    const text = line.replace(/^\[(?:INFO|WARNING|ERROR)\] /, '');
    if (RESULTS.test(line)) inResults = true;
    if (/^(?:No tests to run\.|Tests are skipped\.)$/.test(text)) tallies.push(NOTHING_RAN);
    const run =
      /^Tests run: (\d{1,9}), Failures: (\d{1,9}), Errors: (\d{1,9}), Skipped: (\d{1,9})(?:, Flakes: \d{1,9})?$/.exec(
        text,
      );
    if (run === null || !inResults) continue;
    inResults = headless;
    const tally = tallyOfTotal(countOf(run, 1), countOf(run, 2) + countOf(run, 3), countOf(run, 4));
    if (tally !== null) tallies.push(tally);
  }
  return sumTallies(tallies);
}

const surefire: Recogniser = { runner: 'surefire', read: readSurefire };

/** JUnit 4's own runner: `OK (5 tests)`, or `Tests run: 5,  Failures: 1`. */
const junit4: Recogniser = {
  runner: 'JUnit',
  read(lines) {
    const last = findLastLine(
      lines,
      /^(?:OK \((\d{1,9}) tests?\)|Tests run: (\d{1,9}), {2}Failures: (\d{1,9}))$/,
    );
    if (last === null) return null;
    return tallyOfTotal(countOf(last.match, 1) + countOf(last.match, 2), countOf(last.match, 3), 0);
  },
};

/** JUnit Platform's console launcher: `[         5 tests successful      ]` and its neighbours. */
const junitPlatform: Recogniser = {
  runner: 'JUnit',
  read(lines) {
    const of = (label: string) => {
      const found = findLastLine(lines, new RegExp(`^\\[ {1,12}(\\d{1,9}) tests ${label} {1,12}\\]$`));
      return found === null ? null : countOf(found.match, 1);
    };
    const passed = of('successful');
    const failed = of('failed');
    if (passed === null || failed === null) return null;
    return { passed, failed, skipped: (of('skipped') ?? 0) + (of('aborted') ?? 0) };
  },
};

/** Gradle says numbers only when a test failed: `5 tests completed, 1 failed, 2 skipped`. */
const gradle: Recogniser = {
  runner: 'gradle',
  read(lines) {
    const tallies = lines.flatMap((line) => {
      const match = /^(\d{1,9}) tests? completed(?:, (\d{1,9}) failed)?(?:, (\d{1,9}) skipped)?$/.exec(line);
      const tally =
        match === null ? null : tallyOfTotal(countOf(match, 1), countOf(match, 2), countOf(match, 3));
      return tally === null ? [] : [tally];
    });
    if (tallies.length > 0) return sumTallies(tallies);
    const tasks = lines.filter((line) =>
      /^> Task :(?:[\w.:-]{0,200}:)?(?:test|\w{0,100}Test)(?: [A-Z-]{1,20})?$/.test(line),
    );
    return tasks.length > 0 && tasks.every((line) => line.endsWith(' NO-SOURCE')) ? NOTHING_RAN : null;
  },
};

const dotnet: Recogniser = { runner: 'dotnet test', read: readDotnetTests };

const go: Recogniser = { runner: 'go test', read: readGoTests };

/** Runners of compiled languages. */
export const COMPILED_RUNNERS: readonly Recogniser[] = [
  go,
  cargo,
  nextest,
  ctest,
  surefire,
  junit4,
  junitPlatform,
  gradle,
  dotnet,
];
