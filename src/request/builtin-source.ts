import type { Clock } from '../host/ports.ts';
import { TOOL } from '../kernel/tool.ts';
import type { BuiltinSource } from '../run/run-dependencies.ts';
import type { Preparation } from './preparation.ts';

/** What the built-in stages of a run look at. */
export function builtinSourceOf(prepared: Preparation, clock: Pick<Clock, 'wallMs'>): BuiltinSource {
  const { reading, notes, overrides, config, approvals } = prepared;
  if (!reading.measured) return { measured: false, reason: reading.unmeasured.reason };
  const { change } = reading;
  const pipelineIds = [...config.pipelines.keys()];
  return {
    measured: true,
    context: (log) => ({
      change,
      notes,
      nowMs: clock.wallMs(),
      toolVersion: TOOL.version,
      overrides,
      pipelineIds,
      approvals,
      log,
    }),
  };
}
