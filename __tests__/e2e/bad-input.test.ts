import { execFileSync } from 'node:child_process';
import { existsSync, renameSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterEach);
const { folder } = scenes;

const repository = () => scenes.repository({ quick: 'true' });

/** A repository without anything in it. */
function emptyRepository(): TestRepository {
  const made = createRepository();
  scenes.later(() => made.dispose());
  return made;
}

describe('a wrong place', () => {
  test('not a git repository: exit 2', async () => {
    const { exitCode, stdout, stderr } = await runGate(['run'], { cwd: folder() });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(onlyLine(stderr)).toMatch(/^gate: .*not inside a git repository – /);
  });

  test('unborn HEAD: exit 2', async () => {
    const cwd = folder();
    execFileSync('git', ['init', '-q'], { cwd });
    const { exitCode, stderr } = await runGate(['run'], { cwd });
    expect(exitCode).toBe(2);
    expect(onlyLine(stderr)).toMatch(/commit/);
  });

  test('the first commit is compared with nothing and runs', async () => {
    const made = emptyRepository();
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [diff-budget]\n');
    made.commit('first');
    const { exitCode } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(0);
    expect(latestManifest(made.root)).toMatchObject({ change: { base_sha: null, files: 1, added: 4 } });
  });

  test('no package.json and nothing to detect: the stages are skipped with the reason, never passed', async () => {
    const made = emptyRepository();
    made.write('a.txt', 'a\n');
    made.commit('first');
    const { exitCode } = await runGate(['run', 'diagnostics', '--stages', 'build,lint,test'], {
      cwd: made.root,
    });
    expect(exitCode).toBe(3);
    const { stages, verdict } = latestManifest(made.root);
    expect(verdict).toBe('not_evaluated');
    expect(
      stages.filter(({ id }) => id !== 'spec-guard').map(({ status, reason }) => [status, reason]),
    ).toEqual(Array.from({ length: 3 }, () => ['skipped', 'nothing_detected']));
  });

  test('--strict turns a stage for which nothing was found into a failure', async () => {
    const made = emptyRepository();
    made.write(
      'gate.yml',
      'version: 1\ndefault_pipeline: own\npipelines:\n  own: [build, { id: quick, run: "true" }]\n',
    );
    made.commit('first');
    expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
    expect((await runGate(['run', '--strict'], { cwd: made.root })).exitCode).toBe(1);
  });
});

describe('a wrong configuration', () => {
  const refusals: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['malformed YAML', 'version: 1\nstages: [\n', /^gate: gate\.yml:\d+: /],
    [
      'a misspelt key',
      'version: 1\nstages:\n  test: { run: npm test, timout: 5m }\n',
      /gate\.yml:3: .*timout.*did you mean "timeout"/,
    ],
    ['a duplicate key', 'version: 1\nversion: 1\n', /gate\.yml:2: .*version/],
    ['__proto__', 'version: 1\n__proto__: { polluted: true }\n', /gate\.yml:2: .*__proto__/],
    ['10 MiB', Buffer.alloc(10 * 1_048_576, '# filler\n'), /gate\.yml: .*256 KiB/],
    ['UTF-16', Buffer.from('\ufeffversion: 1\n', 'utf16le'), /gate\.yml: .*UTF-16/],
  ];

  test.each(refusals)('%s: exit 2 with file and line', async (_name, content, pattern) => {
    const made = repository();
    made.write('gate.yml', content);
    const { exitCode, stdout, stderr } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(onlyLine(stderr)).toMatch(pattern);
    expect(existsSync(path.join(made.root, '.runs'))).toBe(false);
  });

  test('under --format json the refusal is one document', async () => {
    const made = repository();
    made.write('gate.yml', 'version: 2\n');
    const { exitCode, stdout } = await runGate(['run', '--format', 'json'], { cwd: made.root });
    expect(exitCode).toBe(2);
    expect(JSON.parse(stdout)).toMatchObject({ status: 'error', verdict: null, exit_code: 2 });
  });
});

describe('a wrong request', () => {
  test.each([
    [['run', '--task', '../x'], /--task: "\.\.\/x" is not a task id/],
    [['run', '--stage', 'x'], /did you mean "--stages"/],
    [['run', '--stages', 'quik'], /quik.*did you mean "quick"/],
    [['run', 'onw'], /onw.*did you mean "own"/],
    [['run', 'own', 'more'], /one argument too many/],
    [['run', '--base', 'no-such-ref'], /no-such-ref/],
    [['run', '--base=--output=pwned.txt'], /--base/],
    [['run', '--config', 'absent.yml'], /absent\.yml/],
    [['run', '--working-directory', '../'], /--working-directory/],
    [['run', 'rlm'], /rlm/],
    [['frobnicate'], /unknown command/],
  ])('%j: exit 2', async (args, pattern) => {
    const made = repository();
    const { exitCode, stderr } = await runGate(args, { cwd: made.root });
    expect(onlyLine(stderr)).toMatch(pattern);
    expect(exitCode).toBe(2);
    expect(existsSync(path.join(made.root, '.runs'))).toBe(false);
    expect(existsSync(path.join(made.root, 'pwned.txt'))).toBe(false);
  });

  test.each([
    ['DIFF_BUDGET_MAX_FILES', 'many'],
    ['DIFF_BUDGET_MAX_LINES', '-1'],
    ['GATE_TASK_ID', '../x'],
    ['BASE_SHA', 'no-such-ref'],
  ])('%s=%s in the environment: exit 2', async (name, value) => {
    const made = repository();
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root, env: { [name]: value } });
    expect(onlyLine(stderr)).toContain(name);
    expect(exitCode).toBe(2);
  });
});

describe('history that is missing', () => {
  test('a depth-1 clone is deepened while its remote is there, else it is not evaluated and says fetch-depth: 0', async () => {
    const made = emptyRepository();
    made.write(
      'gate.yml',
      'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: quick, run: "true" }, diff-budget]\n',
    );
    made.commit('one');
    made.write('a.txt', 'a\n');
    made.commit('two');
    made.write('b.txt', 'b\n');
    made.commit('three');
    const clones = ['deepened', 'cut-off'].map((name) => path.join(folder(), name));
    for (const clone of clones)
      execFileSync('git', ['clone', '-q', '--depth', '1', `file://${made.root}`, clone]);
    const [deepened = '', cutOff = ''] = clones;
    const env = { CI: 'true', BASE_SHA: made.git('rev-parse', 'HEAD~2') };

    expect((await runGate(['run'], { cwd: deepened, env })).exitCode).toBe(0);
    expect(latestManifest(deepened).change).toMatchObject({ files: 2, added: 2 });

    renameSync(made.root, `${made.root}.gone`);
    const { exitCode, stdout } = await runGate(['run'], { cwd: cutOff, env });
    renameSync(`${made.root}.gone`, made.root);
    expect(exitCode).toBe(3);
    expect(stdout.replaceAll(/\s+/g, ' ')).toContain('fetch-depth: 0');
    expect(latestManifest(cutOff).stages.map(({ id, status }) => [id, status])).toEqual([
      ['quick', 'passed'],
      ['diff-budget', 'not_evaluated'],
    ]);
  });
});
