import { describe, expect, test } from '@jest/globals';
import { isTextName, TEXT_ATTRIBUTES } from '../../src/change/text-names.ts';
import { createRepository } from '../fakes/git-repository.ts';

describe('files that people write as text', () => {
  test.each(['a.ts', 'deep/b.PY', 'x.mjs', 'Makefile', 'a/Dockerfile', 'README.md', '.gitignore.txt'])(
    '%s',
    (name) => {
      expect(isTextName(name)).toBe(true);
    },
  );

  test.each(['a.png', 'a.zip', 'a', 'tsx', 'a.ts.gz', 'Makefile/x.bin'])('not %s', (name) => {
    expect(isTextName(name)).toBe(false);
  });

  test('git, told by the attributes, means the same files', () => {
    const repository = createRepository();
    try {
      repository.write('.gitattributes', TEXT_ATTRIBUTES);
      const names = [
        'a.ts',
        'deep/b.PY',
        'x.mjs',
        'Makefile',
        'a/Dockerfile',
        'README.md',
        'a.png',
        'a',
        'a.ts.gz',
      ];
      const answers = repository.git('check-attr', 'diff', '--', ...names).split('\n');
      expect(answers.map((answer) => answer.endsWith(': set'))).toEqual(names.map(isTextName));
    } finally {
      repository.dispose();
    }
  });
});
