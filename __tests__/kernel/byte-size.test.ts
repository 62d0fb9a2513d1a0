import { describe, expect, test } from '@jest/globals';
import { formatByteSize, parseByteSize } from '../../src/kernel/byte-size.ts';

describe('byte sizes', () => {
  test.each([
    ['100B', 100],
    ['512KiB', 524_288],
    ['2 MB', 2_000_000],
    ['1.5gib', 1_610_612_736],
  ])('%s is %d bytes', (text, bytes) => {
    expect(parseByteSize(text)).toBe(bytes);
  });

  test.each(['', '512', '-1KiB', '1e3B', 'KiB', '9999999999GiB', '1 TB'])('%j is no size', (text) => {
    expect(parseByteSize(text)).toBeNull();
  });

  test.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [12_698, '12.4 KiB'],
    [3_250_586, '3.10 MiB'],
    [1_073_741_824, '1.00 GiB'],
  ])('%d bytes read %s', (bytes, text) => {
    expect(formatByteSize(bytes)).toBe(text);
  });
});
