import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recogniseTestCounts } from '../../../src/run/test-counts/recognise.ts';

const ESC = '\u001b[';

/** Closing lines as the runners printed them: name, lines, [passed, failed, skipped], source. */
const HITS: readonly (readonly [string, string, readonly [number, number, number], string])[] = [
  [
    'jest with every kind of end',
    'Test Suites: 1 failed, 1 total\nTests:       1 failed, 1 skipped, 1 todo, 1 passed, 4 total\nSnapshots:   0 total\nTime:        0.5 s\nRan all test suites.\n',
    [1, 1, 2],
    'jest',
  ],
  [
    'jest where the filter matched nothing',
    'Test Suites: 1 skipped, 0 of 1 total\nTests:       4 skipped, 4 total\nSnapshots:   0 total\nTime:        0.223 s, estimated 1 s\nRan all test suites with tests matching "zzz".\n',
    [0, 0, 4],
    'jest',
  ],
  ['jest --passWithNoTests', 'No tests found, exiting with code 0\n', [0, 0, 0], 'jest'],
  [
    'vitest in colour',
    `${ESC}2m Test Files ${ESC}22m ${ESC}1m${ESC}31m1 failed${ESC}39m${ESC}22m${ESC}2m | ${ESC}22m${ESC}1m${ESC}32m1 passed${ESC}39m${ESC}22m${ESC}90m (2)${ESC}39m\n${ESC}2m      Tests ${ESC}22m ${ESC}1m${ESC}31m1 failed${ESC}39m${ESC}22m${ESC}2m | ${ESC}22m${ESC}1m${ESC}32m2 passed${ESC}39m${ESC}22m${ESC}2m | ${ESC}22m${ESC}33m1 skipped${ESC}39m${ESC}2m | ${ESC}22m${ESC}90m1 todo${ESC}39m${ESC}90m (5)${ESC}39m\n${ESC}2m   Start at ${ESC}22m 08:35:21\n`,
    [2, 1, 2],
    'vitest',
  ],
  [
    'vitest --passWithNoTests',
    'No test files found, exiting with code 0\n\nfilter: zzz\n',
    [0, 0, 0],
    'vitest',
  ],
  [
    'vitest with nothing selected',
    ' Test Files  2 skipped (2)\n      Tests  5 skipped (5)\n',
    [0, 0, 5],
    'vitest',
  ],
  ['vitest with an empty file', ' Test Files  1 passed (1)\n      Tests  no tests\n', [0, 0, 0], 'vitest'],
  [
    'mocha',
    '\n\n  ✔ a\n  - b\n  1) d\n\n  1 passing (3ms)\n  1 pending\n  1 failing\n\n  1) d:\n',
    [1, 1, 1],
    'mocha',
  ],
  ['mocha with nothing', '\n\n  0 passing (1ms)\n\n', [0, 0, 0], 'mocha'],
  [
    'node:test spec',
    'ℹ tests 5\nℹ suites 1\nℹ pass 2\nℹ fail 1\nℹ cancelled 0\nℹ skipped 1\nℹ todo 1\nℹ duration_ms 89.7\n\n✖ failing tests:\n',
    [2, 1, 2],
    'node:test',
  ],
  [
    'node:test tap',
    '1..5\n# tests 5\n# suites 1\n# pass 2\n# fail 1\n# cancelled 1\n# skipped 1\n# todo 0\n# duration_ms 89.748541\n',
    [2, 2, 1],
    'node:test',
  ],
  [
    'node:test with nothing',
    'ℹ tests 0\nℹ suites 0\nℹ pass 0\nℹ fail 0\nℹ cancelled 0\nℹ skipped 0\nℹ todo 0\n',
    [0, 0, 0],
    'node:test',
  ],
  ['mocha -R tap', 'ok 1 a\n# tests 2\n# pass 1\n# fail 1\n1..3\n', [1, 1, 0], 'TAP'],
  ['AVA --tap', '1..4\n# tests 3\n# pass 1\n# skip 1\n# fail 2\n', [1, 2, 1], 'TAP'],
  ['tape', '1..2\n# tests 2\n# pass  2\n\n# ok\n', [2, 0, 0], 'TAP'],
  [
    'node-tap',
    '# No coverage generated\n# { total: 3, pass: 1, fail: 1, skip: 1 }\n# time=916.49ms\n',
    [1, 1, 1],
    'tap',
  ],
  ['AVA', '  ─\n\n  2 tests passed\n  1 test skipped\n  1 test todo\n', [2, 0, 2], 'AVA'],
  ['AVA with nothing', '\n  ✘ Couldn’t find any matching tests\n', [0, 0, 0], 'AVA'],
  [
    'bun',
    'bun test v1.4.5 (a7733435c)\n\n 1 pass\n 1 skip\n 1 todo\n 1 fail\n 1 expect() calls\nRan 4 tests across 1 file. [5.00ms]\n',
    [1, 1, 2],
    'bun test',
  ],
  [
    'bun with nothing',
    'bun test v1.4.5 (a7733435c)\nThe following filters did not match any test files:\n zzz\n3 files were searched [3.00ms]\n',
    [0, 0, 0],
    'bun test',
  ],
  [
    'deno',
    `${ESC}0m${ESC}31mFAILED${ESC}0m | 1 passed (2 steps) | 1 failed | 1 ignored ${ESC}0m${ESC}38;5;245m(23ms)${ESC}0m\n`,
    [1, 1, 1],
    'deno test',
  ],
  [
    'deno with a filter',
    'ok | 0 passed | 0 failed | 3 filtered out (5ms)\n\nerror: Test failed\n',
    [0, 0, 0],
    'deno test',
  ],
  [
    'playwright',
    '  1 failed\n    a.spec.mjs:1:88 › d ─────\n  1 flaky\n    a.spec.mjs:3:8 › e ─────\n  1 skipped\n  2 did not run\n  3 passed (549ms)\n',
    [4, 1, 3],
    'playwright',
  ],
  [
    'playwright without a passed test',
    'Running 1 test using 1 worker\n\n  1 failed\n    a.spec.mjs:1:88 › d ─────\n',
    [0, 1, 0],
    'playwright',
  ],
  ['jasmine', '3 specs, 1 failure, 1 pending spec\nFinished in 0.003 seconds\n', [1, 1, 1], 'jasmine'],
  ['jasmine with nothing', '\nNo specs found\nFinished in 0.001 seconds\n', [0, 0, 0], 'jasmine'],
  [
    'pytest',
    'FAILED test_a.py::test_b - assert 0\n============== 1 failed, 1 passed, 1 skipped, 1 xfailed in 0.86s ===============\n',
    [2, 1, 1],
    'pytest',
  ],
  ['pytest -q', '1 failed, 1 passed, 1 skipped, 1 xfailed in 0.59s\n', [2, 1, 1], 'pytest'],
  ['pytest, a long run', '==== 812 passed, 3 warnings in 80.12s (0:01:20) ====\n', [812, 0, 0], 'pytest'],
  [
    'pytest with nothing',
    'collected 0 items\n\n============================ no tests ran in 0.91s =============================\n',
    [0, 0, 0],
    'pytest',
  ],
  ['pytest with all deselected', '\n4 deselected in 0.61s\n', [0, 0, 0], 'pytest'],
  ['pytest --collect-only', '===== 3 tests collected in 0.02s =====\n', [0, 0, 0], 'pytest'],
  ['unittest', '------\nRan 3 tests in 0.001s\n\nFAILED (failures=1, skipped=1)\n', [1, 1, 1], 'unittest'],
  ['unittest with nothing', 'Ran 0 tests in 0.000s\n\nNO TESTS RAN\n', [0, 0, 0], 'unittest'],
  [
    'cargo with doc tests',
    'running 3 tests\ntest t::b ... ignored\n\ntest result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\n   Doc-tests rs\n\nrunning 1 test\n\ntest result: ok. 1 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\nall doctests ran in 0.41s\n',
    [3, 0, 1],
    'cargo test',
  ],
  [
    'cargo with everything filtered out',
    'running 0 tests\n\ntest result: ok. 0 passed; 0 failed; 0 ignored; 0 measured; 3 filtered out; finished in 0.00s\n',
    [0, 0, 0],
    'cargo test',
  ],
  [
    'nextest',
    '     Summary [   0.008s] 3 tests run: 2 passed (1 slow), 1 failed, 2 skipped\n',
    [2, 1, 2],
    'cargo nextest',
  ],
  [
    'ctest',
    '67% tests passed, 1 tests failed out of 3\n\nTotal Test time (real) =   0.01 sec\n\nThe following tests did not run:\n\t  3 - c (Skipped)\n\t  4 - d (Disabled)\n\nThe following tests FAILED:\n\t  2 - b (Failed)\n',
    [1, 1, 1],
    'ctest',
  ],
  ['ctest with nothing', 'Test project /tmp/b\nNo tests were found!!!\n', [0, 0, 0], 'ctest'],
  [
    'surefire over two modules',
    '[INFO] Running A2Test\n[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.056 s -- in A2Test\n[WARNING] Tests run: 3, Failures: 0, Errors: 0, Skipped: 1, Time elapsed: 0.008 s -- in ATest\n[INFO] \n[INFO] Results:\n[INFO] \n[WARNING] Tests run: 4, Failures: 0, Errors: 0, Skipped: 1\n[INFO] \n[ERROR] Tests run: 3, Failures: 1, Errors: 0, Skipped: 1, Time elapsed: 0.068 s <<< FAILURE! -- in BTest\n[INFO] Results:\n[INFO] \n[ERROR] Failures: \n[ERROR]   BTest.z:1 no\n[INFO] \n[ERROR] Tests run: 4, Failures: 1, Errors: 0, Skipped: 1\n[INFO] \n',
    [5, 1, 2],
    'surefire',
  ],
  [
    'an old surefire',
    'Results :\n\nTests run: 2, Failures: 0, Errors: 1, Skipped: 0\n\n',
    [1, 1, 0],
    'surefire',
  ],
  ['maven -DskipTests', '[INFO] Tests are skipped.\n', [0, 0, 0], 'surefire'],
  ['JUnit 4', '\nOK (5 tests)\n\n', [5, 0, 0], 'JUnit'],
  [
    'the JUnit console',
    '[         5 tests found           ]\n[         1 tests skipped         ]\n[         4 tests started         ]\n[         0 tests aborted         ]\n[         3 tests successful      ]\n[         1 tests failed          ]\n',
    [3, 1, 1],
    'JUnit',
  ],
  ['gradle with a failure', '9 tests completed, 1 failed, 3 skipped\n', [5, 1, 3], 'gradle'],
  [
    'gradle without tests',
    '> Task :compileTestJava NO-SOURCE\n> Task :app:test NO-SOURCE\n\nBUILD SUCCESSFUL in 1s\n',
    [0, 0, 0],
    'gradle',
  ],
  [
    'go -v',
    '=== RUN   TestA\n=== RUN   TestA/sub\n--- PASS: TestA (0.00s)\n    --- PASS: TestA/sub (0.00s)\n=== RUN   TestB\n--- SKIP: TestB (0.00s)\nPASS\nok  \tx/y\t0.003s\n?   \tx/z\t[no test files]\n',
    [1, 0, 1],
    'go test',
  ],
  ['go without test files', '?   \tx/y\t[no test files]\n', [0, 0, 0], 'go test'],
  [
    'go -run nothing',
    'testing: warning: no tests to run\nPASS\nok  \tx/y\t0.002s [no tests to run]\n',
    [0, 0, 0],
    'go test',
  ],
  [
    'go -json',
    '{"Time":"2026-01-01T00:00:00Z","Action":"start","Package":"x"}\n{"Action":"pass","Package":"x","Test":"TestA/sub","Elapsed":0}\n{"Action":"pass","Package":"x","Test":"TestA","Elapsed":0}\n{"Action":"fail","Package":"x","Test":"TestB","Elapsed":0}\n{"Action":"fail","Package":"x","Elapsed":0.1}\n',
    [1, 1, 0],
    'go test',
  ],
  ['gotestsum', 'DONE 12 tests, 2 skipped, 1 failure in 1.204s\n', [9, 1, 2], 'go test'],
  ['rspec', 'Finished in 0.01 seconds\n5 examples, 1 failure, 1 pending\n', [3, 1, 1], 'rspec'],
  ['rspec with nothing', 'No examples found.\n\n0 examples, 0 failures\n', [0, 0, 0], 'rspec'],
  ['minitest', '5 runs, 9 assertions, 1 failures, 1 errors, 1 skips\n', [2, 2, 1], 'minitest'],
  ['PHPUnit', 'OK (5 tests, 9 assertions)\n', [5, 0, 0], 'phpunit'],
  [
    'PHPUnit with failures',
    'FAILURES!\nTests: 6, Assertions: 9, Errors: 1, Failures: 1, Skipped: 1, Incomplete: 1.\n',
    [2, 2, 2],
    'phpunit',
  ],
  ['PHPUnit with nothing', 'No tests executed!\n', [0, 0, 0], 'phpunit'],
  [
    'Pest',
    '\n  Tests:    1 failed, 2 skipped, 5 passed (9 assertions)\n  Duration: 0.1s\n',
    [5, 1, 2],
    'pest',
  ],
  [
    'dotnet test over two assemblies',
    'Passed!  - Failed:     0, Passed:   433, Skipped:     5, Total:   438, Duration: 9 m 44 s - A.dll (net8.0)\nFailed!  - Failed:     1, Passed:     5, Skipped:     0, Total:     6, Duration: 6 s - B.dll (net8.0)\n',
    [438, 1, 5],
    'dotnet test',
  ],
  [
    'dotnet test with the full logger, over two assemblies',
    'Test Run Successful.\nTotal tests: 5\n     Passed: 5\n Total time: 1.1 Seconds\nTest Run Failed.\nTotal tests: 3\n     Passed: 1\n     Failed: 1\n    Skipped: 1\n Total time: 1.1 Seconds\n',
    [6, 1, 1],
    'dotnet test',
  ],
  [
    'the .NET Testing Platform',
    'Test run summary: Failed!\n  total: 5\n  failed: 1\n  succeeded: 3\n  skipped: 1\n  duration: 1s 841ms\n',
    [3, 1, 1],
    'dotnet test',
  ],
  ['the .NET Testing Platform with nothing', 'Test run summary: Zero tests ran\n', [0, 0, 0], 'dotnet test'],
  ['go -cover without test files', '\tx/y\t\tcoverage: 0.0% of statements\n', [0, 0, 0], 'go test'],
  [
    'the .NET terminal logger',
    'Test summary: total: 5, failed: 1, succeeded: 3, skipped: 1, duration: 1.2s\n',
    [3, 1, 1],
    'dotnet test',
  ],
  [
    'dotnet test with nothing',
    'No test is available in /x/A.dll. Make sure that\n',
    [0, 0, 0],
    'dotnet test',
  ],
  ['a runner of one’s own', 'all done\n5 passed, 1 failed, 2 skipped\n', [5, 1, 2], 'closing line'],
];

describe('closing lines of runners', () => {
  test.each(HITS)('%s', (_name, output, [passed, failed, skipped], source) => {
    expect(recogniseTestCounts(output)).toEqual({
      executed: passed + failed,
      passed,
      failed,
      skipped,
      source,
    });
  });

  test.each(HITS)(
    '%s, with Windows line ends and other output around it',
    (_name, output, [passed, failed]) => {
      const noise = 'compiling 5 files\nlistening on port 8080\n';
      const counts = recogniseTestCounts(`${noise}${output}`.replaceAll('\n', '\r\n'));
      expect(counts).toMatchObject({ passed, failed });
    },
  );
});

describe('near misses give no number', () => {
  test.each([
    ['nothing', ''],
    ['prose', 'I think 5 tests passed yesterday and 2 failed.\n'],
    ['a lone Tests: line', 'Tests:       99 passed, 99 total\n'],
    [
      'an indented jest block, printed by a test',
      '    Test Suites: 1 passed, 1 total\n    Tests: 9 passed, 9 total\n    Time: 1 s\n',
    ],
    ['plain go, which names no number', 'ok  \tx/y\t0.003s\nok  \tx/z\t(cached)\n'],
    ['plain go with one empty package', 'ok  \tx/y\t0.003s\n?   \tx/z\t[no test files]\n'],
    ['plain go with a failure', '--- FAIL: TestB (0.00s)\n    b_test.go:3: no\nFAIL\nFAIL\tx/y\t0.003s\n'],
    ['gradle that says nothing', '> Task :test\n\nBUILD SUCCESSFUL in 1s\n'],
    ['gradle from its cache', '> Task :a:test NO-SOURCE\n> Task :b:test UP-TO-DATE\n'],
    [
      'surefire lines per class',
      '[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0, Time elapsed: 0.056 s -- in A\n',
    ],
    ['AVA with a failure, which leaves out what passed', '  1 test failed\n  1 test skipped\n'],
    ['an unknown word in a pytest line', '===== 3 passed, 2 exploded in 0.1s =====\n'],
    ['counts that contradict each other', '5 examples, 9 failures\n'],
    ['numbers beyond any run', 'OK (99999999999 tests, 1 assertion)\n'],
    ['a mocha line in prose', 'now 5 passing (see above)\n'],
    ['passed only', '5 passed\n'],
  ])('%s', (_name, output) => {
    expect(recogniseTestCounts(output)).toBeNull();
  });
});

describe('several runs in one output', () => {
  const jestBlock = (passed: number) =>
    `Test Suites: 1 passed, 1 total\nTests:       ${passed} passed, ${passed} total\nSnapshots:   0 total\nTime:        0.5 s\n`;

  test('different runners add up and are both named', () => {
    const output = `${jestBlock(3)}\n=== 2 passed in 0.10s ===\n`;
    expect(recogniseTestCounts(output)).toEqual({
      executed: 5,
      passed: 5,
      failed: 0,
      skipped: 0,
      source: 'jest + pytest',
    });
  });

  test('npm workspaces of one runner add up', () => {
    const run = (name: string, count: number) =>
      `\n> ${name}@1.0.0 test\n> mocha\n\n\n  ${count} passing (3ms)\n\n`;
    expect(recogniseTestCounts(run('a', 2) + run('b', 3))).toMatchObject({ executed: 5, source: 'mocha' });
    const yarn = '$ mocha\n\n  2 passing (3ms)\n\n$ mocha\n\n  3 passing (3ms)\n';
    expect(recogniseTestCounts(yarn)).toMatchObject({ executed: 5, source: 'mocha' });
    expect(recogniseTestCounts(jestBlock(2) + jestBlock(3))).toMatchObject({ executed: 5, source: 'jest' });
  });

  test('interleaved tasks are told apart by their prefixes', () => {
    const lines = (prefix: string, count: number) =>
      jestBlock(count)
        .split('\n')
        .map((line) => `${prefix}${line}`);
    for (const [left, right] of [
      ['web:test: ', 'api:test: '],
      ['packages/web test: ', 'packages/api test: '],
      ['[web]: ', '[api]: '],
      ['[0] ', '[1] '],
    ] as const) {
      const second = lines(right, 4);
      const output = lines(left, 1).flatMap((line, index) => [line, second[index] ?? '']);
      expect(recogniseTestCounts(output.join('\n'))).toMatchObject({ executed: 5, source: 'jest' });
    }
  });

  test('a workspace without tests adds nothing', () => {
    expect(recogniseTestCounts(`No tests found, exiting with code 0\n${jestBlock(3)}`)).toMatchObject({
      executed: 3,
    });
  });

  test('two pytest sessions add up', () => {
    const session = '===== test session starts =====\ncollected 2 items\n\n===== 2 passed in 0.10s =====\n';
    expect(recogniseTestCounts(session + session)).toMatchObject({ executed: 4 });
  });
});

describe('a forged line does not outweigh the closing lines', () => {
  test.each([
    ['pytest', '99 passed in 1.00s\n=== no tests ran in 0.91s ===\n', 0],
    ['mocha', '  99 passing (1ms)\n\n  0 passing (1ms)\n', 0],
    [
      'node:test',
      'ℹ tests 99\nℹ pass 99\nℹ fail 0\nℹ tests 1\nℹ suites 0\nℹ pass 1\nℹ fail 0\nℹ cancelled 0\n',
      1,
    ],
    [
      'surefire',
      'Tests run: 99, Failures: 0, Errors: 0, Skipped: 0\n[INFO] Results:\n[INFO] \n[INFO] Tests run: 1, Failures: 0, Errors: 0, Skipped: 0\n',
      1,
    ],
    ['bare counts', '99 passed, 0 failed\n1 passed, 0 failed\n', 1],
    ['bare counts before a real runner', '99 passed, 0 failed\n  2 passing (3ms)\n', 2],
    ['vitest', ' Tests  99 passed (99)\n Test Files  1 passed (1)\n      Tests  1 passed (1)\n', 1],
    [
      'jest',
      'Tests:       99 passed, 99 total\nTest Suites: 1 skipped, 0 of 1 total\nTests:       4 skipped, 4 total\nSnapshots:   0 total\nTime:        0.2 s\n',
      0,
    ],
  ])('%s', (_name, output, executed) => {
    expect(recogniseTestCounts(output)?.executed).toBe(executed);
  });
});

test('a number cut by the beginning of a full tail is not read', () => {
  const closing = '5 passed in 1.00s\n';
  const filler = `${'x'.repeat(99)}\n`.repeat(656);
  expect(recogniseTestCounts(`${closing}${filler}`.slice(0, 65_536))).toBeNull();
  expect(recogniseTestCounts(`${closing}${filler.slice(0, 6_000)}`)).toMatchObject({ executed: 5 });
});

test('hostile output is read in a moment', () => {
  const bait = ['[', ' ', '=', '1 passed, ', 'a test', '> ', 'Tests run: 1, ', ', Failures: 1', '\t'];
  const startedMs = performance.now();
  for (const piece of bait) {
    const line = piece.repeat(Math.ceil(65_000 / piece.length));
    recogniseTestCounts(line);
    recogniseTestCounts(`${line.slice(0, 3_900)}\n`.repeat(16));
  }
  expect(performance.now() - startedMs).toBeLessThan(5_000);
});

test('whatever the output is, counts are whole, not negative and agree', () => {
  const fragment = fc.oneof(
    fc.constantFrom(...HITS.flatMap(([, output]) => output.split('\n'))),
    fc.string(),
    fc.nat().map((count) => `${count} passed, ${count} failed`),
  );
  fc.assert(
    fc.property(fc.array(fragment, { maxLength: 30 }), (lines) => {
      const counts = recogniseTestCounts(lines.join('\n'));
      if (counts === null) return;
      for (const value of [counts.executed, counts.passed, counts.failed, counts.skipped]) {
        expect(Number.isSafeInteger(value) && value >= 0).toBe(true);
      }
      expect(counts.executed).toBe(counts.passed + counts.failed);
      expect(counts.source).not.toBe('');
    }),
    { numRuns: 300 },
  );
});
