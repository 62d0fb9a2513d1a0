import { availableParallelism, cpus, totalmem } from 'node:os';

/** The machine a run happens on. Runs are compared only within one class. */
export interface RunnerFacts {
  /** OS, architecture, CPU model and cores in one word. */
  readonly class: string;
  readonly os: string;
  readonly arch: string;
  readonly cpuModel: string;
  readonly cores: number;
  readonly memoryBytes: number;
  /** Version of the Node that runs the gate, without `v`. */
  readonly node: string;
  /** Hosted runner image (`ubuntu24`); null elsewhere. */
  readonly image: string | null;
}

/** Describes this machine. `image` comes from the hosted runner's `ImageOS`. */
export function describeRunner(environment: Readonly<Record<string, string | undefined>>): RunnerFacts {
  const cpuModel = (cpus()[0]?.model ?? 'unknown').replace(/\s+/g, ' ').trim();
  const cores = availableParallelism();
  return {
    class: [process.platform, process.arch, cpuModel.replace(/[^A-Za-z0-9]+/g, '-'), `${cores}c`].join('/'),
    os: process.platform,
    arch: process.arch,
    cpuModel,
    cores,
    memoryBytes: totalmem(),
    node: process.versions.node,
    image: environment['ImageOS'] ?? null,
  };
}
