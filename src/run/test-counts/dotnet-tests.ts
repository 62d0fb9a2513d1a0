import { countOf, findLastLine, hasLine, NOTHING_RAN, sumMatches, sumTallies, type Tally } from './tally.ts';

/** The terminal logger's one line for all assemblies. */
function readTerminalLogger(lines: readonly string[]): Tally | null {
  const end = findLastLine(
    lines,
    /^Test summary: total: \d{1,9}, failed: (\d{1,9}), succeeded: (\d{1,9}), skipped: (\d{1,9})/,
  );
  if (end === null) return null;
  return { passed: countOf(end.match, 2), failed: countOf(end.match, 1), skipped: countOf(end.match, 3) };
}

/** Lines of the form `   label: 5`, in any order. */
function readBlock(lines: readonly string[], labels: readonly [string, string, string]): Tally | null {
  const [passed, failed, skipped] = labels.map((label) => {
    const found = findLastLine(lines, new RegExp(`^ {1,12}${label}: (\\d{1,9})$`));
    return found === null ? null : countOf(found.match, 1);
  });
  if (passed === undefined || passed === null) return null;
  return { passed, failed: failed ?? 0, skipped: skipped ?? 0 };
}

/** The Testing Platform: `Test run summary: Passed!`, then a line for each count. */
function readTestingPlatform(lines: readonly string[]): Tally | null {
  const heading = findLastLine(lines, /^Test run summary: (.{1,100})$/);
  if (heading === null) return null;
  const block = readBlock(lines.slice(heading.index + 1), ['succeeded', 'failed', 'skipped']);
  return block ?? (/^Zero tests ran/.test(heading.match[1] ?? '') ? NOTHING_RAN : null);
}

/** VSTest in full: `Total tests: 5`, then `     Passed: 5` and what else there was, once an assembly. */
function readVstestBlocks(lines: readonly string[]): Tally | null {
  const tallies = lines.flatMap((line, index) => {
    if (!/^Total tests: \d{1,9}$/.test(line)) return [];
    const block = readBlock(lines.slice(index + 1, index + 5), ['Passed', 'Failed', 'Skipped']);
    return block === null ? [] : [block];
  });
  return sumTallies(tallies);
}

/** VSTest in short: `Passed!  - Failed:     0, Passed:     5, Skipped:     0, Total:     5`, once an assembly. */
function readVstestLines(lines: readonly string[]): Tally | null {
  return sumMatches(
    lines,
    /^(?:Passed|Failed|Skipped)! {1,4}- Failed: {1,12}(\d{1,9}), Passed: {1,12}(\d{1,9}), Skipped: {1,12}(\d{1,9}), Total: /,
    ['failed', 'passed', 'skipped'],
  );
}

/** Tests of `dotnet test`, whichever of its four loggers wrote the lines. */
export function readDotnetTests(lines: readonly string[]): Tally | null {
  const tally =
    readTerminalLogger(lines) ??
    readTestingPlatform(lines) ??
    readVstestLines(lines) ??
    readVstestBlocks(lines);
  if (tally !== null) return tally;
  return hasLine(lines, /^No test (?:is available in|matches the given testcase filter) /)
    ? NOTHING_RAN
    : null;
}
