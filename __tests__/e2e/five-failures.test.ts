import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { type GateRun, latestManifest, readTree, runDirectoryOf, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import { createProject, NOTES, spoil } from './project.ts';

const FAILED = ['spec-guard', 'test', 'docs', 'diff-budget', 'review'];

const scenes = openScenes(afterAll);
let root: string;
let pretty: GateRun;
let markdown: GateRun;
let document: GateRun;
let manifest: RunManifest;

beforeAll(async () => {
  const project = createProject();
  scenes.later(() => project.dispose());
  spoil(project);
  root = project.root;
  const env = { NOTES };
  pretty = await runGate(['run'], { cwd: root, env });
  manifest = latestManifest(root);
  [markdown, document] = await Promise.all([
    runGate(['report', 'latest', '--format', 'markdown'], { cwd: root, env }),
    runGate(['status', '--format', 'json'], { cwd: root, env }),
  ]);
}, 60_000);

describe('a failing test, a broken link, a stale spec, 2,000 lines and a key', () => {
  test('exit 1, exactly these five stages failed', () => {
    expect([pretty.stdout, pretty.exitCode]).toEqual([pretty.stdout, 1]);
    expect(pretty.stderr).toBe('');
    expect(manifest.stages.filter(({ status }) => status === 'failed').map(({ id }) => id)).toEqual(FAILED);
    expect(manifest.stages.filter(({ status }) => status === 'passed').map(({ id }) => id)).toEqual([
      'build',
      'lint',
    ]);
    expect(manifest).toMatchObject({ status: 'failed', verdict: 'failed' });
    expect(JSON.parse(document.stdout).failed_stages).toEqual(FAILED);
  });

  test.each([
    ['spec-guard', /docs\/specs\/sum\.md[^\n]*2020-02-29/],
    ['test', /1 failed, 1 passed/],
    ['test', /6 !== 5|5 !== 6|two and three/],
    ['docs', /README\.md:6[\s\S]*docs\/guide\.md/],
    ['diff-budget', /2,?0\d\d lines[^\n]*800/],
    ['diff-budget', /data\/table\.csv/],
    ['review', /src\/upload\.mjs:1/],
    ['review', /AWS access key/i],
  ])('the report tells what is wrong with %s: %s', (id, line) => {
    // The layout may break a line at a space.
    const words = (text: string) => text.replaceAll(/ *\n +/g, ' ').replaceAll('`', '');
    expect(words(pretty.stdout)).toMatch(line);
    expect(words(markdown.stdout)).toMatch(line);
    expect(pretty.stdout).toMatch(new RegExp(`✖ ${id} · `));
  });

  test('the failures stand last, next to the verdict', () => {
    const [last, ...above] = pretty.stdout.trimEnd().split('\n').reverse();
    expect(`${above[0]} ${last}`).toMatch(/✖ failed: [a-z, -]+/);
  });

  test('the key itself is in nothing that the gate wrote', () => {
    const key = ['AKIA', 'Q3EGZ7R2', 'XW5KTNPD'].join('');
    for (const [name, bytes] of readTree(runDirectoryOf(root, manifest))) {
      expect([name, bytes.includes(key)]).toEqual([name, false]);
    }
    expect(pretty.stdout + markdown.stdout).not.toContain(key);
  });
});
