import { afterEach, describe, expect, test } from '@jest/globals';
import { latestManifest, runGate } from '../fakes/built-gate.ts';
import { openScenes } from '../fakes/gate-scene.ts';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

const scenes = openScenes(afterEach);

const MANY = Array.from({ length: 2_000 }, (_, row) => `export const value${row} = ${row};\n`).join('');

/** A policy that looks at the size of a change and at nothing else. */
function budget(maxLines: number, more = ''): string {
  return `version: 1\n${more}default_pipeline: own\nstages:\n  diff-budget: { max_lines: ${maxLines} }\npipelines:\n  own: [diff-budget]\n`;
}

/** A repository whose base allows 50 lines, at a branch that has no commit of its own yet. */
function withPolicy(more = '', files: Readonly<Record<string, string>> = {}): TestRepository {
  const made = createRepository();
  scenes.later(() => made.dispose());
  made.write('gate.yml', budget(50, more));
  for (const [name, content] of Object.entries(files)) made.write(name, content);
  made.commit('policy');
  made.branch('topic');
  return made;
}

/** Runs the gate as a workflow does. The layout may break a line at a space. */
async function judge({ root }: TestRepository, more: Readonly<Record<string, string>> = {}) {
  const run = await runGate(['run'], { cwd: root, env: { CI: 'true', BASE_SHA: 'main', ...more } });
  return { ...run, words: run.stdout.replaceAll(/ *\n +/g, ' '), manifest: latestManifest(root) };
}

describe('2,000 lines against a policy of 50', () => {
  test('K01 the change raises its own budget: exit 1 by the base’s, and the edit is named', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(5_000));
    made.write('src/many.js', MANY);
    made.commit('raise');
    const { exitCode, words, manifest } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
    expect(words).toContain('it is judged by the old one');
    expect(words).toContain('stages.diff-budget.max_lines: 50 → 5000');
    expect(manifest).toMatchObject({
      verdict: 'failed',
      policy: { source: 'base', ref: made.git('rev-parse', 'main'), changed_in_change: true },
    });
  });

  test('K01 the change deletes the policy: exit 1 by the base’s, and the edit is named', async () => {
    const made = withPolicy();
    made.remove('gate.yml');
    made.write('src/many.js', MANY);
    made.commit('delete');
    const { exitCode, words, manifest } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
    expect(words).toContain('it is judged by the old one');
    expect(words).toContain('stages.diff-budget.max_lines: 50 → 800');
    expect(words).toContain('pipelines.own: ["diff-budget"] → not set');
    expect(manifest.policy).toMatchObject({ source: 'base', path: 'gate.yml', changed_in_change: true });
  });

  test('K01 the change moves the policy to a place that counts first: exit 1, and the edit is named', async () => {
    const made = withPolicy();
    made.remove('gate.yml');
    made.write('.github/gate.yml', budget(5_000));
    made.write('src/many.js', MANY);
    made.commit('move');
    const { exitCode, words, manifest } = await judge(made);
    expect([exitCode, manifest.policy.source]).toEqual([1, 'base']);
    expect(words).toContain('stages.diff-budget.max_lines: 50 → 5000');
  });

  test('K01 the change ignores its own files and points the base at itself: exit 1', async () => {
    const made = withPolicy();
    made.write('gate.yml', budget(50, 'base: HEAD\n').replace('50 }', '50, ignore: [src/**] }'));
    made.write('src/many.js', MANY);
    made.commit('ignore');
    const { exitCode, words } = await judge(made, { BASE_SHA: '' });
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
    expect(words).toContain('base: "auto" → "HEAD"');
    expect(words).toContain('stages.diff-budget.ignore');
  });

  test.each(['* -diff', '* binary', '* linguist-generated', '*.js -text diff=none linguist-vendored=true'])(
    'trick: .gitattributes with "%s" hides no line, and is quoted',
    async (attributes) => {
      const made = withPolicy();
      made.write('.gitattributes', `${attributes}\n`);
      made.write('src/many.js', MANY);
      made.commit('attributes');
      const { exitCode, words } = await judge(made);
      expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
      expect(words).toMatch(/\.gitattributes:1/);
      expect(words).toContain(`"${attributes}"`);
    },
  );

  test.each([
    ['at its start, so that git takes it for binary', `// \0\n${MANY}`],
    ['in the middle of it', MANY.replace('value9 ', 'value9\0 ')],
    ['at its end, where git does not look', `${MANY}// \0\n`],
  ])('trick: a NUL byte in a source file, %s, hides no line, and is named', async (_where, content) => {
    const made = withPolicy();
    made.write('src/many.js', content);
    made.commit('nul');
    const { exitCode, words } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
    expect(words).toMatch(/src\/many\.js contains a NUL/);
  });

  test('trick: a NUL byte hides no key from the review', async () => {
    const made = withPolicy();
    // Put together here, so that nobody who scans this file finds a key.
    const key = ['AKIA', 'Q3EGZ7R2', 'XW5KTNPD'].join('');
    made.write('src/Upload.MJS', `// \0\nexport const accessKeyId = '${key}';\n`);
    made.commit('nul');
    const { exitCode, stdout } = await runGate(['run', 'docs-review', '--stages', 'review'], {
      cwd: made.root,
      env: { BASE_SHA: 'main' },
    });
    expect([exitCode, stdout]).toEqual([1, expect.stringMatching(/src\/Upload\.MJS:2/)]);
    expect(stdout).not.toContain(key);
  });

  test('trick: git replace of the base, the head and the file hides no line, and is named', async () => {
    const made = withPolicy('', { 'src/many.js': 'export {};\n' });
    const base = made.git('rev-parse', 'HEAD');
    made.write('src/many.js', MANY);
    const head = made.commit('many');
    made.git('replace', made.git('rev-parse', 'HEAD:src/many.js'), made.git('rev-parse', 'main:src/many.js'));
    made.git('replace', base, head);
    const { exitCode, words } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/200\d lines of 50/)]);
    expect(words).toMatch(/git replace/);
  });

  test('trick: git replace in packed references is named, too', async () => {
    const made = withPolicy('', { 'src/many.js': 'export {};\n' });
    made.write('src/many.js', MANY);
    made.commit('many');
    made.git('replace', made.git('rev-parse', 'HEAD:src/many.js'), made.git('rev-parse', 'main:src/many.js'));
    made.git('pack-refs', '--all');
    const { exitCode, words } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(/git replace/)]);
  });
});

describe('a change that empties "npm test"', () => {
  const scripts = (test: string) => `${JSON.stringify({ name: 'x', scripts: { test } })}\n`;
  const TOLD = /package\.json: script "test" changed: "node check\.js" → "true"/;

  test('trick: with strict_commands of the base exit 1, and the edit is named', async () => {
    const made = withPolicy('strict_commands: true\n', { 'package.json': scripts('node check.js') });
    made.write('gate.yml', budget(50));
    made.write('package.json', scripts('true'));
    made.commit('empty');
    const { exitCode, words, manifest } = await judge(made);
    expect([exitCode, words]).toEqual([1, expect.stringMatching(TOLD)]);
    expect(words).toContain('strict_commands');
    expect(manifest).toMatchObject({ verdict: 'failed', status: 'failed' });
  });

  test('trick: without it the report and the manifest list the edit', async () => {
    const made = withPolicy('', { 'package.json': scripts('node check.js') });
    made.write('package.json', scripts('true'));
    made.commit('empty');
    const { exitCode, words, manifest } = await judge(made);
    expect([exitCode, words]).toEqual([0, expect.stringMatching(TOLD)]);
    expect(manifest.policy.stage_commands_changed).toEqual([expect.stringMatching(TOLD)]);
  });
});
