import { describeFailure, type GateFailure } from '../kernel/failure.ts';
import type { OutputSink } from './output-sink.ts';
import type { StageEnd } from './run-dependencies.ts';
import { notEvaluated, type StageResult, withMeasures } from './stage-result.ts';

/** A stage whose log could not even be opened: it is not started. */
export function unrecordedStage(failure: GateFailure): StageEnd {
  const result = notEvaluated('could_not_evaluate', describeFailure(failure));
  return { result, failure, childProcesses: 0, outputBytes: 0 };
}

/**
 * Closes the log of a stage and puts its record into the result. When the log did not reach the disk, what it
 * should prove is not proven: a pass is taken back, a failure stands.
 */
export function sealStage(
  sink: OutputSink,
  result: StageResult,
): { readonly result: StageResult; readonly failure: GateFailure | null } {
  const record = sink.close();
  if (record.ok) return { result: withMeasures(result, { ...result, log: record.value }), failure: null };
  const unproven =
    result.status === 'passed'
      ? notEvaluated('could_not_evaluate', describeFailure(record.error), {
          measures: result,
          findings: result.findings,
          waivers: result.waivers,
          warnings: result.warnings,
        })
      : result;
  return { result: unproven, failure: record.error };
}
