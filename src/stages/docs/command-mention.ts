/** A command that runs something by name: a script, a make target, a pipeline of the gate. */
export interface CommandMention {
  readonly kind: 'script' | 'target' | 'pipeline';
  readonly name: string;
  /** As a reader would type it, for messages: `npm run build`. */
  readonly command: string;
  /** False when the same words may run something else: `yarn build` also runs programs. */
  readonly isCertain: boolean;
}

const MAX_LINE_CHARS = 2_000;
const TRIGGER = /\b(?:npm|pnpm|yarn|bun|node|make|gate)\b/;

/** Names that only show where a name goes. */
const PLACEHOLDER_NAME =
  /^(?:foo|bar|baz|name|script|scripts?-?name|target|task|command|cmd|xxx?|something|whatever|pipeline|(?:your|my|some|any)[-_:.]?.*)$/i;
const NAME = /^[A-Za-z0-9][\w.:/@+-]*[A-Za-z0-9]$|^[A-Za-z]$/;

/** Options of npm and of make that take the next word. */
const NPM_VALUES = new Set([
  '-w',
  '--workspace',
  '--prefix',
  '-C',
  '--dir',
  '--cwd',
  '--filter',
  '-F',
  '--loglevel',
]);
const MAKE_VALUES = new Set(['-C', '--directory', '-f', '--file', '--makefile', '-I', '-o', '-W', '-l']);
const GATE_VALUES = new Set(
  (
    '--task --base --config --policy-ref --stages --format --runs-dir --out-dir --baseline --working-directory ' +
    '--notes --goal --validator --agent --max-iterations --max-minutes'
  ).split(' '),
);
/** Verbs that the package managers know besides scripts. */
const LIFECYCLE = new Set(['test', 'start', 'stop', 'restart']);

/** The first word that is no option. */
function firstArgument(words: readonly string[], withValue: ReadonlySet<string>): string | undefined {
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return word;
    if (withValue.has(word)) index += 1;
  }
  return undefined;
}

function readScript(tool: string, words: readonly string[]): CommandMention | null {
  const verbAt = words.findIndex((word) => !word.startsWith('-'));
  const verb = words[verbAt];
  if (verb === undefined) return null;
  const rest = words.slice(verbAt + 1);
  if (verb === 'run' || (verb === 'run-script' && tool === 'npm')) {
    const name = firstArgument(rest, NPM_VALUES);
    if (name === undefined || (tool === 'npm' && name === 'env')) return null;
    // pnpm and npm run scripts only; yarn and bun fall back to programs and files.
    return {
      kind: 'script',
      name,
      command: `${tool} run ${name}`,
      isCertain: tool === 'npm' || tool === 'pnpm',
    };
  }
  if (LIFECYCLE.has(verb) && tool !== 'bun') {
    return { kind: 'script', name: verb, command: `${tool} ${verb}`, isCertain: false };
  }
  return null;
}

function readMake(words: readonly string[]): CommandMention | null {
  const targets = words.filter((word) => !word.includes('='));
  const name = firstArgument(targets, MAKE_VALUES);
  return name === undefined ? null : { kind: 'target', name, command: `make ${name}`, isCertain: true };
}

function readGate(words: readonly string[]): CommandMention | null {
  const [verb, ...rest] = words;
  if (verb !== 'run' && verb !== 'start' && verb !== 'plan') return null;
  const name = firstArgument(rest, GATE_VALUES);
  if (name === undefined) return null;
  return { kind: 'pipeline', name, command: `gate ${verb} ${name}`, isCertain: true };
}

function readSegment(segment: string): CommandMention | null {
  const words = segment.trim().split(/\s+/);
  const first = words.findIndex((word) => !/^[A-Z_]\w*=/.test(word));
  const start = first + (words[first] === 'sudo' || words[first] === 'npx' ? 1 : 0);
  const [tool, ...rest] = words.slice(Math.max(0, start));
  switch (tool) {
    case 'npm':
    case 'pnpm':
    case 'yarn':
    case 'bun':
      return readScript(tool, rest);
    case 'node': {
      const name = rest[0] === '--run' ? rest[1] : undefined;
      return name === undefined
        ? null
        : { kind: 'script', name, command: `node --run ${name}`, isCertain: true };
    }
    case 'make':
      return readMake(rest);
    case 'gate':
    case 'implementation-gate':
      return readGate(rest);
    default:
      return null;
  }
}

/**
 * The commands of one line of shell, or of a code span, that run something by name. Names that are patterns or
 * placeholders (`build:*`, `<name>`) are left out.
 */
export function readCommands(line: string): readonly CommandMention[] {
  if (line.length > MAX_LINE_CHARS || !TRIGGER.test(line)) return [];
  const command = line.replace(/^\s*(?:[$%>]|PS>)\s+/, '').replace(/\s#\s.*$/, '');
  if (command.trimStart().startsWith('#')) return [];
  return command.split(/&&|\|\|?|;/).flatMap((segment) => {
    const mention = readSegment(segment);
    if (mention === null) return [];
    const isName = NAME.test(mention.name) && !mention.name.includes('..');
    return isName && !PLACEHOLDER_NAME.test(mention.name) ? [mention] : [];
  });
}
