import { type GateFailure, usageFailure } from '../kernel/failure.ts';
import { suggestName } from '../kernel/nearest.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { COMMON_FLAGS, type Flag, VERBS, type Verb } from './flags.ts';

/** A command line, understood: every flag known, every value present. */
export interface Arguments {
  /** Null only when help or the version is asked for without a verb. */
  readonly verb: Verb | null;
  readonly argument: string | null;
  /** Values by flag name. */
  readonly values: ReadonlyMap<string, string>;
  /** Switches that are on. */
  readonly switches: ReadonlySet<string>;
}

function findVerb(word: string): Result<Verb> {
  const verb = VERBS.find(({ name, aliases }) => name === word || aliases.includes(word));
  if (verb !== undefined) return ok(verb);
  const known = VERBS.flatMap(({ name, aliases }) => [name, ...aliases]);
  return err(usageFailure(`unknown command "${word.slice(0, 80)}"`, { mend: suggestName(word, known) }));
}

function findFlag(word: string, verb: Verb | null): Result<Flag> {
  const flags = [...(verb?.flags ?? []), ...COMMON_FLAGS];
  const found = flags.find(({ name }) => name === word);
  if (found !== undefined) return ok(found);
  const suggestion = suggestName(
    word,
    flags.map(({ name }) => name),
  ).replace('"', '"--');
  const mend = suggestion.startsWith('known') ? 'see "gate --help"' : suggestion;
  return err(
    usageFailure(`unknown flag "--${word.slice(0, 80)}"${verb === null ? '' : ` for "gate ${verb.name}"`}`, {
      mend,
    }),
  );
}

function checkValue(flag: Flag, value: string): Result<string> {
  const where = `--${flag.name}`;
  if (value === '')
    return err(
      usageFailure('the value is empty', {
        where,
        mend: `give ${flag.placeholder ?? 'a value'} or leave the flag out`,
      }),
    );
  if (value.includes('\u0000')) return err(usageFailure('the value contains a NUL byte', { where }));
  if (flag.choices === null || flag.choices.includes(value)) return ok(value);
  return err(
    usageFailure(`"${value.slice(0, 80)}" is not one of ${flag.choices.join(', ')}`, {
      where,
      mend: suggestName(value, flag.choices),
    }),
  );
}

/** What has been read so far. */
interface Draft {
  verb: Verb | null;
  argument: string | null;
  readonly values: Map<string, string>;
  readonly switches: Set<string>;
}

/**
 * Reads a command line strictly: unknown commands, flags, values and surplus arguments are usage
 * failures with a suggestion. `--flag value` and `--flag=value` are the same; `--` ends the flags.
 */
export function parseArguments(argv: readonly string[]): Result<Arguments> {
  const words = [...argv];
  const draft: Draft = { verb: null, argument: null, values: new Map(), switches: new Set() };
  let flagsEnded = false;
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (!flagsEnded && word === '--') {
      flagsEnded = true;
      continue;
    }
    const isFlag = !flagsEnded && word.length > 1 && word.startsWith('-');
    const failure = isFlag ? takeFlag(draft, word, words) : takeWord(draft, word);
    if (failure !== null) return err(failure);
  }
  return finish(draft);
}

function takeFlag(draft: Draft, word: string, rest: string[]): GateFailure | null {
  const [written, inline] = splitFlag(word);
  const flag = findFlag(written, draft.verb);
  if (!flag.ok) return flag.error;
  const { name, placeholder } = flag.value;
  const where = `--${name}`;
  if (draft.values.has(name) || draft.switches.has(name)) return usageFailure('given twice', { where });
  if (placeholder === null) {
    if (inline !== undefined) return usageFailure('takes no value', { where });
    draft.switches.add(name);
    return null;
  }
  const given = inline ?? rest.shift();
  if (given === undefined)
    return usageFailure('the value is missing', { where, mend: `${where} ${placeholder}` });
  const value = checkValue(flag.value, given);
  if (!value.ok) return value.error;
  draft.values.set(name, value.value);
  return null;
}

function takeWord(draft: Draft, word: string): GateFailure | null {
  if (draft.verb === null) {
    const found = findVerb(word);
    if (!found.ok) return found.error;
    draft.verb = found.value;
    return null;
  }
  if (draft.verb.argument === null || draft.argument !== null) {
    return usageFailure(`"${word.slice(0, 80)}" is one argument too many for "gate ${draft.verb.name}"`, {
      mend: `see "gate ${draft.verb.name} --help"`,
    });
  }
  draft.argument = word;
  return null;
}

function splitFlag(word: string): [string, string | undefined] {
  if (word === '-h') return ['help', undefined];
  if (word === '-V') return ['version', undefined];
  const text = word.replace(/^--?/, '');
  const equals = text.indexOf('=');
  return equals === -1 ? [text, undefined] : [text.slice(0, equals), text.slice(equals + 1)];
}

function finish(parsed: Arguments): Result<Arguments> {
  const { verb, argument, switches } = parsed;
  if (switches.has('help') || switches.has('version')) return ok(parsed);
  if (verb === null)
    return err(
      usageFailure('no command given', { mend: '"gate run" runs the gate, "gate --help" shows the rest' }),
    );
  if (switches.has('keep-going') && switches.has('fail-fast')) {
    return err(usageFailure('--keep-going and --fail-fast exclude each other'));
  }
  if (verb.argument?.required === true && argument === null) {
    return err(usageFailure(`"gate ${verb.name}" needs ${verb.argument.name}`, { mend: verb.argument.help }));
  }
  return ok(parsed);
}
