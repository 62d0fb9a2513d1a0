import { setFlagsFromString } from 'node:v8';
import { type Context, createContext, Script } from 'node:vm';
import { errnoOf } from '../host/errno.ts';
import { configFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { REPLACEMENT } from './redaction-stream.ts';

/** Time for a block of lines, then for each line of a block that took longer, ms. */
const BLOCK_TIMEOUT_MS = 1_000;
const LINE_TIMEOUT_MS = 100;

/** So many lines may time out; after that every line is hidden whole. */
const MAX_TIMEOUTS = 10;

/** `redact:` of the configuration, taken apart. */
export interface RedactRules {
  readonly literals: readonly string[];
  readonly patterns: readonly RegExp[];
}

const REGEX_ENTRY = /^\/(.+)\/([a-z]*)$/s;

/** Takes the entries of `redact:` apart: `/…/flags` is a regular expression, anything else a literal. */
export function parseRedactRules(entries: readonly string[]): Result<RedactRules> {
  const literals: string[] = [];
  const patterns: RegExp[] = [];
  for (const [index, entry] of entries.entries()) {
    const match = REGEX_ENTRY.exec(entry);
    if (match === null) {
      literals.push(entry);
      continue;
    }
    try {
      patterns.push(new RegExp(match[1] ?? '', match[2] ?? ''));
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      return err(configFailure(message, { where: `redact[${index}]`, mend: 'mend the regular expression' }));
    }
  }
  return ok({ literals, patterns });
}

/** Replaces what patterns match, line by line, in bounded time. */
export interface PatternReplacer {
  /** Lines without their line breaks; one that took too long comes back hidden whole. */
  replace(lines: readonly string[]): readonly string[];
  /** One line when lines had to be hidden whole. */
  warnings(): string[];
}

/**
 * With the first flag V8 goes on in linear time where backtracking would explode, if the pattern is one
 * its linear engine knows; the second lets the flag `l` tell whether it is.
 */
function canRunLinear(pattern: RegExp): boolean {
  setFlagsFromString('--enable-experimental-regexp-engine-on-excessive-backtracks');
  setFlagsFromString('--enable-experimental-regexp-engine');
  try {
    return new RegExp(pattern.source, `${pattern.flags}l`).source !== '';
  } catch {
    return false;
  }
}

/** Runs a function at most `timeoutMs`; a regular expression in it is interrupted, too. Null: not finished. */
function createGuard(): <T>(work: () => T, timeoutMs: number) => { readonly value: T } | null {
  const context: Context = createContext({ call: null });
  const script = new Script('call()');
  return (work, timeoutMs) => {
    let done: { readonly value: ReturnType<typeof work> } | null = null;
    context['call'] = () => {
      done = { value: work() };
    };
    try {
      script.runInContext(context, { timeout: timeoutMs });
    } catch (error) {
      if (errnoOf(error) !== 'ERR_SCRIPT_EXECUTION_TIMEOUT') throw error;
    }
    return done;
  };
}

/** Prepares patterns. Those that could take exponential time run under a time limit. */
export function createPatternReplacer(given: readonly RegExp[]): PatternReplacer {
  const patterns = given.map(({ source, flags }) => new RegExp(source, `${flags.replaceAll(/[gyd]/g, '')}g`));
  const guard = patterns.every(canRunLinear) ? null : createGuard();
  let timeouts = 0;

  function replaceLine(line: string): string {
    let text = line;
    for (const pattern of patterns) {
      text = text.replace(pattern, (match) => (match === '' ? '' : REPLACEMENT));
    }
    return text;
  }

  function replaceGuarded(line: string): string {
    if (guard === null) return replaceLine(line);
    const done = timeouts < MAX_TIMEOUTS ? guard(() => replaceLine(line), LINE_TIMEOUT_MS) : null;
    if (done !== null) return done.value;
    timeouts += 1;
    return REPLACEMENT;
  }

  return {
    replace(lines) {
      if (guard === null) return lines.map(replaceLine);
      const whole = timeouts === 0 ? guard(() => lines.map(replaceLine), BLOCK_TIMEOUT_MS) : null;
      return whole?.value ?? lines.map(replaceGuarded);
    },
    warnings: () =>
      timeouts === 0
        ? []
        : [`${timeouts} lines of output hidden whole, because a pattern of redact took too long on them`],
  };
}
