import { NOTE_PARTS, type NotePart, type NotesRule } from '../config/gate-config.ts';
import { clip } from '../kernel/text.ts';
import type { Notes } from './change.ts';

/** GitHub's limit for the body of a pull request; the rest of a longer text is not read. */
const MAX_TEXT_CHARS = 65_536;

/** Longer parts are cut: notes are read by people. */
const MAX_PART_CHARS = 4_000;

/** A label stands at the beginning; nothing behind this is searched for one. */
const MAX_LABEL_CHARS = 80;

/** How the notes are written on one line, for messages. */
export const NOTES_FORM = 'Goal: … | Summary: … | Risks: … | Questions (optional): …';

/** How a part ends: a heading at the next one, a line `Goal: …` also at the first empty line below its text. */
type LabelStyle = 'heading' | 'line';

interface Label {
  readonly part: NotePart;
  readonly style: LabelStyle;
  /** What stands behind the label on its line. */
  readonly rest: string;
}

const NAMES: ReadonlyMap<string, NotePart> = new Map([
  ['goal', 'goal'],
  ['goals', 'goal'],
  ['summary', 'summary'],
  ['risk', 'risks'],
  ['risks', 'risks'],
  ['question', 'questions'],
  ['questions', 'questions'],
]);

/** Mark-up before a name: heading, quote, bullet, emphasis; at most a picture of a few characters. */
const LABEL =
  /^[\s>]{0,8}(#{1,6}\s{1,4}|[-*+]\s{1,4})?(?:\p{Extended_Pictographic}\ufe0f?\s{0,2}){0,2}(\*\*|__|\*|_)?([A-Za-z]{4,9})(?:\s{0,3}\((?:optional|required)\))?\s{0,3}(:|：)?\s{0,3}(\*\*|__|\*|_)?(?:\s{0,3}\((?:optional|required)\))?\s{0,3}(:|：)?/iu;

function readLabel(segment: string): Label | null {
  const match = LABEL.exec(segment.slice(0, MAX_LABEL_CHARS));
  const part = NAMES.get((match?.[3] ?? '').toLowerCase());
  if (match === null || part === undefined) return null;
  const rest = segment.slice(match[0].length);
  const hasColon = match[4] !== undefined || match[6] !== undefined;
  const isHash = match[1]?.startsWith('#') === true;
  const isStrong = (match[2] === '**' || match[2] === '__') && match[5] === match[2];
  if (isHash && /^[\s#]*$/.test(rest)) return { part, style: 'heading', rest: '' };
  if (isHash && hasColon) return { part, style: 'heading', rest };
  if (isStrong && (hasColon || rest.trim() === '')) return { part, style: 'heading', rest };
  return hasColon ? { part, style: 'line', rest } : null;
}

/** Comments are instructions of a template to its author. One that is never closed hides the rest, as on GitHub. */
function removeComments(text: string): string {
  let kept = '';
  let at = 0;
  for (;;) {
    const start = text.indexOf('<!--', at);
    if (start === -1) return kept + text.slice(at);
    kept += text.slice(at, start);
    const end = text.indexOf('-->', start + 4);
    if (end === -1) return kept;
    at = end + 3;
  }
}

/** The pieces of a line between those `|` that stand before a label; any other `|` is text. */
function splitSegments(line: string): readonly string[] {
  const segments: string[] = [];
  for (const piece of line.split('|')) {
    const last = segments.length - 1;
    if (last === -1 || readLabel(piece) !== null) segments.push(piece);
    else segments[last] = `${segments[last]}|${piece}`;
  }
  return segments;
}

/** `====` or `----` below a line makes it a heading. */
function isUnderline(line: string | undefined): boolean {
  return line !== undefined && /^ {0,3}(?:={2,80}|-{2,80})\s{0,8}$/.test(line);
}

function isOtherHeading(lines: readonly string[], index: number): boolean {
  const line = lines[index] ?? '';
  if (/^ {0,3}#{1,6}\s/.test(line)) return true;
  return line.trim() !== '' && !/^\s*[-*+>|]/.test(line) && isUnderline(lines[index + 1]);
}

/** Texts that say that somebody still has to write here. */
const PLACEHOLDER =
  /^(?:|[.…\-–—_*?=]+|to-?do|tbd|tba|tbc|fixme|wip|xxx+|\?+|no response|your (?:goal|summary|risks?|questions?) here|<[^>]*>|\[[^\]]*\]|\{[^}]*\})$/i;

/** Answers to "which risks?" and "which questions?", but no goal and no summary. */
const NOTHING = /^(?:n\/?a|none|no|nothing|nil|not applicable)$/i;

/** Lines of text without the mark-up around them, to see whether anything is said. */
function bareText(text: string): string {
  return text
    .replace(/[`*_~#]/g, ' ')
    .replace(/^[ \t]*(?:>|[-+]\s|\[[ x]\]\s)/gim, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/[.!:;,]$/, '')
    .trim();
}

function isEmptyPart(part: NotePart, text: string): boolean {
  const bare = bareText(text);
  if (PLACEHOLDER.test(bare)) return true;
  return (part === 'goal' || part === 'summary') && NOTHING.test(bare);
}

/** Collects the text of the parts; of a part that is given twice the first one that says something counts. */
class NotesReader {
  readonly found = new Map<NotePart, string>();
  #current: { readonly part: NotePart; readonly style: LabelStyle; readonly lines: string[] } | null = null;

  open({ part, style, rest }: Label): void {
    this.close();
    this.#current = { part, style, lines: [rest] };
  }

  add(line: string): void {
    if (this.#current === null) return;
    const isBelowText = this.#current.lines.some((text) => text.trim() !== '');
    if (line.trim() === '' && this.#current.style === 'line' && isBelowText) this.close();
    else this.#current.lines.push(line);
  }

  close(): void {
    if (this.#current === null) return;
    const { part, lines } = this.#current;
    this.#current = null;
    const text = lines
      .map((line) => line.trimEnd())
      .join('\n')
      .trim();
    if (!this.found.has(part) && !isEmptyPart(part, text)) this.found.set(part, clip(text, MAX_PART_CHARS));
  }
}

const FENCE = /^[\s>]{0,8}(`{3,16}|~{3,16})/;

/** Which lines stand in fenced code; the fences themselves count as part of it. */
function findFenced(lines: readonly string[]): readonly boolean[] {
  let fence: string | null = null;
  return lines.map((line) => {
    const mark = FENCE.exec(line)?.[1];
    const isInside = fence !== null || mark !== undefined;
    if (mark !== undefined) {
      if (fence === null) fence = mark;
      else if (mark[0] === fence[0] && mark.length >= fence.length) fence = null;
    }
    return isInside;
  });
}

function readParts(lines: readonly string[], skipFenced: boolean): ReadonlyMap<NotePart, string> {
  const reader = new NotesReader();
  const fenced = findFenced(lines);
  for (let index = 0; index < lines.length; index += 1) {
    const line = lines[index] ?? '';
    if (fenced[index] === true && (skipFenced || FENCE.test(line))) {
      reader.add(skipFenced ? line : '');
      continue;
    }
    const setext = isUnderline(lines[index + 1]) ? readLabel(`# ${line.trim()}`) : null;
    if (setext !== null) {
      reader.open(setext);
      index += 1;
      continue;
    }
    for (const [at, segment] of splitSegments(line).entries()) {
      const label = readLabel(segment);
      if (label !== null) reader.open(label);
      else if (at === 0 && isOtherHeading(lines, index)) reader.close();
      else reader.add(segment);
    }
  }
  reader.close();
  return reader.found;
}

/**
 * Reads the author's notes from the flag, the variable, or the body of a pull request: the line
 * {@link NOTES_FORM} (any order, any case, newlines instead of `|`), anywhere in the text, or headings and bold labels
 * with these names. HTML comments and placeholders (`…`, `TODO`, `<goal>`) say nothing; "none" is an answer to risks
 * and questions only. Fenced code counts when nothing stands outside of it. The text is untrusted and stays so.
 */
export function parseNotes(text: string): Notes {
  const lines = removeComments(text.slice(0, MAX_TEXT_CHARS)).split(/\r\n|\n|\r/);
  const outside = readParts(lines, true);
  const found = outside.size > 0 ? outside : readParts(lines, false);
  return {
    goal: found.get('goal') ?? '',
    summary: found.get('summary') ?? '',
    risks: found.get('risks') ?? '',
    questions: found.get('questions') ?? '',
  };
}

/** The required parts that are empty, in their order. */
export function missingNotes(notes: Notes, rule: NotesRule): readonly NotePart[] {
  return NOTE_PARTS.filter((part) => rule[part] === 'required' && notes[part].trim() === '');
}
