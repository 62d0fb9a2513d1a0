import { nearestName } from '../../kernel/nearest.ts';
import { plural } from '../../kernel/text.ts';
import type { PendingAnchor } from './link-rule.ts';
import { type Problem, quote, showPath } from './problem.ts';

/** Anchors of one document, asked in the ways in which links differ from them. */
export class DocumentAnchors {
  readonly anchors: ReadonlySet<string>;
  /** False: there may be more. */
  readonly complete: boolean;
  private lowered: ReadonlyMap<string, string> | null = null;
  private squashed: ReadonlyMap<string, string> | null = null;

  constructor(anchors: ReadonlySet<string>, complete: boolean) {
    this.anchors = anchors;
    this.complete = complete;
  }

  inOtherCase(anchor: string): string | undefined {
    this.lowered ??= new Map([...this.anchors].map((each) => [each.toLowerCase(), each]));
    return this.lowered.get(anchor.toLowerCase());
  }

  /** Equal in letters and digits: generators differ in the rest of their slugs. */
  inOtherForm(anchor: string): string | undefined {
    this.squashed ??= new Map([...this.anchors].map((each) => [squash(each), each]));
    return this.squashed.get(squash(anchor));
  }
}

const MAX_CANDIDATES = 300;
const MAX_CANDIDATE_CHARS = 80;

/** `L10`, `L10-L20`, `L10C5-L11C2`: lines in the platform's view of a file. */
const LINES = /^L(\d{1,9})(?:C\d{1,9})?(?:-L?(\d{1,9})(?:C\d{1,9})?)?$/;

/** `top`, text fragments, footnotes and the routes of page applications need no anchor. */
const NEEDS_NONE = /^(?:top$|:~:|[/!?]|(?:user-content-)?fn(?:ref)?-)|[=&]/i;

/** The highest line that a fragment names; null when it names none. */
export function lastLineOf(fragment: string): number | null {
  const match = LINES.exec(fragment);
  return match === null ? null : Math.max(Number(match[1]), Number(match[2] ?? 0));
}

function squash(anchor: string): string {
  return anchor.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, '');
}

function findNear(fragment: string, target: DocumentAnchors): string | null {
  const form = target.inOtherForm(fragment);
  if (form !== undefined) return form;
  const candidates: string[] = [];
  for (const anchor of target.anchors) {
    if (anchor.length <= MAX_CANDIDATE_CHARS) candidates.push(anchor);
    if (candidates.length === MAX_CANDIDATES) break;
  }
  return nearestName(fragment.toLowerCase(), candidates);
}

/** Judges a fragment against the anchors of the Markdown document it points into; null: it is fine. */
export function judgeAnchor(
  pending: PendingAnchor,
  target: DocumentAnchors,
  isFolder: boolean,
): Problem | null {
  const { fragment, source } = pending;
  if (NEEDS_NONE.test(fragment) || LINES.test(fragment)) return null;
  const wanted = fragment.startsWith('user-content-') ? fragment.slice('user-content-'.length) : fragment;
  if (target.anchors.has(wanted) || target.anchors.has(fragment)) return null;
  const otherCase = target.inOtherCase(wanted);
  if (otherCase === undefined && source.placement === 'site' && target.inOtherForm(wanted) !== undefined) {
    return null;
  }
  const guess = otherCase !== undefined || !target.complete || source.placement === 'template' || isFolder;
  const inFile = pending.target === source.path ? 'this document' : showPath(pending.target);
  const what =
    otherCase === undefined
      ? `links to ${quote(pending.destination)}, but ${inFile} has no such heading or anchor`
      : `links to ${quote(pending.destination)}, which is written #${showPath(otherCase)} in ${inFile}`;
  const hash = pending.destination.indexOf('#');
  const address = hash === -1 ? '' : pending.destination.slice(0, hash);
  return {
    ruleId: 'docs/broken-anchor',
    path: source.path,
    line: pending.line,
    what,
    mend: 'mend the anchor or add the heading',
    priority: guess ? 3 : 1,
    suggest: () => {
      const near = otherCase ?? findNear(wanted, target);
      return near === null ? null : `${address}#${near}`;
    },
  };
}

/** A link to lines that a file does not have; null when it has them. `lines` counts those of the file. */
export function judgeLines(pending: PendingAnchor, lines: number): Problem | null {
  const last = lastLineOf(pending.fragment);
  if (last === null || last <= lines) return null;
  return {
    ruleId: 'docs/broken-anchor',
    path: pending.source.path,
    line: pending.line,
    what: `links to ${quote(pending.destination)}, but ${showPath(pending.target)} has only ${plural(lines, 'line')}`,
    mend: 'link to the lines where it stands now',
    priority: 2,
    suggest: null,
  };
}
