import { formatByteSize } from '../../kernel/byte-size.ts';
import { plural } from '../../kernel/text.ts';
import { baseName } from './path-traits.ts';
import { quoteText } from './quoted-text.ts';
import type { ReviewFile } from './review-file.ts';
import type { ReviewInput } from './review-input.ts';
import { type Draft, draft, type Rule } from './rule.ts';

/** 500 KB. */
const MAX_BINARY_BYTES = 500_000;

const LARGE_BINARY: Rule = {
  id: 'review/large-binary',
  priority: 2,
  title: 'Large binary',
  looksFor:
    'A binary of more than 500 KB (500,000 bytes) that is added, or gets new contents. It stays in the history for ever.',
  mend: 'Make it smaller, keep it in an artifact store, or track it with Git LFS.',
  hit: 'assets/demo.mp4 added, 12 MiB',
  nearMiss: 'assets/logo.png added, 40 KiB',
};

const EXECUTABLE: Rule = {
  id: 'review/executable-bit',
  priority: 2,
  title: 'File made executable',
  looksFor: 'A file whose mode becomes 100755 and that is no script with a `#!` line.',
  mend: 'Take the bit away (git update-index --chmod=-x) unless the file is meant to be run.',
  hit: 'data/table.csv 100644 → 100755',
  nearMiss: 'scripts/deploy.sh added as 100755, beginning with #!/bin/sh',
};

const SYMLINK: Rule = {
  id: 'review/symlink-escape',
  priority: 2,
  title: 'Symbolic link leaves the repository',
  looksFor: 'A symbolic link whose target is absolute, lies outside of the repository or inside of `.git`.',
  mend: 'Link to a file of the repository, by a relative path.',
  hit: 'config → /etc/passwd',
  nearMiss: 'docs/README.md → ../README.md',
};

const SUBMODULE: Rule = {
  id: 'review/submodule-moved',
  priority: 2,
  title: 'Submodule moved',
  looksFor:
    'A submodule that is added or points to another commit, and an address or path that changes in `.gitmodules`.',
  mend: 'Check that the commit is the one meant and that it is reachable from a branch of the submodule.',
  hit: 'vendor/lib 1a2b3c4 → 5d6e7f8',
  nearMiss: 'vendor/lib removed',
};

const GENERATED: Rule = {
  id: 'review/generated-edited',
  priority: 3,
  title: 'Generated file edited',
  looksFor:
    'A file that says a tool wrote it (by name or header) and changes while nothing it could be made from does.',
  mend: 'Change the source and generate the file again.',
  hit: 'api/service.pb.go changed, no .proto',
  nearMiss: 'api/service.proto and api/service.pb.go changed',
};

const UNTESTED: Rule = {
  id: 'review/source-without-test',
  priority: 3,
  title: 'Source changed, no test changed',
  looksFor:
    'Code that gains lines while no test does, in a repository that has tests. One finding for the whole change.',
  mend: 'Add or change a test that fails without the change.',
  hit: 'src/price.ts changed',
  nearMiss: 'src/price.ts and src/price.test.ts changed',
};

export const FILE_RULES: readonly Rule[] = [
  LARGE_BINARY,
  EXECUTABLE,
  SYMLINK,
  SUBMODULE,
  GENERATED,
  UNTESTED,
];

function wholeFile(rule: Rule, path: string, title: string): Draft {
  return draft(rule, { path, title, identity: title });
}

function checkBinary({ file, path }: ReviewFile): readonly Draft[] {
  if (!file.binary || file.newBytes <= MAX_BINARY_BYTES || file.newBlob === file.oldBlob) return [];
  return [wholeFile(LARGE_BINARY, path, `${LARGE_BINARY.title}: ${formatByteSize(file.newBytes)}`)];
}

function isScript({ head, added }: ReviewFile): boolean {
  return head.startsWith('#!') || (added[0]?.line === 1 && added[0].text.startsWith('#!'));
}

function checkMode(of: ReviewFile): readonly Draft[] {
  const { file, path } = of;
  if (file.newMode !== '100755' || file.oldMode === '100755' || isScript(of)) return [];
  const was = file.oldMode === '000000' ? 'added as executable' : 'made executable';
  const what = file.binary ? 'Binary' : 'File without a #! line';
  return [wholeFile(EXECUTABLE, path, `${what} ${was}`)];
}

/** Where a link leads, by its text alone; null when it stays inside. */
function explainEscape(path: string, target: string): string | null {
  if (/^(?:\/|[A-Za-z]:[\\/]|\\\\|~)/.test(target)) return 'an absolute path';
  const parts = path.split('/').slice(0, -1);
  for (const part of target.split(/[\\/]/)) {
    if (part === '' || part === '.') continue;
    if (part !== '..') parts.push(part);
    else if (parts.pop() === undefined) return 'outside of the repository';
  }
  return parts.some((part) => part.toLowerCase() === '.git') ? 'inside of .git' : null;
}

function checkLink({ file, path }: ReviewFile, input: ReviewInput): readonly Draft[] {
  const target = file.newMode === '120000' ? input.sides.get(path)?.newText : null;
  if (target === null || target === undefined) return [];
  const where = explainEscape(path, target);
  if (where === null) return [];
  return [wholeFile(SYMLINK, path, `Symbolic link to "${quoteText(target, 100)}", ${where}`)];
}

function shortId(id: string | null): string {
  return id === null ? '' : id.slice(0, 10);
}

function checkSubmodule({ file, path, added }: ReviewFile): readonly Draft[] {
  if (file.newMode === '160000' && file.newBlob !== file.oldBlob) {
    const isNew = file.oldMode !== '160000';
    const what = isNew ? 'Submodule added at' : `Submodule moved from ${shortId(file.oldBlob)} to`;
    return [wholeFile(SUBMODULE, path, `${what} ${shortId(file.newBlob)}`)];
  }
  if (baseName(path) !== '.gitmodules') return [];
  return added
    .filter(({ text }) => /^\s*(?:url|path)\s{0,4}=/.test(text))
    .map(({ line, text }) =>
      draft(SUBMODULE, {
        path,
        line,
        identity: text,
        title: `.gitmodules: ${quoteText(text, 100)}`,
      }),
    );
}

/** Hand-written files that something could be generated from: all but documents, tests and lockfiles. */
function isPossibleSource({ traits, isGenerated, file }: ReviewFile): boolean {
  if (isGenerated || traits.isProse || traits.isLockfile || traits.isTest || traits.isVendored) return false;
  return !file.binary;
}

function checkGenerated(files: readonly ReviewFile[]): readonly Draft[] {
  if (files.some(isPossibleSource)) return [];
  return files
    .filter(({ file, isGenerated, traits, added }) => {
      const isEdited = file.status === 'modified' && added.length > 0;
      return isEdited && isGenerated && !traits.isLockfile && !traits.isVendored && !traits.isFixture;
    })
    .map(({ path }) => wholeFile(GENERATED, path, `${GENERATED.title}, and nothing it could be made from`));
}

/** Declarations, configuration and data have no behaviour of their own. */
const NO_BEHAVIOUR =
  /\.d\.[cm]?ts$|\.config\.[cm]?[jt]s$|(?:^|\/)(?:__init__|setup|conftest)\.py$|\.(?:vue|svelte|astro)$/;

function isTestable({ traits, isGenerated, path, file }: ReviewFile): boolean {
  const family = traits.language?.family ?? 'other';
  if (family === 'other' || family === 'shell' || isGenerated || NO_BEHAVIOUR.test(path)) return false;
  if (traits.isTest || traits.isFixture || traits.isVendored || traits.isTool) return false;
  return file.status !== 'deleted';
}

function isTestChange({ traits, file }: ReviewFile): boolean {
  return (traits.isTest || traits.isFixture) && file.status !== 'deleted';
}

function checkTested(files: readonly ReviewFile[], hasTests: boolean): readonly Draft[] {
  if (!hasTests || files.some(isTestChange)) return [];
  const sources = files.filter(
    (file) => isTestable(file) && file.added.some(({ code, isMoved }) => !isMoved && /\w/.test(code)),
  );
  const largest = sources.toSorted((a, b) => b.added.length - a.added.length)[0];
  if (largest === undefined) return [];
  const title = `${plural(sources.length, 'source file')} changed and no test`;
  return [draft(UNTESTED, { path: largest.path, title, identity: '' })];
}

/** Whether a tree has tests at all. */
export type IsTest = (path: string) => boolean;

/** What files are and how they change, apart from their lines. */
export function checkFiles(input: ReviewInput, isTest: IsTest): readonly Draft[] {
  const hasTests = input.newTree.some(({ path }) => isTest(path));
  const single = input.files.flatMap((file) => [
    ...checkBinary(file),
    ...checkMode(file),
    ...checkLink(file, input),
    ...checkSubmodule(file),
  ]);
  return [...single, ...checkGenerated(input.files), ...checkTested(input.files, hasTests)];
}
