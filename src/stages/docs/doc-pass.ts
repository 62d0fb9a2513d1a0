import type { SnapshotReader, TreeFile } from '../../change/change.ts';
import { formatByteSize } from '../../kernel/byte-size.ts';
import { AnchorPass } from './anchor-pass.ts';
import { readCommands } from './command-mention.ts';
import { type DocSource, describeSource } from './doc-source.ts';
import { type Context, type DocumentFacts, readDocument } from './document.ts';
import { decodeText } from './document-text.ts';
import { readFiles } from './file-batches.ts';
import { judgeLink } from './link-rule.ts';
import type { MentionCollector } from './mention-rule.ts';
import { readPathMention, readScriptPath } from './path-mention.ts';
import { judgePath } from './path-rule.ts';
import { type Problem, quote } from './problem.ts';
import type { Repository } from './repository.ts';
import { judgeCommand, type RunnableNames } from './script-rule.ts';

/** A document is read by people; a larger file is not one. */
const MAX_DOC_BYTES = 4 * 1_048_576;

/** After so many problems the rest of a document is not judged. */
const MAX_PROBLEMS_PER_DOC = 1_000;

/** After so many problems in all the rest of the documents is not judged. */
const MAX_PROBLEMS = 50_000;

/** Languages of blocks whose lines are commands. */
const SHELL = new Set([
  '',
  ...'sh bash shell zsh fish console terminal shellsession shell-session'.split(' '),
]);

/** What one pass over the documents looks for; null: not looked for. */
export interface DocChecks {
  readonly repository: Repository;
  readonly links: boolean;
  readonly names: RunnableNames | null;
  readonly mentions: MentionCollector | null;
}

/** Where a name stands. */
interface Place {
  readonly line: number;
  readonly context: Context;
  /** Offset in the context's text. */
  readonly at: number;
}

/** Problems of one document, up to a limit. */
class ProblemList {
  readonly problems: Problem[] = [];
  private readonly said = new Set<string>();

  get isFull(): boolean {
    return this.problems.length >= MAX_PROBLEMS_PER_DOC;
  }

  add(problem: Problem | null): void {
    if (problem !== null && !this.isFull) this.problems.push(problem);
  }

  /** Adds a problem once, on the first line that has it. */
  addOnce(problem: Problem | null): void {
    if (problem === null || this.said.has(problem.what)) return;
    this.said.add(problem.what);
    this.add(problem);
  }
}

function notChecked(path: string, why: string, mend: string): Problem {
  return {
    ruleId: 'docs/not-checked',
    path,
    line: null,
    what: `was not checked: ${why}`,
    mend,
    priority: 2,
    suggest: null,
  };
}

function checkLinks(
  source: DocSource,
  facts: DocumentFacts,
  checks: DocChecks,
  list: ProblemList,
  anchors: AnchorPass,
): void {
  for (const link of facts.links) {
    if (list.isFull) break;
    const verdict = judgeLink(source, link, checks.repository);
    if (verdict === null) continue;
    if ('ruleId' in verdict) list.add(verdict);
    else anchors.addPending(verdict);
  }
  for (const { line, destination } of facts.undefinedReferences) {
    list.add({
      ruleId: 'docs/undefined-reference',
      path: source.path,
      line,
      what: `refers to [${quote(destination)}], which is defined nowhere in it`,
      mend: 'define the label, or escape the brackets',
      priority: 3,
      suggest: null,
    });
  }
}

function checkNames(
  source: DocSource,
  facts: DocumentFacts,
  checks: DocChecks,
  names: RunnableNames,
  list: ProblemList,
): void {
  const { repository } = checks;
  const judgeLine = (text: string, place: Place) => {
    for (const mention of readCommands(text))
      list.addOnce(judgeCommand(source, { mention, ...place }, names));
    const script = readScriptPath(text);
    if (script !== null) list.addOnce(judgePath(source, { mention: script, ...place }, repository));
  };
  for (const { text, line, context, at } of facts.spans) {
    if (list.isFull) return;
    const place = { line, context, at };
    const mention = readPathMention(text);
    if (mention !== null) list.addOnce(judgePath(source, { mention, ...place }, repository));
    else judgeLine(text, place);
  }
  for (const { language, text, line, context } of facts.blocks) {
    if (list.isFull || !SHELL.has(language)) continue;
    // What is said of a block stands at the end of the paragraph above it.
    const at = context.text.length;
    for (const [index, command] of text.split('\n').entries())
      judgeLine(command, { line: line + index, context, at });
  }
}

function checkDocument(
  path: string,
  contents: Buffer,
  checks: DocChecks,
  anchors: AnchorPass,
): readonly Problem[] {
  const text = decodeText(contents);
  if (text === null) return [notChecked(path, 'it is not UTF-8 text', 'save it as UTF-8')];
  const facts = readDocument(text);
  const source = describeSource(path, facts, checks.repository);
  anchors.addDocument(path, facts);
  const list = new ProblemList();
  if (checks.links) checkLinks(source, facts, checks, list, anchors);
  if (checks.names !== null) checkNames(source, facts, checks, checks.names, list);
  checks.mentions?.add(source, text, facts);
  const parts = [];
  if (facts.incomplete !== null) parts.push(facts.incomplete);
  if (list.isFull) parts.push(`it has more than ${MAX_PROBLEMS_PER_DOC} problems`);
  const rest = parts.map((why) => ({
    ...notChecked(path, why, 'split or mend it'),
    what: `was not checked whole: ${why}`,
  }));
  return [...list.problems, ...rest];
}

/** Judges all documents in one pass. Null when the contents of one are missing from the clone. */
export async function passOverDocs(
  snapshot: SnapshotReader,
  docs: readonly TreeFile[],
  checks: DocChecks,
): Promise<readonly Problem[] | null> {
  const problems: Problem[] = [];
  const anchors = new AnchorPass(checks.repository.now);
  const tooLarge = docs.filter((file) => file.bytes > MAX_DOC_BYTES);
  for (const file of tooLarge) {
    const why = `it has ${formatByteSize(file.bytes)}, more than ${formatByteSize(MAX_DOC_BYTES)}`;
    problems.push(notChecked(file.path, why, 'split it, or leave it out of stages.docs.paths'));
  }
  const readable = docs.filter((file) => file.bytes <= MAX_DOC_BYTES);
  for await (const { file, contents } of readFiles(snapshot, readable)) {
    if (contents === null) return null;
    if (problems.length >= MAX_PROBLEMS) {
      const why = `there are more than ${MAX_PROBLEMS} problems before it`;
      problems.push(notChecked(file.path, why, 'mend those first'));
      break;
    }
    problems.push(...checkDocument(file.path, contents, checks, anchors));
  }
  return checks.links ? [...problems, ...(await anchors.finish(snapshot))] : problems;
}
