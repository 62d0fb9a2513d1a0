import { describe, expect, test } from '@jest/globals';
import {
  configFailure,
  describeFailure,
  evaluationFailure,
  failureExitCode,
  storageFailure,
  usageFailure,
} from '../../src/kernel/failure.ts';

describe('failures', () => {
  test('read as one line: where, what, how to mend it', () => {
    const failure = configFailure('unknown key "timout"', {
      where: '.github/gate.yml:7',
      mend: 'did you mean "timeout"?',
    });
    expect(describeFailure(failure)).toBe(
      '.github/gate.yml:7: unknown key "timout" – did you mean "timeout"?',
    );
  });

  test('stay on one line whatever is quoted', () => {
    expect(describeFailure(usageFailure('bad\nname\u001b[2J'))).toBe('bad\\x0aname\\x1b[2J');
  });

  test('map to the documented exit codes', () => {
    expect(
      [usageFailure('a'), configFailure('a'), evaluationFailure('a'), storageFailure('a')].map(
        failureExitCode,
      ),
    ).toEqual([2, 2, 3, 3]);
  });
});
