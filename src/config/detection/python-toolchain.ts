import type { DetectedStageId } from '../gate-config.ts';
import type { ToolchainDetector } from './ecosystem.ts';
import type { ProjectFiles } from './project-files.ts';

/** Files that show a Python project, the one that says most first. */
const PROJECT_FILES = [
  'pyproject.toml',
  'setup.cfg',
  'setup.py',
  'tox.ini',
  'pytest.ini',
  'requirements.txt',
] as const;

/** How a tool is started inside the environment that a lockfile's manager keeps. */
const RUNNERS: readonly (readonly [string, string])[] = [
  ['uv.lock', 'uv run '],
  ['poetry.lock', 'poetry run '],
  ['pdm.lock', 'pdm run '],
  ['Pipfile.lock', 'pipenv run '],
];

/** Whether an INI or TOML file has a table of this name, or one below it. */
function hasTable(text: string, table: string): boolean {
  return text.split('\n').some((line) => {
    const header = /^[ \t]*\[{1,2}([^\]]*)\]/.exec(line)?.[1]?.trim();
    return header !== undefined && (header === table || header.startsWith(`${table}.`));
  });
}

/** What the files of a Python project say about its tools. */
class PythonProject {
  readonly #pyproject: string;
  readonly #setup: string;
  readonly #tox: string;
  readonly #names: ReadonlySet<string>;
  readonly #files: ProjectFiles;

  constructor(files: ProjectFiles, names: ReadonlySet<string>) {
    const read = (name: string) => (names.has(name) ? (files.readText(name) ?? '') : '');
    this.#files = files;
    this.#names = names;
    this.#pyproject = read('pyproject.toml');
    this.#setup = read('setup.cfg');
    this.#tox = read('tox.ini');
  }

  /** pytest is configured, depended on, or has a `conftest.py`. */
  usesPytest(): boolean {
    return (
      this.#names.has('pytest.ini') ||
      this.#names.has('.pytest.ini') ||
      this.#names.has('conftest.py') ||
      hasTable(this.#pyproject, 'tool.pytest') ||
      /["']pytest[ \t]*(?:["'[<>=~!;]|$)|^[ \t]*pytest[ \t]*=/m.test(this.#pyproject) ||
      hasTable(this.#setup, 'tool:pytest') ||
      hasTable(this.#tox, 'pytest') ||
      (this.#names.has('tests/') && this.#files.readText('tests/conftest.py') !== null)
    );
  }

  usesTox(): boolean {
    return (
      hasTable(this.#tox, 'tox') ||
      /^[ \t]*\[testenv/m.test(this.#tox) ||
      hasTable(this.#pyproject, 'tool.tox')
    );
  }

  usesRuff(): boolean {
    return (
      this.#names.has('ruff.toml') || this.#names.has('.ruff.toml') || hasTable(this.#pyproject, 'tool.ruff')
    );
  }

  usesFlake8(): boolean {
    return this.#names.has('.flake8') || hasTable(this.#setup, 'flake8') || hasTable(this.#tox, 'flake8');
  }

  /** Prefix that starts a tool in the project's environment. */
  runner(): string {
    return RUNNERS.find(([lockfile]) => this.#names.has(lockfile))?.[1] ?? '';
  }
}

/**
 * Python: pytest (else tox), ruff (else flake8), each only where the project says that it uses it. There is no
 * command that every project has for `build`: making a wheel checks nothing that the tests do not.
 */
export const detectPython: ToolchainDetector = (files, names) => {
  const file = PROJECT_FILES.find((name) => names.has(name));
  if (file === undefined) return null;
  const project = new PythonProject(files, names);
  const runner = project.runner();
  const commands: Partial<Record<DetectedStageId, string>> = {};
  if (project.usesPytest()) commands.test = runner === '' ? 'python -m pytest' : `${runner}pytest`;
  else if (project.usesTox()) commands.test = `${runner}tox`;
  if (project.usesRuff()) commands.lint = `${runner}ruff check .`;
  else if (project.usesFlake8()) commands.lint = runner === '' ? 'python -m flake8' : `${runner}flake8`;
  return {
    name: 'Python',
    file,
    commands,
    missing: {
      build: `a Python project (${file}) has no build to check`,
      lint: `no settings of ruff or flake8 beside ${file}`,
      test: `no settings of pytest or tox beside ${file}`,
    },
  };
};
