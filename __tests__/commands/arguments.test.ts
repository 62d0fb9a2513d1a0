import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { parseArguments } from '../../src/commands/arguments.ts';
import { VERBS } from '../../src/commands/flags.ts';
import { renderHelp } from '../../src/commands/help.ts';

function parsed(...argv: string[]) {
  const result = parseArguments(argv);
  if (!result.ok) throw new Error(result.error.message);
  return result.value;
}

function refused(...argv: string[]) {
  const result = parseArguments(argv);
  if (result.ok) throw new Error('was accepted');
  return result.error;
}

describe('the command line', () => {
  test('values are given with a space or an equals sign', () => {
    expect(parsed('run', '--task', 'a', '--format=json').values).toEqual(
      new Map([
        ['task', 'a'],
        ['format', 'json'],
      ]),
    );
  });

  test('start is run', () => {
    expect(parsed('start', 'diagnostics')).toMatchObject({ verb: { name: 'run' }, argument: 'diagnostics' });
  });

  test('two dashes end the flags', () => {
    expect(parsed('run', '--', '--odd')).toMatchObject({ argument: '--odd' });
  });

  test('help and version need no command', () => {
    expect([...parsed('--help').switches]).toEqual(['help']);
    expect([...parsed('-V').switches]).toEqual(['version']);
    expect(parsed('verify', '-h').verb?.name).toBe('verify');
  });

  test.each([
    [['rnu'], 'unknown command "rnu"', 'did you mean "run"?'],
    [['run', '--stage', 'x'], 'unknown flag "--stage" for "gate run"', 'did you mean "--stages"?'],
    [['run', '--zzzzzzzzzz'], 'unknown flag "--zzzzzzzzzz" for "gate run"', 'see "gate --help"'],
    [['run', 'a', 'b'], '"b" is one argument too many for "gate run"', 'see "gate run --help"'],
    [['run', '--format', 'jsn'], '"jsn" is not one of pretty, json, ndjson', 'did you mean "json"?'],
    [['run', '--task'], 'the value is missing', '--task ID'],
    [['run', '--task='], 'the value is empty', 'give ID or leave the flag out'],
    [['verify'], '"gate verify" needs run', 'a run id, latest, or a run directory'],
    [[], 'no command given', '"gate run" runs the gate, "gate --help" shows the rest'],
  ])('%j is refused', (argv, message, mend) => {
    expect(refused(...argv)).toMatchObject({ kind: 'usage', message, mend });
  });

  test.each([
    [['run', '--strict=yes'], 'takes no value', '--strict'],
    [['run', '--task', 'a', '--task', 'b'], 'given twice', '--task'],
    [['run', '--task', 'a\u0000'], 'the value contains a NUL byte', '--task'],
    [['run', '--keep-going', '--fail-fast'], '--keep-going and --fail-fast exclude each other', null],
  ])('%j is refused where it is wrong', (argv, message, where) => {
    expect(refused(...argv)).toMatchObject({ message, where });
  });

  test('no command line makes it throw', () => {
    const word = fc.oneof(
      fc.string(),
      fc.constantFrom('run', '--task', '--', '-', '--format', '--help', '--x=y'),
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 6 }), (argv) => typeof parseArguments(argv).ok === 'boolean'),
    );
  });
});

describe('help', () => {
  test('names every command, and every flag of a command', () => {
    for (const verb of VERBS) {
      expect(renderHelp(null)).toContain(`  ${verb.name}`);
      for (const flag of verb.flags) expect(renderHelp(verb)).toContain(`--${flag.name}`);
    }
  });
});
