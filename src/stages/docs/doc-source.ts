import type { CodeBlock, Context, DocumentFacts } from './document.ts';
import { folderOf } from './link-target.ts';
import type { Repository } from './repository.ts';

/** The document in which names are looked up, and what kind of document it is. */
export interface DocSource {
  readonly path: string;
  /** Its links need not work where it lies: templates are copied, pages of a site are moved. */
  readonly placement: 'here' | 'site' | 'template';
  /** It tells how things were: a changelog, a decision record, an upgrade guide. Its names need not exist. */
  readonly isHistory: boolean;
  /** The change wrote its text: somebody has just looked at it. */
  readonly isWritten: boolean;
  /** Names that its own examples define as keys: `"name": …`, `name:`. */
  readonly definesKey: (name: string) => boolean;
}

/** Changelogs, release notes, decisions, proposals, upgrade guides: true when they were written. */
const HISTORY =
  /(?:^|\/)(?:change-?logs?|changes|history|news|releases|release[-_ ]?notes?|upgrad(?:e|ing)[^/]*|migrat(?:e|ion|ing)[^/]*|what-?s-?new[^/]*|decisions|adrs?|rfcs?|proposals|archived?|deprecated|blog|posts|post-?mortems?|retrospectives?|roadmap|todo|meeting-?notes|minutes|\.changesets?)(?=[./_-]|$)/i;

/** Documents that are meant to be copied. */
const TEMPLATE =
  /(?:^|\/)(?:templates?|skeletons?|scaffold(?:s|ing)?|boilerplates?|blueprints)\/|(?:^|[/._-])template\.[a-z]+$|(?:^|\/)(?:pull_request|issue)_template/i;

const HISTORY_STATUSES = new Set(['completed', 'archived', 'superseded', 'deprecated', 'rejected']);

/** What comes before a colon in code: keys of JSON and YAML, targets of make. */
const KEYS = /(?<![\w.:-])([\w.:-]{1,80})["']?\s{0,4}:/g;

function collectKeys(blocks: readonly CodeBlock[]): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const block of blocks) {
    for (const match of block.text.matchAll(KEYS)) if (match[1] !== undefined) keys.add(match[1]);
  }
  return keys;
}

/** What kind of document a path with these facts is. */
export function describeSource(path: string, facts: DocumentFacts, repository: Repository): DocSource {
  let keys: ReadonlySet<string> | null = null;
  const template = TEMPLATE.test(path);
  return {
    path,
    placement: template ? 'template' : repository.isSite || facts.isPage ? 'site' : 'here',
    isHistory: HISTORY.test(path) || (facts.status !== null && HISTORY_STATUSES.has(facts.status)),
    isWritten: repository.written.has(path),
    definesKey: (name) => {
      keys ??= collectKeys(facts.blocks);
      return keys.has(name);
    },
  };
}

/** Words by which a sentence speaks of somebody else's files, of files to come, or only of an example. */
const ELSEWHERE =
  /\b(?:you(?:r|'d|'ll| can| could| may| might| should| would)?|e\.g|i\.e|examples?|for instance|such as|like|suppose|imagine|assum\w*|creat(?:e|ed|ing)|add(?:ed|ing)?|new|generated?|would|might|could|samples?|demo|in (?:an?) \w+|downstream|consumers?|arbitrary|custom|user.defined|not)\b/i;

/** The same for headings. */
const ELSEWHERE_HEADING =
  /\b(?:examples?|samples?|demo|usage|use|tutorials?|quick ?start|getting started|set(?:ting)? ?up|install\w*|configur\w*|migrat\w*|upgrad\w*|recipes?|how to|creat\w+|your|writing|adding|faq)\b/i;

/** Words by which a text speaks of what is no more. */
const PAST =
  /\b(?:was|were|removed?|delet\w*|renam\w*|moved|replac\w*|former(?:ly)?|previous(?:ly)?|used to|no longer|deprecat\w*|legacy|old|obsolete|gone|dropped|instead of|superseded|migrat\w*|split into)\b/i;

const MAX_SENTENCE_CHARS = 300;

/** Whether the words around an offset say that a name there need not be one of this repository now. */
export function speaksOfElsewhere(context: Context, at: number): boolean {
  const sentence = sentenceAround(context.text, at);
  return (
    ELSEWHERE.test(sentence) || PAST.test(sentence) || ELSEWHERE_HEADING.test(context.heading.slice(0, 200))
  );
}

/** Whether the words around an offset of a text say that a name there is gone. */
export function speaksOfPast(text: string, at: number): boolean {
  return PAST.test(sentenceAround(text, at));
}

/** The sentence around an offset, without the code in it: `src/new/x.ts` is not the word "new". */
function sentenceAround(text: string, at: number): string {
  const before = text.slice(Math.max(0, at - MAX_SENTENCE_CHARS), at);
  const after = text.slice(at, at + MAX_SENTENCE_CHARS);
  const start = Math.max(0, ...[...before.matchAll(/[.!?]["')]?\s/g)].map((match) => match.index + 1));
  const end = /[.!?]["')]?(?:\s|$)/.exec(after.replace(/^`[^`]*`?/, (code) => '`'.repeat(code.length)));
  const sentence = before.slice(start) + after.slice(0, end === null ? undefined : end.index + 1);
  return sentence.replace(/`[^`]*`?/g, '`');
}

/** The folders against which a path in a document may be meant: its own, those above, the root. */
export function foldersAround(path: string): readonly string[] {
  const folders: string[] = [];
  for (let folder = folderOf(path); folder !== ''; folder = folderOf(folder)) folders.push(folder);
  return [...folders.slice(0, 20), ''];
}
