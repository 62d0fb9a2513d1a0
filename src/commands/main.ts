import { describeErrno, errnoOf } from '../host/errno.ts';
import { describeFailure, evaluationFailure, failureExitCode, type GateFailure } from '../kernel/failure.ts';
import { unreachable } from '../kernel/never.ts';
import { TOOL } from '../kernel/tool.ts';
import { jsonLine } from '../report/json-line.ts';
import { type Arguments, parseArguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import type { VerbName } from './flags.ts';
import { renderHelp } from './help.ts';
import { failureLine } from './log-text.ts';
import { openStream } from './streams.ts';

const BUG_MEND = 'this is a bug in the gate: please report it with this text';

const EXHAUSTED: readonly string[] = ['EMFILE', 'ENFILE', 'ENOMEM', 'EAGAIN'];

/** Runs one command line to its end and sets the exit code. The only place that catches bugs. */
export async function main(argv: readonly string[]): Promise<void> {
  const context: CommandContext = {
    stdout: openStream(process.stdout),
    stderr: openStream(process.stderr),
    environment: process.env,
    startedIn: process.cwd(),
  };
  process.exitCode = await answer(argv, context).catch((error: unknown) => {
    const exhausted = describeExhaustion(error);
    if (exhausted !== null) return refuse(exhausted, argv, context);
    const trace = error instanceof Error ? (error.stack ?? error.message) : String(error);
    context.stderr.write(`gate: ${BUG_MEND}\n${trace}\n`);
    return 3;
  });
}

/** The system ran out of something that the gate itself needs, where nobody could answer for it: no bug. */
function describeExhaustion(error: unknown): GateFailure | null {
  if (!EXHAUSTED.includes(errnoOf(error) ?? '')) return null;
  return evaluationFailure(`the gate cannot go on: ${describeErrno(error)}`, {
    mend: 'raise the limit (see ulimit -a) or free some',
  });
}

async function answer(argv: readonly string[], context: CommandContext): Promise<number> {
  const parsed = parseArguments(argv);
  if (!parsed.ok) return refuse(parsed.error, argv, context);
  const { verb, switches } = parsed.value;
  if (switches.has('version')) {
    context.stdout.write(`${TOOL.name} ${TOOL.version}\n`);
    return 0;
  }
  if (verb === null || switches.has('help')) {
    context.stdout.write(renderHelp(verb));
    return 0;
  }
  const failure = await runVerb(parsed.value, verb.name, context);
  return typeof failure === 'number' ? failure : refuse(failure, argv, context);
}

/** An exit code, or the failure that prevented an answer. */
async function runVerb(
  given: Arguments,
  verb: VerbName,
  context: CommandContext,
): Promise<number | GateFailure> {
  switch (verb) {
    case 'run':
      return (await import('./run-command.ts')).runCommand(given, context);
    case 'plan':
      return (await import('./plan-command.ts')).planCommand(given, context);
    case 'status':
      return (await import('./status-command.ts')).statusCommand(given, context);
    case 'verify':
      return (await import('./verify-command.ts')).verifyCommand(given, context);
    case 'report':
      return (await import('./report-command.ts')).reportCommand(given, context);
    case 'docs':
      return (await import('./docs-command.ts')).docsCommand(given, context);
    case 'schema':
      return (await import('./schema-command.ts')).schemaCommand(given, context);
    default:
      return unreachable(verb);
  }
}

/** Under `--format json` a refusal is a document, too: a script that parses stdout never meets an empty one. */
function refuse(failure: GateFailure, argv: readonly string[], context: CommandContext): number {
  const exitCode = failureExitCode(failure);
  const line = describeFailure(failure);
  context.stderr.write(failureLine(failure));
  const at = argv.indexOf('--format');
  const format =
    at === -1 ? argv.find((word) => word.startsWith('--format='))?.slice('--format='.length) : argv[at + 1];
  if (format === 'json' || format === 'ndjson') {
    const document = {
      type: 'error',
      status: 'error',
      verdict: null,
      exit_code: exitCode,
      error: { ...failure, line },
    };
    context.stdout.write(jsonLine(document));
  }
  return exitCode;
}
