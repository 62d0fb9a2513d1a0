/** Values by canonical key (`core.filemode`, `remote.origin.url`), each list in the order of the files. */
export type GitConfig = ReadonlyMap<string, readonly string[]>;

/** Where in a file the parser stands. */
interface Cursor {
  readonly text: string;
  at: number;
}

const SECTION = /\[([A-Za-z0-9.-]+)(?:[ \t]+"((?:[^"\\\n]|\\[^\n])*)")?\]/y;
const NAME = /([A-Za-z][A-Za-z0-9-]*)[ \t]*/y;
const BLANK = /(?:[ \t\n]+|[#;][^\n]*)*/y;
const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['n', '\n'],
  ['t', '\t'],
  ['b', '\b'],
  ['"', '"'],
  ['\\', '\\'],
]);

function take(cursor: Cursor, pattern: RegExp): RegExpExecArray | null {
  pattern.lastIndex = cursor.at;
  const match = pattern.exec(cursor.text);
  if (match !== null) cursor.at = pattern.lastIndex;
  return match;
}

/** The value after `=`, to the end of its last line; null when it breaks the syntax. */
function takeValue(cursor: Cursor): string | null {
  let value = '';
  let quoted = false;
  // Spaces are kept only when something follows them.
  let spaces = '';
  for (; cursor.at < cursor.text.length; cursor.at += 1) {
    const character = cursor.text[cursor.at] ?? '';
    if (character === '\n') break;
    if (!quoted && (character === ' ' || character === '\t')) {
      if (value !== '') spaces += character;
      continue;
    }
    if (!quoted && (character === '#' || character === ';')) {
      const end = cursor.text.indexOf('\n', cursor.at);
      cursor.at = end === -1 ? cursor.text.length : end;
      break;
    }
    value += spaces;
    spaces = '';
    if (character === '"') quoted = !quoted;
    else if (character !== '\\') value += character;
    else {
      cursor.at += 1;
      const escaped = cursor.text[cursor.at] ?? '';
      if (escaped === '\n') continue;
      const meant = ESCAPES.get(escaped);
      if (meant === undefined) return null;
      value += meant;
    }
  }
  return quoted ? null : value;
}

/**
 * Reads the syntax of git-config(1), "Syntax". Null for anything git would refuse or that leads to other files
 * (`include`, `includeIf`): git itself is asked then.
 */
export function parseGitConfig(text: string): GitConfig | null {
  const cursor: Cursor = { text: text.replace(/^\ufeff/, '').replaceAll('\r\n', '\n'), at: 0 };
  const values = new Map<string, string[]>();
  let section: string | null = null;
  for (take(cursor, BLANK); cursor.at < cursor.text.length; take(cursor, BLANK)) {
    const header = take(cursor, SECTION);
    if (header !== null) {
      const name = (header[1] ?? '').toLowerCase();
      if (name.split('.')[0]?.startsWith('include') === true) return null;
      section = header[2] === undefined ? name : `${name}.${header[2].replace(/\\(.)/g, '$1')}`;
      continue;
    }
    const name = section === null ? null : take(cursor, NAME);
    if (name === null) return null;
    const key = `${section}.${(name[1] ?? '').toLowerCase()}`;
    const value = takeAssigned(cursor);
    if (value === null) return null;
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** A name alone means true, as in git. */
function takeAssigned(cursor: Cursor): string | null {
  if (cursor.text[cursor.at] === '=') {
    cursor.at += 1;
    return takeValue(cursor);
  }
  const rest = cursor.text[cursor.at];
  return rest === undefined || rest === '\n' || rest === '#' || rest === ';' ? 'true' : null;
}

/** Reads the output of `git config --list -z`. */
export function parseConfigList(text: string): GitConfig {
  const values = new Map<string, string[]>();
  for (const record of text.split('\0')) {
    if (record === '') continue;
    const newline = record.indexOf('\n');
    const key = newline === -1 ? record : record.slice(0, newline);
    const value = newline === -1 ? 'true' : record.slice(newline + 1);
    values.set(key, [...(values.get(key) ?? []), value]);
  }
  return values;
}

/** The value that counts: the last one. Null where unset. */
export function configValue(config: GitConfig, key: string): string | null {
  return config.get(key)?.at(-1) ?? null;
}

/** A boolean as git reads it; null where unset or not one. */
export function configFlag(config: GitConfig, key: string): boolean | null {
  const value = configValue(config, key)?.toLowerCase();
  if (value === undefined) return null;
  if (/^(?:true|yes|on|[1-9]\d*)$/.test(value)) return true;
  return /^(?:false|no|off|0*)$/.test(value) ? false : null;
}

/** One line of a configuration file that the gate writes. */
export interface ConfigLine {
  /** `core`, `remote "origin"` is `['remote', 'origin']`. */
  readonly section: string;
  readonly subsection: string | null;
  readonly name: string;
  readonly value: string;
}

function quoteValue(value: string): string {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll('\n', '\\n')
    .replaceAll('\t', '\\t')
    .replaceAll('\b', '\\b');
  return `"${escaped}"`;
}

/** The lines as the text of a configuration file, every value quoted. */
export function formatGitConfig(lines: readonly ConfigLine[]): string {
  return lines
    .map(({ section, subsection, name, value }) => {
      const sub =
        subsection === null ? '' : ` "${subsection.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
      return `[${section}${sub}]\n\t${name} = ${quoteValue(value)}\n`;
    })
    .join('');
}
