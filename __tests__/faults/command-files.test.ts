import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, test } from '@jest/globals';
import { readLog } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

/** The files by which a step talks to the runner. */
const NAMES = ['OUTPUT', 'ENV', 'PATH', 'STATE', 'STEP_SUMMARY', 'ARTIFACTS'].map((name) => `GITHUB_${name}`);

describe('the runner’s command files', () => {
  test('C06 a stage does not know them, and they hold nothing that it wrote', async () => {
    const folder = scenes.folder();
    const files = NAMES.map((name) => [name, path.join(folder, name)] as const);
    for (const [, file] of files) writeFileSync(file, '');
    const write = NAMES.map(
      (name) => `echo verdict=pass >> "\${${name}:-/dev/null}"; echo "${name} is \${${name}-absent}"`,
    );
    const { exitCode, root, manifest } = await scenes.play(
      { write: write.join('; ') },
      { env: { ...Object.fromEntries(files), GITHUB_ACTIONS: 'true' } },
    );
    expect(exitCode).toBe(0);
    const log = readLog(root, manifest, 'write').toString();
    for (const [name, file] of files) {
      expect(log).toContain(`${name} is absent`);
      expect(readFileSync(file, 'utf8')).not.toContain('verdict=pass');
    }
  });

  test('C08 without them nothing is printed in their place', async () => {
    for (const GITHUB_ACTIONS of ['', 'true']) {
      const { stdout, stderr } = await scenes.play({ quick: 'true' }, { env: { GITHUB_ACTIONS } });
      expect(stdout + stderr).not.toMatch(/::(?:set-output|save-state|set-env|add-path)/);
    }
  });
});
