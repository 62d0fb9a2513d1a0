import { setImmediate as nextTurn } from 'node:timers/promises';
import { clip } from '../../kernel/text.ts';
import { baseName } from './path-traits.ts';
import { findPrivateKeys } from './private-keys.ts';
import type { ReviewFile } from './review-file.ts';
import { MAX_CODE_LINE_CHARS } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';
import { findAssignments, holdsAssignments } from './secret-assignments.ts';
import { SECRET_KINDS } from './secret-kinds.ts';
import { isExampleUrl, isPlaceholder, isSlackToken } from './secret-plausibility.ts';
import { loadSecretlint, type SecretHit } from './secretlint.ts';
import { cutPieces, type TextPiece } from './text-pieces.ts';

/** A change with more secrets than that is no slip; the rest is not looked for. */
const MAX_SECRETS = 2_000;

const SECRET_ADDED: Rule = {
  id: 'review/secret-added',
  priority: 0,
  title: 'Secret added',
  looksFor:
    'Credentials that are known by their form (cloud, source hosting, package registries, chat, payment, AI services, private keys, passwords in URLs) on the added lines of every text file, lockfiles and generated files included. Placeholders and the examples of documentation are left out.',
  mend: 'Revoke it, for it must be taken as known; then read it from the environment or a secret store, and rewrite the commit.',
  hit: 'const token = "ghp_…36 letters and digits…";',
  nearMiss: 'const token = process.env.GITHUB_TOKEN;',
};

const POSSIBLE_SECRET: Rule = {
  id: 'review/possible-secret',
  priority: 2,
  title: 'Possible secret',
  looksFor:
    'A value that looks generated and is given to something called password, secret, token or key; test keys of payment services and JSON web tokens. In tests, fixtures and prose also private keys and passwords in URLs, and everything is P3.',
  mend: 'If it opens anything, revoke it and read it from the environment or a secret store; if not, make it look like an example.',
  hit: 'db_password = "…20 mixed characters…"',
  nearMiss: 'db_password = "changeme"',
};

export const SECRET_RULES: readonly Rule[] = [SECRET_ADDED, POSSIBLE_SECRET];

/** A hit that stood up to a second look. */
interface Secret {
  readonly kind: string;
  readonly start: number;
  readonly end: number;
  /** Opens little, or perhaps nothing. */
  readonly isWeak: boolean;
  /** Proves nothing where code is tested or explained. */
  readonly isWeakInTests: boolean;
}

function findOwnKinds(text: string): readonly Secret[] {
  const found: Secret[] = [];
  for (const { name, needles, pattern, isWeak } of SECRET_KINDS) {
    if (!needles.some((needle) => text.includes(needle))) continue;
    for (const match of text.matchAll(pattern)) {
      const value = match[1] ?? match[0];
      const start = match.index + match[0].lastIndexOf(value);
      if (isPlaceholder(value)) continue;
      found.push({ kind: name, start, end: start + value.length, isWeak, isWeakInTests: isWeak });
    }
  }
  return found;
}

/** What secretlint found, without examples; private keys are {@link findPrivateKeys}'s. */
function judgeHit(hit: SecretHit, text: string): Secret | null {
  const value = text.slice(hit.start, hit.end);
  const isUrl = hit.rule === 'basicauth' || hit.rule === 'database-connection-string';
  if (isUrl ? isExampleUrl(value) : isPlaceholder(value)) return null;
  if (hit.rule === 'slack' && value.startsWith('xox') && !isSlackToken(value)) return null;
  if (hit.rule === 'privatekey') return null;
  const isWeak = hit.rule === 'stripe' && value.includes('_test_');
  return { kind: hit.kind, start: hit.start, end: hit.end, isWeak, isWeakInTests: isUrl || isWeak };
}

/** Where code is tested or explained, credentials are often made up. */
function isQuiet({ traits }: ReviewFile): boolean {
  return traits.isTest || traits.isFixture || traits.isProse;
}

/** `GitHub token (ghp_…, 40 characters)`: enough to find it, not enough to use it. */
function describe(kind: string, value: string): string {
  const start = value.length >= 20 ? `${clip(value, 5)}, ` : '';
  return `${kind} (${start}${value.length} characters)`;
}

interface Place {
  readonly file: ReviewFile;
  readonly line: number;
  readonly identity: string;
}

function toDraft(place: Place, what: string, secret: Pick<Secret, 'isWeak' | 'isWeakInTests'>): Draft {
  const isHarmless = isQuiet(place.file) && secret.isWeakInTests;
  const rule = secret.isWeak || isHarmless ? POSSIBLE_SECRET : SECRET_ADDED;
  return draft(rule, {
    title: `${rule.title}: ${what}`,
    path: place.file.path,
    line: place.line,
    identity: place.identity,
    priority: isHarmless ? 3 : null,
    confidence: rule === POSSIBLE_SECRET ? 0.7 : null,
  });
}

/** One finding for a place, the surest kind that knows it. */
function withoutOverlaps(secrets: readonly Secret[]): readonly Secret[] {
  const surest = [...secrets].sort((a, b) => Number(a.isWeak) - Number(b.isWeak) || a.start - b.start);
  const kept: Secret[] = [];
  const taken = new Set<number>();
  for (const secret of surest) {
    // Secrets are short: marking every 8th character and the ends finds each overlap in linear time.
    const marks = [secret.start, secret.end - 1];
    for (let at = secret.start - (secret.start % 8); at < secret.end; at += 8) marks.push(at);
    if (marks.some((mark) => taken.has(mark))) continue;
    for (const mark of marks) taken.add(mark);
    kept.push(secret);
  }
  return kept.sort((a, b) => a.start - b.start);
}

function draftsOfPiece(piece: TextPiece, hits: readonly SecretHit[]): readonly Draft[] {
  const judged = hits.map((hit) => judgeHit(hit, piece.text)).filter((hit) => hit !== null);
  return withoutOverlaps([...findOwnKinds(piece.text), ...judged]).flatMap((secret) => {
    const at = piece.lineAt(secret.start);
    if (at === null) return [];
    const before = piece.text.slice(Math.max(at.start, secret.start - 200), secret.start);
    const place = { file: at.file, line: at.line.line, identity: `${secret.kind} ${before}` };
    return [toDraft(place, describe(secret.kind, piece.text.slice(secret.start, secret.end)), secret)];
  });
}

function privateKeyDrafts(file: ReviewFile): readonly Draft[] {
  return findPrivateKeys(file).map(({ kind, line, isEncrypted }) => {
    const what = isEncrypted ? `${kind}, encrypted` : kind;
    const place = { file, line: line.line, identity: line.text.slice(0, 200) };
    return toDraft(place, what, { isWeak: isEncrypted, isWeakInTests: true });
  });
}

/** Values given to names of secrets, on lines where no secret of a known form stands. */
function assignmentDrafts(file: ReviewFile, known: ReadonlySet<string>): readonly Draft[] {
  if (!holdsAssignments(file)) return [];
  return file.added.flatMap((line) => {
    if (line.isMoved || line.text.length > MAX_CODE_LINE_CHARS) return [];
    if (known.has(`${line.line}:${file.path}`)) return [];
    const first = findAssignments(line.text, file)[0];
    if (first === undefined) return [];
    const before = line.text.slice(0, first.start);
    const what = describe('a value that looks generated', line.text.slice(first.start, first.end));
    const weak = { isWeak: true, isWeakInTests: true };
    return [toDraft({ file, line: line.line, identity: `assignment ${before}` }, what, weak)];
  });
}

/** Of a secret in the part that two pieces share, and of one that a line holds twice, one finding is enough. */
function withoutRepeats(drafts: readonly Draft[]): readonly Draft[] {
  const seen = new Set<string>();
  return drafts.filter(({ path, line, title }) => {
    const key = `${line}:${path}:${title}`;
    const isNew = !seen.has(key);
    seen.add(key);
    return isNew;
  });
}

/** Looks for secrets on the added lines of all text files. Binaries have no lines. */
export async function checkSecrets(files: readonly ReviewFile[]): Promise<readonly Draft[]> {
  const scan = await loadSecretlint();
  const drafts: Draft[] = files.flatMap(privateKeyDrafts);
  const [npmrcs, others] = [true, false].map((wanted) =>
    files.filter((file) => baseName(file.path).endsWith('.npmrc') === wanted),
  );
  for (const [group, isNpmrc] of [[npmrcs ?? [], true] as const, [others ?? [], false] as const]) {
    for (const piece of cutPieces(group)) {
      if (drafts.length > MAX_SECRETS) break;
      drafts.push(...draftsOfPiece(piece, await scan(piece.text, isNpmrc)));
      await nextTurn();
    }
  }
  const known = new Set(drafts.map(({ path, line }) => `${line}:${path}`));
  return withoutRepeats([...drafts, ...files.flatMap((file) => assignmentDrafts(file, known))]).slice(
    0,
    MAX_SECRETS,
  );
}
