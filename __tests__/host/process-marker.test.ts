import { describe, expect, test } from '@jest/globals';
import { assertRunMarker, markEnvironment, RUNS_VARIABLE } from '../../src/host/process-marker.ts';
import { newRunId } from '../../src/kernel/ids.ts';

describe('run markers', () => {
  test('a run id is one', () => {
    expect(() => assertRunMarker(newRunId(0))).not.toThrow();
  });

  test.each(['', ' ', 'a', 'two words here', 'a'.repeat(200), 'line\nbreak-in-it', 'nul\0nul-nul'])(
    'what could match processes of others is refused: %j',
    (marker) => {
      expect(() => assertRunMarker(marker)).toThrow('cannot mark a run');
    },
  );

  test('a gate inside a stage adds its own to the outer ones', () => {
    const outer = markEnvironment({ PATH: '/bin' }, 'outer-run');
    expect(outer).toEqual({ PATH: '/bin', [RUNS_VARIABLE]: 'outer-run' });
    expect(markEnvironment(outer, 'inner-run')[RUNS_VARIABLE]).toBe('outer-run inner-run');
  });
});
