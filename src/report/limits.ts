/** Every limit of the renderings in one place, with the words of whoever set it. */

/**
 * Characters of a comment. The platform answers 422 "Body is too long (maximum is 65536 characters)";
 * the difference is room for the marker that the comment starts with.
 */
export const COMMENT_MAX_CHARS = 65_000;

/**
 * UTF-8 bytes of a job summary. The runner drops a larger one whole: "$GITHUB_STEP_SUMMARY upload
 * aborted, supports content up to a size of 1024k".
 */
export const SUMMARY_MAX_BYTES = 1_000_000;

/**
 * Results of one SARIF file. GitHub's code scanning rejects a file with more than 25,000 results or rules in a run, and
 * keeps the 5,000 most severe.
 */
export const SARIF_MAX_RESULTS = 25_000;

/**
 * UTF-8 bytes of results and rules in a SARIF file. GitHub takes 10 MB after gzip; held before it, with room for the
 * rest of the file.
 */
export const SARIF_MAX_RESULTS_BYTES = 9_000_000;

/** Messages about the run itself in a SARIF file; a run has a handful. */
export const SARIF_MAX_NOTIFICATIONS = 50;

/** Lines of a log shown under a failure: one screen, as test runners do. */
export const TERMINAL_TAIL_LINES = 20;
/** Lines of a log shown in a comment, where scrolling is cheaper. */
export const MARKDOWN_TAIL_LINES = 40;
/** Characters of a log that are looked at for its last lines; the floor below keeps at most 64 KiB. */
export const TAIL_MAX_CHARS = 65_536;
/** Characters of one log line; minified sources print lines of megabytes. */
export const TAIL_LINE_MAX_CHARS = 500;
/** Rows that one log line may wrap to on a terminal. */
export const TAIL_LINE_MAX_ROWS = 3;

/** Findings shown per stage; the rest is counted and stands in the manifest. */
export const TERMINAL_MAX_FINDINGS = 10;
export const MARKDOWN_MAX_FINDINGS = 25;
/** Findings of stages that passed, and lines of any list in a collapsed section. */
export const MARKDOWN_MAX_LIST = 50;

/** Characters of a command in a stage's detail, as `run/command-outcome.ts` cuts it there. */
export const CAUSE_COMMAND_MAX_CHARS = 200;

/** Characters of a free text (a reason, a finding's body, a part of the notes). */
export const TEXT_MAX_CHARS = 2_000;
/** Characters of a text in a table's cell. */
export const CELL_MAX_CHARS = 200;
/** Characters of a name: stage, rule, branch, task. */
export const NAME_MAX_CHARS = 120;
/** Characters of a command to be copied; a longer one is not offered, since a cut one does something else. */
export const COMMAND_MAX_CHARS = 400;
/** Stages named in a headline; more are counted. */
export const HEADLINE_MAX_STAGES = 8;

/** The narrowest and the widest terminal that lines are laid out for: below, nothing useful fits; above, eyes get lost. */
export const TERMINAL_MIN_WIDTH = 40;
export const TERMINAL_MAX_WIDTH = 120;

/** Combining marks after one character; a real script needs three. */
export const MAX_MARKS = 4;

/** Findings of stages that passed, one line each, on a terminal. */
export const TERMINAL_MAX_HINTS = 5;

/** Between two repaints of the live progress, ms: a spinner that turns once a second. */
export const REPAINT_INTERVAL_MS = 80;
