/** What checks the links of one repository of Markdown files, and the floor below it. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

const HERE = import.meta.dirname;
const ROOT = path.resolve(HERE, '..');
const NODE = process.execPath;
const BIN = path.join(HERE, 'node_modules', '.bin');

function versionOf(name) {
  return JSON.parse(readFileSync(path.join(HERE, 'node_modules', name, 'package.json'), 'utf8')).version;
}

/** Findings of the stage, in the manifest that the answer of `gate run --format json` names. */
function countOfGate({ stdout }) {
  const [stage] = JSON.parse(readFileSync(JSON.parse(stdout).manifest, 'utf8')).stages;
  return Object.values(stage.findings).reduce((sum, count) => sum + count, 0);
}

/** Each contender: name, version, argv, exit codes that are an answer, and how to count its findings. */
export function makeContenders(folder, home) {
  const env = {
    PATH: `${path.dirname(NODE)}:${BIN}:${process.env.PATH}`,
    HOME: home,
    NO_COLOR: '1',
    NO_UPDATE_NOTIFIER: '1',
  };
  const make = (name, version, argv, more = {}) => ({
    name,
    version,
    argv,
    cwd: folder,
    env,
    countFindings: () => null,
    ...more,
  });
  const gate = (pipeline) => [
    NODE,
    path.join(ROOT, 'dist', 'cli.js'),
    'run',
    pipeline,
    '--format',
    'json',
    '--base',
    'HEAD~1',
  ];
  const gateVersion = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')).version;
  const plugin = pathToFileURL(path.join(HERE, 'node_modules', 'remark-validate-links', 'index.js')).href;
  // No forge: only links within the folder are looked at.
  writeFileSync(
    path.join(folder, '.remarkrc.mjs'),
    `import links from ${JSON.stringify(plugin)};\nexport default { plugins: [[links, { repository: false }]] };\n`,
  );
  const rumdl = [path.join(BIN, 'rumdl'), 'check', '.', '--enable', 'MD051,MD057', '--output-format', 'json'];
  const ofRumdl = { accepts: [0, 1], countFindings: ({ stdout }) => JSON.parse(stdout).length };
  return [
    make('cat', '', ['/bin/sh', '-c', 'xargs -0 cat < names > /dev/null']),
    make('node -e 0', process.versions.node, [NODE, '-e', '0']),
    make('gate: docs', gateVersion, gate('only-docs'), { accepts: [0, 1], countFindings: countOfGate }),
    make('gate: spec-guard', gateVersion, gate('only-specs'), { countFindings: countOfGate }),
    make('rumdl, no cache', versionOf('rumdl'), [...rumdl, '--no-cache'], ofRumdl),
    make('rumdl, cached', versionOf('rumdl'), rumdl, ofRumdl),
    make(
      'remark-validate-links',
      `${versionOf('remark-validate-links')} (remark-cli ${versionOf('remark-cli')})`,
      [path.join(BIN, 'remark'), '.', '--quiet', '--no-stdout', '--no-color'],
      {
        accepts: [0, 1],
        countFindings: ({ stderr }) => Number(/(\d+) warnings?$/.exec(stderr.trim())?.[1] ?? 0),
      },
    ),
  ];
}
