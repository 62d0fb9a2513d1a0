import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { createGit } from '../../src/host/git.ts';
import type { Result } from '../../src/kernel/result.ts';
import type { GateRequest } from '../../src/request/gate-request.ts';
import type { Preparation } from '../../src/request/preparation.ts';
import { parseStageList, prepareRun } from '../../src/request/prepare.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const open: (() => void | Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

function repository(): TestRepository {
  const made = createRepository();
  open.push(() => made.dispose());
  return made;
}

async function prepare(startedIn: string, more: Partial<GateRequest> = {}): Promise<Result<Preparation>> {
  const prepared = await prepareRun(
    {
      pipeline: null,
      startedIn,
      workingDirectory: null,
      base: null,
      config: null,
      policyRef: null,
      task: null,
      stages: null,
      notes: null,
      onFailure: null,
      runsDir: null,
      strict: false,
      environment: {},
      ...more,
    },
    createGit({ startedIn }),
  );
  if (prepared.ok && prepared.value.reading.measured) {
    const { snapshot } = prepared.value.reading.change;
    open.push(() => snapshot.close());
  }
  return prepared;
}

async function prepared(startedIn: string, more: Partial<GateRequest> = {}): Promise<Preparation> {
  const result = await prepare(startedIn, more);
  if (!result.ok) throw new Error(`${result.error.where}: ${result.error.message}`);
  return result.value;
}

function budget(maxLines: number, more = ''): string {
  return `version: 1\n${more}default_pipeline: own\nstages:\n  diff-budget: { max_lines: ${maxLines} }\npipelines:\n  own: [diff-budget]\n`;
}

/** A repository whose base allows 10 lines, and a change on a branch. */
function withPolicy(policy = budget(10)): TestRepository {
  const made = repository();
  made.write('gate.yml', policy);
  made.commit('policy');
  made.branch('topic');
  return made;
}

function maxLinesOf({ config }: Preparation): number | null {
  const stage = config.stages.get('diff-budget');
  return stage?.kind === 'diff-budget' ? stage.maxLines : null;
}

describe('which policy counts', () => {
  test('on a developer’s machine the one of the work tree, and its difference is told', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(5_000));
    const given = await prepared(made.root, { base: 'main' });
    expect(maxLinesOf(given)).toBe(5_000);
    expect(given.policy).toMatchObject({ source: 'working_tree', path: 'gate.yml', changed_in_change: true });
    expect(given.policy.settings_changed).toEqual(['stages.diff-budget.max_lines: 10 → 5000']);
  });

  test('K01 in CI a change that raises its own budget is judged by the base’s', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(5_000));
    made.commit('raise');
    const given = await prepared(made.root, { base: 'main', environment: { CI: 'true' } });
    expect(maxLinesOf(given)).toBe(10);
    expect(given.policy).toMatchObject({
      source: 'base',
      ref: made.git('rev-parse', 'main'),
      path: 'gate.yml',
      changed_in_change: true,
      settings_changed: ['stages.diff-budget.max_lines: 10 → 5000'],
    });
  });

  test('K01 in CI a change that deletes the policy is judged by it', async () => {
    const made = withPolicy();
    made.remove('gate.yml');
    made.commit('delete');
    const given = await prepared(made.root, { base: 'main', environment: { GITHUB_ACTIONS: 'true' } });
    expect(maxLinesOf(given)).toBe(10);
    expect(given.policy).toMatchObject({ source: 'base', changed_in_change: true });
    expect(given.policy.settings_changed).toContain('stages.diff-budget.max_lines: 10 → 800');
  });

  test('a change that points `base` at itself is compared with the base all the same', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(10, 'base: HEAD\n'));
    made.write('a.txt', 'a\n');
    made.commit('bend');
    const given = await prepared(made.root, { environment: { CI: 'true' } });
    expect(given.reading).toMatchObject({ measured: true, change: { files: [{}, {}] } });
  });

  test('an edited policy that is invalid is refused, though the base’s counts', async () => {
    const made = withPolicy();
    made.write('gate.yml', 'version: 1\nstagse: {}\n');
    made.commit('break');
    expect(await prepare(made.root, { base: 'main', environment: { CI: 'true' } })).toMatchObject({
      ok: false,
      error: { kind: 'config', where: 'gate.yml:2' },
    });
  });

  test('a base without policy: the gate is being adopted, and that is said', async () => {
    const made = repository();
    made.write('a.txt', 'a\n');
    made.commit('start');
    made.branch('topic');
    made.write('gate.yml', budget(77));
    made.commit('adopt');
    const given = await prepared(made.root, { base: 'main', environment: { CI: 'true' } });
    expect(maxLinesOf(given)).toBe(77);
    expect(given.policy.source).toBe('working_tree');
    expect(given.warnings).toContain('the base has no policy yet: gate.yml of this change counts');
  });

  test('--policy-ref beats both; one that is no commit, or has no policy, is refused', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(5_000));
    made.commit('raise');
    expect(maxLinesOf(await prepared(made.root, { base: 'main', policyRef: 'main' }))).toBe(10);
    const environment = { CI: 'true' };
    expect(maxLinesOf(await prepared(made.root, { base: 'main', policyRef: 'topic', environment }))).toBe(
      5_000,
    );
    for (const policyRef of ['absent', '--output=pwned', '']) {
      expect(await prepare(made.root, { policyRef })).toMatchObject({
        ok: false,
        error: { kind: 'usage', where: '--policy-ref' },
      });
    }
    const empty = made.git('commit-tree', '-m', 'empty', made.git('mktree', '--missing'));
    expect(await prepare(made.root, { policyRef: empty })).toMatchObject({
      ok: false,
      error: { kind: 'usage' },
    });
  });

  test('in CI, when the base is out of reach, a green verdict would prove nothing', async () => {
    const made = withPolicy();
    made.write('a.txt', 'a\n');
    made.commit('change');
    const other = repository();
    other.write('b.txt', 'b\n');
    other.commit('elsewhere');
    made.git('fetch', '-q', other.root, 'main:unrelated');
    const environment = { CI: 'true' };
    const given = await prepared(made.root, { base: 'unrelated', environment });
    expect(given.reading.measured).toBe(false);
    expect(given.unproven).toContain('policy of the base could not be read');
    expect((await prepared(made.root, { base: 'unrelated' })).unproven).toBeNull();
  });
});

describe('commands behind the stages', () => {
  const scripts = (test: string) => `${JSON.stringify({ name: 'x', scripts: { test } })}\n`;

  test('what the change does to them is told', async () => {
    const made = withPolicy();
    made.write('package.json', scripts('jest'));
    made.commit('more');
    const given = await prepared(made.root, { base: 'main' });
    expect(given.policy.stage_commands_changed).toEqual(['package.json: script "test" added: "jest"']);
    expect(given.violation).toBeNull();
  });

  test('strict_commands of the base makes that a violation, which the change cannot switch off', async () => {
    const made = repository();
    made.write('gate.yml', budget(10, 'strict_commands: true\n'));
    made.write('package.json', scripts('jest'));
    made.commit('policy');
    made.branch('topic');
    made.write('gate.yml', budget(10));
    made.write('package.json', scripts('true'));
    made.commit('empty the tests');
    const given = await prepared(made.root, { base: 'main', environment: { CI: 'true' } });
    expect(given.violation).toBe(
      'strict_commands: this change edits what the stages run: package.json: script "test" changed: "jest" → "true"',
    );
  });
});

describe('the base', () => {
  test('the flag beats BASE_SHA, which beats the configuration', async () => {
    const made = withPolicy(budget(10, 'base: main\n'));
    made.write('a.txt', 'a\n');
    const first = made.commit('one');
    made.write('b.txt', 'b\n');
    made.commit('two');
    const sourceOf = async (more: Partial<GateRequest>) => {
      const { reading } = await prepared(made.root, more);
      return reading.measured ? [reading.change.baseSource, reading.change.files.length] : null;
    };
    const environment = { BASE_SHA: first };
    expect(await sourceOf({})).toEqual(['base in the configuration', 2]);
    expect(await sourceOf({ environment })).toEqual(['BASE_SHA', 1]);
    expect(await sourceOf({ environment, base: 'HEAD' })).toEqual(['--base', 0]);
    expect(await sourceOf({ environment: { BASE_SHA: '' } })).toEqual(['base in the configuration', 2]);
  });

  test('of a pull request: commits that landed on the base meanwhile do not count', async () => {
    const made = withPolicy();
    const old = made.git('rev-parse', 'main');
    made.write('mine.txt', 'mine\n');
    const head = made.commit('mine');
    made.checkout('main');
    made.write('theirs.txt', 'theirs\n');
    made.commit('theirs');
    made.git('merge', '-q', '--no-ff', '-m', 'merge', 'topic');
    const event = path.join(made.root, '.git', 'event.json');
    writeFileSync(event, JSON.stringify({ pull_request: { base: { sha: old }, head: { sha: head } } }));
    for (const more of [{}, { BASE_SHA: old }]) {
      const environment = {
        GITHUB_EVENT_NAME: 'pull_request',
        GITHUB_EVENT_PATH: event,
        CI: 'true',
        ...more,
      };
      const { reading } = await prepared(made.root, { environment });
      expect(reading.measured && reading.change.files.map((file) => file.path)).toEqual(['mine.txt']);
    }
  });

  test('of a push that is in no clone: not measured, which is nobody’s mistake', async () => {
    const made = withPolicy();
    const event = path.join(made.root, '.git', 'event.json');
    writeFileSync(event, JSON.stringify({ before: 'f'.repeat(40) }));
    const environment = { GITHUB_EVENT_NAME: 'push', GITHUB_EVENT_PATH: event };
    expect((await prepared(made.root, { environment })).reading.measured).toBe(false);
  });

  test('evidence of the gate is never part of the change', async () => {
    const made = withPolicy();
    made.write('.runs/main/x.json', '{}');
    made.write('evidence/x.json', '{}');
    const { reading } = await prepared(made.root, { base: 'main', runsDir: 'evidence' });
    const files = reading.measured ? reading.change.files.map(({ path }) => path) : null;
    expect(files).toEqual(['.runs/main/x.json']);
  });
});

describe('the rest of the request', () => {
  test('notes: the flag beats NOTES, which beats the pull request’s text', async () => {
    const made = withPolicy();
    const environment = { NOTES: 'Goal: from the environment' };
    const goalOf = async (more: Partial<GateRequest>) => (await prepared(made.root, more)).notes.goal;
    expect(await goalOf({ environment })).toBe('from the environment');
    expect(await goalOf({ environment, notes: 'Goal: from the flag' })).toBe('from the flag');
    expect(await goalOf({})).toBe('');
  });

  test('the folder it works in may have a configuration of its own', async () => {
    const made = withPolicy();
    made.write('web/gate.yml', budget(3));
    made.write('api/a.txt', 'a\n');
    made.commit('folders');
    const web = await prepared(made.root, { workingDirectory: 'web' });
    expect([web.policy.path, maxLinesOf(web)]).toEqual(['web/gate.yml', 3]);
    const api = await prepared(made.root, { workingDirectory: 'api' });
    expect([api.policy.path, maxLinesOf(api)]).toEqual(['gate.yml', 10]);
  });

  test('values that are wrong are refused before anything runs', async () => {
    const made = withPolicy();
    const refusals: readonly (readonly [Partial<GateRequest>, string])[] = [
      [{ task: '../x' }, '--task'],
      [{ environment: { GATE_TASK_ID: 'a/b' } }, 'GATE_TASK_ID'],
      [{ environment: { DIFF_BUDGET_MAX_LINES: '-1' } }, 'DIFF_BUDGET_MAX_LINES'],
      [{ base: 'absent' }, '--base'],
      [{ workingDirectory: '..' }, '--working-directory'],
    ];
    for (const [more, where] of refusals) {
      expect(await prepare(made.root, more)).toMatchObject({ ok: false, error: { kind: 'usage', where } });
    }
  });

  test('--fail-fast and --keep-going beat the configuration', async () => {
    const made = withPolicy();
    expect((await prepared(made.root)).config.execution.onFailure).toBe('keep-going');
    expect((await prepared(made.root, { onFailure: 'fail-fast' })).config.execution.onFailure).toBe(
      'fail-fast',
    );
  });

  test('--stages is a list of names', () => {
    expect(parseStageList(null)).toEqual({ ok: true, value: null });
    expect(parseStageList('a, b,a')).toEqual({ ok: true, value: ['a', 'b'] });
    expect(parseStageList('a,,b')).toMatchObject({ ok: false, error: { kind: 'usage', where: '--stages' } });
  });
});
