import { chmodSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createRepository, type TestRepository } from '../fakes/git-repository.ts';
import { measure, plainLines, summarize } from './change-scenes.ts';

/** What a random edit does to one file of a small tree. */
type Edit =
  | { readonly kind: 'write'; readonly name: string; readonly lines: readonly string[]; readonly end: string }
  | { readonly kind: 'remove'; readonly name: string }
  | { readonly kind: 'link'; readonly name: string }
  | { readonly kind: 'mode'; readonly name: string }
  | { readonly kind: 'stage' };

const name = fc.constantFrom('a', 'b', 'dir/c', 'dir/deep/d', 'ü e', '-f');
const line = fc.constantFrom('one', 'two', 'three', '', '\tfour', '\0', 'cr\r', '+++ x', '@@ -1 +1 @@');
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.record({
    kind: fc.constant('write' as const),
    name,
    lines: fc.array(line, { maxLength: 12 }),
    end: fc.constantFrom('\n', ''),
  }),
  fc.record({ kind: fc.constant('remove' as const), name }),
  fc.record({ kind: fc.constant('link' as const), name }),
  fc.record({ kind: fc.constant('mode' as const), name }),
  fc.record({ kind: fc.constant('stage' as const) }),
);

function apply(repository: TestRepository, edits: readonly Edit[]): void {
  for (const one of edits) {
    if (one.kind === 'stage') {
      repository.git('add', '-A');
      continue;
    }
    if (one.kind === 'mode') {
      repository.write(one.name, 'mode\n');
      chmodSync(path.join(repository.root, one.name), 0o755);
      continue;
    }
    repository.remove(one.name);
    if (one.kind === 'write') repository.write(one.name, `${one.lines.join('\n')}${one.end}`);
    if (one.kind === 'link') repository.link(one.name, 'nowhere');
  }
}

/** `git diff --numstat` in the words of the summary. */
function numstat(repository: TestRepository, base: string): readonly string[] {
  const args = ['diff', '--numstat', '-z', '--no-renames', '--no-ext-diff', `${base}...HEAD`];
  return repository
    .git(...args)
    .split('\0')
    .filter((record) => record !== '')
    .map((record) => record.replaceAll('\t', ' '))
    .sort();
}

test('what is not committed yet measures like the commit that it becomes, and like git counts it', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(edit, { maxLength: 8 }),
      fc.array(edit, { maxLength: 8 }),
      async (before, after) => {
        const repository = createRepository();
        try {
          apply(repository, before);
          const base = repository.commit();
          apply(repository, after);
          const dirty = await measure(repository.root, { base });
          repository.commit();
          const committed = await measure(repository.root, { base });
          expect(summarize(dirty)).toEqual(summarize(committed));
          expect(dirty.diffDigest).toBe(committed.diffDigest);
          expect(plainLines(await dirty.snapshot.readLines())).toEqual(
            plainLines(await committed.snapshot.readLines()),
          );
          expect(await dirty.snapshot.listFiles()).toEqual(await committed.snapshot.listFiles());
          if (committed.files.some((file) => file.status === 'renamed')) return;
          const ours = committed.files.map((file) =>
            file.binary ? `- - ${file.path}` : `${file.added} ${file.deleted} ${file.path}`,
          );
          expect(ours.sort()).toEqual(numstat(repository, base));
        } finally {
          repository.dispose();
        }
      },
    ),
    { numRuns: 10 },
  );
});
