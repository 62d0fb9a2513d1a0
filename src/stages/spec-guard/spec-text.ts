import { readFrontMatter } from './front-matter.ts';

/** Lines that are looked at, and characters of each: what is longer is no prose. */
const MAX_LINES = 20_000;
const MAX_LINE_CHARS = 2_000;

/** One path that a spec names, and where. */
export interface NamedPath {
  readonly path: string;
  readonly line: number;
}

/** One ticked task of a spec or an action plan, with what it gives as evidence. */
export interface TickedTask {
  readonly line: number;
  readonly text: string;
  /** Paths named in the task and in the lines that belong to it. */
  readonly paths: readonly string[];
  /** Object ids of commits, seven digits or more. */
  readonly commits: readonly string[];
  /** Ids of runs of the gate. */
  readonly runs: readonly string[];
}

/** What rule 3 wants to know of the text of a spec. */
export interface SpecText {
  readonly type: string | null;
  readonly status: string | null;
  readonly headings: readonly string[];
  readonly paths: readonly NamedPath[];
  readonly tasks: readonly TickedTask[];
}

const HEADING = /^ {0,3}#{1,6}\s+(.+?)\s*#*$/;
const TASK = /^(\s*)[-*+]\s+\[([ xX])\]\s+(.*)$/;
const CODE_SPAN = /`([^`\n]+)`/g;
const LINK = /\]\(<?([^)\s<>]+)>?(?:\s+"[^"]*")?\)/g;
const COMMIT = /(?<![0-9a-zA-Z/._-])[0-9a-f]{7,64}(?![0-9a-zA-Z/._-])/g;
const RUN = /\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z-[0-9a-f]{8}/g;

/** A word that can only be a path of the repository: no command, no glob, no placeholder, no address. */
const PATH = /^(?:\.\/)?(?:[\w.@+-]+\/)+[\w.@+-]*[\w@+-]\/?$/;
const FILE =
  /^[\w@+-][\w.@+-]*\.(?:md|mdx|ts|tsx|mts|cts|js|jsx|mjs|cjs|json|ya?ml|toml|py|go|rs|java|kt|rb|php|cs|sh|sql|css|html|txt)$/;

function cleanPath(text: string): string | null {
  const path = text
    .replace(/^\.\//, '')
    .replace(/:\d+(?:[-:]\d+)?$/, '')
    .replace(/#.*$/, '');
  return PATH.test(path) || FILE.test(path) ? path.replace(/\/$/, '') : null;
}

/** Paths in code spans and link targets of one line. */
function pathsOf(line: string): { readonly spans: string[]; readonly links: string[] } {
  const spans = [...line.matchAll(CODE_SPAN)].flatMap((match) => cleanPath((match[1] ?? '').trim()) ?? []);
  const targets = [...line.matchAll(LINK)].map((match) => match[1] ?? '');
  const links = targets.flatMap((target) =>
    /^[a-z][a-z0-9+.-]*:|^[#/]/i.test(target) ? [] : [target.replace(/#.*$/, '')],
  );
  return { spans, links };
}

/** A link of a document as a path of the repository; null when it leads out of it. */
function resolveLink(document: string, target: string): string | null {
  const parts = document.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (parts.pop() === undefined) return null;
    } else if (part !== '.' && part !== '') parts.push(part);
  }
  return parts.length === 0 ? null : parts.join('/');
}

/** Removes fenced code, keeping the numbers of the lines. */
function blankFences(lines: readonly string[]): string[] {
  let fence: string | null = null;
  return lines.map((line) => {
    const mark = /^\s{0,3}(`{3,}|~{3,})(.*)$/.exec(line)?.[1] ?? null;
    if (mark === null) return fence === null ? line : '';
    if (fence === null) fence = mark;
    else if (mark[0] === fence[0] && mark.length >= fence.length) fence = null;
    return '';
  });
}

function evidenceOf(document: string, text: string): Pick<TickedTask, 'paths' | 'commits' | 'runs'> {
  const { spans, links } = pathsOf(text);
  const runs = [...text.matchAll(RUN)].map((match) => match[0]);
  const rest = runs.reduce((left, run) => left.replaceAll(run, ' '), text);
  return {
    paths: [...spans, ...links.flatMap((target) => resolveLink(document, target) ?? [])],
    commits: [...rest.matchAll(COMMIT)].map((match) => match[0]).filter((id) => /\d/.test(id)),
    runs,
  };
}

/** The ticked tasks, each with the lines below it that are indented deeper than its mark. */
function readTasks(document: string, lines: readonly string[]): TickedTask[] {
  return lines.flatMap((line, at): TickedTask[] => {
    const match = TASK.exec(line);
    if (match === null || match[2] === ' ') return [];
    const indent = (match[1] ?? '').length;
    const own = [line];
    for (const next of lines.slice(at + 1)) {
      const isDeeper = next.trim() !== '' && next.length - next.trimStart().length > indent;
      if (!isDeeper || TASK.test(next)) break;
      own.push(next);
    }
    return [{ line: at + 1, text: (match[3] ?? '').trim(), ...evidenceOf(document, own.join(' ')) }];
  });
}

/** Reads the text of a spec or plan (UTF-8, any line ends) for rule 3. `document` is its path. */
export function readSpecText(document: string, contents: Buffer): SpecText {
  const raw = contents
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .split(/\r\n|\n|\r/)
    .slice(0, MAX_LINES)
    .map((line) => line.slice(0, MAX_LINE_CHARS));
  const front = readFrontMatter(raw);
  const lines = blankFences(raw).map((line, at) => (at < front.bodyStart ? '' : line));
  return {
    type: front.values.get('type')?.text.toLowerCase() ?? null,
    status: front.values.get('status')?.text.toLowerCase() ?? null,
    headings: lines.flatMap((line) => HEADING.exec(line)?.[1] ?? []),
    paths: lines.flatMap((line, at) => {
      const isOpenTask = TASK.exec(line)?.[2] === ' ';
      // What is still to be done may name what does not exist yet.
      return isOpenTask ? [] : pathsOf(line).spans.map((path) => ({ path, line: at + 1 }));
    }),
    tasks: readTasks(document, lines),
  };
}
