/** The command line as data: parsing, help and the README's table all come from here. */

/** A flag that takes a value has a placeholder for it; a switch has none. */
export interface Flag {
  /** Long form without dashes. */
  readonly name: string;
  readonly placeholder: string | null;
  readonly help: string;
  /** The only values taken; null: any. */
  readonly choices: readonly string[] | null;
}

/** The verbs of this version. */
export type VerbName = 'run' | 'plan' | 'status' | 'verify' | 'report' | 'docs' | 'schema';

/** One verb: what it does, its arguments and its flags. */
export interface Verb {
  readonly name: VerbName;
  /** Further spellings. */
  readonly aliases: readonly string[];
  readonly argument: { readonly name: string; readonly required: boolean; readonly help: string } | null;
  readonly help: string;
  readonly flags: readonly Flag[];
}

function option(
  name: string,
  placeholder: string,
  help: string,
  choices: readonly string[] | null = null,
): Flag {
  return { name, placeholder, help, choices };
}

function toggle(name: string, help: string): Flag {
  return { name, placeholder: null, help, choices: null };
}

const FORMAT = option('format', 'FORMAT', 'pretty for people, json for one document, ndjson for events', [
  'pretty',
  'json',
  'ndjson',
]);
const READ_FORMAT = option('format', 'FORMAT', 'pretty for people, json for one document', [
  'pretty',
  'json',
]);
const DIRECTORY = option('working-directory', 'DIR', 'folder to work in, inside the repository');
const RUNS_DIR = option('runs-dir', 'DIR', 'where evidence is kept (default: .runs at the root)');
const TASK = option('task', 'ID', 'task the run belongs to (default: the branch)');

const CHANGE_FLAGS: readonly Flag[] = [
  option('base', 'REF', 'compare with the merge base of this ref'),
  option('config', 'FILE', 'configuration file (default: .github/gate.yml)'),
  option('policy-ref', 'REF', 'the configuration of this commit counts (default in CI: the base)'),
  option('stages', 'A,B', 'only these stages; the verdict is then never green for the others'),
  DIRECTORY,
  toggle('strict', 'a stage for which nothing was found fails'),
];

const RUN_FLAGS: readonly Flag[] = [
  TASK,
  ...CHANGE_FLAGS,
  FORMAT,
  option('notes', 'TEXT', 'Goal: … | Summary: … | Risks: … | Questions (optional): …'),
  toggle('keep-going', 'run every stage whatever failed before (default)'),
  toggle('fail-fast', 'stop at the first required stage that fails'),
  toggle('no-interactive', 'no live display, also on a terminal'),
  RUNS_DIR,
  option('out-dir', 'DIR', 'where state across runs is kept (default: out at the root)'),
  option('baseline', 'FILE|none', 'history to compare durations with'),
];

/** Every verb of this version. */
export const VERBS: readonly Verb[] = [
  {
    name: 'run',
    aliases: ['start'],
    argument: { name: 'pipeline', required: false, help: 'default: implementation-gate' },
    help: 'run a pipeline over the change and give the verdict',
    flags: RUN_FLAGS,
  },
  {
    name: 'plan',
    aliases: [],
    argument: { name: 'pipeline', required: false, help: 'default: implementation-gate' },
    help: 'say which stages would run, and why',
    flags: [...CHANGE_FLAGS, READ_FORMAT],
  },
  {
    name: 'status',
    aliases: [],
    argument: { name: 'run', required: false, help: 'a run id or latest (default)' },
    help: 'show a run at a glance; a run whose process is gone is recorded as aborted',
    flags: [TASK, RUNS_DIR, DIRECTORY, READ_FORMAT],
  },
  {
    name: 'verify',
    aliases: [],
    argument: { name: 'run', required: true, help: 'a run id, latest, or a run directory' },
    help: 'recompute every digest of a run',
    flags: [TASK, RUNS_DIR, DIRECTORY, READ_FORMAT],
  },
  {
    name: 'report',
    aliases: [],
    argument: { name: 'run', required: true, help: 'a run id, latest, or a run directory' },
    help: 'render the evidence of a run',
    flags: [
      TASK,
      RUNS_DIR,
      DIRECTORY,
      option('format', 'FORMAT', 'how to render it (default: pretty)', [
        'pretty',
        'markdown',
        'json',
        'sarif',
        'rdjson',
      ]),
    ],
  },
  {
    name: 'docs',
    aliases: [],
    argument: null,
    help: 'write the files that the docs stage goes by',
    flags: [
      toggle('write-registry', 'start or renew the registry of freshness'),
      toggle('write-baseline', 'take down today’s findings, so that only new ones block'),
      option('config', 'FILE', 'configuration file (default: .github/gate.yml)'),
      DIRECTORY,
    ],
  },
  {
    name: 'schema',
    aliases: [],
    argument: { name: 'document', required: true, help: 'config, manifest or metrics' },
    help: 'print a JSON Schema',
    flags: [],
  },
];

/** Flags that every verb understands. */
export const COMMON_FLAGS: readonly Flag[] = [
  toggle('help', 'show help'),
  toggle('version', 'show the version'),
];
