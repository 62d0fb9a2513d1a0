import type { ConfigDocument } from './config-document.ts';
import {
  type ConfigProblem,
  describePath,
  type KeyPath,
  type Mend,
  type Reporter,
} from './config-problem.ts';

/** Collects what is wrong with the parts of a document, and knows where each part stands. */
export class PartReader implements Reporter {
  readonly problems: ConfigProblem[] = [];
  readonly #document: ConfigDocument;
  readonly #file: string;

  constructor(document: ConfigDocument, file: string) {
    this.#document = document;
    this.#file = file;
  }

  /** File and line of a part: `.github/gate.yml:12`. */
  where(path: KeyPath): string {
    return `${this.#file}:${this.#document.positionOf(path).line}`;
  }

  report(path: KeyPath, message: string, mend: Mend = null): void {
    const start = path.length === 0 ? 'the configuration' : describePath(path);
    this.problems.push({ at: this.#document.positionOf(path), message: `${start} ${message}`, mend });
  }
}
