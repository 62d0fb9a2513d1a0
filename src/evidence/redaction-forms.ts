/**
 * The shapes in which one secret turns up in output: as it is, encoded, escaped, and line by line.
 */

/** Shorter values are not masked: they would black out ordinary text and hide nothing. */
export const MIN_SECRET_CHARS = 4;

/** Shorter lines of a value with several lines are not masked on their own. */
const MIN_LINE_CHARS = 6;

/** Column widths at which `base64` (76) and PEM writers (64) break their lines. */
const BASE64_COLUMNS = [76, 64] as const;

/**
 * Base64 of the bytes wherever they stand in a longer text, in the three possible alignments: only the
 * characters that depend on nothing around them.
 */
function base64Cores(bytes: Buffer): string[] {
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes, Buffer.alloc(2)]).toString('base64');
    const firstBit = offset * 8;
    return encoded.slice(Math.ceil(firstBit / 6), Math.floor((firstBit + bytes.length * 8) / 6));
  });
}

function base64Lines(bytes: Buffer): string[] {
  const encoded = bytes.toString('base64');
  return BASE64_COLUMNS.filter((columns) => encoded.length > columns).flatMap((columns) =>
    Array.from({ length: Math.ceil(encoded.length / columns) }, (_, row) =>
      encoded.slice(row * columns, (row + 1) * columns),
    ).filter((line) => line.length >= MIN_LINE_CHARS),
  );
}

function base64Forms(bytes: Buffer): string[] {
  const forms = [bytes.toString('base64'), ...base64Cores(bytes), ...base64Lines(bytes)];
  return [...forms, ...forms.map((form) => form.replaceAll('+', '-').replaceAll('/', '_'))];
}

function urlForms(value: string): string[] {
  const component = encodeURIComponent(value);
  const strict = component.replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
  const forms = [component, strict, component.replaceAll('%20', '+'), strict.replaceAll('%20', '+')];
  return [...forms, ...forms.map((form) => form.replace(/%[0-9A-F]{2}/g, (c) => c.toLowerCase()))];
}

function jsonForms(value: string): string[] {
  const plain = JSON.stringify(value).slice(1, -1);
  const ascii = plain.replace(
    /[\u007f-\uffff]/g,
    (c) => `\\u${c.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  const twice = JSON.stringify(plain).slice(1, -1);
  return [plain, ascii, twice, plain.replaceAll('/', '\\/')];
}

function xmlForms(value: string): string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const double = text.replaceAll('"', '&quot;');
  return [text, double, ...['&apos;', '&#39;', '&#x27;'].map((mark) => double.replaceAll("'", mark))];
}

/** A value inside single quotes of a shell, as `set -x` prints it. */
function shellForm(value: string): string {
  return value.replaceAll("'", `'\\''`);
}

function formsOfOne(value: string): string[] {
  const bytes = Buffer.from(value);
  const hex = bytes.toString('hex');
  return [
    value,
    hex,
    hex.toUpperCase(),
    shellForm(value),
    ...base64Forms(bytes),
    ...urlForms(value),
    ...jsonForms(value),
    ...xmlForms(value),
  ];
}

/** Lines of the value, also where its line breaks are written `\n`, without indentation and CR. */
function linesOf(value: string): string[] {
  const lines = value.split(/\r\n|\r|\n|\\r\\n|\\n/).map((line) => line.trim());
  return lines.length === 1 ? [] : lines.filter((line) => line.length >= MIN_LINE_CHARS);
}

/** Whether a value is long enough to be masked. Asterisks alone are what a mask looks like. */
export function isMaskable(value: string): boolean {
  return value.trim().length >= MIN_SECRET_CHARS && !/^\**$/.test(value.trim());
}

/** All forms of a maskable secret, without repeats; none for a value too short to mask. */
export function formsOfSecret(value: string): string[] {
  if (!isMaskable(value)) return [];
  // Through bytes, so that a lone surrogate cannot make the encoders throw.
  const whole = Buffer.from(value).toString();
  const forms = [whole, whole.trim(), ...linesOf(whole)].flatMap(formsOfOne);
  return [...new Set(forms)].filter((form) => form.length >= MIN_SECRET_CHARS);
}
