import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterAll);

const GATE =
  'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran }, diff-budget]\n';

/** A branch with one commit, whose base has a policy. */
function makeChange(branch = 'topic'): TestRepository {
  const made = createRepository();
  scenes.later(() => made.dispose());
  made.write('gate.yml', GATE);
  made.write('.gitignore', 'ran\n');
  made.commit('policy');
  made.branch(branch);
  made.write('mine.txt', 'mine\n');
  made.commit('mine');
  return made;
}

/** Runs the gate as a job of that event; a payload that is a text is written as it is, null writes no file. */
async function runEvent(
  made: TestRepository,
  name: string,
  payload: unknown,
  more: Readonly<Record<string, string>> = {},
) {
  const file = path.join(scenes.folder(), 'event.json');
  if (payload !== null) writeFileSync(file, typeof payload === 'string' ? payload : JSON.stringify(payload));
  const env = {
    CI: 'true',
    GITHUB_ACTIONS: 'true',
    GITHUB_EVENT_NAME: name,
    GITHUB_EVENT_PATH: file,
    ...more,
  };
  const run = await runGate(['run'], { cwd: made.root, env });
  return { ...run, words: run.stdout.replaceAll(/\s+/g, ' ') };
}

describe('K12 the event of the workflow run', () => {
  let made: TestRepository;
  beforeAll(() => {
    made = makeChange();
  });

  test.each<readonly [string, unknown, RegExp]>([
    ['missing', null, /GITHUB_EVENT_PATH cannot be read/],
    ['cut', '{"pull_request": {"base": {"sha": "', /GITHUB_EVENT_PATH is no JSON/],
    ['empty', '', /GITHUB_EVENT_PATH is no JSON/],
    ['no text', '\u0000\u0000', /GITHUB_EVENT_PATH is no JSON/],
  ])('K12 a file that is %s: a verdict is given, and a warning', async (_name, payload, warning) => {
    const { exitCode, words, stderr } = await runEvent(made, 'pull_request', payload);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(words).toMatch(warning);
    expect(latestManifest(made.root)).toMatchObject({
      verdict: 'passed',
      change: { event: 'pull_request', files: 1, added: 1 },
    });
  });

  test.each<readonly [string, unknown]>([
    ['null', 'null'],
    ['lists', { pull_request: [[]], before: [] }],
    ['numbers', { pull_request: 1, before: 2, merge_group: 3 }],
    [
      'bases that are options',
      { pull_request: { number: -1, base: { sha: '--output=pwned' }, head: { sha: '-h' } } },
    ],
    ['__proto__', '{"__proto__": {"pull_request": {"base": {"sha": "--output=pwned"}}}}'],
  ])('K12 a payload of %s: a verdict is given', async (_name, payload) => {
    const { exitCode, stderr } = await runEvent(made, 'pull_request', payload);
    expect([exitCode, stderr]).toEqual([0, '']);
    expect(latestManifest(made.root)).toMatchObject({
      verdict: 'passed',
      change: { files: 1, pr_number: null },
    });
    expect(existsSync(path.join(made.root, 'pwned'))).toBe(false);
  });

  test('K12 no file but the variable, or the path of a folder: a verdict is given', async () => {
    for (const GITHUB_EVENT_PATH of ['', scenes.folder(), '/dev/zero']) {
      const { exitCode, words } = await runEvent(made, 'push', null, { GITHUB_EVENT_PATH });
      expect([GITHUB_EVENT_PATH, exitCode]).toEqual([GITHUB_EVENT_PATH, 0]);
      expect(words).toContain('the event of the workflow run is not used');
    }
  });

  test('K12 push, merge_group, pull_request: measured against the base that each names', async () => {
    const before = made.git('rev-parse', 'main');
    const head = made.git('rev-parse', 'HEAD');
    const payloads = {
      push: { before, after: head },
      merge_group: { merge_group: { base_sha: before, head_sha: head } },
      pull_request: { pull_request: { number: 7, base: { sha: before }, head: { sha: head } } },
    };
    for (const [name, payload] of Object.entries(payloads)) {
      const { exitCode, stderr } = await runEvent(made, name, payload);
      expect([name, exitCode, stderr]).toEqual([name, 0, '']);
      expect(latestManifest(made.root)).toMatchObject({
        verdict: 'passed',
        change: { event: name, base_source: `${name} event`, base_sha: before, files: 1, added: 1 },
      });
    }
  });

  test.each(['schedule', 'workflow_dispatch', 'an event of tomorrow'])(
    'K12 %s names no base: a verdict is given over a guess, and that is said',
    async (name) => {
      const { exitCode, words, stderr } = await runEvent(made, name, { schedule: '0 0 * * *' });
      expect([exitCode, stderr]).toEqual([0, '']);
      expect(words).toContain('(local branch main)');
      expect(latestManifest(made.root)).toMatchObject({
        verdict: 'passed',
        change: { event: name, base_source: 'local branch main', files: 1 },
      });
    },
  );

  test('K12 a push whose branch was rewritten elsewhere: not evaluated, never green', async () => {
    const { exitCode } = await runEvent(made, 'push', { before: 'f'.repeat(40) });
    expect(exitCode).toBe(3);
    expect(latestManifest(made.root)).toMatchObject({ verdict: 'not_evaluated' });
  });
});

describe('K13 names that a shell would take for commands', () => {
  const NAMES = [
    '$(touch pwn)',
    '`touch pwn`',
    '";touch pwn;"',
    "';touch pwn;'",
    '|touch pwn',
    '-rf',
    '& touch pwn &',
  ];
  const BRANCHES = ['$(touch$IFS$9pwn)', '`touch$IFS$9pwn`', '";touch$IFS$9pwn;"', "';touch$IFS$9pwn;'"];

  test('K13 files of such names: measured, shown, never run', async () => {
    const made = makeChange();
    made.write('gate.yml', GATE.replace('diff-budget]', 'spec-guard, docs, diff-budget, review]'));
    for (const name of NAMES) {
      made.write(name, 'x\n');
      made.write(`${name}.md`, '# x\n');
    }
    made.commit('names');
    for (const name of NAMES) made.write(`untracked ${name}`, 'x\n');
    const env = { NOTES: 'Goal: $(touch pwn) | Summary: `touch pwn` | Risks: ";touch pwn;"' };
    const { exitCode, stdout } = await runGate(['run', '--base', 'main'], { cwd: made.root, env });
    expect([exitCode, stdout]).not.toEqual([2, '']);
    expect(latestManifest(made.root).change.files).toBe(2 + NAMES.length * 3);
    expectNoPwn(made.root);
  });

  test.each(BRANCHES)(
    'K13 a branch called %s, with its event: a verdict is given, no file pwn',
    async (branch) => {
      const made = makeChange(branch);
      const base = made.git('rev-parse', 'main');
      const head = made.git('rev-parse', 'HEAD');
      const title = '$(touch pwn)";touch pwn #';
      const { exitCode, stderr } = await runEvent(
        made,
        'pull_request',
        {
          pull_request: {
            number: 7,
            title,
            body: title,
            base: { sha: base, ref: branch },
            head: { sha: head, ref: branch },
          },
        },
        {
          GITHUB_HEAD_REF: branch,
          GITHUB_BASE_REF: branch,
          GITHUB_REF: `refs/heads/${branch}`,
          GITHUB_ACTOR: title,
        },
      );
      expect([exitCode, stderr]).toEqual([0, '']);
      const manifest = latestManifest(made.root);
      expect(manifest).toMatchObject({ verdict: 'passed', change: { files: 1 } });
      expect(manifest.task_id).toMatch(/^[A-Za-z0-9][A-Za-z0-9._-]*$/);
      expectNoPwn(made.root);
    },
  );

  test('K13 --base with such a name: exit 2, nothing run, no file pwn', async () => {
    const made = makeChange();
    for (const base of [...BRANCHES, '$(touch pwn)']) {
      const { exitCode, stderr } = await runGate(['run', '--base', base], { cwd: made.root });
      expect([base, exitCode, stderr]).toEqual([base, 2, expect.stringMatching(/^gate: --base: /)]);
    }
    expectNoPwn(made.root);
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  /** No file of that name, anywhere but in names that the test made itself. */
  function expectNoPwn(root: string): void {
    const names = readdirSync(root, { recursive: true, encoding: 'utf8' });
    expect(names.filter((name) => path.basename(name) === 'pwn')).toEqual([]);
  }
});
