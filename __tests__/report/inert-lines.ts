import { expect } from '@jest/globals';
import { displayWidth } from '../../src/report/display-width.ts';
import { layoutWidth } from '../../src/report/terminal-text.ts';

/** The colours that the gate itself writes. */
const OWN_COLOURS = /\u001b\[(?:1|2|22|31|32|33|36|39)m/g;

/** Controls, bidirectional, invisible and broken characters. */
const STEERING =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Surrogate}]|[\u{e0000}-\u{e007f}]/u;

/**
 * Lines that can stand on a terminal and in a runner's log: in shape, and without a command to either.
 * @param width of the window; null: lines may be as long as they like.
 */
export function expectInertLines(text: string, width: number | null): void {
  const lines = text.split('\n');
  const most = width === null ? Number.POSITIVE_INFINITY : layoutWidth(width);
  for (const line of lines) {
    const shown = line.replace(OWN_COLOURS, '');
    if (STEERING.test(shown)) expect(JSON.stringify(shown)).toBe('a line that steers nothing');
    if (displayWidth(shown) > most) expect(shown).toBe(`a line of at most ${most} columns`);
    if (/^\s*::/.test(shown) || shown.includes('##['))
      expect(shown).toBe('a line that is no workflow command');
  }
  expect(text.endsWith('\n')).toBe(true);
}
