import { afterEach, describe, expect, test } from '@jest/globals';
import { readLog } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

/** What a job hands to an action and its steps; every value has the canary in it. */
const CANARY = 'canary4e1b';
const WITHHELD = [
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'INPUT_GITHUB-TOKEN',
  'INPUT_TOKEN',
  'ACTIONS_RUNTIME_TOKEN',
  'ACTIONS_RUNTIME_URL',
  'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
  'ACTIONS_ID_TOKEN_REQUEST_URL',
  'ACTIONS_RESULTS_URL',
  'ACTIONS_CACHE_URL',
  'actions_cache_service_v2',
] as const;

describe('S01 what a stage inherits', () => {
  test('S01 no token, runtime, identity, results or cache variable; everything else stays', async () => {
    const env = {
      ...Object.fromEntries(WITHHELD.map((name) => [name, `${CANARY}-${name.toLowerCase()}`])),
      GITHUB_SHA: 'stays-1',
      RUNNER_OS: 'stays-2',
      CI: 'true',
    };
    const { exitCode, root, manifest } = await scenes.play(
      // The shell keeps what it cannot name, so the environment is read where the system keeps it.
      { env: "env; tr '\\0' '\\n' < /proc/self/environ", extra: { run: 'env', env: { EXTRA: 'given' } } },
      { env },
    );
    expect(exitCode).toBe(0);
    const seen = readLog(root, manifest, 'env').toString();
    for (const name of WITHHELD) expect(seen).not.toContain(`${name}=`);
    expect(seen).not.toContain(CANARY);
    for (const line of ['GITHUB_SHA=stays-1', 'RUNNER_OS=stays-2', 'CI=true']) expect(seen).toContain(line);
    const extra = readLog(root, manifest, 'extra').toString();
    expect(extra).toContain('EXTRA=given');
    expect(extra).not.toContain(CANARY);
  });
});
