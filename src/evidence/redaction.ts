import { plural } from '../kernel/text.ts';
import { createLineFilter, replaceInText } from './line-filter.ts';
import { isMaskable } from './redaction-forms.ts';
import { createPatternReplacer, type PatternReplacer } from './redaction-patterns.ts';
import { type ByteFilter, createSecretFilter, REPLACEMENT } from './redaction-stream.ts';
import { SecretStore } from './secret-store.ts';

export { parseRedactRules, type RedactRules } from './redaction-patterns.ts';
export type { ByteFilter } from './redaction-stream.ts';

/** Hides secrets in everything the gate writes. One for a run: what one stage masks stays hidden in the next. */
export interface Redactor {
  /** A filter for the output of one stage. Lines `::add-mask::VALUE` in it hide the value from then on. */
  stream(): ByteFilter;
  /** A text with the secrets known so far replaced; the same string when there is none in it. */
  text(value: string): string;
  /** Lines for the user, such as values that are not hidden because a stage named too many. */
  warnings(): readonly string[];
}

/** What to hide: values, which are also found encoded and line by line, and patterns, matched per line. */
export interface RedactionOptions {
  readonly literals: readonly string[];
  readonly patterns: readonly RegExp[];
}

/** Secrets of the gate's own environment and which of them are too ordinary to be hidden. */
export interface EnvironmentSecrets {
  readonly values: readonly string[];
  /** At most one line, naming the variables. */
  readonly warnings: readonly string[];
}

/** A variable's name, in words between `_`, `-` and `.`, that says its value is secret. */
const SECRET_NAME =
  /(?:^|[_.-])(?:TOKENS?|SECRETS?|PASSWORDS?|PASSWD|PASSPHRASE|API_?KEYS?|PRIVATE_?KEY|ACCESS_?KEY|SECRET_?KEY|SIGNING_?KEY|ENCRYPTION_?KEY|CREDENTIALS?|PAT)(?:$|[_.-])|(?:TOKEN|SECRET|PASSWORD|PASSWD|APIKEY)$/i;

/** Names that say the value only leads to the secret. */
const PLACE_NAME = /[_.-](?:FILE|PATH|DIR|SOCK)$/i;

/** Values that switch something on or off, and short numbers: hiding them would hide ordinary text. */
const ORDINARY_VALUE =
  /^(?:true|false|yes|none|null|undefined|default|enabled|disabled|auto|always|never|\d{1,5})$/i;

/**
 * Values of variables whose names sound secret (`TOKEN`, `PASSWORD`, `API_KEY`, …). Values too short or
 * too ordinary to be hidden are left out and named in one warning.
 */
export function secretsOfEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): EnvironmentSecrets {
  const values: string[] = [];
  const open: string[] = [];
  for (const [name, value] of Object.entries(environment)) {
    if (value === undefined || !SECRET_NAME.test(name) || PLACE_NAME.test(name)) continue;
    if (isMaskable(value) && !ORDINARY_VALUE.test(value.trim())) values.push(value);
    else open.push(name);
  }
  return { values, warnings: describeOpen(open.sort()) };
}

function describeOpen(names: readonly string[]): string[] {
  if (names.length === 0) return [];
  return [
    `not hidden in evidence, because ${names.length === 1 ? 'its value is' : 'their values are'} empty, shorter than 4 characters or an ordinary word: ${names.join(', ')}`,
  ];
}

/** Creates the redactor of a run. Literals too short to be hidden are counted in its warnings. */
export function createRedactor(options: RedactionOptions): Redactor {
  const store = new SecretStore(options.literals);
  const short = options.literals.filter((literal) => !isMaskable(literal)).length;
  const replacer = options.patterns.length === 0 ? null : createPatternReplacer(options.patterns);
  const stream = () => {
    const secrets = createSecretFilter(store);
    return replacer === null ? secrets : chainFilters(secrets, createLineFilter(replacer));
  };
  return {
    stream,
    text: (value) => redactText(value, store, replacer),
    warnings: () => [
      ...(short === 0
        ? []
        : [`${plural(short, 'entry', 'entries')} of redact: shorter than 4 characters, not hidden`]),
      ...store.warnings(),
      ...(replacer?.warnings() ?? []),
    ],
  };
}

function chainFilters(first: ByteFilter, second: ByteFilter): ByteFilter {
  return {
    push: (chunk) => second.push(first.push(chunk)),
    end: () => Buffer.concat([second.push(first.end()), second.end()]),
    peek: () => Buffer.concat([second.peek(), first.peek()]),
  };
}

function redactText(value: string, store: SecretStore, replacer: PatternReplacer | null): string {
  const hidden = hideSecrets(value, store);
  return replacer === null ? hidden : replaceInText(hidden, replacer);
}

function hideSecrets(value: string, store: SecretStore): string {
  if (store.patterns.size === 0) return value;
  const bytes = Buffer.from(value);
  if (store.patterns.findAll(bytes).length === 0) return value;
  if (bytes.toString() === value) {
    const filter = createSecretFilter(store);
    return Buffer.concat([filter.push(bytes), filter.end()]).toString();
  }
  // A name with bytes that are no UTF-8 carries lone surrogates, which bytes would lose.
  return store.patterns.asTexts().reduce((text, pattern) => text.replaceAll(pattern, REPLACEMENT), value);
}
