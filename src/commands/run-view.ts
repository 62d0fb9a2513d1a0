import path from 'node:path';
import { readLogTails } from '../evidence/log-tails.ts';
import type { RunManifest } from '../evidence/manifest.ts';
import { filesOfRun } from '../evidence/run-directory.ts';
import { colorEnabled } from '../report/color.ts';
import { buildReport, type GateReport } from '../report/gate-report.ts';
import { type RunDocument, runDocument } from '../report/run-document.ts';
import { renderTerminal } from '../report/terminal.ts';
import type { CommandContext } from './command-context.ts';
import type { TextStream } from './streams.ts';

/** The report on a run directory, with the ends of the logs of what did not pass. */
export function reportOf(runDir: string, manifest: RunManifest): GateReport {
  return buildReport(manifest, { logTails: readLogTails(runDir, manifest) });
}

/** How text is laid out on a stream. */
export function layoutOf(context: CommandContext, stream: TextStream): { width: number; color: boolean } {
  return { width: stream.columns, color: colorEnabled(context.environment, stream.isTTY) };
}

/** Writes the final report for people. */
export function writeReport(
  context: CommandContext,
  stream: TextStream,
  runDir: string,
  manifest: RunManifest,
): void {
  const evidencePath = path.relative(context.startedIn, runDir) || '.';
  stream.write(renderTerminal(reportOf(runDir, manifest), { ...layoutOf(context, stream), evidencePath }));
}

/** Writes the one JSON document about a run. */
export function documentOfRun(runDir: string, manifest: RunManifest, exitCode: number | null): RunDocument {
  const files = filesOfRun(runDir);
  return runDocument(manifest, {
    manifestPath: files.manifest,
    artifactRoot: runDir,
    logPath: files.logsDir,
    exitCode,
  });
}
