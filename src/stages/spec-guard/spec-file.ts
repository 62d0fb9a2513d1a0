import { type FrontMatter, readFrontMatter } from './front-matter.ts';

/** Longer lines are prose: a date line has twenty characters. */
const MAX_LINE_CHARS = 400;

/** Statuses of specs that nobody maintains any more. */
export const EXEMPT_STATUSES = ['completed', 'archived', 'superseded'] as const;

/** `last_review` as found: its text without quotes, and where it stands. */
export interface ReviewLine {
  readonly line: number;
  readonly text: string;
}

/** What the guard wants to know of one spec. */
export interface SpecFile {
  readonly path: string;
  /** Null: there is none. */
  readonly review: ReviewLine | null;
  /** A line that was perhaps meant to be one; `text` is the whole line. */
  readonly nearMiss: ReviewLine | null;
  /** `status` of the front matter in small letters; null without one. */
  readonly status: string | null;
  /** Exempt from freshness, and owner of nothing. */
  readonly exempt: boolean;
  /** Globs of the code that the spec owns, from `code` of the front matter. */
  readonly code: readonly string[];
  /** Line of a `code` whose form cannot be read; null when all is well. */
  readonly unreadableCodeLine: number | null;
}

/** `Last review:`, `last-reviewed:`, `**last_review:**`, `- last_review:`, `<!-- last_review: … -->` and the like. */
const NEAR_MISS =
  /^[\s>*_`<!#|-]{0,12}last[\s_-]{0,2}review(?:ed)?(?:[\s_-]{0,2}(?:on|date))?[\s*_`]{0,4}[:=|]/i;

interface BodyLines {
  readonly review: ReviewLine | null;
  readonly nearMiss: ReviewLine | null;
}

/** Looks for the date below the front matter, outside fenced code. */
function readBody(lines: readonly string[], start: number): BodyLines {
  let fence: string | null = null;
  let nearMiss: ReviewLine | null = null;
  for (let index = start; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    const mark = /^ {0,3}(`{3,}|~{3,})(.*)$/.exec(line.slice(0, MAX_LINE_CHARS));
    if (mark !== null) {
      const found = mark[1] ?? '';
      if (fence === null) fence = found;
      else if (found[0] === fence[0] && found.length >= fence.length && mark[2]?.trim() === '') fence = null;
      continue;
    }
    if (fence !== null || line.length > MAX_LINE_CHARS) continue;
    const date = /^ {0,3}last_review:(?:\s+(.*))?$/.exec(line);
    if (date !== null) return { review: { line: index + 1, text: (date[1] ?? '').trim() }, nearMiss };
    if (nearMiss === null && NEAR_MISS.test(line)) nearMiss = { line: index + 1, text: line.trim() };
  }
  return { review: null, nearMiss };
}

function findNearKey(front: FrontMatter, lines: readonly string[]): ReviewLine | null {
  for (const [key, value] of front.values) {
    if (key !== 'last_review' && NEAR_MISS.test(`${key}:`)) {
      return { line: value.line, text: (lines[value.line - 1] ?? '').slice(0, MAX_LINE_CHARS).trim() };
    }
  }
  return null;
}

/**
 * Reads one spec (UTF-8, any line ends): the keys `last_review`, `status` and `code` of its front matter, else a
 * line `last_review: YYYY-MM-DD` of its text outside fenced code.
 */
export function readSpecFile(path: string, contents: Buffer): SpecFile {
  const lines = contents
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/);
  const front = readFrontMatter(lines);
  const dated = front.values.get('last_review');
  const body =
    dated === undefined
      ? readBody(lines, front.bodyStart)
      : { review: { line: dated.line, text: dated.text }, nearMiss: null };
  const code = front.values.get('code');
  const status = front.values.get('status')?.text.toLowerCase() ?? null;
  const exempt = EXEMPT_STATUSES.some((name) => name === status);
  return {
    path,
    review: body.review,
    nearMiss: findNearKey(front, lines) ?? body.nearMiss,
    status,
    exempt,
    code: exempt ? [] : (code?.list ?? []),
    unreadableCodeLine: code !== undefined && code.list === null ? code.line : null,
  };
}
