import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { type LogLimits, openLogWriter } from '../../src/evidence/log-writer.ts';
import { createRedactor } from '../../src/evidence/redaction.ts';
import { TailBuffer } from '../../src/evidence/tail-buffer.ts';
import type { OutputSink } from '../../src/run/output-sink.ts';
import { makeFolder, NOTHING_SECRET, unwrap } from './sample-run.ts';

let folder: string;
let remove: () => void;
let tampered: string[];
beforeEach(() => {
  ({ folder, remove } = makeFolder());
  tampered = [];
});
afterEach(() => remove());

function open(name = '01-a.log', limits?: LogLimits, redactor = NOTHING_SECRET): OutputSink {
  return unwrap(
    openLogWriter({
      file: path.join(folder, name),
      relativePath: `logs/${name}`,
      filter: redactor.stream(),
      onTampered: (changed) => tampered.push(changed),
      ...(limits === undefined ? {} : { limits }),
    }),
  );
}

function contentOf(name = '01-a.log'): Buffer {
  return readFileSync(path.join(folder, name));
}

function digestOf(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

describe('a log', () => {
  test('keeps raw bytes: invalid UTF-8, NUL, ANSI, a character split over two writes, no final newline', () => {
    const bytes = Buffer.concat([
      Buffer.from([0, 255, 254, 0x1b, 0x5b, 0x32, 0x4a, 10]),
      Buffer.from('é\u001b]8;;x\u0007'),
    ]);
    const sink = open();
    for (const byte of bytes) sink.write(Buffer.from([byte]));
    const record = unwrap(sink.close());
    expect(contentOf()).toEqual(bytes);
    expect(record).toEqual({
      path: 'logs/01-a.log',
      bytes: bytes.length,
      totalBytes: bytes.length,
      truncated: false,
      sha256: digestOf(bytes),
    });
  });

  test('an empty one is a log, too', () => {
    expect(unwrap(open().close())).toMatchObject({
      bytes: 0,
      totalBytes: 0,
      truncated: false,
      sha256: digestOf(Buffer.alloc(0)),
    });
    expect(contentOf()).toHaveLength(0);
  });

  test('logs without a final newline do not run together', () => {
    for (const name of ['01-a.log', '02-b.log']) {
      const sink = open(name);
      sink.write(Buffer.from(name));
      unwrap(sink.close());
    }
    expect(contentOf('01-a.log').toString()).toBe('01-a.log');
    expect(contentOf('02-b.log').toString()).toBe('02-b.log');
  });

  test('the memory of a chunk may be used again at once', () => {
    const sink = open('01-a.log', { headBytes: 4, tailBytes: 100 });
    const chunk = Buffer.from('abcdefgh');
    sink.write(chunk);
    chunk.fill('!');
    unwrap(sink.close());
    expect(contentOf().toString()).toBe('abcdefgh');
  });

  test('too long: head and tail are kept, the gap is named, the true count is recorded', () => {
    const sink = open('01-a.log', { headBytes: 10, tailBytes: 6 });
    for (let turn = 0; turn < 100; turn += 1) sink.write(Buffer.from(`${String(turn).padStart(3, '0')}\n`));
    const record = unwrap(sink.close());
    expect(contentOf().toString()).toBe(
      '000\n001\n00\n[... 384 B (384 bytes) left out by the gate ...]\n8\n099\n',
    );
    expect(record).toMatchObject({
      totalBytes: 400,
      truncated: true,
      bytes: contentOf().length,
      sha256: digestOf(contentOf()),
    });
  });

  test('head, tail and gap for any chunks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ minLength: 1, maxLength: 40 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 60 }),
        fc.integer({ min: 1, max: 60 }),
        (chunks, headBytes, tailBytes) => {
          rmSync(path.join(folder, '01-a.log'), { force: true });
          const sink = open('01-a.log', { headBytes, tailBytes });
          for (const chunk of chunks) sink.write(Buffer.from(chunk));
          const all = Buffer.concat(chunks);
          const tail = sink.tail(50);
          const record = unwrap(sink.close());
          const log = contentOf();
          expect(record).toMatchObject({ bytes: log.length, totalBytes: all.length, sha256: digestOf(log) });
          expect(record.truncated).toBe(all.length > headBytes + tailBytes);
          expect(log.subarray(0, Math.min(headBytes, all.length))).toEqual(all.subarray(0, headBytes));
          if (record.truncated) expect(log.subarray(-tailBytes)).toEqual(all.subarray(-tailBytes));
          else expect(log).toEqual(all);
          // The end, as far as head and tail reach without the gap.
          const reach = record.truncated ? Math.min(50, tailBytes) : 50;
          expect(tail.subarray(-reach)).toEqual(all.subarray(Math.max(0, all.length - reach)));
        },
      ),
      { numRuns: 100 },
    );
  });

  test('the tail is there before and after the end, redacted, with what is still held back', () => {
    const sink = open('01-a.log', undefined, createRedactor({ literals: ['secret-value'], patterns: [] }));
    sink.write(Buffer.from('x secret-value y secr'));
    expect(sink.tail(100).toString()).toBe('x *** y secr');
    expect(sink.tail(4).toString()).toBe('secr');
    expect(sink.tail(0).toString()).toBe('');
    unwrap(sink.close());
    expect(sink.tail(100).toString()).toBe('x *** y secr');
    expect(contentOf().toString()).toBe('x *** y secr');
  });

  test('a secret across the end of the head is hidden', () => {
    const redactor = createRedactor({ literals: ['secret-value'], patterns: [] });
    const sink = open('01-a.log', { headBytes: 8, tailBytes: 8 }, redactor);
    for (const part of ['1234567', 'secret', '-value', '.'.repeat(50), 'secret-value!'])
      sink.write(Buffer.from(part));
    unwrap(sink.close());
    expect(contentOf().toString()).toMatch(/^1234567\*\n\[\.\.\. .* \.\.\.\]\n\.{4}\*\*\*!$/);
  });

  test('writing or closing after the end is a bug', () => {
    const sink = open();
    unwrap(sink.close());
    expect(() => sink.write(Buffer.from('x'))).toThrow(/closed/);
    expect(() => sink.close()).toThrow(/closed/);
  });
});

describe('a hostile neighbour', () => {
  test('a file or link at the place is refused, its target untouched', () => {
    writeFileSync(path.join(folder, 'target'), 'old');
    symlinkSync(path.join(folder, 'target'), path.join(folder, '01-a.log'));
    const opened = openLogWriter({
      file: path.join(folder, '01-a.log'),
      relativePath: 'logs/01-a.log',
      filter: NOTHING_SECRET.stream(),
      onTampered: () => undefined,
    });
    expect(opened).toMatchObject({
      ok: false,
      error: { kind: 'storage', message: expect.stringContaining('EEXIST') },
    });
    expect(readFileSync(path.join(folder, 'target'), 'utf8')).toBe('old');
  });

  test.each([
    ['removed', () => rmSync(path.join(folder, '01-a.log'))],
    ['shortened', () => truncateSync(path.join(folder, '01-a.log'), 1)],
  ])('a log that is %s while it is written is noticed', (_what, change) => {
    const sink = open();
    sink.write(Buffer.from('line\n'));
    change();
    unwrap(sink.close());
    expect(tampered).toEqual(['logs/01-a.log']);
  });
});

describe('a disk that refuses', () => {
  test('the stage goes on, the end of the log is a storage failure with path and errno', () => {
    const source = path.resolve(import.meta.dirname, '../../src/evidence');
    const code = `
      import { openLogWriter } from ${JSON.stringify(`${source}/log-writer.ts`)};
      import { createRedactor } from ${JSON.stringify(`${source}/redaction.ts`)};
      const filter = createRedactor({ literals: [], patterns: [] }).stream();
      const sink = openLogWriter({ file: process.argv[1], relativePath: 'a', filter, onTampered() {} }).value;
      for (let turn = 0; turn < 100; turn += 1) sink.write(Buffer.alloc(1024, 'x'));
      const closed = sink.close();
      console.log(closed.error.kind, closed.error.where === process.argv[1], closed.error.message, sink.tail(9).length);`;
    const disk = path.join(folder, 'disk');
    mkdirSync(disk);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'tmpfs', disk]).status === 0;
    try {
      const args = [process.execPath, '--input-type=module', '-e', code, path.join(disk, 'a.log')];
      const through = mounted ? args : ['prlimit', '--fsize=65536', '--', ...args];
      const { stdout } = spawnSync(through[0] ?? '', through.slice(1), { encoding: 'utf8' });
      const errno = mounted ? 'no space left on device (ENOSPC)' : 'file too large (EFBIG)';
      expect(stdout.trim()).toBe(`storage true cannot write the log: ${errno} 9`);
    } finally {
      if (mounted) execFileSync('umount', [disk]);
    }
    expect(existsSync(disk)).toBe(true);
  });
});

test('a ring keeps the last bytes', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.array(fc.uint8Array({ maxLength: 30 }), { maxLength: 10 }),
      fc.integer({ min: 0, max: 25 }),
      (capacity, chunks, wanted) => {
        const ring = new TailBuffer(capacity);
        for (const chunk of chunks) ring.push(Buffer.from(chunk));
        const all = Buffer.concat(chunks);
        const size = Math.min(capacity, all.length);
        expect(ring.length).toBe(size);
        expect(ring.last(wanted)).toEqual(all.subarray(all.length - Math.min(size, wanted)));
      },
    ),
  );
});
