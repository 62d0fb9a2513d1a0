import { stripAnsi } from '../../kernel/text.ts';
import type { TestCounts } from '../stage-result.ts';
import { COMPILED_RUNNERS } from './compiled-runners.ts';
import { JAVASCRIPT_RUNNERS } from './javascript-runners.ts';
import { splitRuns } from './output-runs.ts';
import { SCRIPT_RUNNERS } from './script-runners.ts';
import { countOf, findLastLine, sumTallies, type Tally } from './tally.ts';

const RECOGNISERS = [...JAVASCRIPT_RUNNERS, ...COMPILED_RUNNERS, ...SCRIPT_RUNNERS];

/** The tail that a stage's log hands over (`OutputSink.tail`), bytes. */
const TAIL_BYTES = 65_536;

/** A full tail begins somewhere in a line: `15 passed` cut to `5 passed` would be a wrong number. */
function dropCutLine(text: string): string {
  if (Buffer.byteLength(text) < TAIL_BYTES - 4) return text;
  const end = text.search(/[\r\n]/);
  return end === -1 ? '' : text.slice(end + 1);
}

/** A line that says nothing but counts, for runners of one's own: `5 passed, 1 failed, 2 skipped`. */
function readBareCounts(lines: readonly string[]): Tally | null {
  const last = findLastLine(lines, /^ {0,4}(\d{1,9}) passed, (\d{1,9}) failed(?:, (\d{1,9}) skipped)?\.?$/);
  if (last === null) return null;
  return { passed: countOf(last.match, 1), failed: countOf(last.match, 2), skipped: countOf(last.match, 3) };
}

function toCounts(tallies: readonly Tally[], source: string): TestCounts | null {
  const sum = sumTallies(tallies);
  return sum === null ? null : { executed: sum.passed + sum.failed, ...sum, source };
}

/**
 * How many tests ran, from the closing lines of the runner that wrote them (a tail of at most 64 KiB, may hold
 * colours). `executed` = passed + failed; skipped and todo tests did not run. A runner that says it found no
 * tests gives 0; output that no known runner wrote, or that names no number, gives null, never a guess.
 *
 * Of each runner only the last summary of a run counts, so that a line printed by the program under test does not
 * outweigh it; runs of several scripts or packages in one output add up, and `source` names every runner
 * (`jest + pytest`). What a program prints after its runner has closed cannot be told from the runner: name a
 * JUnit report in `tests.junit` where that matters.
 */
export function recogniseTestCounts(outputTail: string): TestCounts | null {
  const runs = splitRuns(stripAnsi(dropCutLine(outputTail.slice(-TAIL_BYTES))));
  const found = runs.flatMap((run) =>
    RECOGNISERS.flatMap(({ runner, read }) => {
      const tally = read(run);
      return tally === null ? [] : [{ runner, tally }];
    }),
  );
  if (found.length > 0) {
    return toCounts(
      found.map(({ tally }) => tally),
      [...new Set(found.map(({ runner }) => runner))].join(' + '),
    );
  }
  const bare = runs.map(readBareCounts).filter((tally) => tally !== null);
  return toCounts(bare.slice(-1), 'closing line');
}
