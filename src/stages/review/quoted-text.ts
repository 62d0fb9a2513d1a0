import { clip, oneLine } from '../../kernel/text.ts';

/** User and password of a URL. */
const USER_INFO = /:\/\/[^\s/@]{1,300}@/g;

/** Long words with digits and letters in them: what is not a secret is not missed. */
const LONG_WORD = /[\w+/=~.-]{16,4000}/g;

/** Whether a word is a path: its parts are words, with a few digits and capitals at most. */
function isPath(word: string): boolean {
  const isWord = (part: string) => [/\d/g, /[A-Z]/g].every((some) => (part.match(some) ?? []).length <= 3);
  return word.includes('/') && word.split('/').every(isWord);
}

function hideWord(word: string): string {
  const isMixed = /\d.*\d/.test(word) && /[A-Za-z]/.test(word) && !/^v?\d+\./.test(word);
  return isMixed && !isPath(word) ? `${word.slice(0, 4)}…` : word;
}

/**
 * Text of the change as it may stand in a finding: on one line, cut, and without anything that could be a secret,
 * since findings go to places where the change itself may not be seen.
 */
export function quoteText(text: string, maxChars: number): string {
  const hidden = text.slice(0, 4_000).replace(USER_INFO, '://…@').replace(LONG_WORD, hideWord);
  return clip(oneLine(hidden.trim()), maxChars);
}
