import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { BlobStream } from '../../src/change/blob-reader.ts';
import type { ChangedFile } from '../../src/change/change.ts';
import { DiffReader } from '../../src/change/diff-records.ts';
import { LineReader } from '../../src/change/line-reader.ts';
import { ScanReader } from '../../src/change/work-tree-scan.ts';
import { plainLines } from './change-scenes.ts';

const A = 'a'.repeat(40);
const B = 'b'.repeat(40);
const ZERO = '0'.repeat(40);

function file(path: string, more: Partial<ChangedFile> = {}): ChangedFile {
  return {
    path,
    oldPath: null,
    status: 'modified',
    oldMode: '100644',
    newMode: '100644',
    oldBlob: A,
    newBlob: B,
    added: 1,
    deleted: 1,
    binary: false,
    oldBytes: 1,
    newBytes: 1,
    ...more,
  };
}

/** Any way to cut bytes into pieces. */
function pieces(bytes: Buffer, cuts: readonly number[]): readonly Buffer[] {
  const at = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  return [...at, bytes.length].map((end, index) => bytes.subarray(at[index - 1] ?? 0, end));
}

const cuts = fc.array(fc.nat(10_000), { maxLength: 12 });

function readRecords(output: Buffer, at: readonly number[] = []): readonly ChangedFile[] {
  const reader = new DiffReader();
  for (const piece of pieces(output, at)) reader.read(piece);
  return reader.finish();
}

describe('records of a diff', () => {
  test('with renames, and names that hold everything but NUL', () => {
    const output = [
      `:100644 100644 ${A} ${B} R087`,
      'old\n:name',
      'new\tname',
      `:000000 100755 ${ZERO} ${B} A`,
      ' - ',
      '3\t1\t',
      'old\n:name',
      'new\tname',
      '-\t-\t - ',
      '',
    ].join('\0');
    const expected = [
      {
        path: 'new\tname',
        oldPath: 'old\n:name',
        status: 'renamed',
        oldMode: '100644',
        newMode: '100644',
        oldBlob: A,
        newBlob: B,
        added: 3,
        deleted: 1,
        binary: false,
        oldBytes: 0,
        newBytes: 0,
      },
      {
        path: ' - ',
        oldPath: null,
        status: 'added',
        oldMode: '000000',
        newMode: '100755',
        oldBlob: null,
        newBlob: B,
        added: 0,
        deleted: 0,
        binary: true,
        oldBytes: 0,
        newBytes: 0,
      },
    ];
    fc.assert(
      fc.property(cuts, (at) => {
        expect(readRecords(Buffer.from(output), at)).toEqual(expected);
      }),
    );
    expect(readRecords(Buffer.alloc(0))).toEqual([]);
  });

  test.each([
    ['an unknown status', `:100644 100644 ${A} ${B} X\0a\0`],
    ['a missing count', `:100644 100644 ${A} ${B} M\0a\0`],
    ['a cut record', `:100644 100644 ${A} ${B} R100\0a`],
    ['something else', 'fatal: no\0'],
    ['counts of another file', `:100644 100644 ${A} ${B} M\0a\0${'1'}\t1\tb\0`],
    [
      'a record after the counts',
      `:100644 100644 ${A} ${B} M\0a\0` + `1\t1\ta\0:100644 100644 ${A} ${B} M\0b\0`,
    ],
    ['counts that are none', `:100644 100644 ${A} ${B} M\0a\0x\t1\ta\0`],
    ['more counts than files', `:100644 100644 ${A} ${B} M\0a\0${'1'}\t1\ta\0${'1'}\t1\ta\0`],
  ])('%s is a bug, not an empty change', (_name, output) => {
    expect(() => readRecords(Buffer.from(output))).toThrow();
  });
});

describe('lines of a patch', () => {
  const patch = Buffer.from(
    `diff --git a/a b/a\nindex ${A}..${B} 100644\n--- a/a\n+++ b/a\n@@ -1,2 +1 @@ diff --git\n-one é\n--two\n+diff --git a/b b/b\n@@ -9,0 +8 @@\n+@@ -1 +1 @@\n\\ No newline at end of file\n` +
      `diff --git a/b b/b\nindex ${A}..${B} 100644\nBinary files a/b and b/b differ\n` +
      `diff --git a/c b/d\nsimilarity index 100%\nrename from c\nrename to d\n`,
  );
  const files = [file('a'), file('b', { binary: true }), file('d', { oldPath: 'c', status: 'renamed' })];
  const expected = [
    {
      path: 'a',
      oldPath: null,
      added: [
        { line: 1, text: 'diff --git a/b b/b' },
        { line: 8, text: '@@ -1 +1 @@' },
      ],
      removed: [
        { line: 1, text: 'one é' },
        { line: 2, text: '-two' },
      ],
      clipped: false,
    },
  ];

  test('are the same however the bytes arrive', () => {
    fc.assert(
      fc.property(cuts, (at) => {
        const reader = new LineReader(files);
        for (const piece of pieces(patch, at)) reader.read(piece);
        expect(plainLines(reader.finish())).toEqual(expected);
      }),
    );
  });

  test.each([
    ['fewer files', [...files, file('e')]],
    ['more files', files.slice(0, 1)],
    ['another file', [file('a', { newBlob: 'c'.repeat(40) }), ...files.slice(1)]],
  ])('%s than expected is a bug', (_name, others) => {
    expect(() => {
      const reader = new LineReader(others);
      reader.read(patch);
      reader.read(
        Buffer.from(`diff --git a/z b/z\nindex ${A}..${B} 100644\n`.repeat(others.length < 3 ? 1 : 0)),
      );
      return reader.finish();
    }).toThrow();
  });
});

test('contents of objects are the same however the bytes arrive', () => {
  const id = 'ce013625030ba8dba906f756967f9e9ca394464a';
  const output = Buffer.from(
    `${id} blob 6\nhello\n\n${A} missing\n${B} tree 3\nx\ny\n${id} blob 6\nHELLO\n\n`,
  );
  fc.assert(
    fc.property(cuts, (at) => {
      const stream = new BlobStream(1_000);
      for (const piece of pieces(output, at)) stream.read(piece);
      expect(stream.contents.map((content) => content?.toString() ?? null)).toEqual([
        'hello\n',
        null,
        null,
        null,
      ]);
    }),
  );
});

test('contents above the limit are passed over', () => {
  const stream = new BlobStream(5);
  stream.read(Buffer.from('ce013625030ba8dba906f756967f9e9ca394464a blob 6\nhello\n\n'));
  expect(stream.contents).toEqual([null]);
});

test('a scan is the same however the bytes arrive', () => {
  const records = [
    '? new\nfile',
    'H 100644 x 0\tsame',
    `C 100644 ${A} 0\ta\tb`,
    `R 100644 ${A} 0\tgone`,
    `M 100644 ${A} 2\tboth`,
    `S 100644 ${A} 0\tsparse`,
    `h 100644 ${A} 0\tassumed`,
    '? nested/',
  ];
  const output = Buffer.from(records.map((record) => `${record}\0`).join(''));
  fc.assert(
    fc.property(cuts, (at) => {
      const reader = new ScanReader();
      for (const piece of pieces(output, at)) reader.read(piece);
      expect(reader.changed.map((entry) => `${entry.mode} ${entry.blob === A} ${entry.path}`)).toEqual([
        '100644 true a\tb',
        '100644 true gone',
        '100644 true both',
      ]);
      expect(reader.untracked.map(String)).toEqual(['new\nfile', 'nested/']);
      expect(reader.skipped.map((entry) => String(entry.path))).toEqual(['sparse']);
      expect(reader.assumed.map((entry) => String(entry.path))).toEqual(['assumed']);
    }),
  );
});
