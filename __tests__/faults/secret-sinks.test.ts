import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { type GateRun, latestManifest, readLog, readTree, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import type { TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterAll);

/** One of each kind, with characters that every encoding writes differently. */
const DECLARED = 'decl&<red>\'canary"1 5f3a';
const VARIABLE = 'vari/able+canary?2=b81c';
const MASKED = 'mask%canary;3 97d0';
const MATCHED = 'canary-0451-pattern';
const SECRETS = [DECLARED, VARIABLE, MASKED];

/** The shapes in which a program may print a value. */
function shapesOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    bytes.toString('base64'),
    bytes.toString('hex'),
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
    secret.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;'),
  ];
}

/** The value in the middle of something longer that is printed in base64: the digits that hold it alone. */
function innerBase64(secret: string): string {
  const length = Buffer.byteLength(secret);
  return Buffer.from(`x${secret}yz`)
    .toString('base64')
    .slice(2, Math.floor((8 + length * 8) / 6));
}

/** Prints every shape, and each secret once more in two writes. */
const PRINT = `
const secrets = JSON.parse(Buffer.from('${Buffer.from(JSON.stringify(SECRETS)).toString('base64')}', 'base64').toString());
const shapes = JSON.parse(Buffer.from('${Buffer.from(JSON.stringify(SECRETS.flatMap(shapesOf))).toString('base64')}', 'base64').toString());
for (const shape of shapes) console.log('shape: ' + shape + ' :shape');
console.log('pattern: ${MATCHED} :pattern');
for (const secret of secrets) {
  console.log('inner: ' + Buffer.from('x' + secret + 'yz').toString('base64') + ' :inner');
  process.stdout.write('split: ' + secret.slice(0, 7));
  await new Promise((resolve) => setTimeout(resolve, 20));
  console.log(secret.slice(7) + ' :split');
}
console.log('the end');
process.exitCode = 1;
`;

let made: TestRepository;
let manifest: RunManifest;
let runs: GateRun[];

beforeAll(async () => {
  made = scenes.repository(
    {
      mask: `printf '::add-mask::%s\\n' '${MASKED.replace('%', '%25')}'`,
      print: 'node print.mjs',
      commands: `echo '${MATCHED}' > /dev/null; exit 1`,
      'diff-budget': { max_files: 1 },
    },
    `redact: ${JSON.stringify([DECLARED, '/canary-\\d+-pattern/'])}\n`,
  );
  made.write('print.mjs', PRINT);
  made.commit('print');
  made.branch(`topic/${MATCHED}`);
  made.write(`notes-${MATCHED}.txt`, 'a file with a secret name\n');
  made.commit(`a commit that says ${MATCHED}`);
  const env = {
    DEPLOY_PASSWORD: VARIABLE,
    NOTES: `Goal: use ${VARIABLE} | Summary: ${MATCHED} | Risks: none`,
  };
  runs = await Promise.all([
    runGate(['run', '--task', 'pretty'], { cwd: made.root, env }),
    runGate(['run', '--task', 'events', '--format', 'ndjson'], { cwd: made.root, env }),
    runGate(['run', '--task', 'document', '--format', 'json'], { cwd: made.root, env }),
    // The task comes from the branch.
    runGate(['run'], { cwd: made.root, env }),
  ]);
  manifest = latestManifest(made.root);
}, 30_000);

/** Every byte that left the gate, by where it went. */
async function collectSinks(): Promise<Map<string, Buffer>> {
  const sinks = readTree(path.join(made.root, '.runs'));
  for (const [index, { stdout, stderr }] of runs.entries()) {
    sinks.set(`stdout of run ${index}`, Buffer.from(stdout));
    sinks.set(`stderr of run ${index}`, Buffer.from(stderr));
  }
  for (const format of ['pretty', 'markdown', 'json']) {
    const { stdout, stderr } = await runGate(['report', 'latest', '--format', format], { cwd: made.root });
    sinks.set(`${format} report`, Buffer.from(stdout + stderr));
  }
  const status = await runGate(['status', '--format', 'json'], { cwd: made.root });
  sinks.set('status', Buffer.from(status.stdout));
  // Names of files and folders are bytes that leave, too.
  sinks.set('names', Buffer.from([...sinks.keys()].join('\n')));
  return sinks;
}

describe('S03 secrets that a stage prints', () => {
  test('S03 the stages ran and printed', () => {
    expect(runs.map(({ exitCode }) => exitCode)).toEqual([1, 1, 1, 1]);
    const log = readLog(made.root, manifest, 'print').toString();
    expect(log).toMatch(/^shape: \*\*\* :shape$/m);
    expect(log).toMatch(/^inner: .{1,2}\*\*\*.{1,6} :inner$/m);
    expect(log).toMatch(/^split: \*\*\* :split$/m);
    expect(log).toMatch(/^pattern: \*\*\* :pattern$/m);
    expect(log).toContain('the end');
    expect(readLog(made.root, manifest, 'mask').toString()).toBe('::add-mask::***\n');
  });

  test('S03 declared, from a secret variable or masked by a stage: absent in every shape from every sink', async () => {
    for (const [name, bytes] of await collectSinks()) {
      const shapes = SECRETS.flatMap((secret) => [...shapesOf(secret), innerBase64(secret)]);
      const found = shapes.filter((shape) => bytes.includes(shape));
      expect([name, found]).toEqual([name, []]);
    }
  });

  test('S08 in a file name, the branch, the notes or a command line: absent from every sink', async () => {
    expect(manifest.stages.find(({ id }) => id === 'commands')?.command).toContain('***');
    expect(manifest.change.branch).toContain('***');
    expect(manifest.notes).toMatchObject({ goal: 'use ***', summary: '***' });
    for (const [name, bytes] of await collectSinks()) {
      expect([name, bytes.includes(MATCHED)]).toEqual([name, false]);
    }
  });
});
