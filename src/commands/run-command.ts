import { type BegunRun, type GateAnswer, type GateHost, runGate } from '../gate.ts';
import { createSystemClock } from '../host/clock.ts';
import { createGit } from '../host/git.ts';
import { createProcessHost } from '../host/process-host.ts';
import { watchSignals } from '../host/signals.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { createEventLines } from '../report/event-lines.ts';
import { jsonLine } from '../report/json-line.ts';
import { chooseProgressMode, createProgress } from '../report/progress/progress.ts';
import type { RunDocument } from '../report/run-document.ts';
import { readVariable } from '../request/gate-request.ts';
import type { RunListener } from '../run/events.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { requestOf } from './gate-request-flags.ts';
import { failureLine } from './log-text.ts';
import { documentOfRun, layoutOf, writeReport } from './run-view.ts';

type Format = 'pretty' | 'json' | 'ndjson';

/** How one run is shown: while it goes on, and at its end. */
interface Display {
  observe(begun: BegunRun): RunListener;
  end(answer: GateAnswer): void;
  /** Gives the terminal back as it was; safe to call twice. */
  close(): void;
}

/** `gate run [pipeline]`. */
export async function runCommand(given: Arguments, context: CommandContext): Promise<number | GateFailure> {
  const request = requestOf(given, context);
  if (!request.ok) return request.error;
  const clock = createSystemClock();
  const cancellation = watchSignals();
  const host: GateHost = { clock, cancellation, git: createGit(), processes: createProcessHost(clock) };
  const display = openDisplay(given, context, host);
  try {
    const answer = await runGate(request.value, host, (begun) => display.observe(begun));
    if (!answer.ok) return answer.error;
    display.end(answer.value);
    const { failure, exitCode } = answer.value;
    if (failure !== null) context.stderr.write(failureLine(failure));
    return exitCode;
  } finally {
    display.close();
    cancellation.dispose();
  }
}

function openDisplay(given: Arguments, context: CommandContext, host: GateHost): Display {
  const format = formatOf(given);
  if (format === 'ndjson') return showEvents(context, host);
  return showProgress(given, context, host, format);
}

function formatOf(given: Arguments): Format {
  const format = given.values.get('format');
  return format === 'json' || format === 'ndjson' ? format : 'pretty';
}

function documentOf({ manifest, paths, exitCode }: GateAnswer): RunDocument {
  return documentOfRun(paths.runDir, manifest, exitCode);
}

function showEvents(context: CommandContext, host: GateHost): Display {
  let lines: ReturnType<typeof createEventLines> | null = null;
  return {
    observe(begun) {
      const shown = createEventLines({
        manifest: begun.manifest,
        clock: host.clock,
        redact: begun.redactor.text,
      });
      lines = shown;
      return (event) => context.stdout.write(shown.line(event));
    },
    end(answer) {
      if (lines !== null) context.stdout.write(lines.end(documentOf(answer)));
    },
    close() {},
  };
}

/** For people on stdout; under `--format json` on stderr, with the one document on stdout at the end. */
function showProgress(given: Arguments, context: CommandContext, host: GateHost, format: Format): Display {
  const stream = format === 'json' ? context.stderr : context.stdout;
  const isQuiet = given.switches.has('no-interactive') || isNonInteractive(context.environment);
  let close = () => {};
  return {
    observe(begun) {
      const progress = createProgress({
        stream: {
          isTTY: stream.isTTY,
          write: (text) => stream.write(text),
          columns: () => stream.columns,
          rows: () => stream.rows,
        },
        mode: chooseProgressMode({
          isTTY: stream.isTTY,
          isInteractive: !isQuiet,
          environment: context.environment,
        }),
        color: layoutOf(context, stream).color,
        clock: host.clock,
        redact: begun.redactor.text,
      });
      close = progress.close;
      host.cancellation.onRise(() => progress.note('stopping; a second signal kills at once'));
      return progress.onEvent;
    },
    end(answer) {
      close();
      writeReport(context, stream, answer.paths.runDir, answer.manifest);
      if (format === 'json') context.stdout.write(jsonLine(documentOf(answer)));
    },
    close: () => close(),
  };
}

/** `CODEX_NON_INTERACTIVE` is set by agents that read what a command prints; `0` and `false` switch it off. */
function isNonInteractive(environment: CommandContext['environment']): boolean {
  const value = readVariable(environment, 'CODEX_NON_INTERACTIVE')?.toLowerCase() ?? '0';
  return value !== '0' && value !== 'false';
}
