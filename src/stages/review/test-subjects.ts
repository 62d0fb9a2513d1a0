import type { ReviewFile } from './review-file.ts';

/** Shorter names are too common to tie a test to what it tests. */
const MIN_NAME_CHARS = 4;

const DEFINITION =
  /\b(?:function\*?|def|class|func|fn|fun|const|let|var|val|interface|type|enum|struct|trait|module|object|record|defp?|defmodule)\s{1,4}(?:\([^)]{0,80}\)\s{0,4})?(?:self\.)?([A-Za-z_$][\w$]{0,80})/g;

/** Methods as classes of the JVM, .NET and JavaScript write them. */
const METHOD =
  /^\s{1,40}(?:(?:public|private|protected|internal|static|async|final|override|virtual)\s{1,4}){0,4}(?:[\w<>[\],.?]{1,60}\s{1,4})?([A-Za-z_$][\w$]{0,80})\s{0,2}\([^;]{0,200}\{\s{0,4}$/;

function definedIn(code: string): readonly string[] {
  const names = [...code.matchAll(DEFINITION)].map((match) => match[1] ?? '');
  const method = METHOD.exec(code)?.[1];
  return [...names, ...(method === undefined ? [] : [method])].filter(
    (name) => name.length >= MIN_NAME_CHARS && !/^(?:test|while|switch|catch|constructor)/i.test(name),
  );
}

/** Identifiers on a line of code. */
export function namesIn(code: string): readonly string[] {
  return code.match(/[A-Za-z_$][\w$]{3,80}/g) ?? [];
}

/** What the change stops defining outside of tests: a test that names it goes with it. */
export function findRemovedNames(files: readonly ReviewFile[]): ReadonlySet<string> {
  const sources = files.filter(
    ({ traits }) => !traits.isTest && !traits.isFixture && traits.language !== null,
  );
  const removed = new Set(sources.flatMap((file) => file.removed.flatMap(({ code }) => definedIn(code))));
  if (removed.size === 0) return removed;
  for (const file of sources) {
    for (const { code } of file.added) for (const name of definedIn(code)) removed.delete(name);
  }
  return removed;
}

/** What a test file is about, by its base name in small letters: `test_price.py`, `price.spec.ts` → `price`. */
export function subjectOf(name: string): string {
  return name
    .replace(/\.[a-z0-9]{1,6}$/, '')
    .replace(/[._-](?:tests?|specs?|e2e|cy|unit|integration)$/, '')
    .replace(/(?:tests?|testcase|spec)$/, '')
    .replace(/^tests?[._-]/, '')
    .replace(/[^a-z0-9]/g, '');
}
