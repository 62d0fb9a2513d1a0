import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, readManifests, runGate } from '../fakes/built-gate.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const open: (() => void)[] = [];
afterEach(() => {
  for (const close of open.splice(0).reverse()) close();
});

function folder(): string {
  const made = mkdtempSync(path.join(tmpdir(), 'gate-bad-'));
  open.push(() => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** A repository with one pipeline of the given stages and one changed file. */
function repository(stages: Readonly<Record<string, string>> = { quick: 'true' }, extra = ''): TestRepository {
  const made = createRepository();
  open.push(() => made.dispose());
  const entries = Object.entries(stages).map(([id, run]) => `    - { id: ${id}, run: ${JSON.stringify(run)} }`);
  made.write('gate.yml', `version: 1\ndefault_pipeline: own\n${extra}pipelines:\n  own:\n${entries.join('\n')}\n`);
  made.commit('start');
  made.write('change.txt', 'changed\n');
  made.commit('change');
  return made;
}

function oneLine(stderr: string): string {
  const lines = stderr.trimEnd().split('\n');
  expect(lines).toHaveLength(1);
  return lines[0] ?? '';
}

describe('a wrong place', () => {
  test('not a git repository: exit 2', async () => {
    const { exitCode, stdout, stderr } = await runGate(['run'], { cwd: folder() });
    expect(exitCode).toBe(2);
    expect(stdout).toBe('');
    expect(oneLine(stderr)).toMatch(/^gate: .*not (?:in )?a git repository.* – /);
  });

  test('unborn HEAD: exit 2', async () => {
    const cwd = folder();
    execFileSync('git', ['init', '-q'], { cwd });
    const { exitCode, stderr } = await runGate(['run'], { cwd });
    expect(exitCode).toBe(2);
    expect(oneLine(stderr)).toMatch(/commit/);
  });

  test('the first commit is compared with nothing and runs', async () => {
    const made = createRepository();
    open.push(() => made.dispose());
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [diff-budget]\n');
    made.commit('first');
    const { exitCode } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(0);
    expect(latestManifest(made.root)).toMatchObject({ change: { base_sha: null, files: 1, added: 4 } });
  });

  test('no package.json and nothing to detect: the stages are skipped with the reason, never passed', async () => {
    const made = createRepository();
    open.push(() => made.dispose());
    made.write('a.txt', 'a\n');
    made.commit('first');
    const { exitCode } = await runGate(['run', 'diagnostics', '--stages', 'build,lint,test'], { cwd: made.root });
    expect(exitCode).toBe(3);
    const { stages, verdict } = latestManifest(made.root);
    expect(verdict).toBe('not_evaluated');
    expect(stages.filter(({ id }) => id !== 'spec-guard').map(({ status, reason }) => [status, reason])).toEqual(
      Array.from({ length: 3 }, () => ['skipped', 'nothing_detected']),
    );
  });

  test('--strict turns a stage for which nothing was found into a failure', async () => {
    const made = createRepository();
    open.push(() => made.dispose());
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [build, { id: quick, run: "true" }]\n');
    made.commit('first');
    expect((await runGate(['run'], { cwd: made.root })).exitCode).toBe(0);
    expect((await runGate(['run', '--strict'], { cwd: made.root })).exitCode).toBe(1);
  });
});

describe('a wrong configuration', () => {
  const refusals: readonly (readonly [string, string | Buffer, RegExp])[] = [
    ['malformed YAML', 'version: 1\nstages: [\n', /^gate: gate\.yml:\d+: /],
    ['a misspelt key', 'version: 1\nstages:\n  test: { run: npm test, timout: 5m }\n', /gate\.yml:3: .*timout.*did you mean "timeout"/],
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
    expect(oneLine(stderr)).toMatch(pattern);
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
    expect(oneLine(stderr)).toMatch(pattern);
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
    expect(oneLine(stderr)).toContain(name);
    expect(exitCode).toBe(2);
  });
});

describe('history that is missing', () => {
  test('a depth-1 clone is not evaluated and says fetch-depth: 0', async () => {
    const made = createRepository();
    open.push(() => made.dispose());
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: quick, run: "true" }, diff-budget]\n');
    made.commit('one');
    made.write('a.txt', 'a\n');
    made.commit('two');
    const clone = path.join(folder(), 'clone');
    execFileSync('git', ['clone', '-q', '--depth', '1', `file://${made.root}`, clone]);
    const { exitCode, stdout } = await runGate(['run'], { cwd: clone, env: { CI: 'true', BASE_SHA: made.git('rev-parse', 'HEAD~1').trim() } });
    expect(exitCode).toBe(3);
    expect(stdout).toContain('fetch-depth: 0');
    expect(latestManifest(clone).stages.map(({ id, status }) => [id, status])).toEqual([
      ['quick', 'passed'],
      ['diff-budget', 'not_evaluated'],
    ]);
  });
});

describe('a place that cannot be written', () => {
  test('a read-only directory: exit 3 with path and errno, no stage started', async () => {
    const made = repository({ canary: 'touch ran' });
    execFileSync('chmod', ['-R', 'a+rX', made.root]);
    const { exitCode, stderr } = await runGate(['run'], {
      cwd: made.root,
      through: ['setpriv', '--reuid=65534', '--clear-groups', '--'],
      env: { HOME: '/nonexistent' },
    });
    expect(oneLine(stderr)).toMatch(/\.runs.*(?:EACCES|permission denied)/);
    expect(exitCode).toBe(3);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  test('a disk that fills up: exit 3, earlier evidence intact', async () => {
    const made = repository({ small: 'true', noisy: 'head -c 300000 /dev/zero' });
    const disk = folder();
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=192k', 'tmpfs', disk]);
    open.push(() => execFileSync('umount', [disk]));
    const first = await runGate(['run', '--runs-dir', disk, '--stages', 'small', '--task', 'a'], { cwd: made.root });
    expect(first.exitCode).toBe(3); // partial run: never a pass
    const evidence = () => {
      const run = path.join(disk, 'a', 'cli', readdirSync(path.join(disk, 'a', 'cli')).sort()[0] ?? '');
      return readFileSync(path.join(run, 'manifest.json'), 'utf8');
    };
    const before = evidence();
    const full = await runGate(['run', '--runs-dir', disk, '--task', 'a'], { cwd: made.root });
    expect(full.exitCode).toBe(3);
    expect(full.stderr).toMatch(/ENOSPC/);
    expect(evidence()).toBe(before);
  });
});

describe('stages that misbehave', () => {
  test('a command that is not found fails with its cause; later stages still run', async () => {
    const made = repository({ absent: 'no-such-command-here --flag', later: 'true' });
    const { exitCode, stdout } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/not found/);
    expect(latestManifest(made.root).stages.map(({ status, exit_code }) => [status, exit_code])).toEqual([
      ['failed', 127],
      ['passed', 0],
    ]);
  });

  test('128 MiB on one line pass, with the true count and a bounded log', async () => {
    const made = repository({ noisy: "head -c 134217728 /dev/zero | tr '\\0' x" });
    const { exitCode } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(0);
    const log = latestManifest(made.root).stages[0]?.log;
    expect(log?.total_bytes).toBe(134_217_728);
    expect(log?.truncated).toBe(true);
    expect(log?.bytes).toBeLessThanOrEqual(64 * 1_048_576 + 1_024);
  });

  test('a script that ignores TERM and leaves a daemon is ended with its daemon', async () => {
    const pidFile = path.join(folder(), 'pid');
    const made = repository(
      { deaf: `setsid sh -c 'echo $$ > ${pidFile}; trap "" TERM; sleep 300' & trap '' TERM; while :; do sleep 0.1; done` },
      'execution: { timeout: 1s, grace: 300ms }\n',
    );
    const { exitCode } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(1);
    expect(latestManifest(made.root).stages[0]).toMatchObject({ status: 'failed', reason: 'timed_out' });
    const pid = Number(readFileSync(pidFile, 'utf8'));
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  test('SIGINT in mid-stage: 130, the manifest says cancelled, nobody is left', async () => {
    const pidFile = path.join(folder(), 'pid');
    const made = repository({ slow: `echo $$ > ${pidFile}; sleep 300`, never: 'true' });
    const { exitCode } = await runGate(['run'], {
      cwd: made.root,
      onStart: (child) => {
        const timer = setInterval(() => {
          if (!existsSync(pidFile) || readFileSync(pidFile, 'utf8') === '') return;
          clearInterval(timer);
          child.kill('SIGINT');
        }, 20);
      },
    });
    expect(exitCode).toBe(130);
    const manifest = latestManifest(made.root);
    expect(manifest).toMatchObject({ status: 'cancelled', verdict: 'cancelled' });
    expect(manifest.stages.map(({ status }) => status)).toEqual(['cancelled', 'not_run']);
    expect(() => process.kill(Number(readFileSync(pidFile, 'utf8')), 0)).toThrow(/ESRCH/);
  });

  test('stdout that nobody reads changes neither the run nor the exit code', async () => {
    const made = repository({ one: 'true', two: 'true' });
    const cli = (await import('../fakes/built-gate.ts')).BUILT_CLI;
    const script = `${process.execPath} ${cli} run | head -1; exit \${PIPESTATUS[0]}`;
    execFileSync('bash', ['-c', script], { cwd: made.root, stdio: ['ignore', 'pipe', 'pipe'] });
    execFileSync('bash', ['-c', `${process.execPath} ${cli} run > /dev/full`], { cwd: made.root, stdio: ['ignore', 'pipe', 'pipe'] });
    expect(readManifests(made.root).map(({ verdict }) => verdict)).toEqual(['passed', 'passed']);
  });
});

describe('an old Node', () => {
  test('is told in one line what is wanted', () => {
    const source = readFileSync(path.resolve(import.meta.dirname, '../../.cache/dist/cli.js'), 'utf8');
    const old = path.join(folder(), 'old.mjs');
    mkdirSync(path.dirname(old), { recursive: true });
    writeFileSync(old, `Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } });\nawait import(${JSON.stringify(`data:text/javascript,${encodeURIComponent(source)}`)});\n`);
    const script = `${process.execPath} ${old}; echo "exit $?"`;
    const out = execFileSync('sh', ['-c', `${script} 2>&1`], { encoding: 'utf8' });
    expect(out).toMatch(/^gate: Node 20\.20\.2 is too old, 22\.13 or newer is needed – .*\nexit 2\n$/);
  });
});
