import type { SnapshotReader, TreeFile } from '../../change/change.ts';
import { DocumentAnchors, judgeAnchor, judgeLines, lastLineOf } from './anchor-rule.ts';
import { MARKDOWN_FILE } from './doc-selection.ts';
import { type DocumentFacts, readDocument } from './document.ts';
import { decodeText } from './document-text.ts';
import { readFiles } from './file-batches.ts';
import type { PendingAnchor } from './link-rule.ts';
import type { PathIndex } from './path-index.ts';
import type { Problem } from './problem.ts';

const README = ['README.md', 'readme.md', 'Readme.md', 'README.markdown', 'index.md'];

/** Larger targets are not searched for anchors or lines. */
const MAX_TARGET_BYTES = 4 * 1_048_576;

/** More broken fragments are not told. */
const MAX_PROBLEMS = 50_000;

/** Fragments are judged when every document has been read; until then they wait here. */
export class AnchorPass {
  private readonly anchors = new Map<string, DocumentAnchors>();
  private readonly pending: PendingAnchor[] = [];
  private readonly now: PathIndex;

  constructor(now: PathIndex) {
    this.now = now;
  }

  /** The anchors of a document that was read. */
  addDocument(path: string, facts: DocumentFacts): void {
    const complete = facts.anchorsComplete && !path.toLowerCase().endsWith('.mdx');
    this.anchors.set(path, new DocumentAnchors(facts.anchors, complete));
  }

  addPending(pending: PendingAnchor): void {
    this.pending.push(pending);
  }

  /** Judges all that waits; reads the targets that are no documents of the stage. */
  async finish(snapshot: SnapshotReader): Promise<readonly Problem[]> {
    await this.readMissingTargets(snapshot);
    const problems: Problem[] = [];
    const linesOf = await this.countLines(snapshot);
    for (const pending of this.pending) {
      if (problems.length >= MAX_PROBLEMS) break;
      const page = this.pageOf(pending.target);
      const anchors = page === null ? undefined : this.anchors.get(page);
      const lines = linesOf.get(pending.target);
      const problem =
        anchors !== undefined
          ? judgeAnchor(pending, anchors, this.now.isFolder(pending.target))
          : lines !== undefined
            ? judgeLines(pending, lines)
            : null;
      if (problem !== null) problems.push(problem);
    }
    return problems;
  }

  /** The Markdown file that shows under a path: itself, or the README of a folder. */
  private pageOf(target: string): string | null {
    if (MARKDOWN_FILE.test(target)) return target;
    if (!this.now.isFolder(target)) return null;
    const names = README.map((name) => (target === '' ? name : `${target}/${name}`));
    return names.find((name) => this.now.file(name) !== undefined) ?? null;
  }

  private async readMissingTargets(snapshot: SnapshotReader): Promise<void> {
    const pages = new Set(this.pending.map((pending) => this.pageOf(pending.target)));
    const files: TreeFile[] = [];
    for (const page of pages) {
      const file = page === null || this.anchors.has(page) ? undefined : this.now.file(page);
      if (file?.mode.startsWith('100') === true && file.bytes <= MAX_TARGET_BYTES) files.push(file);
    }
    for await (const { file, contents } of readFiles(snapshot, files)) {
      const text = contents === null ? null : decodeText(contents);
      if (text !== null) this.addDocument(file.path, readDocument(text));
    }
  }

  /** Lines of the files, other than Markdown, that links name by line. */
  private async countLines(snapshot: SnapshotReader): Promise<ReadonlyMap<string, number>> {
    const targets = new Set(
      this.pending
        .filter(({ target, fragment }) => !MARKDOWN_FILE.test(target) && lastLineOf(fragment) !== null)
        .map(({ target }) => target),
    );
    const files = [...targets]
      .flatMap((path) => this.now.file(path) ?? [])
      .filter((file) => file.mode.startsWith('100') && file.bytes <= MAX_TARGET_BYTES);
    const counts = new Map<string, number>();
    for await (const { file, contents } of readFiles(snapshot, files)) {
      if (contents !== null) counts.set(file.path, countLines(contents));
    }
    return counts;
  }
}

/** Lines as people count them: a final newline ends the last one. */
function countLines(contents: Buffer): number {
  let lines = 0;
  for (let at = contents.indexOf(10); at !== -1; at = contents.indexOf(10, at + 1)) lines += 1;
  return contents.length === 0 || contents.at(-1) === 10 ? lines : lines + 1;
}
