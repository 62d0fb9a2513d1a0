import type { ReviewFile, ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const BIDIRECTIONAL: Rule = {
  id: 'review/bidirectional-control',
  priority: 0,
  title: 'Bidirectional control character',
  looksFor:
    'Characters that change the direction of text (U+202A–U+202E, U+2066–U+2069) on added lines and in file names: code can be shown in another order than it runs. In prose and translations they may stand around right-to-left letters when every one that is opened is closed on its line. The marks U+200E, U+200F and U+061C count in code only, on lines without right-to-left letters.',
  mend: 'Remove it, or write it as an escape (\\u202e) if the program needs it.',
  hit: 'if (role !== "user⟨U+202E⟩ ⟨U+2066⟩// admin⟨U+2069⟩ ⟨U+2066⟩") {',
  nearMiss: '"greeting": "⟨U+2067⟩שלום⟨U+2069⟩" in locales/he.json',
};

const INVISIBLE: Rule = {
  id: 'review/invisible-character',
  priority: 0,
  title: 'Invisible character',
  looksFor:
    'Characters that show nothing (zero-width space and joiners, soft hyphen, Hangul fillers, tags, runs of variation selectors, a byte order mark inside a file) on added lines and in file names. Joiners inside emoji and in the scripts that need them, variation selectors behind a character, and a byte order mark at the start are fine. In prose and data it is P2.',
  mend: 'Remove it, or write it as an escape (\\u200b) if the program needs it.',
  hit: 'const user⟨U+200B⟩Id = 1;',
  nearMiss: 'const family = "👨⟨U+200D⟩👩⟨U+200D⟩👧";',
};

export const CHARACTER_RULES: readonly Rule[] = [BIDIRECTIONAL, INVISIBLE];

/** One test for the usual line, which has none of them. */
const SUSPECT =
  /\u034f|\u17b4|\u17b5|[\u180b-\u180e]|[\ufe00-\ufe0f]|[\u{e0000}-\u{e01ef}]|[\u00ad\u061c\u115f\u1160\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufeff\uffa0\u{1d173}-\u{1d17a}]/u;
const SUSPECTS = new RegExp(SUSPECT.source, 'gu');

const OVERRIDE = /[\u202a-\u202e\u2066-\u2069]/;
const MARK = /[\u200e\u200f\u061c]/;
const RIGHT_TO_LEFT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Syriac}\p{Script=Thaana}\p{Script=Nko}\p{Script=Adlam}]/u;

/** Scripts that write with joiners, or without spaces between words and with U+200B instead. */
const JOINING =
  /[\p{Script=Arabic}\p{Script=Syriac}\p{Script=Mongolian}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Gurmukhi}\p{Script=Gujarati}\p{Script=Oriya}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Kannada}\p{Script=Malayalam}\p{Script=Sinhala}]/u;
const SPACELESS =
  /[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}\p{Script=Tibetan}\p{Script=Javanese}]/u;
const PICTURE = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\u{1f1e6}-\u{1f1ff}\ufe0f\u20e3]/u;
const TAG = /[\u{e0020}-\u{e007f}]/u;

/** The character before an offset and the one at another, whole also above U+FFFF. */
function characterBefore(text: string, at: number): string {
  const low = text.charCodeAt(at - 1);
  return low >= 0xdc00 && low <= 0xdfff
    ? text.slice(Math.max(0, at - 2), at)
    : text.slice(Math.max(0, at - 1), at);
}

function characterAt(text: string, at: number): string {
  const point = text.codePointAt(at);
  return point === undefined ? '' : String.fromCodePoint(point);
}

/** Whether a joiner or a selector does there what it is made for. */
function isInPlace(text: string, at: number, character: string, isFirstLine: boolean): boolean {
  const before = characterBefore(text, at);
  const after = characterAt(text, at + character.length);
  switch (character) {
    case '\ufeff':
      return isFirstLine && at === 0;
    case '\u200d':
      return (PICTURE.test(before) && PICTURE.test(after)) || JOINING.test(before) || JOINING.test(after);
    case '\u200c':
      return JOINING.test(before) || JOINING.test(after);
    case '\u200b':
      return SPACELESS.test(before) || SPACELESS.test(after);
    default:
      break;
  }
  if (/[\u180b-\u180e]/.test(character)) return /\p{Script=Mongolian}/u.test(before);
  // One selector behind something visible; a second one carries data.
  if (/[\ufe00-\ufe0f\u{e0100}-\u{e01ef}]/u.test(character)) {
    return before.trim() !== '' && !SUSPECT.test(before) && !(before === '\u200d');
  }
  // Flags of regions: a black flag, tags, the end tag.
  return TAG.test(character) && isFlag(text, at);
}

const BLACK_FLAG = '\u{1f3f4}';

function isFlag(text: string, at: number): boolean {
  const start = text.lastIndexOf(BLACK_FLAG, at);
  if (start === -1 || at - start > 16) return false;
  const tail = text.slice(start, start + 18);
  return /^\u{1f3f4}[\u{e0020}-\u{e007e}]{1,6}\u{e007f}/u.test(tail);
}

/** Whether every embedding, override and isolate is closed on its line. */
function isBalanced(text: string): boolean {
  let embeddings = 0;
  let isolates = 0;
  for (const [character] of text.matchAll(/[\u202a-\u202e\u2066-\u2069]/g)) {
    if (character === '\u202c') embeddings -= 1;
    else if (character === '\u2069') isolates -= 1;
    else if (character < '\u202f') embeddings += 1;
    else isolates += 1;
    if (embeddings < 0 || isolates < 0) return false;
  }
  return embeddings === 0 && isolates === 0;
}

function isText({ traits }: ReviewFile): boolean {
  return traits.isProse || traits.isTranslation;
}

function findBidirectional(text: string, file: ReviewFile | null): string | null {
  const isForPeople = file !== null && isText(file);
  const hasLetters = RIGHT_TO_LEFT.test(text);
  const override = OVERRIDE.exec(text)?.[0];
  if (override !== undefined && !(isForPeople && hasLetters && isBalanced(text))) return override;
  if (isForPeople || hasLetters || (file !== null && file.traits.language === null)) return null;
  return MARK.exec(text)?.[0] ?? null;
}

function findInvisible(text: string, isFirstLine: boolean): string | null {
  for (const match of text.matchAll(SUSPECTS)) {
    const [character] = match;
    if (OVERRIDE.test(character) || MARK.test(character)) continue;
    if (!isInPlace(text, match.index, character, isFirstLine)) return character;
  }
  return null;
}

function nameOf(character: string): string {
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Where people write text by hand and editors leave such characters behind, they hide nothing that runs. */
function invisiblePriority(file: ReviewFile): 2 | null {
  const isCode = file.traits.language !== null && !isText(file) && !file.traits.isFixture;
  const isMarkup = /\.(?:html?|xml|svg|vue)$/i.test(file.path);
  return isCode && !isMarkup && !file.isGenerated && !file.traits.isVendored ? null : 2;
}

function checkLine(file: ReviewFile, { line, text }: ReviewLine): readonly Draft[] {
  if (!SUSPECT.test(text)) return [];
  const found: Draft[] = [];
  const at = { path: file.path, line, identity: text.slice(0, 2_000) };
  const bidirectional = findBidirectional(text, file);
  if (bidirectional !== null) {
    found.push(draft(BIDIRECTIONAL, { ...at, title: `${BIDIRECTIONAL.title} ${nameOf(bidirectional)}` }));
  }
  const invisible = findInvisible(text, line === 1);
  if (invisible !== null) {
    const title = `${INVISIBLE.title} ${nameOf(invisible)}`;
    found.push(draft(INVISIBLE, { ...at, title, priority: invisiblePriority(file) }));
  }
  return found;
}

function checkName(file: ReviewFile): readonly Draft[] {
  const { path, file: changed } = file;
  if (changed.status !== 'added' && changed.status !== 'renamed') return [];
  if (!SUSPECT.test(path)) return [];
  const bidirectional = findBidirectional(path, null);
  if (bidirectional !== null) {
    const title = `${BIDIRECTIONAL.title} ${nameOf(bidirectional)} in the file's name`;
    return [draft(BIDIRECTIONAL, { path, identity: '', title })];
  }
  const invisible = findInvisible(path, false);
  if (invisible === null) return [];
  return [
    draft(INVISIBLE, {
      path,
      identity: '',
      title: `${INVISIBLE.title} ${nameOf(invisible)} in the file's name`,
    }),
  ];
}

/** Characters on added lines and in new names that show a reader something else than what is there. */
export function checkCharacters(files: readonly ReviewFile[]): readonly Draft[] {
  return files.flatMap((file) => [
    ...checkName(file),
    ...file.added.flatMap((line) => (line.isMoved ? [] : checkLine(file, line))),
  ]);
}
