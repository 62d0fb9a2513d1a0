import { describe, expect, test } from '@jest/globals';
import { formatDuration, parseDuration } from '../../src/kernel/duration.ts';

describe('durations', () => {
  test.each([
    ['500ms', 500],
    ['90s', 90_000],
    ['1h30m', 5_400_000],
    [' 10m ', 600_000],
    ['1.5s', 1_500],
  ])('%s is %d ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.each(['', '10', 's', '10 x', '-5s', '5s!', '1e3s'])('%j is no duration', (text) => {
    expect(parseDuration(text)).toBeNull();
  });

  test.each([
    [0, '0 ms'],
    [840, '840 ms'],
    [999.6, '1.00 s'],
    [9_996, '10.0 s'],
    [12_400, '12.4 s'],
    [59_960, '1 min 00 s'],
    [185_000, '3 min 05 s'],
    [3_720_000, '1 h 02 min'],
  ])('%d ms reads %s', (ms, text) => {
    expect(formatDuration(ms)).toBe(text);
  });
});
