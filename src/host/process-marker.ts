/** Lists the runs a process was started by, outermost first, separated by spaces: a stage may run a gate itself. */
export const RUNS_VARIABLE = 'IMPLEMENTATION_GATE_RUNS';

/** What a marker may be made of; a run id is. One that is empty or common would match processes of others. */
const MARKER = /^[A-Za-z0-9._:-]{8,128}$/;

/** Throws on what cannot mark a run: that is a bug of the caller, and a dangerous one. */
export function assertRunMarker(runMarker: string): void {
  if (!MARKER.test(runMarker)) throw new Error(`"${runMarker}" cannot mark a run`);
}

/** The environment with the run added to those it names already. */
export function markEnvironment(
  environment: Readonly<Record<string, string>>,
  runMarker: string,
): Record<string, string> {
  const outer = environment[RUNS_VARIABLE] ?? '';
  return { ...environment, [RUNS_VARIABLE]: outer === '' ? runMarker : `${outer} ${runMarker}` };
}
