import os from 'node:os';
import type { CommandStage, DiffBudgetStage, ExecutionSettings } from '../../src/config/gate-config.ts';
import type { ProcessHost } from '../../src/host/ports.ts';
import { evaluationFailure, type GateFailure } from '../../src/kernel/failure.ts';
import { newRunId } from '../../src/kernel/ids.ts';
import { err, ok } from '../../src/kernel/result.ts';
import type { Plan, PlannedSettings, PlannedStage } from '../../src/plan/plan.ts';
import type { BuiltinContext } from '../../src/run/builtin-stage.ts';
import type { RunEvent } from '../../src/run/events.ts';
import type { BuiltinSource, RunDependencies } from '../../src/run/run-dependencies.ts';
import { createFakeCancellation, type FakeCancellation } from './fake-cancellation.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { createFakeProcessHost, type FakeBehaviour, type FakeProcessHost } from './fake-process-host.ts';
import { createMemorySink, type MemorySink } from './memory-sink.ts';

type CommandOverrides = Partial<Omit<CommandStage, 'kind'>> & { readonly id: string };

/** A command stage as the configuration gives it; its command is its id unless told otherwise. */
export function commandSettings(overrides: CommandOverrides): CommandStage {
  return {
    kind: 'command',
    title: overrides.id,
    required: true,
    timeoutMs: null,
    needs: [],
    when: [],
    where: null,
    run: overrides.id,
    cwd: '.',
    env: {},
    retries: 0,
    tests: { min: null, junit: [] },
    inputs: [],
    outputs: [],
    ...overrides,
  };
}

/** A built-in stage; which one does not matter here. */
export function builtinSettings(overrides: Partial<DiffBudgetStage> = {}): DiffBudgetStage {
  return {
    kind: 'diff-budget',
    id: 'diff-budget',
    title: 'Diff budget',
    required: true,
    timeoutMs: null,
    needs: [],
    when: [],
    where: null,
    maxFiles: 25,
    maxLines: 800,
    maxBytes: 524_288,
    ignore: [],
    deletions: 1,
    override: { label: 'diff-budget-override', minPermission: 'write' },
    ...overrides,
  };
}

/** A plan of these stages; the skip, if any, stands beside the settings. */
export function planOf(
  ...stages: readonly (
    | PlannedSettings
    | { readonly settings: PlannedSettings; readonly skip: PlannedStage['skip'] }
  )[]
): Plan {
  return {
    pipeline: { id: 'own', title: 'Own' },
    warnings: [],
    stages: stages.map((stage, index) => ({
      index: index + 1,
      origin: 'test',
      settings: 'settings' in stage ? stage.settings : stage,
      skip: 'settings' in stage ? stage.skip : null,
    })),
  };
}

/** A context that may be handed on but not looked into: tests of the execution must not need a change. */
export function opaqueContext(log: (line: string) => void): BuiltinContext {
  const change: BuiltinContext['change'] = new Proxy(Object.create(null), {
    get(_target, name) {
      throw new Error(`the change was looked into: ${String(name)}`);
    },
  });
  return {
    change,
    notes: { goal: '', summary: '', risks: '', questions: '' },
    nowMs: 0,
    toolVersion: '0.0.0',
    overrides: { maxFiles: null, maxLines: null, overrideReason: null, actor: null },
    pipelineIds: [],
    log,
  };
}

export const UNMEASURED: BuiltinSource = {
  measured: false,
  reason: evaluationFailure('the history is cut off', { mend: 'use fetch-depth: 0' }),
};

/** Everything a run needs, all of it fake, and what can be looked at afterwards. */
export interface RunScene {
  readonly clock: FakeClock;
  readonly cancellation: FakeCancellation;
  readonly processes: FakeProcessHost;
  readonly events: RunEvent[];
  readonly sinks: Map<string, MemorySink>;
  readonly deps: RunDependencies;
}

interface SceneOptions {
  readonly behaviours?: Readonly<Record<string, FakeBehaviour | readonly FakeBehaviour[]>>;
  readonly execution?: Partial<ExecutionSettings>;
  /** Instead of the fake one. */
  readonly host?: ProcessHost;
  /** The log of this stage cannot be opened, or cannot be closed. */
  readonly storage?: { readonly stage: string; readonly at: 'open' | 'close'; readonly failure: GateFailure };
  readonly deps?: Partial<RunDependencies>;
}

export function createRunScene(options: SceneOptions = {}): RunScene {
  const clock = createFakeClock();
  const cancellation = createFakeCancellation();
  const processes = createFakeProcessHost(clock, options.behaviours ?? {});
  const events: RunEvent[] = [];
  const sinks = new Map<string, MemorySink>();
  const { storage } = options;
  const deps: RunDependencies = {
    clock,
    cancellation,
    processes: options.host ?? processes,
    execution: {
      mode: 'sequence',
      onFailure: 'keep-going',
      timeoutMs: 1_800_000,
      graceMs: 5_000,
      maxParallel: 1,
      ...options.execution,
    },
    environment: { PATH: process.env['PATH'] ?? '' },
    directory: os.tmpdir(),
    runId: newRunId(clock.wallMs()),
    builtins: new Map(),
    builtinSource: { measured: true, context: opaqueContext },
    openLog(stage) {
      const { id } = stage.settings;
      if (storage?.stage === id && storage.at === 'open') return err(storage.failure);
      const failure = storage?.stage === id ? storage.failure : null;
      const sink = createMemorySink(`logs/0${stage.index}-${id}.log`, failure);
      sinks.set(id, sink);
      return ok(sink);
    },
    listener: (event) => events.push(event),
    ...options.deps,
  };
  return { clock, cancellation, processes, events, sinks, deps };
}
