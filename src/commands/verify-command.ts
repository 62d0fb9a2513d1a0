import { verifyRun } from '../evidence/verify.ts';
import type { GateFailure } from '../kernel/failure.ts';
import { jsonLine } from '../report/json-line.ts';
import { renderVerify, verifyDocument } from '../report/verify-text.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { locateRun } from './evidence-location.ts';
import { layoutOf } from './run-view.ts';

/** `gate verify <run|dir>`: exit 0 when every byte is as recorded, 1 when not. */
export async function verifyCommand(
  given: Arguments,
  context: CommandContext,
): Promise<number | GateFailure> {
  const place = await locateRun(given, context, given.argument ?? 'latest');
  if (!place.ok) return place.error;
  const verified = await verifyRun(place.value.runDir);
  if (!verified.ok) return verified.error;
  const { stdout } = context;
  if (given.values.get('format') === 'json') {
    stdout.write(jsonLine(verifyDocument(verified.value)));
  } else {
    stdout.write(renderVerify(verified.value, layoutOf(context, stdout)));
  }
  return verified.value.intact ? 0 : 1;
}
