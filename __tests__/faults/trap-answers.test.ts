import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { onlyLine, openScenes } from '../fakes/gate-scene.ts';
import type { TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterAll);

/** The repository of everything that is refused: nothing is left in it. */
let refusing: TestRepository;
beforeAll(() => {
  refusing = scenes.repository({ canary: 'touch ran' });
});

const BUDGET =
  'version: 1\ndefault_pipeline: own\npipelines:\n  own: [{ id: canary, run: touch ran }, diff-budget]\n';

describe('trap: a limit that is no number, replaced by the default', () => {
  test.each([
    ['DIFF_BUDGET_MAX_LINES', 'many'],
    ['DIFF_BUDGET_MAX_LINES', '1e3'],
    ['DIFF_BUDGET_MAX_LINES', '0x10'],
    ['DIFF_BUDGET_MAX_LINES', '10 lines'],
    ['DIFF_BUDGET_MAX_FILES', '-1'],
    ['DIFF_BUDGET_MAX_FILES', '2.5'],
    ['DIFF_BUDGET_MAX_FILES', 'NaN'],
    ['DIFF_BUDGET_MAX_FILES', '9'.repeat(400)],
  ])('trap: %s=%s: exit 2, nothing run', async (name, value) => {
    const made = refusing;
    made.write('gate.yml', BUDGET);
    const { exitCode, stdout, stderr } = await runGate(['run'], { cwd: made.root, env: { [name]: value } });
    expect([exitCode, stdout]).toEqual([2, '']);
    expect(onlyLine(stderr)).toMatch(new RegExp(`^gate: ${name}: `));
    expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
  });

  test.each(['many', '"800"', '1e3x', '~'])(
    'trap: max_lines: %s in the policy: exit 2, nothing run',
    async (value) => {
      const made = refusing;
      made.write('gate.yml', `${BUDGET}stages:\n  diff-budget: { max_lines: ${value} }\n`);
      const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
      expect([exitCode, onlyLine(stderr)]).toEqual([2, expect.stringMatching(/gate\.yml:6: .*max_lines/)]);
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );
});

describe('trap: a checker whose script is missing, reported as passed', () => {
  const MISSING: readonly (readonly [string, string])[] = [
    ['a script of npm', 'npm run --silent absent-check'],
    ['a file of Node', 'node scripts/absent.mjs'],
    ['a shell script', 'sh ./absent.sh'],
    ['a command', 'absent-command --check'],
    ['a path', './absent.sh'],
  ];

  test.each(MISSING)('trap: %s that is missing: exit 1, stage and command named', async (_name, run) => {
    const made = scenes.repository({ lint: run, later: 'true' });
    made.write('package.json', '{"name":"x","private":true,"scripts":{}}\n');
    const { exitCode, stdout } = await runGate(['run'], { cwd: made.root });
    expect(exitCode).toBe(1);
    expect(stdout).toMatch(/✖ failed: lint/);
    expect(stdout).toContain(run.split(' ').at(-1));
    const manifest = latestManifest(made.root);
    expect(manifest.verdict).toBe('failed');
    expect(manifest.stages[0]).toMatchObject({ id: 'lint', status: 'failed' });
  });

  test('trap: a file missing for the docs’ registry or a spec folder is not taken for a passed check', async () => {
    const made = scenes.repository({ quick: 'true' });
    made.write(
      'gate.yml',
      'version: 1\ndefault_pipeline: own\nstages:\n  docs: { freshness: { registry: docs/absent.json } }\n  spec-guard: { code: [src/**], specs: [absent/**] }\npipelines:\n  own: [spec-guard, docs]\n',
    );
    made.write('src/a.js', 'export {};\n');
    const { exitCode } = await runGate(['run', '--base', 'HEAD'], { cwd: made.root });
    expect(exitCode).not.toBe(0);
    const { verdict, stages } = latestManifest(made.root);
    expect(verdict).not.toBe('passed');
    expect(stages.map(({ status }) => status)).not.toContain('passed');
  });

  test('trap: nothing to run at all is not passed', async () => {
    const made = scenes.repository({ quick: 'true' });
    made.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [build, lint, test]\n');
    const { exitCode } = await runGate(['run'], { cwd: made.root });
    expect([exitCode, latestManifest(made.root).verdict]).toEqual([3, 'not_evaluated']);
  });
});

describe('trap: a guard that runs in dry-run mode inside the gate', () => {
  const STALE = `---\nlast_review: 2020-02-29\ncode: [src/**]\n---\n\n# Old\n`;
  const CONFIG = 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [spec-guard]\n';

  test.each(['--dry-run', '--dry-run=true', '--warn-only', '--no-fail', '--soft', '-n'])(
    'trap: the flag %s is refused',
    async (flag) => {
      const made = refusing;
      made.write('gate.yml', BUDGET);
      const { exitCode, stdout, stderr } = await runGate(['run', flag], { cwd: made.root });
      expect([exitCode, stdout]).toEqual([2, '']);
      expect(onlyLine(stderr)).toMatch(/unknown flag/);
      expect(existsSync(path.join(made.root, 'ran'))).toBe(false);
    },
  );

  test.each([
    'dry_run: true',
    'execution: { dry_run: true }',
    ...['spec-guard', 'docs', 'diff-budget', 'review'].map((id) => `stages: { ${id}: { dry_run: true } }`),
    'stages: { spec-guard: { mode: dry-run } }',
    'stages: { spec-guard: { dry-run: true } }',
  ])('trap: the setting %s is refused', async (setting) => {
    const made = refusing;
    made.write('gate.yml', `${CONFIG}${setting}\n`);
    const { exitCode, stderr } = await runGate(['run'], { cwd: made.root });
    expect([exitCode, onlyLine(stderr)]).toEqual([
      2,
      expect.stringMatching(/^gate: gate\.yml:5: .* is not a known key/),
    ]);
  });

  test('trap: no variable of the environment switches it on', async () => {
    const made = scenes.repository({ quick: 'true' });
    made.write('gate.yml', CONFIG);
    made.write('docs/specs/old.md', STALE);
    made.write('src/a.js', 'export {};\n');
    const env = {
      DRY_RUN: '1',
      SPEC_GUARD_DRY_RUN: 'true',
      GATE_DRY_RUN: 'true',
      npm_config_dry_run: 'true',
    };
    const { exitCode, stdout } = await runGate(['run', '--base', 'HEAD'], { cwd: made.root, env });
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/docs\/specs\/old\.md/)]);
  });
});
