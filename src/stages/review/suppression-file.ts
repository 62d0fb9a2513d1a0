import { compileGlobs } from '../../config/glob.ts';
import { suggestName } from '../../kernel/nearest.ts';
import { clip, oneLine } from '../../kernel/text.ts';
import { isReason } from '../diff-budget/overrides.ts';
import { parseDay } from '../spec-guard/review-date.ts';
import { isObject } from './json-object.ts';
import { RULE_IDS } from './rules.ts';
import { loadYaml } from './workflow-document.ts';

/** Where the list of suppressions stands, in the merge base's tree. */
export const SUPPRESSION_FILE = '.github/gate-suppressions.yml';

export const MAX_SUPPRESSION_BYTES = 262_144;
const MAX_ENTRIES = 500;
const MAX_GLOB_CHARS = 300;

/** One valid entry of the list. */
export interface FileSuppression {
  readonly ruleId: string;
  readonly reason: string;
  readonly matches: (path: string) => boolean;
  /** `.github/gate-suppressions.yml:7`. */
  readonly where: string;
}

/** The list as far as it is valid, with a line for each entry that is not. */
export interface SuppressionList {
  readonly entries: readonly FileSuppression[];
  readonly problems: readonly string[];
}

const KEYS = ['rule', 'path', 'reason', 'expires'] as const;
const DAY_MS = 86_400_000;

/** What is wrong with an entry; null when it counts. */
function explainEntry(entry: unknown, nowMs: number): string | null {
  if (!isObject(entry)) return 'an entry has rule, path and reason';
  const unknown = Object.keys(entry).find((key) => !(KEYS as readonly string[]).includes(key));
  if (unknown !== undefined)
    return `unknown key "${clip(oneLine(unknown), 40)}", ${suggestName(unknown, KEYS)}`;
  const { rule, path, reason, expires } = entry;
  if (typeof rule !== 'string') return 'rule is missing';
  const isOwn = rule.startsWith('review/');
  if (isOwn ? !RULE_IDS.includes(rule) : !/^[\w.-]{1,60}\/[\w./-]{1,100}$/.test(rule)) {
    return `there is no rule "${clip(oneLine(rule), 60)}", ${suggestName(rule, RULE_IDS)}`;
  }
  if (typeof path !== 'string' || path === '' || path.length > MAX_GLOB_CHARS)
    return 'path is a glob of 1 to 300 characters';
  if (typeof reason !== 'string' || !isReason(reason)) return 'reason is missing: say in words why';
  return expires === undefined ? null : explainExpiry(expires, nowMs);
}

function explainExpiry(expires: unknown, nowMs: number): string | null {
  const text = expires instanceof Date ? expires.toISOString().slice(0, 10) : expires;
  const day = typeof text === 'string' ? parseDay(text) : null;
  if (day === null) return 'expires is a date, YYYY-MM-DD';
  return day + DAY_MS <= nowMs ? `expired on ${String(text)}` : null;
}

function compile(path: string): ((path: string) => boolean) | null {
  try {
    return compileGlobs([path]);
  } catch {
    // The glob itself is at fault; the entry is reported as invalid.
    return null;
  }
}

interface RawEntry {
  readonly line: number;
  readonly value: unknown;
}

async function parseEntries(text: string): Promise<readonly RawEntry[] | string> {
  const yaml = await loadYaml();
  const lineCounter = new yaml.LineCounter();
  const document = yaml.parseDocument(text, { lineCounter, prettyErrors: false, logLevel: 'silent' });
  const [error] = document.errors;
  if (error !== undefined) return error.message;
  const root: unknown = document.toJS({ maxAliasCount: 20 });
  if (root === null || root === undefined) return [];
  if (!isObject(root)) return 'it has the keys version and suppressions';
  const unknown = Object.keys(root).find((key) => key !== 'version' && key !== 'suppressions');
  if (unknown !== undefined) return `unknown key "${clip(oneLine(unknown), 40)}"`;
  if (root['version'] !== undefined && root['version'] !== 1) return 'version is 1';
  const list = root['suppressions'] ?? [];
  if (!Array.isArray(list)) return 'suppressions is a list';
  if (list.length > MAX_ENTRIES) return `it has more than ${MAX_ENTRIES} entries`;
  const node = document.get('suppressions', true);
  const items = yaml.isSeq(node) ? node.items : [];
  return list.map((value: unknown, index) => {
    const item = items[index];
    const offset = yaml.isNode(item) ? (item.range?.[0] ?? 0) : 0;
    return { line: lineCounter.linePos(offset).line, value };
  });
}

/**
 * Reads `.github/gate-suppressions.yml`: `suppressions:` with `rule`, `path` (a glob), `reason` and, if wanted, `expires`
 * (the last day, YYYY-MM-DD). Strict: an entry that is not valid, or has expired, is named and does not count.
 */
export async function readSuppressionFile(text: string, nowMs: number): Promise<SuppressionList> {
  const raw = await parseEntries(text).catch((error: unknown) => String(error));
  if (typeof raw === 'string') {
    return { entries: [], problems: [`${SUPPRESSION_FILE}: ${oneLine(raw)} – the file is ignored`] };
  }
  const entries: FileSuppression[] = [];
  const problems: string[] = [];
  for (const { line, value } of raw) {
    const where = `${SUPPRESSION_FILE}:${line}`;
    const problem = explainEntry(value, nowMs);
    const { rule, path, reason } = isObject(value) ? value : {};
    const matches = typeof path === 'string' && problem === null ? compile(path) : null;
    if (problem !== null || matches === null || typeof rule !== 'string' || typeof reason !== 'string') {
      problems.push(`${where}: ${problem ?? 'path is no glob'} – the entry is ignored`);
      continue;
    }
    entries.push({ ruleId: rule, reason: oneLine(reason.trim()), matches, where });
  }
  return { entries, problems };
}
