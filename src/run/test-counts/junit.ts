import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import path from 'node:path';
import { compileGlobs } from '../../config/glob.ts';
import { evaluationFailure, type GateFailure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { oneLine, plural } from '../../kernel/text.ts';
import type { TestCounts } from '../stage-result.ts';
import { type JunitScan, JunitScanner } from './junit-scan.ts';
import { findFiles } from './report-files.ts';
import { sumTallies, type Tally } from './tally.ts';

/** Our bounds: reports of real projects stay far below. */
const MAX_FILES = 1_000;
const MAX_FILE_BYTES = 64 * 1_048_576;

const CHUNK_BYTES = 65_536;

/** A file's time comes from the kernel's coarse clock, which ticks at 100 Hz or faster and runs behind. */
const CLOCK_TICK_MS = 20;

/** Whether a file was written since; some file systems keep whole seconds only. */
function isFresh(modifiedMs: number, notBeforeMs: number): boolean {
  if (modifiedMs >= notBeforeMs - CLOCK_TICK_MS) return true;
  return modifiedMs % 1_000 === 0 && modifiedMs >= Math.floor(notBeforeMs / 1_000) * 1_000;
}

async function scanHandle(handle: FileHandle): Promise<JunitScan> {
  const scanner = new JunitScanner();
  const chunk = Buffer.alloc(CHUNK_BYTES);
  // A report that grows while it is read is read up to the bound.
  for (let total = 0; total <= MAX_FILE_BYTES; ) {
    const { bytesRead } = await handle.read(chunk, 0, CHUNK_BYTES);
    if (bytesRead === 0) break;
    total += bytesRead;
    scanner.push(chunk.subarray(0, bytesRead).toString('latin1'));
  }
  return scanner.end();
}

function unreadable(file: string, message: string, mend: string): GateFailure {
  return evaluationFailure(message, { where: oneLine(file), mend });
}

/** One report; null when it is stale, gone, no regular file, or no JUnit report. */
async function readReport(
  directory: string,
  file: string,
  notBeforeMs: number,
): Promise<Result<Tally | null>> {
  let handle: FileHandle;
  try {
    // O_NOFOLLOW: the file may have been swapped for a link since it was listed; O_NONBLOCK: or for a pipe.
    const flags = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
    handle = await open(path.join(directory, file), flags);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : 'unknown error';
    if (code === 'ENOENT' || code === 'ELOOP') return ok(null);
    return err(unreadable(file, `the test report cannot be read (${code})`, 'make it readable for the gate'));
  }
  try {
    const stat = await handle.stat();
    if (!stat.isFile() || !isFresh(stat.mtimeMs, notBeforeMs)) return ok(null);
    if (stat.size > MAX_FILE_BYTES) {
      const mend = 'leave the output of the tests out of the report or split it';
      return err(unreadable(file, 'the test report is larger than 64 MiB', mend));
    }
    const scan = await scanHandle(handle);
    if (scan.kind === 'foreign') return ok(null);
    if (scan.kind === 'report') return ok(scan.tally);
    return err(
      unreadable(file, 'the test report is cut off', 'the runner may have been ended while writing it'),
    );
  } finally {
    await handle.close();
  }
}

/**
 * How many tests ran, from the JUnit XML reports under a directory (absolute) that match the globs (relative to
 * it). Counts `testcase` elements, never the totals in attributes. A report last written before `notBeforeMs`
 * (wall clock, ms: when the stage started) is stale and proves nothing. Null when no fresh report matches.
 *
 * Reads at most 1,000 files of 64 MiB; beyond that, and for a report that is cut off or unreadable, the answer is
 * an `evaluation` failure that names the file. Follows no symbolic link; `node_modules` and `.git` are left out.
 */
export async function readJunit(
  directory: string,
  globs: readonly string[],
  notBeforeMs: number,
): Promise<Result<TestCounts | null>> {
  if (globs.length === 0) return ok(null);
  const search = await findFiles(directory, globs, compileGlobs(globs), MAX_FILES);
  if (!search.complete) {
    const mend = 'name the folder of the reports in tests.junit';
    return err(evaluationFailure(`tests.junit reaches more than ${search.limit}`, { mend }));
  }
  const tallies: Tally[] = [];
  const sources: string[] = [];
  for (const file of search.files) {
    const tally = await readReport(directory, file, notBeforeMs);
    if (!tally.ok) return tally;
    if (tally.value === null) continue;
    tallies.push(tally.value);
    sources.push(file);
  }
  const sum = sumTallies(tallies);
  if (sum === null) return ok(null);
  const source = sources.length === 1 ? oneLine(sources[0] ?? '') : plural(sources.length, 'file');
  return ok({ executed: sum.passed + sum.failed, ...sum, source: `JUnit ${source}` });
}
