import { type ChildProcess, spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import { formatByteSize } from '../kernel/byte-size.ts';
import { describeErrno, errnoOf } from './errno.ts';
import type { ProcessRequest } from './ports.ts';
import { markEnvironment } from './process-marker.ts';
import type { OutputChannel } from './process-output.ts';

const POSIX_SHELL = '/bin/sh';

/** A started shell, or one line on why there is none. */
export type ShellStart =
  | { readonly started: true; readonly child: ChildProcess; readonly pid: number }
  | { readonly started: false; readonly cause: string };

function findNul(request: ProcessRequest): string | null {
  if (request.commandLine.includes('\0')) return 'the command line contains a NUL character';
  if (request.cwd.includes('\0')) return 'the working directory contains a NUL character';
  const name = Object.keys(request.env).find((key) => `${key}${request.env[key] ?? ''}`.includes('\0'));
  return name === undefined
    ? null
    : `the environment variable ${JSON.stringify(name)} contains a NUL character`;
}

/** The system says ENOENT for a missing folder and a missing shell alike. */
function describeStartError(error: unknown, request: ProcessRequest): string {
  const code = errnoOf(error);
  if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES') {
    try {
      if (!statSync(request.cwd).isDirectory())
        return `the working directory is not a folder: ${request.cwd}`;
    } catch (reason) {
      return `the working directory ${request.cwd}: ${describeErrno(reason)}`;
    }
  }
  const hint = code === 'E2BIG' ? `; ${adviseTooBig(request)}` : '';
  return `the shell cannot be started: ${describeErrno(error)}${hint}`;
}

/** The system counts command line and environment together and does not say which is too big. */
function adviseTooBig({ commandLine, env }: ProcessRequest): string {
  const commandBytes = Buffer.byteLength(commandLine);
  const envBytes = Object.entries(env)
    .map(([name, value]) => Buffer.byteLength(`${name}=${value}`) + 1)
    .reduce((sum, bytes) => sum + bytes, 0);
  return commandBytes >= envBytes
    ? `the command line has ${formatByteSize(commandBytes)}, put it into a script file`
    : `the environment has ${formatByteSize(envBytes)}, set less of it`;
}

function spawnShell(request: ProcessRequest, channel: OutputChannel): ChildProcess {
  const options = {
    cwd: request.cwd,
    env: markEnvironment(request.env, request.runMarker),
    stdio: channel.stdio,
    windowsHide: true,
  };
  if (process.platform === 'win32') {
    const shell = process.env['ComSpec'] ?? 'cmd.exe';
    const args = ['/d', '/s', '/c', `"${request.commandLine}"`];
    return spawn(shell, args, { ...options, windowsVerbatimArguments: true });
  }
  const script = channel.joined ? request.commandLine : `exec 2>&1\n${request.commandLine}`;
  // Its own session and process group, so that the whole tree is signalled at once and no terminal is shared.
  return spawn(POSIX_SHELL, ['-c', script], { ...options, detached: true });
}

/**
 * Starts the platform's shell on the command line. The Windows branch was not run where it was written. Everything
 * that can go wrong (ENOENT, EACCES, EMFILE, EAGAIN, ENOMEM, E2BIG, a NUL) becomes one line.
 */
export async function startShell(request: ProcessRequest, channel: OutputChannel): Promise<ShellStart> {
  const nul = findNul(request);
  if (nul !== null) return { started: false, cause: nul };
  try {
    const child = spawnShell(request, channel);
    if (child.pid !== undefined) {
      // Later errors are failed signals, which the process table deals with.
      child.on('error', () => {});
      return { started: true, child, pid: child.pid };
    }
    const error = await new Promise<unknown>((resolve) => child.on('error', resolve));
    return { started: false, cause: describeStartError(error, request) };
  } catch (error) {
    return { started: false, cause: describeStartError(error, request) };
  }
}
