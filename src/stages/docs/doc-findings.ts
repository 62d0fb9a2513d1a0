import type { SnapshotReader } from '../../change/change.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import { type Finding, fingerprintFinding } from '../../run/finding.ts';
import { readFiles } from './file-batches.ts';
import type { PathIndex } from './path-index.ts';
import { type Problem, quote, showPath } from './problem.ts';

/** So much of a line is its identity; a longer one is data. */
const MAX_LINE_CHARS = 500;

/** Near names are sought for this many problems: each may cost a search. */
const MAX_SUGGESTIONS = 200;

/** A finding with its line for the stage's log and detail. */
export interface DescribedFinding {
  readonly finding: Finding;
  readonly line: string;
}

type LinesByPath = ReadonlyMap<string, ReadonlyMap<number, string>>;

/** The texts of the lines that problems are on. */
async function readLineTexts(
  snapshot: SnapshotReader,
  now: PathIndex,
  problems: readonly Problem[],
): Promise<LinesByPath> {
  const wanted = new Map<string, Set<number>>();
  for (const { path, line } of problems) {
    if (path === null || line === null) continue;
    const lines = wanted.get(path) ?? new Set();
    wanted.set(path, lines.add(line));
  }
  const files = [...wanted.keys()].flatMap((path) => now.file(path) ?? []);
  const texts = new Map<string, ReadonlyMap<number, string>>();
  for await (const { file, contents } of readFiles(snapshot, files)) {
    const all = contents?.toString('utf8').split(/\r\n|\n|\r/) ?? [];
    const lines = [...(wanted.get(file.path) ?? [])].map(
      (line) => [line, clip(all[line - 1] ?? '', MAX_LINE_CHARS)] as const,
    );
    texts.set(file.path, new Map(lines));
  }
  return texts;
}

function compareProblems(a: Problem, b: Problem): number {
  return (
    a.priority - b.priority ||
    ((a.path ?? '') < (b.path ?? '') ? -1 : (a.path ?? '') > (b.path ?? '') ? 1 : 0) ||
    (a.line ?? 0) - (b.line ?? 0)
  );
}

function describe(
  problem: Problem,
  suggestion: string | null,
): { title: string; line: string; mend: string } {
  const mend = suggestion === null ? problem.mend : `did you mean ${quote(suggestion)}?`;
  const path = problem.path === null ? 'the docs' : showPath(problem.path);
  const at = problem.line === null ? path : `${path}:${problem.line}`;
  return { title: `${path} ${problem.what}`, line: `${at} ${problem.what} – ${mend}`, mend };
}

/**
 * Problems as findings, the worst first. The identity of a finding is the text of its line, so the lines are read once
 * more; of equal ones of a document the order counts.
 */
export async function makeFindings(
  problems: readonly Problem[],
  snapshot: SnapshotReader,
  now: PathIndex,
  toolVersion: string,
): Promise<readonly DescribedFinding[]> {
  const texts = await readLineTexts(snapshot, now, problems);
  const seen = new Map<string, number>();
  const inOrder = [...problems].sort(compareProblems);
  return inOrder.map((problem, index) => {
    const { ruleId, path, line, priority } = problem;
    // A problem about a whole file is identified by what it says.
    const text = path !== null && line !== null ? (texts.get(path)?.get(line) ?? '') : '';
    const key = JSON.stringify([ruleId, path, text.replace(/\s+/g, '')]);
    const occurrence = seen.get(key) ?? 0;
    seen.set(key, occurrence + 1);
    const suggestion = index < MAX_SUGGESTIONS ? (problem.suggest?.() ?? null) : null;
    const words = describe(problem, suggestion);
    const finding: Finding = {
      ruleId,
      title: words.title,
      body: `${words.title}.\n\nTo mend it: ${words.mend}${words.mend.endsWith('?') ? '' : '.'}`,
      priority,
      confidence: priority === 3 ? 0.5 : null,
      path,
      startLine: line,
      endLine: line,
      side: 'new',
      suggestion: suggestion === null ? null : oneLine(suggestion),
      fingerprint: fingerprintFinding(ruleId, path, text, occurrence),
      source: { id: 'docs', version: toolVersion, model: null },
    };
    return { finding, line: words.line };
  });
}
