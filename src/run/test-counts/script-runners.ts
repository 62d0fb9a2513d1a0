import {
  countOf,
  findLastLine,
  hasLine,
  labelled,
  NOTHING_RAN,
  type Recogniser,
  readCountList,
  type Tally,
  tallyOfTotal,
} from './tally.ts';

const PYTEST_LABELS: ReadonlySet<string> = new Set([
  'passed',
  'failed',
  'skipped',
  'deselected',
  'xfailed',
  'xpassed',
  'warning',
  'warnings',
  'error',
  'errors',
  'rerun',
  'subtests passed',
  'subtests failed',
  'subtests skipped',
]);

/** The middle of `=== 1 failed, 2 passed in 0.86s ===`; `-q` leaves the `=` out. */
const PYTEST_END = /^(?:=+ )?(\S.{0,300}?) in \d[\d.]{0,12}(?:s| seconds)(?: \([\d:]{1,12}\))?(?: =+)?$/;

/** `--collect-only` names tests and runs none. */
const PYTEST_COLLECTED = /^(?:no tests|[\d/]{1,20} tests?) collected(?: \(|$)/;

function readPytestLine(line: string): Tally | null {
  const text = PYTEST_END.exec(line)?.[1];
  if (text === undefined) return null;
  if (text === 'no tests ran' || PYTEST_COLLECTED.test(text)) return NOTHING_RAN;
  const counts = readCountList(text, ', ');
  if (counts === null || [...counts.keys()].some((label) => !PYTEST_LABELS.has(label))) return null;
  return {
    passed: labelled(counts, 'passed', 'xfailed', 'xpassed'),
    failed: labelled(counts, 'failed', 'error', 'errors'),
    skipped: labelled(counts, 'skipped'),
  };
}

/** pytest 9. Expected failures ran and ended as expected; deselected tests did not run. */
const pytest: Recogniser = {
  runner: 'pytest',
  read(lines) {
    for (let index = lines.length - 1; index >= 0; index -= 1) {
      const tally = readPytestLine(lines[index] ?? '');
      if (tally !== null) return tally;
    }
    return null;
  },
};

/** unittest and Django: `Ran 3 tests in 0.001s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)`. */
const unittest: Recogniser = {
  runner: 'unittest',
  read(lines) {
    const ran = findLastLine(lines, /^Ran (\d{1,9}) tests? in \d[\d.]{0,12}s$/);
    if (ran === null) return null;
    const end = lines.slice(ran.index + 1).find((line) => /^(?:OK|FAILED|NO TESTS RAN)(?: \(|$)/.test(line));
    if (end === undefined) return null;
    const of = (label: string) => Number(new RegExp(`[( ]${label}=(\\d{1,9})[,)]`).exec(end)?.[1] ?? 0);
    const failed = of('failures') + of('errors') + of('unexpected successes');
    return tallyOfTotal(countOf(ran.match, 1), failed, of('skipped'));
  },
};

/** RSpec 3: `5 examples, 1 failure, 1 pending`. */
const rspec: Recogniser = {
  runner: 'rspec',
  read(lines) {
    const end = findLastLine(
      lines,
      /^(\d{1,9}) examples?, (\d{1,9}) failures?(?:, (\d{1,9}) pending)?(?:, \d{1,9} errors? occurred outside of examples)?$/,
    );
    return end === null
      ? null
      : tallyOfTotal(countOf(end.match, 1), countOf(end.match, 2), countOf(end.match, 3));
  },
};

/** Minitest and Rails: `5 runs, 9 assertions, 0 failures, 0 errors, 1 skips`. */
const minitest: Recogniser = {
  runner: 'minitest',
  read(lines) {
    const end = findLastLine(
      lines,
      /^(\d{1,9}) (?:runs|tests), \d{1,9} assertions, (\d{1,9}) failures, (\d{1,9}) errors, (\d{1,9}) (?:skips|pendings)/,
    );
    if (end === null) return null;
    return tallyOfTotal(
      countOf(end.match, 1),
      countOf(end.match, 2) + countOf(end.match, 3),
      countOf(end.match, 4),
    );
  },
};

/** PHPUnit: `OK (5 tests, 9 assertions)`, or `Tests: 5, Assertions: 9, Failures: 1, Skipped: 1.`. */
const phpunit: Recogniser = {
  runner: 'phpunit',
  read(lines) {
    const end = findLastLine(
      lines,
      /^(?:OK \((\d{1,9}) tests?, \d{1,9} assertions?\)|Tests: (\d{1,9}), Assertions: \d{1,9}(, [\w ,:]{1,300})?\.|No tests executed!)$/,
    );
    if (end === null) return null;
    const of = (label: string) =>
      Number(new RegExp(`, ${label}: (\\d{1,9})`).exec(end.match[3] ?? '')?.[1] ?? 0);
    const failed = of('Failures') + of('Errors');
    return tallyOfTotal(
      countOf(end.match, 1) + countOf(end.match, 2),
      failed,
      of('Skipped') + of('Incomplete'),
    );
  },
};

/** Pest: `  Tests:    1 failed, 2 skipped, 5 passed (9 assertions)`. */
const pest: Recogniser = {
  runner: 'pest',
  read(lines) {
    const end = findLastLine(lines, /^ {2}Tests: {1,8}(\d.{0,200}) \(\d{1,9} assertions?\)$/);
    const counts = end === null ? null : readCountList(end.match[1] ?? '', ', ');
    if (counts === null) return null;
    return {
      passed: labelled(counts, 'passed', 'risky', 'deprecated', 'warnings'),
      failed: labelled(counts, 'failed'),
      skipped: labelled(counts, 'skipped', 'todos', 'todo', 'incomplete'),
    };
  },
};

/** Jasmine 5: `3 specs, 1 failure, 1 pending spec`. */
const jasmine: Recogniser = {
  runner: 'jasmine',
  read(lines) {
    const end = findLastLine(lines, /^(\d{1,9}) specs?, (\d{1,9}) failures?(?:, (\d{1,9}) pending specs?)?$/);
    if (end !== null)
      return tallyOfTotal(countOf(end.match, 1), countOf(end.match, 2), countOf(end.match, 3));
    return hasLine(lines, /^No specs found$/) ? NOTHING_RAN : null;
  },
};

/** Runners of scripting languages beside JavaScript, and Jasmine, whose line has RSpec's form. */
export const SCRIPT_RUNNERS: readonly Recogniser[] = [
  pytest,
  unittest,
  rspec,
  minitest,
  phpunit,
  pest,
  jasmine,
];
