import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import {
  configFlag,
  configValue,
  formatGitConfig,
  parseConfigList,
  parseGitConfig,
} from '../../src/change/git-config.ts';
import { makeRepository } from './change-scenes.ts';

const TYPICAL = `# made by hand
[core]
\trepositoryformatversion = 0
\tfilemode = false   ; on a stick
\tbare
[remote "origin"]
\turl = https://example.org/a b.git
\tfetch = +refs/heads/*:refs/remotes/origin/*
\tfetch = "+refs/tags/*:refs/tags/*"
[branch "feature/\\"x\\"\\\\y"] remote = origin
\tmerge = refs/heads/feature
[old.Style]
\tKey = one \\
 two
\tquoted = " a # b ; c " tail
\tescapes = "tab\\there\\nline\\\\\\""
\tempty =
`;

function list(values: ReadonlyMap<string, readonly string[]> | null): [string, string][] {
  return [...(values ?? [])].flatMap(([key, all]) => all.map((value): [string, string] => [key, value]));
}

describe('reading', () => {
  test('what git reads from the same file', () => {
    const repository = makeRepository();
    const file = path.join(repository.root, 'settings');
    writeFileSync(file, TYPICAL);
    const git = parseConfigList(`${repository.git('config', '--file', file, '--list', '-z')}`);
    expect(list(parseGitConfig(TYPICAL)).sort()).toEqual(list(git).sort());
    expect(parseGitConfig(TYPICAL.replaceAll('\n', '\r\n'))).toEqual(parseGitConfig(TYPICAL));
  });

  test.each([
    ['an include', '[include]\n path = x\n'],
    ['a conditional include', '[includeIf "gitdir:/x"]\n path = x\n'],
    ['a name without a section', 'a = b\n'],
    ['an open quote', '[a]\n b = "c\n'],
    ['an unknown escape', '[a]\n b = \\q\n'],
    ['a broken header', '[a\n b = c\n'],
    ['a name with an underscore', '[a]\n b_c = d\n'],
    ['rubbish after a name', '[a]\n b c\n'],
  ])('%s is left to git', (_name, text) => {
    expect(parseGitConfig(text)).toBeNull();
  });

  test('flags as git understands them', () => {
    const config = parseGitConfig(
      '[a]\n on\n yes = YES\n one = 1\n no = off\n zero = 0\n empty =\n odd = maybe\n',
    );
    const flags = ['on', 'yes', 'one', 'no', 'zero', 'empty', 'odd', 'absent'].map((name) =>
      config === null ? undefined : configFlag(config, `a.${name}`),
    );
    expect(flags).toEqual([true, true, true, false, false, false, null, null]);
  });

  test('the last value counts', () => {
    const config = parseGitConfig('[a]\n b = 1\n[A]\n B = 2\n');
    expect(config === null ? undefined : configValue(config, 'a.b')).toBe('2');
  });

  test('random text never breaks it', () => {
    const piece = fc.constantFrom(
      '[',
      ']',
      '"',
      '\\',
      '=',
      '#',
      ';',
      '\n',
      ' ',
      'a',
      'b.c',
      '[a]\n',
      'x = y\n',
      '\0',
      'é',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
        const config = parseGitConfig(pieces.join(''));
        expect(config === null || config instanceof Map).toBe(true);
      }),
    );
  });
});

test('what is written is what is read', () => {
  const text = fc.string({ unit: 'binary', maxLength: 20 }).map((value) => value.replace(/[\0\r]/g, ''));
  fc.assert(
    fc.property(
      text,
      text.map((value) => value.replaceAll('\n', '')),
      (value, subsection) => {
        const written = formatGitConfig([{ section: 'a', subsection, name: 'b', value }]);
        expect(list(parseGitConfig(written))).toEqual([[`a.${subsection}.b`, value]]);
      },
    ),
  );
});
