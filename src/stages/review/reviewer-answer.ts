import { clip, oneLine, plural } from '../../kernel/text.ts';
import type { Priority } from '../../run/finding.ts';
import { isObject, parseObject } from './json-object.ts';
import type { Candidate, FindingSource } from './merge-findings.ts';
import type { ReviewFile } from './review-file.ts';
import { invalid, type ReviewerAnswer, unavailable } from './reviewer.ts';

/** Findings of one reviewer that are read; whoever has more says nothing with them. */
export const MAX_REVIEWER_FINDINGS = 1_000;

const MAX_RULE_CHARS = 120;
const MAX_PATH_CHARS = 4_096;
const MAX_TEXT_CHARS = 8_000;

const STATUSES = ['complete', 'partial', 'unavailable', 'invalid'] as const;

/** The change as far as answers are held to it. */
export interface AnswerScope {
  readonly reviewerId: string;
  readonly files: ReadonlyMap<string, ReviewFile>;
}

function readText(value: unknown, maxChars: number): string | null {
  return typeof value === 'string' && value.trim() !== '' ? clip(value, maxChars) : null;
}

function readPriority(value: unknown): Priority | null {
  const text = typeof value === 'number' || typeof value === 'string' ? String(value).toLowerCase() : '';
  switch (text.replace(/^p/, '')) {
    case '0':
      return 0;
    case '1':
      return 1;
    case '2':
      return 2;
    case '3':
      return 3;
    default:
      return null;
  }
}

function readLine(value: unknown): number | null {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 1 ? value : null;
}

function readConfidence(value: unknown): number | null {
  return typeof value === 'number' && value >= 0 && value <= 1 ? value : null;
}

function readSide(value: unknown): 'new' | 'old' {
  return value === 'old' || value === 'LEFT' || value === 'left' ? 'old' : 'new';
}

/** A relative path in its plain form; null when it leaves the repository. */
function readPath(value: unknown): string | null {
  const path = readText(value, MAX_PATH_CHARS)?.replace(/^(?:\.\/)+/, '') ?? null;
  if (path === null || path.startsWith('/') || path.includes('\\')) return null;
  return path.split('/').includes('..') ? null : path;
}

/** What became of one finding of an answer. */
type Placed =
  | { readonly kind: 'kept' | 'demoted'; readonly candidate: Candidate }
  | { readonly kind: 'outside' | 'malformed' };

function touches(file: ReviewFile, side: 'new' | 'old', from: number, to: number): string | null {
  const lines = side === 'new' ? file.added : file.removed;
  return lines.find(({ line }) => line >= from && line <= to)?.text ?? null;
}

/**
 * Holds a finding to the change: its file must be part of it; on lines that the change does not touch it is a hint
 * about the file, whatever priority it claims.
 */
function placeFinding(value: unknown, scope: AnswerScope, source: FindingSource): Placed {
  if (!isObject(value)) return { kind: 'malformed' };
  const ruleId = readText(value['rule_id'], MAX_RULE_CHARS);
  const title = readText(value['title'], MAX_TEXT_CHARS);
  const priority = readPriority(value['priority']);
  const path = readPath(value['path']);
  if (ruleId === null || title === null || priority === null) return { kind: 'malformed' };
  if (path === null) return { kind: typeof value['path'] === 'string' ? 'outside' : 'malformed' };
  const file = scope.files.get(path);
  if (file === undefined) return { kind: 'outside' };
  const side = readSide(value['side']);
  const line = readLine(value['start_line']) ?? readLine(value['line']);
  const endLine = line === null ? null : Math.max(line, readLine(value['end_line']) ?? line);
  const text = line === null || endLine === null ? title : touches(file, side, line, endLine);
  const candidate: Candidate = {
    ruleId: oneLine(ruleId),
    title,
    body: readText(value['body'], MAX_TEXT_CHARS) ?? title,
    priority,
    confidence: readConfidence(value['confidence']),
    path,
    line,
    endLine,
    side,
    suggestion: readText(value['suggestion'], MAX_TEXT_CHARS),
    identity: text ?? title,
    source,
  };
  if (text !== null) return { kind: 'kept', candidate };
  const body = `${candidate.body}\n\nThe change does not touch line ${line}.`;
  return { kind: 'demoted', candidate: { ...candidate, body, priority: 3, line: null, endLine: null } };
}

function readSource(answer: Readonly<Record<string, unknown>>, scope: AnswerScope): FindingSource {
  const adapter = isObject(answer['adapter']) ? answer['adapter'] : {};
  return {
    id: scope.reviewerId,
    version: oneLine(readText(adapter['version'], 60) ?? 'unknown'),
    model: readText(adapter['model'], 100),
  };
}

function describeNotes(answer: Readonly<Record<string, unknown>>): readonly string[] {
  const notes: string[] = [];
  const summary = readText(answer['summary'], 1_000);
  const claim = readText(answer['claim'], 200);
  if (summary !== null) notes.push(`summary: ${summary}`);
  if (claim !== null) notes.push(`claims: ${claim} (the gate decides by the findings alone)`);
  if (isObject(answer['usage'])) notes.push(`usage: ${clip(JSON.stringify(answer['usage']), 300)}`);
  return notes;
}

/** Counts what was not taken as it came, one line each. */
function describeLosses(placed: readonly Placed[], cut: number): readonly string[] {
  const count = (kind: Placed['kind']) => placed.filter((found) => found.kind === kind).length;
  const [outside, demoted] = [count('outside'), count('demoted')];
  return [
    ...(outside > 0 ? [`${plural(outside, 'finding')} on files outside of the change left out`] : []),
    ...(demoted > 0 ? [`${plural(demoted, 'finding')} on lines that did not change count as P3`] : []),
    ...(cut > 0 ? [`${cut} findings beyond the first ${MAX_REVIEWER_FINDINGS} left out`] : []),
  ];
}

/**
 * Reads what a reviewer answered: one JSON object, `{schema: 1, status, findings[], …}`. Nothing in it is believed
 * but findings, and these only as far as they are about the change. Some that are not in the form, or too many, make
 * a complete answer a partial one, so that what was lost is not taken for nothing.
 */
export function readAnswer(text: string, scope: AnswerScope): ReviewerAnswer {
  const answer = parseObject(text.trim());
  if (answer === null) return invalid('the answer is not one JSON object');
  if (answer['schema'] !== 1) return invalid('the answer has no "schema": 1');
  const status = STATUSES.find((known) => known === answer['status']);
  if (status === undefined) return invalid(`"status" is none of ${STATUSES.join(', ')}`);
  const reason = readText(answer['reason'], 500);
  if (status === 'unavailable') return unavailable(reason ?? 'no reason given');
  if (status === 'invalid') return invalid(reason ?? 'no reason given');
  const list = answer['findings'] ?? [];
  if (!Array.isArray(list)) return invalid('"findings" is not a list');
  const source = readSource(answer, scope);
  const placed = list
    .slice(0, MAX_REVIEWER_FINDINGS)
    .map((value: unknown) => placeFinding(value, scope, source));
  const malformed = placed.filter(({ kind }) => kind === 'malformed').length;
  const cut = list.length - placed.length;
  const problems = [
    ...(malformed > 0 ? [`${plural(malformed, 'finding')} without rule_id, title, priority or path`] : []),
    ...(cut > 0 ? [`more than ${MAX_REVIEWER_FINDINGS} findings`] : []),
  ];
  return {
    status: problems.length > 0 ? 'partial' : status,
    candidates: placed.flatMap((found) => ('candidate' in found ? [found.candidate] : [])),
    notes: describeNotes(answer),
    warnings: describeLosses(placed, cut),
    reason: problems.length > 0 ? problems.join(', ') : reason,
  };
}
