import { createRepository, type TestRepository } from '../fakes/git-repository.ts';

/** Notes as an author writes them. */
export const NOTES = 'Goal: add numbers | Summary: sums of lists | Risks: none known | Questions: none';

const CONFIG = `version: 1
stages:
  build: { run: node scripts/build.mjs }
  lint: { run: node scripts/lint.mjs }
  test: { run: node --test, tests: { min: 1 } }
  spec-guard: { code: [src/**], specs: [docs/specs/**], max_age_days: 30 }
  diff-budget: { max_files: 25, max_lines: 800 }
`;

const BUILD = `import { mkdirSync, copyFileSync } from 'node:fs';
mkdirSync('dist', { recursive: true });
copyFileSync('src/sum.mjs', 'dist/sum.mjs');
process.stdout.write('built dist/sum.mjs\\n');
`;

const LINT = `import { readFileSync } from 'node:fs';
const tabs = readFileSync('src/sum.mjs', 'utf8').includes('\\t');
process.stdout.write(tabs ? 'tabs are not taken\\n' : 'nothing to complain about\\n');
process.exitCode = tabs ? 1 : 0;
`;

const README = `# Sums

[What is promised](docs/specs/sum.md), and [how it rounds](docs/specs/sum.md#rounding).
Build with \`node scripts/build.mjs\`.
`;

/** Today as a review date. */
export function today(): string {
  return new Date().toISOString().slice(0, 10);
}

export function spec(reviewed: string, text: string): string {
  return `---\nlast_review: ${reviewed}\ncode: [src/**]\n---\n\n# Sum\n\n${text}\n\n## Rounding\n\nNone.\n`;
}

/** A test of the project; `expected` is what two and three make. */
export function sumTest(expected: number): string {
  return `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sum } from '../src/sum.mjs';

test('two and three', () => assert.equal(sum([2, 3]), ${expected}));
test('nothing', () => assert.equal(sum([]), 0));
`;
}

const FILES: Readonly<Record<string, string>> = {
  'gate.yml': CONFIG,
  '.gitignore': 'dist/\n',
  'README.md': README,
  'scripts/build.mjs': BUILD,
  'scripts/lint.mjs': LINT,
  'src/sum.mjs': 'export const sum = (a, b) => a + b;\n',
};

/**
 * A small project of every kind of file that the seven stages look at, with one good change since its first commit:
 * code, its test and its spec.
 */
export function createProject(): TestRepository {
  const made = createRepository();
  for (const [name, content] of Object.entries(FILES)) made.write(name, content);
  made.write('docs/specs/sum.md', spec(today(), 'Adds two numbers.'));
  made.commit('start');
  made.branch('topic/sums');
  made.write('src/sum.mjs', 'export const sum = (numbers) => numbers.reduce((a, b) => a + b, 0);\n');
  made.write('test/sum.test.mjs', sumTest(5));
  made.write('docs/specs/sum.md', spec(today(), 'Adds the numbers of a list.'));
  made.commit('sums of lists');
  return made;
}

/** Five things that are wrong, one for each stage but build and lint. */
export function spoil(project: TestRepository): void {
  // Put together here, so that nobody who scans this file finds a key.
  const key = ['AKIA', 'Q3EGZ7R2', 'XW5KTNPD'].join('');
  project.write('test/sum.test.mjs', sumTest(6));
  project.write('README.md', `${README}\nSee [the guide](docs/guide.md).\n`);
  project.write('docs/specs/sum.md', spec('2020-02-29', 'Adds the numbers of a list.'));
  project.write(
    'data/table.csv',
    Array.from({ length: 2_000 }, (_, row) => `${row},${row * row}\n`).join(''),
  );
  project.write('src/upload.mjs', `export const accessKeyId = '${key}';\n`);
  project.commit('five mistakes');
}
