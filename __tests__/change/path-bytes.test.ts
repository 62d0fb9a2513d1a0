import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { bytesFromPath, comparePaths, pathFromBytes, pathFromRange } from '../../src/change/path-bytes.ts';

/** Bytes that often make and break UTF-8. */
const roughBytes = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        0x2f,
        0x61,
        0x80,
        0xbf,
        0xc2,
        0xc3,
        0xe2,
        0x82,
        0xed,
        0xa0,
        0xb0,
        0xf0,
        0x9f,
        0x98,
        0xf4,
        0xff,
      ),
      fc.nat(255),
    ),
    { maxLength: 24 },
  )
  .map((bytes) => Buffer.from(bytes));

describe('paths as text', () => {
  test('every sequence of bytes survives', () => {
    fc.assert(
      fc.property(roughBytes, (bytes) => {
        expect(bytesFromPath(pathFromBytes(bytes)).equals(bytes)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });

  test('every well-formed text survives', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(pathFromBytes(bytesFromPath(text))).toBe(text);
      }),
    );
  });

  test('a part of a buffer is read like a buffer', () => {
    fc.assert(
      fc.property(roughBytes, roughBytes, (before, bytes) => {
        const all = Buffer.concat([before, bytes, before]);
        expect(pathFromRange(all, before.length, before.length + bytes.length)).toBe(pathFromBytes(bytes));
      }),
    );
    const replacement = Buffer.from('a\ufffdb');
    expect(pathFromRange(replacement, 0, replacement.length)).toBe('a\ufffdb');
  });

  test('different bytes are different texts', () => {
    fc.assert(
      fc.property(roughBytes, roughBytes, (a, b) => {
        expect(pathFromBytes(a) === pathFromBytes(b)).toBe(a.equals(b));
      }),
    );
  });

  test('many paths at once are the paths one by one', () => {
    fc.assert(
      fc.property(fc.array(roughBytes.map((bytes) => bytes.filter((byte) => byte !== 0))), (paths) => {
        const joined = Buffer.concat(paths.flatMap((path) => [Buffer.from(path), Buffer.of(0)]));
        const one = paths.map((path) => `${pathFromBytes(Buffer.from(path))}\0`).join('');
        expect(pathFromBytes(joined)).toBe(one);
      }),
    );
  });

  test('a byte outside of UTF-8 is a lone surrogate', () => {
    expect(pathFromBytes(Buffer.from([0x61, 0xff, 0x62]))).toBe('a\udcffb');
    expect(pathFromBytes(Buffer.from([0xed, 0xa0, 0x80]))).toBe('\udced\udca0\udc80');
  });

  test('other lone surrogates, which no bytes stand for, become U+FFFD', () => {
    expect(bytesFromPath('a\ud800').toString()).toBe('a\ufffd');
    expect(bytesFromPath('\udc00').toString()).toBe('\ufffd');
  });
});

describe('order', () => {
  test('is that of the bytes', () => {
    fc.assert(
      fc.property(roughBytes, roughBytes, (a, b) => {
        expect(Math.sign(comparePaths(pathFromBytes(a), pathFromBytes(b)))).toBe(Buffer.compare(a, b));
      }),
    );
  });

  test('puts a character above U+FFFF last, unlike JavaScript', () => {
    expect(comparePaths('\u{1f600}', '\ufffd')).toBe(1);
    expect('\u{1f600}' < '\ufffd').toBe(true);
  });
});
