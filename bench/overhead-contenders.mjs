/** Seven stages that do nothing, as each tool would have them, each in a repository of its own. */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '..');
const STAGES = ['one', 'two', 'three', 'four', 'five', 'six', 'seven'];
const NODE = process.execPath;
const BIN = path.join(HERE, 'node_modules', '.bin');

function versionOf(name) {
  return JSON.parse(readFileSync(path.join(HERE, 'node_modules', name, 'package.json'), 'utf8')).version;
}

function repository(folder, files) {
  mkdirSync(folder, { recursive: true });
  for (const [name, content] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  }
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  writeFileSync(path.join(folder, 'change.txt'), 'a change\n');
  git('add', '-A');
  git('commit', '-qm', 'change');
  return folder;
}

function json(value) {
  return `${JSON.stringify(value, null, 2)}\n`;
}

const scripts = Object.fromEntries(STAGES.map((stage) => [stage, 'true']));

/** Each contender: name, version, evidence it leaves, argv, cwd, env. */
export function makeContenders(temporary) {
  const env = {
    PATH: `${path.dirname(NODE)}:${BIN}:${process.env.PATH}`,
    HOME: temporary,
    TURBO_TELEMETRY_DISABLED: '1',
    NO_UPDATE_NOTIFIER: '1',
  };
  const make = (name, version, evidence, argv, files = {}) => ({
    name,
    version,
    evidence,
    argv,
    cwd: repository(path.join(temporary, name.replace(/\W+/g, '-')), {
      'package.json': json({ name: 'bench', private: true, scripts }),
      '.gitignore': 'node_modules\n.runs\n.turbo\n.wireit\n',
      ...files,
    }),
    env,
  });
  const loop = `import{spawnSync}from'node:child_process';for(const s of ${JSON.stringify(STAGES)})if(spawnSync('/bin/sh',['-c','true']).status!==0)process.exit(1)`;
  const gateConfig = `version: 1\ndefault_pipeline: noop\npipelines:\n  noop:\n${STAGES.map((id) => `    - { id: ${id}, run: "true" }\n`).join('')}`;
  const wireit = {
    name: 'bench',
    private: true,
    scripts: { seven: 'wireit', ...Object.fromEntries(STAGES.map((id) => [id, 'wireit'])) },
  };
  wireit.wireit = Object.fromEntries(
    STAGES.map((id, at) => [id, { command: 'true', dependencies: at === 0 ? [] : [STAGES[at - 1]] }]),
  );
  wireit.wireit.seven = { dependencies: ['seven-end'] };
  wireit.wireit['seven-end'] = { command: 'true', dependencies: [STAGES.at(-2)] };
  wireit.scripts['seven-end'] = 'wireit';
  const packages = Object.fromEntries(
    STAGES.map((id, at) => [
      `packages/${id}/package.json`,
      json({
        name: id,
        version: '1.0.0',
        scripts: { noop: 'true' },
        dependencies: at === 0 ? {} : { [STAGES[at - 1]]: '*' },
      }),
    ]),
  );
  return [
    make('node -e 0', process.versions.node, 'none', [NODE, '-e', '0']),
    make('sh loop', 'sh', 'none', ['/bin/sh', '-c', STAGES.map(() => 'sh -c true').join(' && ')]),
    make('node loop', process.versions.node, 'none', [NODE, '--input-type=module', '-e', loop]),
    make(
      'gate',
      JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version,
      'full',
      [NODE, path.join(ROOT, 'dist', 'cli.js'), 'run', '--format', 'json', '--base', 'HEAD~1'],
      { 'gate.yml': gateConfig },
    ),
    make('lefthook', versionOf('lefthook'), 'console', [path.join(BIN, 'lefthook'), 'run', 'seven'], {
      'lefthook.yml': `seven:\n  piped: true\n  commands:\n${STAGES.map((id, at) => `    ${id}: { run: "true", priority: ${at + 1} }\n`).join('')}`,
    }),
    make('concurrently', versionOf('concurrently'), 'none', [
      path.join(BIN, 'concurrently'),
      '--max-processes',
      '1',
      ...STAGES.map(() => 'true'),
    ]),
    make('zx', versionOf('zx'), 'none', [path.join(BIN, 'zx'), 'seven.mjs'], {
      'seven.mjs': STAGES.map(() => 'await $`true`\n').join(''),
    }),
    make('wireit', versionOf('wireit'), 'fingerprints', [path.join(BIN, 'wireit')], {
      'package.json': json(wireit),
    }),
    make('npm-run-all2', versionOf('npm-run-all2'), 'none', [path.join(BIN, 'run-s'), ...STAGES]),
    make(
      'turbo --force',
      versionOf('turbo'),
      'logs, JSON',
      [path.join(BIN, 'turbo'), 'run', 'noop', '--force', '--summarize', '--concurrency=1'],
      {
        'package.json': json({
          name: 'bench',
          private: true,
          packageManager: 'npm@11.0.0',
          workspaces: ['packages/*'],
        }),
        'turbo.json': json({ tasks: { noop: { dependsOn: ['^noop'], outputs: [] } } }),
        ...packages,
      },
    ),
  ].map((contender) =>
    contender.name === 'wireit'
      ? {
          ...contender,
          env: {
            ...contender.env,
            npm_lifecycle_event: 'seven',
            npm_package_json: path.join(contender.cwd, 'package.json'),
            WIREIT_CACHE: 'none',
          },
        }
      : contender,
  );
}
