import type { ExecutionSettings } from '../config/gate-config.ts';
import type { Cancellation, Clock, ProcessHost } from '../host/ports.ts';
import type { GateFailure } from '../kernel/failure.ts';
import type { Result } from '../kernel/result.ts';
import type { PlannedStage } from '../plan/plan.ts';
import type { BuiltinContext, BuiltinStage } from './builtin-stage.ts';
import type { RunListener } from './events.ts';
import type { OutputSink } from './output-sink.ts';
import type { StageResult } from './stage-result.ts';

/** What built-in stages look at, or why there is nothing to look at. */
export type BuiltinSource =
  | { readonly measured: true; readonly context: (log: (line: string) => void) => BuiltinContext }
  | { readonly measured: false; readonly reason: GateFailure };

/** Everything the execution of a plan needs from outside. */
export interface RunDependencies {
  readonly clock: Clock;
  readonly processes: ProcessHost;
  readonly cancellation: Cancellation;
  readonly execution: ExecutionSettings;
  /** Of the commands, already scrubbed. */
  readonly environment: Readonly<Record<string, string>>;
  /** Absolute: `cwd` of the stages and `tests.junit` are relative to it. */
  readonly directory: string;
  /** Marks the processes of this run. */
  readonly runId: string;
  /** By the `kind` of their settings. */
  readonly builtins: ReadonlyMap<string, BuiltinStage>;
  readonly builtinSource: BuiltinSource;
  /** Opens the log of a stage that is about to start. */
  readonly openLog: (stage: PlannedStage) => Result<OutputSink>;
  readonly listener: RunListener;
}

/** What became of one stage, and of its evidence. */
export interface StageEnd {
  readonly result: StageResult;
  /** The log could not be written: the run ends here. */
  readonly failure: GateFailure | null;
  readonly childProcesses: number;
  /** As written by the commands, before any cut. */
  readonly outputBytes: number;
}
