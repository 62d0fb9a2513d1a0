import { describe, expect, test } from '@jest/globals';
import { scrubEnvironment } from '../../src/host/environment.ts';

describe('scrubEnvironment', () => {
  test('withholds tokens, runtime variables, inputs and the files of the runner', () => {
    const withheld = [
      'GITHUB_TOKEN',
      'GH_TOKEN',
      'GITHUB_ENTERPRISE_TOKEN',
      'GH_ENTERPRISE_TOKEN',
      'ACTIONS_RUNTIME_TOKEN',
      'ACTIONS_RUNTIME_URL',
      'ACTIONS_ID_TOKEN_REQUEST_TOKEN',
      'ACTIONS_ID_TOKEN_REQUEST_URL',
      'ACTIONS_RESULTS_URL',
      'ACTIONS_CACHE_URL',
      'INPUT_GITHUB-TOKEN',
      'Input_Notes',
      'GITHUB_OUTPUT',
      'GITHUB_ENV',
      'GITHUB_PATH',
      'GITHUB_STATE',
      'GITHUB_STEP_SUMMARY',
      'GITHUB_ARTIFACTS',
      'github_token',
    ];
    expect(scrubEnvironment(Object.fromEntries(withheld.map((name) => [name, 'canary'])))).toEqual({});
  });

  test('keeps everything else as it is, and nothing that is unset', () => {
    const kept = {
      PATH: '/bin',
      HOME: '/root',
      CI: 'true',
      GITHUB_SHA: 'abc',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_PATH: '/event.json',
      NPM_TOKEN: 'x',
      EMPTY: '',
      MY_GITHUB_TOKEN_NAME: 'y',
    };
    expect(scrubEnvironment({ ...kept, GONE: undefined })).toEqual(kept);
  });
});
