/** A repository of 2,000 Markdown files, made from those that the installed packages bring. */
import { execFileSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROOT = path.resolve(import.meta.dirname, '..');
export const FILES = 2_000;

/** Larger files are left out, so that the corpus comes to five or six megabytes. */
const MAX_FILE_BYTES = 9_000;

const CONFIG = `version: 1
stages:
  docs: { paths: ["**/*.md"] }
  spec-guard: { code: ["src/**"], specs: ["**/*.md"], max_age_days: 3650 }
pipelines:
  only-docs: [docs]
  only-specs: [spec-guard]
`;

/** Names and contents of the packages' files, in the order of their names; what is the same twice is kept once. */
function collectSources() {
  const sources = new Map();
  for (const folder of ['node_modules', path.join('bench', 'node_modules')]) {
    for (const file of globSync('**/*.md', { cwd: path.join(ROOT, folder) }).sort()) {
      let content;
      try {
        content = readFileSync(path.join(ROOT, folder, file), 'utf8');
      } catch {
        continue; // A folder that is called like a file.
      }
      if (content.length > MAX_FILE_BYTES || content.startsWith('---')) continue;
      const name = file.split(path.sep).join('/').replaceAll('node_modules/', '');
      if (!sources.has(name)) sources.set(name, content);
    }
  }
  return sources;
}

/** Makes the repository: one commit with everything, one that changes a file. Says how much there is. */
export function makeCorpus(folder, reviewed) {
  const sources = [...collectSources()];
  if (sources.length < 100) throw new Error('too few Markdown files: install the packages first');
  mkdirSync(folder, { recursive: true });
  const names = [];
  let bytes = 0;
  const write = (name, content) => {
    mkdirSync(path.dirname(path.join(folder, name)), { recursive: true });
    writeFileSync(path.join(folder, name), content);
  };
  for (let at = 0; at < FILES; at += 1) {
    const [name, content] = sources[at % sources.length];
    const copy = `copy-${String(Math.floor(at / sources.length)).padStart(2, '0')}/${name}`;
    const text = `---\nlast_review: ${reviewed}\n---\n\n${content}`;
    write(copy, text);
    names.push(copy);
    bytes += Buffer.byteLength(text);
  }
  write('gate.yml', CONFIG);
  write('.gitignore', '.runs\n.rumdl_cache\nnames\n.remarkrc.mjs\n');
  write('names', names.join('\0'));
  const git = (...args) =>
    execFileSync('git', ['-c', 'user.name=bench', '-c', 'user.email=bench@localhost', ...args], {
      cwd: folder,
    });
  git('init', '-q', '-b', 'main');
  git('add', '-A');
  git('commit', '-qm', 'start');
  writeFileSync(
    path.join(folder, names[0]),
    `${readFileSync(path.join(folder, names[0]), 'utf8')}\nOne more.\n`,
  );
  git('commit', '-qam', 'change');
  return { bytes, distinct: sources.length };
}
