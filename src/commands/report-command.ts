import { readManifest } from '../evidence/manifest-schema.ts';
import { filesOfRun } from '../evidence/run-directory.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { jsonLine } from '../report/json-line.ts';
import { SUMMARY_MAX_BYTES } from '../report/limits.ts';
import { renderMarkdown } from '../report/markdown.ts';
import { renderRdjson } from '../report/rdjson.ts';
import { renderSarif } from '../report/sarif.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { locateRun } from './evidence-location.ts';
import { guardText } from './log-text.ts';
import { reportOf, writeReport } from './run-view.ts';

/** `gate report <run|dir>`: renders evidence that is already there; the verdict does not set the exit code. */
export async function reportCommand(
  given: Arguments,
  context: CommandContext,
): Promise<number | GateFailure> {
  const place = await locateRun(given, context, given.argument ?? 'latest');
  if (!place.ok) return place.error;
  const { runDir } = place.value;
  const manifest = await readManifest(filesOfRun(runDir).manifest);
  if (!manifest.ok) return manifest.error;
  const { stdout } = context;
  const format = given.values.get('format');
  if (format === 'json') stdout.write(jsonLine(reportOf(runDir, manifest.value)));
  else if (format === 'markdown') {
    stdout.write(
      guardText(renderMarkdown(reportOf(runDir, manifest.value), { maxChars: SUMMARY_MAX_BYTES })),
    );
  } else if (format === 'sarif') stdout.write(renderSarif(manifest.value));
  else if (format === 'rdjson') stdout.write(renderRdjson(manifest.value));
  else writeReport(context, stdout, runDir, manifest.value);
  return 0;
}
