import {
  countOf,
  findLastLine,
  hasLine,
  labelled,
  NOTHING_RAN,
  type Recogniser,
  readCountList,
  sumTallies,
  type Tally,
} from './tally.ts';

/**
 * Jest 30: `Test Suites:`, `Tests:`, `Snapshots:`, `Time:` one after another. Complete blocks add up (Jest indents
 * what tests print, so they are its own); a lone `Tests:` line counts for nothing.
 */
const jest: Recogniser = {
  runner: 'jest',
  read(lines) {
    const tallies: Tally[] = [];
    for (const [index, line] of lines.entries()) {
      const tests = /^Tests: {1,20}(\d.{0,200})$/.exec(line);
      if (/^No tests found, exiting with code [01]$/.test(line)) tallies.push(NOTHING_RAN);
      if (tests === null || !/^Test Suites: /.test(lines[index - 1] ?? '')) continue;
      if (!lines.slice(index + 1, index + 4).some((after) => /^Time: /.test(after))) continue;
      const counts = readCountList(tests[1] ?? '', ', ');
      if (counts === null || !counts.has('total')) continue;
      tallies.push({
        passed: labelled(counts, 'passed'),
        failed: labelled(counts, 'failed'),
        skipped: labelled(counts, 'skipped', 'todo'),
      });
    }
    return sumTallies(tallies);
  },
};

/** Vitest 4: `Test Files  1 passed (1)`, then `     Tests  1 failed | 2 passed (3)`. */
const vitest: Recogniser = {
  runner: 'vitest',
  read(lines) {
    const tests = findLastLine(lines, /^ {2,12}Tests {2}(.{1,200})$/);
    if (tests !== null && /^ {1,12}Test Files {2}/.test(lines[tests.index - 1] ?? '')) {
      const text = tests.match[1] ?? '';
      if (text === 'no tests') return NOTHING_RAN;
      const counts = readCountList(text.replace(/ \(\d{1,9}\)$/, ''), ' | ');
      if (counts === null) return null;
      return {
        passed: labelled(counts, 'passed', 'expected fail'),
        failed: labelled(counts, 'failed'),
        skipped: labelled(counts, 'skipped', 'todo'),
      };
    }
    return hasLine(lines, /^No test files found, exiting with code [01]$/) ? NOTHING_RAN : null;
  },
};

/** Mocha 11: `  5 passing (3ms)`, then `  1 pending` and `  1 failing` where there are any. */
const mocha: Recogniser = {
  runner: 'mocha',
  read(lines) {
    const passing = findLastLine(lines, /^ {2}(\d{1,9}) passing \(\d[\w. ]{0,20}\)$/);
    if (passing === null) return null;
    const rest = lines.slice(passing.index + 1, passing.index + 3);
    const of = (label: string) =>
      rest.reduce((sum, line) => sum + Number(new RegExp(`^  (\\d{1,9}) ${label}$`).exec(line)?.[1] ?? 0), 0);
    return { passed: countOf(passing.match, 1), failed: of('failing'), skipped: of('pending') };
  },
};

/**
 * TAP trailers and node:test, whose spec reporter writes `ℹ` for `#`: `# tests 5`, `# pass 3`, `# fail 1`,
 * `# skipped 1`; tape, Mocha and AVA write fewer of them.
 */
const tap: Recogniser = {
  runner: 'TAP',
  read(lines) {
    const tests = findLastLine(lines, /^[#ℹ] tests {1,4}(\d{1,9})$/);
    if (tests === null) return null;
    const counts = new Map<string, number>();
    for (const line of lines.slice(tests.index + 1, tests.index + 9)) {
      const item =
        /^[#ℹ] (suites|pass|fail|cancelled|skip|skipped|todo|ok|duration_ms) {0,4}([\d.]{0,20})$/.exec(line);
      if (item === null) break;
      counts.set(item[1] ?? '', Number(item[2]));
    }
    if (!counts.has('pass') && !counts.has('fail')) return null;
    return {
      passed: labelled(counts, 'pass'),
      failed: labelled(counts, 'fail', 'cancelled'),
      skipped: labelled(counts, 'skip', 'skipped', 'todo'),
    };
  },
};

const nodeTest: Recogniser = {
  runner: 'node:test',
  read: (lines) => (hasLine(lines, /^[#ℹ] cancelled \d{1,9}$/) ? tap.read(lines) : null),
};

const otherTap: Recogniser = {
  runner: 'TAP',
  read: (lines) => (hasLine(lines, /^[#ℹ] cancelled \d{1,9}$/) ? null : tap.read(lines)),
};

/** node-tap 21: `# { total: 3, pass: 1, fail: 1, skip: 1 }`; it counts assertions. */
const nodeTap: Recogniser = {
  runner: 'tap',
  read(lines) {
    const total = findLastLine(
      lines,
      /^# \{ total: \d{1,9}((?:, (?:pass|fail|skip|todo): \d{1,9}){0,4}) \}$/,
    );
    if (total === null) return null;
    const of = (label: string) =>
      Number(new RegExp(`, ${label}: (\\d{1,9})`).exec(total.match[1] ?? '')?.[1] ?? 0);
    return { passed: of('pass'), failed: of('fail'), skipped: of('skip') + of('todo') };
  },
};

/** AVA 6: `  5 tests passed`. It leaves that line out when a test failed: then there is no number to give. */
const ava: Recogniser = {
  runner: 'AVA',
  read(lines) {
    if (hasLine(lines, /^ {2}✘ Couldn’t find any (?:matching tests|files to test)/)) return NOTHING_RAN;
    const passed = findLastLine(lines, /^ {2}(\d{1,9}) tests? passed$/);
    if (passed === null) return null;
    const near = lines.slice(Math.max(0, passed.index - 4), passed.index + 5);
    const of = (label: string) =>
      near.reduce((sum, line) => sum + Number(new RegExp(`^  (\\d{1,9}) ${label}$`).exec(line)?.[1] ?? 0), 0);
    return {
      passed: countOf(passed.match, 1) + of('known failures?'),
      failed: of('tests? failed'),
      skipped: of('tests? skipped') + of('tests? todo'),
    };
  },
};

/** bun 1.x: ` 5 pass`, ` 1 skip`, ` 0 fail`, …, `Ran 6 tests across 2 files. [5.00ms]`. */
const bun: Recogniser = {
  runner: 'bun test',
  read(lines) {
    const ran = findLastLine(lines, /^Ran \d{1,9} tests? across \d{1,9} files?\./);
    if (ran !== null) {
      const counts = new Map<string, number>();
      for (const line of lines.slice(Math.max(0, ran.index - 8), ran.index)) {
        const item = /^ (\d{1,9}) (pass|fail|skip|todo)$/.exec(line);
        if (item !== null) counts.set(item[2] ?? '', Number(item[1]));
      }
      if (!counts.has('pass') || !counts.has('fail')) return null;
      return {
        passed: labelled(counts, 'pass'),
        failed: labelled(counts, 'fail'),
        skipped: labelled(counts, 'skip', 'todo'),
      };
    }
    const none =
      /^(?:The following filters did not match any test files|error: regex ".{0,200}" matched 0 tests)/;
    return hasLine(lines, /^bun test v\d/) && hasLine(lines, none) ? NOTHING_RAN : null;
  },
};

/** Deno 2: `ok | 5 passed (2 steps) | 0 failed | 1 ignored (23ms)`; tests outside the filter did not run. */
const deno: Recogniser = {
  runner: 'deno test',
  read(lines) {
    const summary = findLastLine(lines, /^(?:ok|FAILED) \| (\d.{0,200}?)(?: \(\d[\w.]{0,20}\))?$/);
    if (summary === null) return hasLine(lines, /^error: No test modules found$/) ? NOTHING_RAN : null;
    const counts = readCountList(summary.match[1] ?? '', ' | ');
    if (counts === null || !counts.has('passed') || !counts.has('failed')) return null;
    return {
      passed: labelled(counts, 'passed'),
      failed: labelled(counts, 'failed'),
      skipped: labelled(counts, 'ignored'),
    };
  },
};

/**
 * Playwright 1.x: `  1 failed` with the names below it, `  1 flaky`, `  1 skipped`, `  5 passed (2.1s)` in this
 * order. Flaky tests ended well. Without a passed test the opening line tells that it was Playwright.
 */
const playwright: Recogniser = {
  runner: 'playwright',
  read(lines) {
    const started = hasLine(lines, /^Running \d{1,9} tests? using \d{1,9} workers?/);
    const label =
      /^ {2}(\d{1,9}) (passed|failed|flaky|interrupted|skipped|did not run)(?: \(\d[\w. ]{0,20}\))?$/;
    const last = findLastLine(lines, started ? label : /^ {2}(\d{1,9}) passed \(\d[\w. ]{0,20}\)$/);
    if (last === null) return hasLine(lines, /^Error: No tests found\.?$/) ? NOTHING_RAN : null;
    const counts = new Map<string, number>();
    for (let index = last.index; index >= 0; index -= 1) {
      const line = lines[index] ?? '';
      const item = label.exec(line);
      const name = item?.[2];
      if (item !== null && name !== undefined && !counts.has(name)) counts.set(name, Number(item[1]));
      else if (!line.startsWith('    ')) break;
    }
    return {
      passed: labelled(counts, 'passed', 'flaky'),
      failed: labelled(counts, 'failed', 'interrupted'),
      skipped: labelled(counts, 'skipped', 'did not run'),
    };
  },
};

/** Runners of JavaScript and TypeScript; formats read off real runs of the versions named. */
export const JAVASCRIPT_RUNNERS: readonly Recogniser[] = [
  jest,
  vitest,
  mocha,
  nodeTest,
  otherTap,
  nodeTap,
  ava,
  bun,
  deno,
  playwright,
];
