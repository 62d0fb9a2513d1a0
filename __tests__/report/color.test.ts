import { describe, expect, test } from '@jest/globals';
import { colorEnabled, paletteFor } from '../../src/report/color.ts';
import { chooseProgressMode } from '../../src/report/progress/progress.ts';

describe('colour', () => {
  test.each([
    ['a terminal', {}, true, true],
    ['no terminal', {}, false, false],
    ['NO_COLOR', { NO_COLOR: '1' }, true, false],
    ['an empty NO_COLOR, which is none', { NO_COLOR: '' }, true, true],
    ['TERM=dumb', { TERM: 'dumb' }, true, false],
    ['another TERM', { TERM: 'xterm-256color' }, true, true],
    ['FORCE_COLOR without a terminal', { FORCE_COLOR: '1' }, false, true],
    ['an empty FORCE_COLOR', { FORCE_COLOR: '' }, false, true],
    ['FORCE_COLOR=0', { FORCE_COLOR: '0' }, true, false],
    ['FORCE_COLOR=false', { FORCE_COLOR: 'False' }, true, false],
    ['FORCE_COLOR against NO_COLOR', { FORCE_COLOR: '3', NO_COLOR: '1' }, false, true],
    ['FORCE_COLOR against TERM=dumb', { FORCE_COLOR: 'true', TERM: 'dumb' }, false, true],
  ])('with %s', (_, environment, isTTY, expected) => {
    expect(colorEnabled(environment, isTTY)).toBe(expected);
  });

  test('without it texts stay as they are, and nothing is never painted', () => {
    expect(paletteFor(false).red('x')).toBe('x');
    expect(paletteFor(true).red('x')).toBe('\u001b[31mx\u001b[39m');
    expect(paletteFor(true).red('')).toBe('');
  });
});

describe('the mode of the progress', () => {
  test.each([
    ['a terminal', { isTTY: true, isInteractive: true, environment: {} }, 'live'],
    ['no terminal', { isTTY: false, isInteractive: true, environment: {} }, 'plain'],
    ['--no-interactive', { isTTY: true, isInteractive: false, environment: {} }, 'plain'],
    ['TERM=dumb', { isTTY: true, isInteractive: true, environment: { TERM: 'dumb' } }, 'plain'],
    ['CI', { isTTY: true, isInteractive: true, environment: { CI: 'true' } }, 'plain'],
    ['CI=false', { isTTY: true, isInteractive: true, environment: { CI: 'false' } }, 'live'],
    ['NO_COLOR', { isTTY: true, isInteractive: true, environment: { NO_COLOR: '1' } }, 'live'],
  ])('with %s', (_, situation, expected) => {
    expect(chooseProgressMode(situation)).toBe(expected);
  });
});
