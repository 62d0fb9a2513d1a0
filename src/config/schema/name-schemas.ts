import * as z from 'zod/mini';
import { RUNS_VARIABLE } from '../../host/process-marker.ts';
import { parseTaskId } from '../../kernel/ids.ts';
import { checkGlob, checkGlobList } from '../glob.ts';
import { lazily, list, named, namedValues, refusing, text } from './schema-parts.ts';

/** A command line goes to the shell as one argument; Linux takes at most 128 KiB for one. */
const MAX_COMMAND_CHARS = 65_536;

const MAX_GLOBS = 500;

/** Ids of stages, pipelines and reviewers. */
export const ID_PATTERN = /^[a-z0-9][a-z0-9._-]{0,63}$/;

const ID_RULE = 'must be 1 to 64 of a-z 0-9 . _ - and start with a letter or digit';

export const id = lazily(() =>
  named('id', text({ maxChars: 64, pattern: { regex: ID_PATTERN, rule: ID_RULE } })),
);

function checkCommand(value: string): string | null {
  return value.trim() === '' ? 'must not be blank' : null;
}

/** A command line for the shell. */
export const command = lazily(() => text({ maxChars: MAX_COMMAND_CHARS, check: checkCommand }));

const CONTROL = /[\u0000-\u001f\u007f]/;

/** One line that people read. */
export const title = lazily(() =>
  text({
    maxChars: 100,
    check: (value) =>
      CONTROL.test(value) ? 'must be one line without control characters' : checkCommand(value),
  }),
);

export const globs = lazily(() => {
  const glob = text({ maxChars: 4_096, check: checkGlob });
  return named('globs', list(glob, { maxItems: MAX_GLOBS }).check(refusing(checkGlobList)));
});

function checkRelativePath(value: string): string | null {
  if (CONTROL.test(value)) return 'must not hold control characters';
  if (/^(?:[/\\]|[A-Za-z]:)/.test(value)) return 'must be a relative path';
  return value.split(/[/\\]/).includes('..') ? 'must not lead out of its folder (..)' : null;
}

/** A file or folder below another. */
export const relativePath = lazily(() => text({ maxChars: 1_024, check: checkRelativePath }));

const VARIABLE = { regex: /^[A-Za-z_][A-Za-z0-9_]{0,127}$/, rule: 'is not a name for a variable' };

export const variable = lazily(() => text({ maxChars: 128, pattern: VARIABLE }));

function checkSettable(value: string): string | null {
  return value === RUNS_VARIABLE ? 'belongs to the gate and cannot be set' : null;
}

const MAX_VALUE_CHARS = 32_768;

/** Variables for a command. */
export const environment = lazily(() => {
  const name = text({ maxChars: 128, pattern: VARIABLE, check: checkSettable });
  const value = z.string().check(z.maxLength(MAX_VALUE_CHARS));
  return named('environment', namedValues(name, value, { maxKeys: 500, what: 'variables' }));
});

const TASK_RULE = 'must be 1 to 128 of A-Z a-z 0-9 . _ - and not start or end with a dot';

export const taskId = lazily(() =>
  text({ maxChars: 128, check: (value) => (parseTaskId(value, 'task').ok ? null : TASK_RULE) }),
);

function checkReference(value: string): string | null {
  if (value.startsWith('-')) return 'must not start with -';
  return /\s|[\u0000-\u001f\u007f]|\.\./.test(value) ? 'must be auto or the name of one commit' : null;
}

/** A commit by a name that git takes; whether it exists is seen when it is read. */
export const reference = lazily(() => text({ maxChars: 255, check: checkReference }));

function checkUrl(value: string): string | null {
  const url = URL.canParse(value) ? new URL(value) : null;
  if (url === null) return 'must be a URL such as https://models.example.com/v1';
  if (url.username !== '' || url.password !== '') return 'must not hold a user name or password';
  const isLocal = ['localhost', '127.0.0.1', '[::1]'].includes(url.hostname);
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLocal)
    ? null
    : 'must start with https://';
}

export const url = lazily(() => text({ maxChars: 2_048, check: checkUrl }));

const MODEL = { regex: /^[\w./:@-]+$/, rule: 'must be the name of a model' };

/** Name of a model. */
export const model = lazily(() => text({ maxChars: 200, pattern: MODEL }));

const REGULAR_EXPRESSION = /^\/(.+)\/([a-z]*)$/s;

function checkRedaction(value: string): string | null {
  const match = REGULAR_EXPRESSION.exec(value);
  if (match === null) return null;
  try {
    return new RegExp(match[1] ?? '', match[2] ?? '').source === '' ? 'is empty' : null;
  } catch (error) {
    return `is taken as a regular expression and is none: ${String(error).replace(/^SyntaxError: /, '')}`;
  }
}

/** Literals, or regular expressions written `/…/flags`. */
export const redactions = lazily(() =>
  list(text({ maxChars: 4_096, check: checkRedaction }), { maxItems: 200 }),
);
