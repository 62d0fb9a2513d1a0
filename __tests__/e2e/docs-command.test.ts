import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { createRepository } from '../fakes/git-repository.ts';

const repository = createRepository();
afterAll(() => repository.dispose());

repository.write('gate.yml', 'version: 1\ndefault_pipeline: own\npipelines:\n  own: [docs]\n');
repository.write('README.md', '# Start\n\n[gone](gone.md)\n');
repository.write('docs/guide.md', '# Guide\n');
repository.commit('start');

function read(name: string): string {
  return readFileSync(path.join(repository.root, name), 'utf8');
}

const CONFIGURED =
  'version: 1\ndefault_pipeline: own\nstages:\n  docs: { freshness: { registry: docs/freshness.json }, baseline: docs/docs-baseline.json }\npipelines:\n  own: [docs]\n';

describe('gate docs', () => {
  test('needs to be told what to write', async () => {
    const { exitCode, stderr } = await runGate(['docs'], { cwd: repository.root });
    expect(exitCode).toBe(2);
    expect(stderr).toContain('--write-registry');
  });

  test('starts a registry and a baseline, with which an old repository passes', async () => {
    expect((await runGate(['run'], { cwd: repository.root })).exitCode).toBe(1);
    const written = await runGate(['docs', '--write-registry', '--write-baseline'], { cwd: repository.root });
    expect(written).toMatchObject({ exitCode: 0, stderr: '' });
    expect(written.stdout).toBe(
      'written: docs/freshness.json: 2 documents; name it in the configuration: stages.docs.freshness.registry\n' +
        'written: docs/docs-baseline.json: 1 known finding; name it in the configuration: stages.docs.baseline\n',
    );
    expect(JSON.parse(read('docs/freshness.json'))).toMatchObject([
      { path: 'README.md', status: 'active' },
      { path: 'docs/guide.md', status: 'active' },
    ]);
    repository.write('gate.yml', CONFIGURED);
    repository.commit('adopt');
    repository.write('docs/more.md', '# More\n');
    await runGate(['docs', '--write-registry'], { cwd: repository.root });
    const run = await runGate(['run', '--base', 'HEAD'], { cwd: repository.root });
    expect([run.exitCode, latestManifest(repository.root).stages[0]?.status]).toEqual([0, 'passed']);
  });

  test('a new finding blocks all the same', async () => {
    repository.write('docs/more.md', '# More\n\n[also gone](nowhere.md)\n');
    const { exitCode, stdout } = await runGate(['run', '--base', 'HEAD'], { cwd: repository.root });
    expect(exitCode).toBe(1);
    expect(stdout).toContain('nowhere.md');
  });

  test('a damaged registry is not written over', async () => {
    repository.write('docs/freshness.json', '[{');
    const { exitCode, stderr } = await runGate(['docs', '--write-registry'], { cwd: repository.root });
    expect(exitCode).toBe(2);
    expect(stderr).toMatch(/^gate: docs\/freshness\.json:1: is no JSON/);
    expect(read('docs/freshness.json')).toBe('[{');
  });
});
