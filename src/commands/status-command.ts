import path from 'node:path';
import type { RunManifest } from '../evidence/manifest.ts';
import { readManifest } from '../evidence/manifest-schema.ts';
import { recoverDeadRuns } from '../evidence/recovery.ts';
import { filesOfRun } from '../evidence/run-directory.ts';
import { createSystemClock } from '../host/clock.ts';
import { createProcessHost } from '../host/process-host.ts';
import type { GateFailure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import { buildReport } from '../report/gate-report.ts';
import { jsonLine } from '../report/json-line.ts';
import { renderStatus } from '../report/status-text.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { locateRun, type RunPlace } from './evidence-location.ts';
import { messageLine } from './log-text.ts';
import { documentOfRun, layoutOf } from './run-view.ts';

/** Records what a dead gate left open in the run's task, then reads the manifest. */
async function readCurrent(place: RunPlace, context: CommandContext): Promise<Result<RunManifest>> {
  const { known, runDir } = place;
  if (known !== null) {
    const clock = createSystemClock();
    const host = { root: known.root, clock, processes: createProcessHost(clock) };
    for (const { detail } of await recoverDeadRuns(known.taskDir, host)) {
      if (detail !== null) context.stderr.write(messageLine(detail));
    }
  }
  return readManifest(filesOfRun(runDir).manifest);
}

/** `gate status [run]`: a run at a glance. Exit 0 whatever the verdict was: the question was answered. */
export async function statusCommand(
  given: Arguments,
  context: CommandContext,
): Promise<number | GateFailure> {
  const place = await locateRun(given, context, given.argument ?? 'latest');
  if (!place.ok) return place.error;
  const { runDir } = place.value;
  const manifest = await readCurrent(place.value, context);
  if (!manifest.ok) return manifest.error;
  if (given.values.get('format') === 'json') {
    context.stdout.write(jsonLine(documentOfRun(runDir, manifest.value, null)));
  } else {
    const evidencePath = path.relative(context.startedIn, runDir) || '.';
    const layout = { ...layoutOf(context, context.stdout), evidencePath, nowMs: Date.now() };
    context.stdout.write(renderStatus(buildReport(manifest.value), layout));
  }
  return 0;
}
