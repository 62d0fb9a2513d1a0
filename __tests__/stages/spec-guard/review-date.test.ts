import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { formatDay, judgeDate, parseDay } from '../../../src/stages/spec-guard/review-date.ts';

const NOW = Date.UTC(2026, 10, 24, 23, 59);

describe('a review date', () => {
  test.each([
    ['today', '2026-11-24', { kind: 'fresh' }],
    ['exactly as old as allowed', '2026-10-25', { kind: 'fresh' }],
    ['a day older', '2026-10-24', { kind: 'stale', ageDays: 31 }],
    ['tomorrow, for the time zones', '2026-11-25', { kind: 'fresh' }],
    ['the day after tomorrow', '2026-11-26', { kind: 'future' }],
    ['a leap day', '2024-02-29', { kind: 'stale', ageDays: 999 }],
  ])('%s', (_name, text, verdict) => {
    expect(judgeDate(text, 30, NOW)).toEqual(verdict);
  });

  test.each([
    ['', 'the date is missing'],
    ['2026-13-40', 'there is no such day'],
    ['2026-02-30', 'there is no such day'],
    ['2025-02-29', 'there is no such day'],
    ['2026-11-20T10:00:00Z', 'write the date without anything behind it: 2026-11-20'],
    ['2026-02-30T10:00:00Z', 'there is no such day'],
    ['2026-11-20 by me', 'write the date without anything behind it: 2026-11-20'],
    ['2026-1-5', 'write it as 2026-01-05'],
    ['2026/01/05', 'write it as 2026-01-05'],
    ['05.01.2026', 'the form is YYYY-MM-DD'],
    ['yesterday', 'the form is YYYY-MM-DD'],
    ['2026-11-2４', 'the form is YYYY-MM-DD'],
  ])('"%s" is none', (text, why) => {
    expect(judgeDate(text, 30, NOW)).toEqual({ kind: 'invalid', why });
  });

  test('every day of the calendar is read back, and only those', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 80_000 }), (days) => {
        const day = formatDay(days * 86_400_000);
        expect(parseDay(day)).toBe(days * 86_400_000);
      }),
    );
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(judgeDate(text, 30, NOW).kind === 'invalid').toBe(parseDay(text) === null);
      }),
    );
  });
});
