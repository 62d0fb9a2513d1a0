/**
 * How the hosted runner finds commands in what a step prints, so that tests can ask whether a text has any. Follows
 * the two spellings of its command parser: `::name …::` at the start of a line after white space, and `##[name …]`
 * anywhere in a line. A line also ends at a lone carriage return.
 */

/** Names that the runner acts on. */
const NAMES: ReadonlySet<string> = new Set([
  'add-mask',
  'add-matcher',
  'add-path',
  'debug',
  'echo',
  'endgroup',
  'error',
  'group',
  'internal-set-repo-path',
  'notice',
  'remove-matcher',
  'save-state',
  'set-env',
  'set-output',
  'stop-commands',
  'warning',
]);

/** Formatting that logs know besides commands, in the second spelling only. */
const FORMATS: ReadonlySet<string> = new Set(['command', 'section']);

function nameIn(info: string): string {
  const space = info.indexOf(' ');
  return (space < 0 ? info : info.slice(0, space)).toLowerCase();
}

function findDoubleColon(line: string): string | null {
  const text = line.trimStart();
  if (!text.startsWith('::')) return null;
  const end = text.indexOf('::', 2);
  if (end < 0) return null;
  const name = nameIn(text.slice(2, end));
  return NAMES.has(name) ? name : null;
}

function findBracket(line: string): string | null {
  const start = line.indexOf('##[');
  if (start < 0) return null;
  const end = line.indexOf(']', start);
  if (end < 0) return null;
  const name = nameIn(line.slice(start + 3, end));
  return NAMES.has(name) || FORMATS.has(name) ? name : null;
}

/** Lines that the runner would act on. */
export function findCommands(text: string): string[] {
  return text
    .split(/\r\n|\n|\r/)
    .filter((line) => findDoubleColon(line) !== null || findBracket(line) !== null);
}
