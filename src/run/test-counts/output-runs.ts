/** Longer lines are no runner's closing line; the bound keeps every pattern cheap. */
const MAX_LINE_CHARS = 4_000;

/**
 * What monorepo tools put before each line of a task: `web:test: ` (turbo), `packages/web test: ` (pnpm),
 * `[web]: ` (Yarn), `[web] ` (concurrently).
 */
const TASK_PREFIX =
  /^(?:[@\w./-]{1,100}[: ](?:[\w:.-]{0,40}[:._-])?test(?:[:._-][\w:.-]{0,40})?: ?|\[[@\w./: -]{1,100}\](?:: ?| ))/;

/** Levels of Maven's log, which are no tasks. */
const LOG_LEVEL = /^\[(?:INFO|WARNING|ERROR|DEBUG)\]/;

/** First lines of a run, as far as runners print one: pytest, vitest, bun, PHPUnit, ctest, Playwright, TAP, nx, make, Cypress. */
const RUN_STARTS: readonly RegExp[] = [
  /^=+ test session starts =+$/,
  /^ RUN {2}v\d/,
  /^bun test v\d/,
  /^PHPUnit \d[\w.]* by /,
  /^Test project \//,
  /^Running \d{1,9} tests? using \d{1,9} workers?/,
  /^TAP version 1\d$/,
  /^> nx run /,
  /^make(?:\[\d{1,3}\])?: Entering directory /,
  /^ *Running: +\S{1,400} +\(\d{1,6} of \d{1,6}\)$/,
];

/** `> name@1.0.0 test` and `> jest`, a blank line (npm, pnpm), or `$ jest` (Yarn, bun): a script begins. */
function isScriptBanner(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (/^\$ \S/.test(line)) return true;
  return line.startsWith('> ') && (lines[index + 1] ?? '').startsWith('> ') && lines[index + 2] === '';
}

function startsRun(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  return isScriptBanner(lines, index) || RUN_STARTS.some((pattern) => pattern.test(line));
}

function groupByTask(lines: readonly string[]): readonly (readonly string[])[] {
  const groups = new Map<string, string[]>();
  for (const line of lines) {
    const prefix = LOG_LEVEL.test(line) ? '' : (TASK_PREFIX.exec(line)?.[0] ?? '');
    const group = groups.get(prefix);
    const rest = line.slice(prefix.length);
    if (group === undefined) groups.set(prefix, [rest]);
    else group.push(rest);
  }
  return [...groups.values()];
}

/**
 * Cuts captured output into runs: by the task that a monorepo tool names before each line, then where a script
 * or a runner says that it begins. Within one run only the last summary of a runner counts.
 */
export function splitRuns(text: string): readonly (readonly string[])[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.slice(0, MAX_LINE_CHARS).trimEnd());
  const runs: string[][] = [];
  for (const group of groupByTask(lines)) {
    let run: string[] = [];
    for (const [index, line] of group.entries()) {
      if (startsRun(group, index)) {
        runs.push(run);
        run = [];
      }
      run.push(line);
    }
    runs.push(run);
  }
  return runs.filter((run) => run.length > 0);
}
