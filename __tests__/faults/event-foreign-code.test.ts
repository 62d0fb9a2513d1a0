import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterEach);

interface PullRequest {
  readonly made: TestRepository;
  readonly base: string;
  readonly head: string;
}

/** A pull request whose stage leaves a file; its head is checked out. */
function makePullRequest(): PullRequest {
  const made = createRepository();
  scenes.later(() => made.dispose());
  made.write(
    'gate.yml',
    'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran }]\n',
  );
  const base = made.commit('policy');
  made.branch('topic');
  made.write('mine.txt', 'mine\n');
  return { made, base, head: made.commit('mine') };
}

/** The payload that each of the two events has. */
function payloadOf(name: string, { base, head }: PullRequest, followed = 'pull_request'): unknown {
  return name === 'workflow_run'
    ? { workflow_run: { event: followed, head_sha: head } }
    : { pull_request: { number: 7, base: { sha: base }, head: { sha: head } } };
}

/** A job of the event. A process that is not git's would be seen by the file it leaves. */
async function runEvent({ made }: PullRequest, name: string, payload: unknown, args: readonly string[] = []) {
  const file = path.join(scenes.folder(), 'event.json');
  writeFileSync(file, JSON.stringify(payload));
  const env = { CI: 'true', GITHUB_EVENT_NAME: name, GITHUB_EVENT_PATH: file, BASE_SHA: 'main' };
  const run = await runGate(['run', ...args], { cwd: made.root, env });
  return { ...run, ran: existsSync(path.join(made.root, 'ran')) };
}

describe.each(['pull_request_target', 'workflow_run'])('K14 %s, whose jobs hold secrets', (name) => {
  test('K14 with the pull request’s head checked out: exit 2, nothing run, no evidence', async () => {
    const request = makePullRequest();
    const { exitCode, stdout, stderr, ran } = await runEvent(request, name, payloadOf(name, request));
    expect([exitCode, stdout, ran]).toEqual([2, '', false]);
    expect(onlyLine(stderr)).toMatch(new RegExp(`^gate: .*pull request.*${name}.*secrets`));
    expect(existsSync(path.join(request.made.root, '.runs'))).toBe(false);
  });

  test('K14 with a branch, a merge commit or a task of its own: the same', async () => {
    const request = makePullRequest();
    const { made } = request;
    const attempts: readonly (() => void)[] = [
      () => made.git('checkout', '-q', '--detach'),
      () => {
        made.git('checkout', '-q', '--detach', 'main');
        made.git('merge', '-q', '--no-ff', '--no-edit', 'topic');
      },
    ];
    for (const attempt of attempts) {
      attempt();
      const { exitCode, ran } = await runEvent(request, name, payloadOf(name, request), ['--task', 'other']);
      expect([exitCode, ran]).toEqual([2, false]);
    }
  });

  test('K14 with the base checked out, as the platform does: a verdict is given', async () => {
    const request = makePullRequest();
    request.made.git('checkout', '-q', '--detach', 'main');
    const { exitCode, ran } = await runEvent(request, name, payloadOf(name, request));
    expect([exitCode, ran]).toEqual([0, true]);
    expect(latestManifest(request.made.root)).toMatchObject({ verdict: 'passed', change: { event: name } });
  });
});

describe('K14 what is no foreign code', () => {
  test('K14 workflow_run after a push: what was pushed is the repository’s own', async () => {
    const request = makePullRequest();
    const { exitCode, ran } = await runEvent(
      request,
      'workflow_run',
      payloadOf('workflow_run', request, 'push'),
    );
    expect([exitCode, ran]).toEqual([0, true]);
  });

  test('K14 pull_request with its head checked out: its jobs hold no secrets', async () => {
    const request = makePullRequest();
    const { exitCode, ran } = await runEvent(request, 'pull_request', payloadOf('pull_request', request));
    expect([exitCode, ran]).toEqual([0, true]);
  });
});
