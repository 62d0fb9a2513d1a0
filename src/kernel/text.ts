/** C0 and C1 controls, DEL, line and paragraph separators, bidirectional and zero-width characters. */
const UNSAFE =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]/gu;

/** CSI, OSC (ended by BEL or ST) and two-character escape sequences, per ECMA-48. */
const ANSI =
  /\u001b(?:\[[0-?]*[ -/]*[@-~]|\][^\u0007\u001b]*(?:\u0007|\u001b\\)?|[@-Z\\^_]|[ -/]+[0-~])|\u009b[0-?]*[ -/]*[@-~]/g;

function escapeCodePoint(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return code <= 0xff ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`;
}

/** Removes terminal escape sequences. Meant for captured output before it is parsed or shown. */
export function stripAnsi(text: string): string {
  return text.includes('\u001b') || text.includes('\u009b') ? text.replace(ANSI, '') : text;
}

/**
 * Text from the change made inert for a terminal: every control, bidirectional and invisible
 * character is shown as an escape. Newline and tab survive.
 */
export function inert(text: string): string {
  return text.replace(UNSAFE, (c) => (c === '\n' || c === '\t' ? c : escapeCodePoint(c)));
}

/** Like {@link inert}, on one line: newlines become `\x0a`. For names, reasons, messages. */
export function oneLine(text: string): string {
  return text.replace(UNSAFE, escapeCodePoint);
}

/** Cuts to at most `maxChars` UTF-16 units without splitting a surrogate pair; a cut ends in `…`. */
export function clip(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  const end = Math.max(0, maxChars - 1);
  const last = text.charCodeAt(end - 1);
  const whole = last >= 0xd800 && last <= 0xdbff ? end - 1 : end;
  return `${text.slice(0, whole)}…`;
}

/** `1 file`, `2 files`. */
export function plural(count: number, noun: string, nouns = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : nouns}`;
}
