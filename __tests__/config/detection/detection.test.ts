import { describe, expect, test } from '@jest/globals';
import { type Detection, detectCommands } from '../../../src/config/detection/detection.ts';
import { describeFailure } from '../../../src/kernel/failure.ts';
import { memoryProject } from './memory-project.ts';

function detect(files: Readonly<Record<string, string>>): Detection {
  const detected = detectCommands(memoryProject(files));
  if (!detected.ok) throw new Error(describeFailure(detected.error));
  return detected.value;
}

function runs(files: Readonly<Record<string, string>>): unknown {
  return Object.fromEntries([...detect(files).commands].map(([stage, { run }]) => [stage, run]));
}

function scripts(
  given: Readonly<Record<string, string>>,
  more: object = {},
): Readonly<Record<string, string>> {
  return { 'package.json': JSON.stringify({ name: 'x', scripts: given, ...more }) };
}

describe('package.json', () => {
  const usual = { build: 'tsc', lint: 'eslint .', test: 'jest' };

  test('npm, with the script as the origin', () => {
    expect(Object.fromEntries(detect(scripts(usual)).commands)).toEqual({
      build: { run: 'npm run build', origin: 'package.json script "build"' },
      lint: { run: 'npm run lint', origin: 'package.json script "lint"' },
      test: { run: 'npm test', origin: 'package.json script "test"' },
    });
  });

  test.each([
    ['pnpm-lock.yaml', {}, ['pnpm run build', 'pnpm run lint', 'pnpm test']],
    ['yarn.lock', {}, ['yarn run build', 'yarn run lint', 'yarn run test']],
    ['bun.lock', {}, ['bun run build', 'bun run lint', 'bun run test']],
    ['bun.lockb', {}, ['bun run build', 'bun run lint', 'bun run test']],
    ['package-lock.json', {}, ['npm run build', 'npm run lint', 'npm test']],
    [
      'package-lock.json',
      { packageManager: 'pnpm@9.1.0+sha256.x' },
      ['pnpm run build', 'pnpm run lint', 'pnpm test'],
    ],
    [
      'yarn.lock',
      { devEngines: { packageManager: { name: 'bun' } } },
      ['bun run build', 'bun run lint', 'bun run test'],
    ],
    ['yarn.lock', { packageManager: 'deno@2' }, ['yarn run build', 'yarn run lint', 'yarn run test']],
    ['yarn.lock', { packageManager: 7 }, ['yarn run build', 'yarn run lint', 'yarn run test']],
  ])('%s and %j', (lockfile, more, [build, lint, tests]) => {
    expect(runs({ ...scripts(usual, more), [lockfile]: '' })).toEqual({ build, lint, test: tests });
  });

  test('two lockfiles of two managers: one warning', () => {
    const { commands, warnings } = detect({ ...scripts(usual), 'yarn.lock': '', 'package-lock.json': '' });
    expect(commands.get('build')?.run).toBe('yarn run build');
    expect(warnings).toEqual([expect.stringMatching(/^yarn\.lock, package-lock\.json: taken as yarn/)]);
  });

  test.each([
    'echo "Error: no test specified" && exit 1',
    'echo "See the other repository for testing details."',
    'echo ok; exit 0',
    'exit 0',
    'true',
    ':',
    ' ',
  ])('%j is no test', (script) => {
    const { commands, missing } = detect(scripts({ test: script }));
    expect(commands.size).toBe(0);
    expect(missing.get('test')).toBe(
      'the script "test" in package.json is a placeholder that checks nothing',
    );
  });

  test.each(['echo start && jest', 'true && jest', 'echo x | jest', 'mocha'])('%j is one', (script) => {
    expect(runs(scripts({ test: script }))).toEqual({ test: 'npm test' });
  });

  test('other names of a script, certain ones only', () => {
    expect(runs(scripts({ compile: 'tsc', 'lint:check': 'x', 'test:ci': 'y' }))).toEqual({
      build: 'npm run compile',
      lint: 'npm run lint:check',
      test: 'npm run test:ci',
    });
    expect(runs(scripts({ check: 'x', verify: 'y', typecheck: 'z', prettier: 'p' }))).toEqual({});
  });

  test('a script that changes files or never ends gives way to one that does not', () => {
    expect(
      runs(
        scripts({ lint: 'eslint --fix .', 'lint:ci': 'eslint .', test: 'jest --watch', 'test:run': 'jest' }),
      ),
    ).toEqual({
      lint: 'npm run lint:ci',
      test: 'npm run test:run',
    });
    const { commands, warnings } = detect(scripts({ lint: 'eslint . --fix', test: 'vitest --watch=false' }));
    expect(commands.get('lint')?.run).toBe('npm run lint');
    expect(warnings).toEqual([expect.stringMatching(/script "lint" changes files.*set stages\.lint\.run/)]);
  });

  test('a linter’s configuration alone is no command', () => {
    const { commands, missing } = detect({
      ...scripts({ build: 'tsc' }),
      'eslint.config.js': '',
      'biome.json': '{}',
    });
    expect([...commands.keys()]).toEqual(['build']);
    expect(missing.get('lint')).toBe('no script "lint" in package.json');
  });

  test.each<readonly [string, string, RegExp]>([
    ['cut off', '{\n  "scripts": {\n', /^package\.json:2: not valid JSON/],
    ['with a comment', '{\n// x\n}', /^package\.json:2: not valid JSON/],
    ['UTF-16', '\ufffd\ufffd{\u0000}\u0000', /^package\.json: is not UTF-8/],
    ['a list', '[]', /^package\.json: is not a JSON object/],
    ['odd scripts', '{"scripts": []}', /^package\.json: "scripts" is not/],
  ])('that is damaged is refused: %s (K10)', (_what, text, message) => {
    const detected = detectCommands(memoryProject({ 'package.json': text }));
    expect(detected.ok ? '' : describeFailure(detected.error)).toMatch(message);
    expect(detected).toMatchObject({ error: { kind: 'config' } });
  });

  test('hostile names and values are no scripts', () => {
    const text =
      '{"scripts": {"__proto__": "x", "constructor": "y", "build": {"a": 1}, "test": 7, "lint": null}}';
    expect(runs({ 'package.json': text })).toEqual({});
    expect(runs({ 'package.json': '{"name": "x"}' })).toEqual({});
  });
});

describe('Makefiles', () => {
  test('targets that do something', () => {
    const makefile =
      'CC := gcc\n.PHONY: build lint\nbuild: $(OBJ)\n\t$(CC) x\n\nlint:\n\t@echo x\ncheck: build\n';
    expect(Object.fromEntries(detect({ Makefile: makefile }).commands)).toEqual({
      build: { run: 'make build', origin: 'Makefile target "build"' },
      lint: { run: 'make lint', origin: 'Makefile target "lint"' },
      test: { run: 'make check', origin: 'Makefile target "check"' },
    });
  });

  test.each([
    ['two targets on a line', 'lint test:\n\tx\n', ['lint', 'test']],
    ['a double colon', 'test::\n\tx\n', ['test']],
    ['a recipe on the line', 'test: ; x\n', ['test']],
    ['a continued line', 'test: \\\n  build\n', ['test']],
    ['prerequisites by order only', 'test: | dir\n', ['test']],
    ['no recipe and nothing to do first', 'test:\n\nlint:\n# x\n', []],
    ['a comment for a recipe', 'test: # x\n\t# nothing\n', []],
    ['.PHONY alone', '.PHONY: test\n', []],
    ['a variable', 'test := x\nlint = y\nbuild ::= z\n', []],
    ['a variable of a target', 'test: FLAGS = -g\ntest: export A := b\n', []],
    ['a pattern rule', 'test-%: x\n\ty\n%.o: %.c\n\tz\n', []],
    ['the body of a define', 'define x\ntest: y\n\tz\nendef\n', []],
    ['a recipe that looks like a rule', 'all:\n\ttest: x\n', []],
    ['CRLF', 'test:\r\n\tx\r\n', ['test']],
  ])('%s', (_what, makefile, stages) => {
    expect([...detect({ Makefile: makefile }).commands.keys()].sort()).toEqual([...stages].sort());
  });

  test('a target that is there as a folder does nothing unless it is .PHONY', () => {
    const makefile = 'build:\n\tx\n';
    expect(detect({ Makefile: makefile, 'build/': '' }).missing.get('build')).toMatch(
      /"build" in Makefile is not \.PHONY/,
    );
    expect(runs({ Makefile: `.PHONY: build\n${makefile}`, 'build/': '' })).toEqual({ build: 'make build' });
  });

  test('make’s own order of names', () => {
    expect(
      detect({ Makefile: 'test:\n\tx\n', GNUmakefile: 'lint:\n\tx\n' }).commands.get('lint')?.origin,
    ).toBe('GNUmakefile target "lint"');
  });
});

describe('toolchains', () => {
  test.each<readonly [string, Readonly<Record<string, string>>, unknown]>([
    [
      'Cargo',
      { 'Cargo.toml': '[package]\nname = "x"\n' },
      { build: 'cargo build', lint: 'cargo clippy', test: 'cargo test' },
    ],
    [
      'a Cargo workspace with its lockfile',
      { 'Cargo.toml': '[workspace]\nmembers = []\n', 'Cargo.lock': '' },
      {
        build: 'cargo build --workspace --locked',
        lint: 'cargo clippy --workspace --locked',
        test: 'cargo test --workspace --locked',
      },
    ],
    [
      'Go',
      { 'go.mod': 'module x' },
      { build: 'go build ./...', lint: 'go vet ./...', test: 'go test ./...' },
    ],
    ['a Go workspace without a module', { 'go.work': 'use ./a' }, {}],
    [
      'Maven',
      { 'pom.xml': '' },
      { build: 'mvn --batch-mode -DskipTests package', test: 'mvn --batch-mode test' },
    ],
    [
      'Maven with its wrapper',
      { 'pom.xml': '', mvnw: '' },
      { build: './mvnw --batch-mode -DskipTests package', test: './mvnw --batch-mode test' },
    ],
    [
      'Gradle',
      { 'build.gradle.kts': '' },
      { build: 'gradle --no-daemon assemble', test: 'gradle --no-daemon test' },
    ],
    [
      'Gradle with its wrapper',
      { 'settings.gradle': '', gradlew: '' },
      { build: './gradlew --no-daemon assemble', test: './gradlew --no-daemon test' },
    ],
    [
      'pytest in pyproject',
      { 'pyproject.toml': '[tool.pytest.ini_options]\n' },
      { test: 'python -m pytest' },
    ],
    [
      'pytest as a dependency',
      { 'pyproject.toml': '[dependency-groups]\ndev = ["pytest>=8"]\n' },
      { test: 'python -m pytest' },
    ],
    [
      'pytest in Poetry',
      { 'pyproject.toml': '[tool.poetry.dev-dependencies]\npytest = "^8"\n', 'poetry.lock': '' },
      { test: 'poetry run pytest' },
    ],
    [
      'pytest in setup.cfg',
      { 'setup.cfg': '[tool:pytest]\n[flake8]\n' },
      { test: 'python -m pytest', lint: 'python -m flake8' },
    ],
    ['a conftest', { 'setup.py': '', 'tests/conftest.py': '' }, { test: 'python -m pytest' }],
    ['tox', { 'tox.ini': '[tox]\n[testenv]\n', 'setup.py': '' }, { test: 'tox' }],
    [
      'ruff under uv',
      { 'pyproject.toml': '[tool.ruff.lint]\nselect = []\n[tool.pytest.ini_options]\n', 'uv.lock': '' },
      { test: 'uv run pytest', lint: 'uv run ruff check .' },
    ],
    ['a plugin of pytest is not pytest', { 'pyproject.toml': 'x = ["pytest-cov"]\n' }, {}],
    ['a Python project that says nothing', { 'pyproject.toml': '[project]\nname = "x"\n' }, {}],
  ])('%s', (_what, files, expected) => {
    expect(runs(files)).toEqual(expected);
  });
});

describe('several kinds of project in one folder', () => {
  test('scripts first, then targets, then the toolchain, each stage for itself', () => {
    const files = { ...scripts({ build: 'x' }), Makefile: 'build:\n\tx\nlint:\n\ty\n', 'go.mod': 'module x' };
    expect(Object.fromEntries(detect(files).commands)).toEqual({
      build: { run: 'npm run build', origin: 'package.json script "build"' },
      lint: { run: 'make lint', origin: 'Makefile target "lint"' },
      test: { run: 'go test ./...', origin: 'go.mod' },
    });
    expect(detect(files).warnings).toEqual([]);
  });

  test('two toolchains: the first, with a warning that names the other', () => {
    const { commands, warnings } = detect({
      'Cargo.toml': '',
      'pyproject.toml': '[tool.pytest.ini_options]\n',
    });
    expect(commands.get('test')?.run).toBe('cargo test');
    expect(warnings).toEqual([expect.stringMatching(/^test runs "cargo test".*nothing for pyproject\.toml/)]);
  });

  test('what was looked for is said', () => {
    const { missing } = detect({ ...scripts({}), Makefile: 'x:\n\ty\n' });
    expect(missing.get('lint')).toBe('no script "lint" in package.json, no target "lint" in Makefile');
    expect(detect({ 'a.txt': '' }).missing.get('test')).toMatch(
      /^no package\.json, Makefile, .* in the working directory$/,
    );
    expect(detect({ 'pom.xml': '' }).missing.get('lint')).toMatch(/no linter.*pom\.xml/);
  });
});

test('large hostile files end soon', () => {
  const spaces = ' '.repeat(500_000);
  const files = {
    ...scripts({ test: `echo ${spaces}&x`, lint: `x ${spaces}--fi` }),
    Makefile: `a${spaces}\n${'\\\n'.repeat(100_000)}\ntest${spaces}x\n`,
    'Cargo.toml': `${'\n'.repeat(300_000)}[work`,
    'pyproject.toml': `[${spaces}\n${'\n'.repeat(300_000)}pytes`,
    'tox.ini': `${spaces}\n[testen`,
  };
  expect(runs(files)).toMatchObject({ test: 'npm test' });
}, 10_000);
