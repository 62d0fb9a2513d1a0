import { afterEach, describe, expect, test } from '@jest/globals';
import { VERBS } from '../../src/commands/flags.ts';
import { runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';

const scenes = openScenes(afterEach);

describe('help and the version', () => {
  test('need no repository and no verb', async () => {
    const cwd = scenes.folder();
    const [help, short, version] = await Promise.all([
      runGate(['--help'], { cwd }),
      runGate(['-h'], { cwd }),
      runGate(['--version'], { cwd }),
    ]);
    expect([help.exitCode, help.stderr]).toEqual([0, '']);
    for (const { name } of VERBS) expect(help.stdout).toContain(`  ${name}`);
    expect(short.stdout).toBe(help.stdout);
    expect(version.stdout).toMatch(/^implementation-gate \d+\.\d+\.\d+\n$/);
  });

  test('of every verb name all its flags', async () => {
    const cwd = scenes.folder();
    const asked = await Promise.all(VERBS.map(({ name }) => runGate([name, '--help'], { cwd })));
    for (const [index, { flags, name }] of VERBS.entries()) {
      expect([name, asked[index]?.exitCode]).toEqual([name, 0]);
      for (const flag of flags) expect(asked[index]?.stdout).toContain(`--${flag.name}`);
    }
  });

  test('nothing at all is exit 2 and says where to look', async () => {
    const { exitCode, stderr } = await runGate([], { cwd: scenes.folder() });
    expect(exitCode).toBe(2);
    expect(onlyLine(stderr)).toMatch(/no command given – .*gate --help/);
  });
});
