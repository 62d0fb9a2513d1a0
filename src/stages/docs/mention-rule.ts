import type { SnapshotReader, TreeFile } from '../../change/change.ts';
import { searchCode } from './code-search.ts';
import { type DocSource, speaksOfPast } from './doc-source.ts';
import type { DocumentFacts } from './document.ts';
import { lineCounter } from './document-text.ts';
import { type Problem, quote, showPath } from './problem.ts';
import { type RemovedName, successorOf } from './removed-names.ts';

/** A removed name in a document that the change does not touch. */
interface Mention {
  readonly path: string;
  readonly lines: number[];
  /** The words around it do not point to another program or to the past. */
  readonly isPlain: boolean;
}

const MAX_MENTIONS = 2_000;
const MAX_LINES_SHOWN = 5;
const MAX_AHEAD_CHARS = 300;

const FLAG_OR_VARIABLE = /(?<![\w-])--[A-Za-z][\w-]*|\b[A-Z][A-Z0-9]{0,80}_[A-Z0-9_]+\b/g;
const WORD = /[A-Za-z_$][\w$]*/g;
/** Prose has names of the code in code spans only; a whole call is the name of the function. */
const SPAN_NAME = /^(?:[\w$]{1,80}\.){0,4}([A-Za-z_$][\w$]{1,80})(?:\([^()]{0,200}\))?;?$/;

/** Languages of code blocks that do not show this repository's code. */
const NO_CODE = new Set('diff json yaml yml toml text txt html css xml ini mermaid'.split(' '));

/** Programs in front of a flag by which the flag is this repository's. */
const OWN_RUNNERS = new Set('npx node npm pnpm yarn bun python python3 sudo go cargo $'.split(' '));

/** Collects mentions of removed names while the documents go by, and judges them at the end. */
export class MentionCollector {
  private readonly names: ReadonlyMap<string, RemovedName>;
  private readonly programs: ReadonlySet<string>;
  private readonly mentions = new Map<string, Map<string, Mention>>();
  private readonly hasTokens: boolean;
  private readonly hasIdentifiers: boolean;
  private count = 0;

  /** `programs`: names by which this repository's own commands are called. */
  constructor(names: ReadonlyMap<string, RemovedName>, programs: ReadonlySet<string>) {
    this.names = names;
    this.programs = programs;
    const kinds = new Set([...names.values()].map((name) => name.kind));
    this.hasTokens = kinds.has('flag') || kinds.has('variable');
    this.hasIdentifiers = kinds.has('identifier');
  }

  /** Looks through one document; its `text` is the decoded one. */
  add(source: DocSource, text: string, facts: DocumentFacts): void {
    if (source.isWritten || source.isHistory) return;
    if (this.hasTokens) this.addTokens(source, text);
    if (this.hasIdentifiers) this.addIdentifiers(source, facts);
  }

  private addTokens(source: DocSource, text: string): void {
    const lineAt = lineCounter(text, 1);
    for (const match of text.matchAll(FLAG_OR_VARIABLE)) {
      const removed = this.names.get(match[0]);
      if (removed === undefined || removed.kind === 'identifier') continue;
      const { index } = match;
      const ahead = text.slice(Math.max(0, index - MAX_AHEAD_CHARS), index);
      const onLine = ahead.slice(ahead.lastIndexOf('\n') + 1);
      const isOwn = removed.kind === 'variable' || this.isOwnCommand(onLine);
      this.mention(source, removed, lineAt(index), isOwn && !speaksOfPast(text, index));
    }
  }

  /** Whether the words in front of a flag are none, prose, or a call of this repository's program. */
  private isOwnCommand(ahead: string): boolean {
    const tick = ahead.lastIndexOf('`');
    const command = ahead
      .slice(tick + 1)
      .replace(/^\s*[$>%]\s+/, '')
      .trim();
    const first = command.split(/\s/)[0] ?? '';
    if (first === '' || first.startsWith('-') || !/^[a-z./][\w./-]*$/.test(first)) return true;
    const program = first.split('/').at(-1) ?? '';
    return OWN_RUNNERS.has(first) || this.programs.has(program) || first.startsWith('./');
  }

  private addIdentifiers(source: DocSource, facts: DocumentFacts): void {
    for (const span of facts.spans) {
      const name = SPAN_NAME.exec(span.text.trim())?.[1];
      const removed = name === undefined ? undefined : this.names.get(name);
      if (removed?.kind !== 'identifier') continue;
      this.mention(source, removed, span.line, !speaksOfPast(span.context.text, span.at));
    }
    for (const block of facts.blocks) {
      if (NO_CODE.has(block.language)) continue;
      for (const [index, line] of block.text.split('\n').entries()) {
        for (const match of line.matchAll(WORD)) {
          const removed = this.names.get(match[0]);
          if (removed?.kind === 'identifier') this.mention(source, removed, block.line + index, true);
        }
      }
    }
  }

  private mention(source: DocSource, removed: RemovedName, line: number, isPlain: boolean): void {
    const byDoc = this.mentions.get(removed.name) ?? new Map<string, Mention>();
    const known = byDoc.get(source.path);
    if (known !== undefined) {
      if (known.lines.length <= MAX_LINES_SHOWN && known.lines.at(-1) !== line) known.lines.push(line);
      if (isPlain && !known.isPlain) byDoc.set(source.path, { ...known, isPlain });
      return;
    }
    if (this.count >= MAX_MENTIONS) return;
    this.count += 1;
    byDoc.set(source.path, { path: source.path, lines: [line], isPlain });
    this.mentions.set(removed.name, byDoc);
  }

  /** The mentions whose names are gone from all code. */
  async judge(snapshot: SnapshotReader, files: readonly TreeFile[]): Promise<readonly Problem[]> {
    const names = [...this.mentions.keys()].flatMap((name) => this.names.get(name) ?? []);
    if (names.length === 0) return [];
    const answer = await searchCode(snapshot, files, names);
    return names
      .filter((name) => !answer.found.has(name.name))
      .flatMap((name) =>
        [...(this.mentions.get(name.name)?.values() ?? [])].map((mention) =>
          describeMention(name, mention, answer.complete),
        ),
      );
  }
}

/** A name that nobody uses for anything else: `parseTaskId`, `MAX_FILES`, not `run`. */
function isDistinctive(name: string): boolean {
  return /[a-z][A-Z]|_|[A-Z]{2}.*[a-z]/.test(name) || name.length >= 12;
}

function rate(removed: RemovedName, mention: Mention, complete: boolean): 1 | 2 | 3 {
  if (!mention.isPlain || !complete) return 3;
  if (removed.kind === 'identifier') return isDistinctive(removed.name) ? 2 : 3;
  const plainWord = removed.kind === 'variable' && !removed.name.includes('_');
  return removed.isDefinition && !plainWord ? 1 : 2;
}

function describeName(removed: RemovedName): string {
  const name = quote(removed.name);
  if (removed.kind === 'flag') return `the flag ${name}`;
  if (removed.kind === 'identifier') return `the exported name ${name}`;
  return removed.isDefinition ? `the environment variable ${name}` : name;
}

function describeMention(removed: RemovedName, mention: Mention, complete: boolean): Problem {
  const [line = 1, ...more] = mention.lines;
  const also = more.length === 0 ? '' : ` (also on line ${more.slice(0, MAX_LINES_SHOWN).join(', ')})`;
  const gone = complete ? 'nothing else has it' : 'not all code could be searched for it';
  return {
    ruleId: 'docs/stale-mention',
    path: mention.path,
    line,
    what: `names ${describeName(removed)}${also}, which this change takes out of ${showPath(removed.path)}; ${gone}`,
    mend: 'say what there is now',
    priority: rate(removed, mention, complete),
    suggest: () => successorOf(removed),
  };
}
