import type { ReviewFile } from './review-file.ts';
import { looksGenerated } from './secret-plausibility.ts';

/** The value of something that is called a secret. */
export interface Assignment {
  readonly start: number;
  readonly end: number;
}

/** Formats in which values stand without quotes. */
const BARE_VALUES: ReadonlySet<string> = new Set([
  'env',
  'yml',
  'yaml',
  'properties',
  'ini',
  'cfg',
  'conf',
  'dockerfile',
  'shell',
]);

const NAME =
  'passw(?:or)?d|passphrase|passwd|pwd|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|auth[_-]?key|encryption[_-]?key|signing[_-]?key|credentials?';

/** `name = "value"`, `name: "value"`, `"name" => "value"`, `name: str = "value"`, `name := "value"`. */
const QUOTED = new RegExp(
  `(?:${NAME})([\\w-]{0,30})["']?\\]?(?:\\s{0,2}:\\s{0,2}&?(?:str|string|String|const char \\*)\\b)?\\s{0,4}(?::=|=>|[:=](?![=:]))\\s{0,4}[rbuf]?(["'\`])([^\\s"'\`]{10,200})\\2`,
  'gi',
);
const BARE = new RegExp(
  `(?:${NAME})([\\w-]{0,30})["']?\\s{0,4}[:=]\\s{0,4}(["']?)([^\\s"'\`#]{10,200})\\2(?=\\s|$)`,
  'gim',
);

/** What is said about a secret instead of the secret: its name, place, form, life. */
const ABOUT =
  /(?:type|name|ids?|url|uri|path|file|dir|len|length|regex|pattern|selector|label|header|env|var|prefix|suffix|field|input|param|endpoint|hash|digest|count|limit|ttl|expir\w*|age|kind|placeholder|message|error|text|title|hint|class|color|policy|version|ref|arn|store|manager|provider|algorithm|salt|issuer|audience|scope|izer|ize|ized)s?$/i;

/** Files whose values are encrypted. */
const ENCRYPTED = /^kind:\s{0,4}SealedSecret\b|^\$ANSIBLE_VAULT;|^sops:|"sops":/m;

/** Whether values in a file are written by people: not in lockfiles, generated code, translations, prose. */
export function holdsAssignments(file: ReviewFile): boolean {
  const { traits } = file;
  if (traits.isLockfile || traits.isVendored || traits.isTranslation || traits.isProse) return false;
  if (ENCRYPTED.test(file.head)) return false;
  return !file.isGenerated && !/\.(?:svg|css|scss|less|csv|tsv|ipynb)$/i.test(file.path);
}

/** Values that look generated on a line of text. */
export function findAssignments(text: string, file: ReviewFile): readonly Assignment[] {
  const found: Assignment[] = [];
  const isBare = BARE_VALUES.has(file.traits.language?.id ?? '');
  for (const match of text.matchAll(isBare ? BARE : QUOTED)) {
    const [whole, about = '', quote = '', value = ''] = match;
    if (ABOUT.test(about) || !looksGenerated(value)) continue;
    const start = match.index + whole.length - quote.length - value.length;
    found.push({ start, end: start + value.length });
  }
  return found;
}
