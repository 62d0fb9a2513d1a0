/** Colour for terminals: whether, and the few that are used. */

type Paint = (text: string) => string;

/** The gate's colours. Without colour every function gives its text back. */
export interface Palette {
  readonly bold: Paint;
  readonly dim: Paint;
  readonly red: Paint;
  readonly green: Paint;
  readonly yellow: Paint;
  readonly cyan: Paint;
}

const ESCAPE = '\u001b[';

function sgr(on: number, off: number): Paint {
  return (text) => (text === '' ? '' : `${ESCAPE}${on}m${text}${ESCAPE}${off}m`);
}

const COLOURS: Palette = {
  bold: sgr(1, 22),
  dim: sgr(2, 22),
  red: sgr(31, 39),
  green: sgr(32, 39),
  yellow: sgr(33, 39),
  cyan: sgr(36, 39),
};

const same: Paint = (text) => text;
const PLAIN: Palette = { bold: same, dim: same, red: same, green: same, yellow: same, cyan: same };

/** The palette (SGR codes of ECMA-48, the eight standard colours, so that a user's theme counts). */
export function paletteFor(color: boolean): Palette {
  return color ? COLOURS : PLAIN;
}

/**
 * Whether to colour a stream. `FORCE_COLOR` beats all (`0` and `false` switch off), as in Node;
 * then `NO_COLOR` (set and not empty, no-color.org), `TERM=dumb`, then whether it is a terminal.
 */
export function colorEnabled(env: Readonly<Record<string, string | undefined>>, isTTY: boolean): boolean {
  const forced = env['FORCE_COLOR'];
  if (forced !== undefined) return forced !== '0' && forced.toLowerCase() !== 'false';
  const refused = env['NO_COLOR'];
  if (refused !== undefined && refused !== '') return false;
  return isTTY && env['TERM'] !== 'dumb';
}
