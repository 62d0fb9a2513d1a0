import type { BuiltinStageSettings } from '../config/gate-config.ts';
import type { Cancellation } from '../host/ports.ts';
import { formatDuration } from '../kernel/duration.ts';
import { describeFailure } from '../kernel/failure.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { BuiltinContext, BuiltinStage } from './builtin-stage.ts';
import { createStageCommands } from './command-runner.ts';
import type { RunDependencies, StageEnd } from './run-dependencies.ts';
import {
  cancelled,
  notEvaluated,
  type StageMeasures,
  type StageResult,
  withMeasures,
} from './stage-result.ts';
import { sealStage, unrecordedStage } from './stage-seal.ts';

const MAX_BUG_CHARS = 300;

function unstarted(result: StageResult): StageEnd {
  return { result, failure: null, childProcesses: 0, outputBytes: 0 };
}

function describeBug(error: unknown): string {
  const message = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return clip(oneLine(`error in the gate itself, please report it: ${message}`), MAX_BUG_CHARS);
}

/** A bug in one stage ends that stage without an answer, not the run. */
async function evaluate(
  builtin: BuiltinStage,
  settings: BuiltinStageSettings,
  context: BuiltinContext,
): Promise<StageResult> {
  try {
    return await builtin(settings, context);
  } catch (error) {
    return notEvaluated('internal_error', describeBug(error));
  }
}

/** Settles when the time is up or the user wants to stop; `release` lets go of timer and listener. */
function watchLimits(
  timeoutMs: number,
  cancellation: Cancellation,
): { readonly reached: Promise<StageResult>; release(): void } {
  let release = () => {};
  const reached = new Promise<StageResult>((resolve) => {
    const timer = setTimeout(
      () => {
        const detail = `gave no answer within ${formatDuration(timeoutMs)}`;
        resolve(notEvaluated('could_not_evaluate', detail));
      },
      Math.min(timeoutMs, 2_147_483_647),
    );
    const onRise = () => resolve(cancelled(`stopped by ${cancellation.signal ?? 'the user'}`));
    const stopListening = cancellation.onRise(onRise);
    release = () => {
      clearTimeout(timer);
      stopListening();
    };
  });
  return { reached, release };
}

/** Evaluates a built-in stage; time and CPU are measured from outside. */
export async function runBuiltinStage(
  stage: PlannedStage,
  settings: BuiltinStageSettings,
  deps: RunDependencies,
): Promise<StageEnd> {
  const { clock, builtinSource } = deps;
  if (!builtinSource.measured) {
    return unstarted(notEvaluated('history_missing', describeFailure(builtinSource.reason)));
  }
  const builtin = deps.builtins.get(settings.kind);
  if (builtin === undefined) {
    const error = new Error(`nothing evaluates stages of kind ${settings.kind}`);
    return unstarted(notEvaluated('internal_error', describeBug(error)));
  }
  const sink = deps.openLog(stage);
  if (!sink.ok) return unrecordedStage(sink.error);

  const startedAtMs = clock.wallMs();
  const startedMs = clock.monotonicMs();
  const cpuBefore = process.cpuUsage();
  deps.listener({ type: 'stage_started', stage, startedAtMs });
  let isOver = false;
  const log = (line: string) => {
    // An evaluation that was given up may go on for a while; its log is closed.
    if (!isOver) sink.value.write(Buffer.from(`${line}\n`));
  };
  const commands = createStageCommands({ ...deps, graceMs: deps.execution.graceMs });
  const context = { ...builtinSource.context(log), commands };
  const limits = watchLimits(settings.timeoutMs ?? deps.execution.timeoutMs, deps.cancellation);
  const outcome = await Promise.race([evaluate(builtin, settings, context), limits.reached]);
  isOver = true;
  limits.release();
  await commands.close();
  const cpu = process.cpuUsage(cpuBefore);
  const durationMs = clock.monotonicMs() - startedMs;
  const measures: StageMeasures = {
    ...outcome,
    startedAtMs,
    completedAtMs: startedAtMs + durationMs,
    durationMs,
    cpuMs: (cpu.user + cpu.system) / 1_000,
  };
  const sealed = sealStage(sink.value, withMeasures(outcome, measures));
  return { ...sealed, childProcesses: commands.started, outputBytes: 0 };
}
