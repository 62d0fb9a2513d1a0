import { COMMON_FLAGS, type Flag, VERBS, type Verb } from './flags.ts';

function rows(pairs: readonly (readonly [string, string])[]): string {
  const width = Math.max(...pairs.map(([left]) => left.length));
  return pairs.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`).join('\n');
}

function flagRow(flag: Flag): [string, string] {
  const placeholder = flag.choices === null ? flag.placeholder : flag.choices.join('|');
  return [`--${flag.name}${placeholder === null ? '' : ` ${placeholder}`}`, flag.help];
}

function usage(verb: Verb): string {
  const argument =
    verb.argument === null
      ? ''
      : verb.argument.required
        ? ` <${verb.argument.name}>`
        : ` [${verb.argument.name}]`;
  return `gate ${verb.name}${argument}`;
}

/** Help for one verb, or for the whole command. Plain text, ends in a newline. */
export function renderHelp(verb: Verb | null): string {
  if (verb === null) {
    const verbs = rows(VERBS.map((each) => [usage(each).slice('gate '.length), each.help] as const));
    return `Is this change done? One answer, with evidence.

Usage: gate <command> [flags]

${verbs}

"gate <command> --help" shows a command's flags.

Exit codes: 0 passed · 1 failed · 2 wrong request or configuration · 3 could not evaluate or record · 130/143 cancelled
`;
  }
  const argument = verb.argument === null ? '' : `\n${rows([[verb.argument.name, verb.argument.help]])}\n`;
  return `${verb.help}

Usage: ${usage(verb)} [flags]
${argument}
${rows([...verb.flags, ...COMMON_FLAGS].map(flagRow))}
`;
}
