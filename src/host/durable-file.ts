import { randomBytes } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';
import { storageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { syncDirectory } from './directory.ts';
import { describeErrno } from './errno.ts';

/** Zero on Windows, which has neither symbolic links without privileges nor blocking FIFOs at a path. */
const NO_FOLLOW = constants.O_NOFOLLOW ?? 0;
const NON_BLOCKING = constants.O_NONBLOCK ?? 0;

/** How often an append is repeated after somebody else's torn line swallowed it. */
const MAX_APPENDS = 3;

const TEMPORARY_NAME = /^\..+\.[0-9a-f]{32}\.tmp$/;

/** Whether a file name is one that {@link writeFileDurably} uses until its rename; a dead gate may leave one. */
export function isTemporaryName(name: string): boolean {
  return TEMPORARY_NAME.test(name);
}

/** Writes all bytes at the descriptor's position; a short write goes on where it ended. Throws the system's error. */
export function writeFully(descriptor: number, bytes: Buffer): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(descriptor, bytes, written, bytes.length - written);
}

function writeTemporary(temporary: string, bytes: Buffer): void {
  const descriptor = openSync(temporary, 'wx', 0o644);
  try {
    writeFully(descriptor, bytes);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Puts a file in place whole or not at all, and lasting: random temporary name beside it (opened
 * exclusively), write, fsync, rename, fsync of the folder. A symbolic link at the target is replaced,
 * never followed, nor is one that somebody puts in the place of the temporary file. On a failure the old file
 * stands and the temporary one is removed; only such a swap and an fsync of the folder that fails come after the
 * rename. The folder must exist: see `makeDirectories`.
 */
export function writeFileDurably(file: string, content: Buffer | string): Result<void> {
  const bytes = typeof content === 'string' ? Buffer.from(content) : content;
  const directory = path.dirname(file);
  const temporary = path.join(directory, `.${path.basename(file)}.${randomBytes(16).toString('hex')}.tmp`);
  try {
    writeTemporary(temporary, bytes);
    renameSync(temporary, file);
    if (!lstatSync(file).isFile()) throw new Error('another process put something else in its place');
    syncDirectory(directory);
    return ok(undefined);
  } catch (error) {
    removeQuietly(temporary);
    return err(storageFailure(`cannot write: ${describeErrno(error)}`, { where: file }));
  }
}

/** Cleaning up after a failure that is reported already: a second failure adds nothing. */
function removeQuietly(file: string): void {
  try {
    rmSync(file, { force: true });
  } catch {
    // The name is random and known as temporary; recovery removes it.
  }
}

/** Creates a file that must not exist, for writing; never through a link. Throws the system's error. */
export function openNewFile(file: string): number {
  return openSync(file, constants.O_RDWR | constants.O_CREAT | constants.O_EXCL | NO_FOLLOW, 0o644);
}

/** Opens a regular file for reading; refuses links, FIFOs and devices without waiting on them. Throws. */
export function openRegularFile(file: string): number {
  const descriptor = openSync(file, constants.O_RDONLY | NO_FOLLOW | NON_BLOCKING);
  if (fstatSync(descriptor).isFile()) return descriptor;
  closeSync(descriptor);
  throw new Error('is not a regular file');
}

/** Reads a regular file of at most `maxBytes`; the failure says what is wrong with it. Never follows a link at its end. */
export function readFileBounded(file: string, maxBytes: number): Result<Buffer> {
  try {
    const descriptor = openRegularFile(file);
    try {
      const bytes = readAtMost(descriptor, maxBytes + 1, 0);
      if (bytes.length <= maxBytes) return ok(bytes);
      return err(storageFailure(`is larger than ${maxBytes} bytes`, { where: file }));
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    return err(storageFailure(`cannot read: ${describeErrno(error)}`, { where: file }));
  }
}

/** Up to `maxBytes` from a position to the end of the file. Throws the system's error. */
export function readAtMost(descriptor: number, maxBytes: number, position: number): Buffer {
  const size = Math.max(0, Math.min(maxBytes, fstatSync(descriptor).size - position));
  const bytes = Buffer.allocUnsafe(size);
  let length = 0;
  while (length < size) {
    const read = readSync(descriptor, bytes, length, size - length, position + length);
    if (read === 0) break;
    length += read;
  }
  return bytes.subarray(0, length);
}

/**
 * Adds one line to a file that several processes append to, without a lock: one `write` with O_APPEND,
 * which Linux and macOS keep whole on a local file system. A line that a full disk tore earlier is closed
 * first, so that two never run together; should one be torn by another process at this very moment,
 * the line is found damaged and added again. A failure leaves earlier lines as they were.
 */
export function appendLineDurably(file: string, line: string): Result<void> {
  if (/[\r\n]/.test(line)) throw new Error('a line to append may not contain a line break');
  try {
    const flags = constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | NO_FOLLOW | NON_BLOCKING;
    const descriptor = openSync(file, flags, 0o644);
    try {
      const { size } = fstatSync(descriptor);
      appendWhole(descriptor, line);
      fsyncSync(descriptor);
      if (size === 0) syncDirectory(path.dirname(file));
    } finally {
      closeSync(descriptor);
    }
    return ok(undefined);
  } catch (error) {
    return err(storageFailure(`cannot append: ${describeErrno(error)}`, { where: file }));
  }
}

function appendWhole(descriptor: number, line: string): void {
  for (let tries = 0; tries < MAX_APPENDS; tries += 1) {
    if (!fstatSync(descriptor).isFile()) throw new Error('is not a regular file');
    const { size } = fstatSync(descriptor);
    const torn = size > 0 && readAtMost(descriptor, 1, size - 1)[0] !== 0x0a;
    const bytes = Buffer.from(`${torn ? '\n' : ''}${line}\n`);
    const written = writeSync(descriptor, bytes, 0, bytes.length);
    if (written < bytes.length) {
      // The rest tells why (usually ENOSPC) or completes the line; a line torn by others in between is caught below.
      writeFully(descriptor, bytes.subarray(written));
    }
    if (standsWhole(descriptor, line, size)) return;
  }
  throw new Error(`the line was torn by another writer ${MAX_APPENDS} times`);
}

/** Whether the file has the line to itself, at or after a position. */
function standsWhole(descriptor: number, line: string, position: number): boolean {
  const from = Math.max(0, position - 1);
  const text = readAtMost(descriptor, fstatSync(descriptor).size - from, from);
  const wanted = Buffer.from(`${line}\n`);
  for (let at = text.indexOf(wanted); at !== -1; at = text.indexOf(wanted, at + 1)) {
    if (from + at === 0 || text[at - 1] === 0x0a) return true;
  }
  return false;
}
