import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { pathFromBytes } from '../../src/change/path-bytes.ts';
import { makeRepository, measure, numberedLines, summarize } from '../change/change-scenes.ts';
import { gitEnvironment } from '../fakes/git-repository.ts';

describe('submodules', () => {
  test('G10 a bump is listed, whatever .gitmodules and the configuration ignore', async () => {
    const repository = makeRepository();
    const first = repository.commit();
    repository.write('.gitmodules', '[submodule "sub"]\n\tpath = sub\n\turl = ./sub\n\tignore = all\n');
    repository.git('update-index', '--add', '--cacheinfo', `160000,${first},sub`);
    mkdirSync(path.join(repository.root, 'sub'));
    const base = repository.commit();
    repository.git('config', 'diff.ignoreSubmodules', 'all');
    repository.git('config', 'submodule.sub.ignore', 'all');
    repository.git('update-index', '--cacheinfo', `160000,${base},sub`);
    repository.git('commit', '-q', '--allow-empty', '-m', 'bump');
    for (const change of [
      await measure(repository.root, { base }),
      await measure(repository.root, { base, unattended: true }),
    ]) {
      expect(change.files).toMatchObject([
        {
          path: 'sub',
          status: 'modified',
          oldMode: '160000',
          newMode: '160000',
          oldBlob: first,
          newBlob: base,
          added: 0,
          deleted: 0,
          newBytes: 0,
        },
      ]);
    }
  });

  test('G10 G21 one that is not initialised, with or without its folder, is no removal', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    repository.git('update-index', '--add', '--cacheinfo', `160000,${base},sub`);
    repository.git('commit', '-qm', 'submodule');
    expect(summarize(await measure(repository.root, { base }))).toEqual(['A sub +0 -0']);
    mkdirSync(path.join(repository.root, 'sub'));
    expect(summarize(await measure(repository.root, { base }))).toEqual(['A sub +0 -0']);
    expect(await measure(repository.root, { base: 'HEAD' })).toMatchObject({ files: [], dirty: false });
  });
});

describe('sizes', () => {
  test('G11 a megabyte on one line, and one with bare CRs, show their bytes', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    repository.write('long.js', 'x'.repeat(1_000_000));
    repository.write('cr.js', 'x = 1\r'.repeat(160_000));
    repository.commit();
    const change = await measure(repository.root, { base });
    expect(change.files).toMatchObject([
      { path: 'cr.js', added: 1, binary: false, newBytes: 960_000 },
      { path: 'long.js', added: 1, binary: false, newBytes: 1_000_000 },
    ]);
    const lines = await change.snapshot.readLines();
    expect(lines.map((file) => file.added[0]?.text.length)).toEqual([960_000, 1_000_000]);
  });
});

describe('renames', () => {
  test('G12 a pure one is 0 lines and one with edits counts them, whatever the configuration says', async () => {
    const repository = makeRepository();
    repository.write('pure.txt', numberedLines(50, 'pure'));
    repository.write('edited.txt', numberedLines(50, 'edited'));
    const base = repository.commit();
    repository.git('mv', 'pure.txt', 'z-pure.txt');
    repository.git('mv', 'edited.txt', 'z-edited.txt');
    repository.write('z-edited.txt', `${numberedLines(49, 'edited')}new\nnew\n`);
    repository.commit();
    repository.write('order', '*z-pure*\n');
    const expected = ['A order +1 -0', 'R edited.txt → z-edited.txt +2 -1', 'R pure.txt → z-pure.txt +0 -0'];
    expect(summarize(await measure(repository.root, { base }))).toEqual(expected);
    for (const [name, value] of [
      ['diff.renames', 'false'],
      ['diff.renameLimit', '1'],
      ['diff.noprefix', 'true'],
      ['diff.mnemonicPrefix', 'true'],
      ['diff.orderFile', path.join(repository.root, 'order')],
      ['diff.algorithm', 'patience'],
      ['diff.context', '99'],
      ['diff.interHunkContext', '99'],
      ['diff.relative', 'true'],
      ['diff.suppressBlankEmpty', 'true'],
      ['diff.submodule', 'log'],
      ['diff.wsErrorHighlight', 'all'],
      ['core.quotePath', 'false'],
      ['color.ui', 'always'],
    ] as const) {
      repository.git('config', name, value);
    }
    const change = await measure(repository.root, { base });
    expect(summarize(change)).toEqual(expected);
    expect((await change.snapshot.readLines()).map((file) => [file.path, file.added.length])).toEqual([
      ['order', 1],
      ['z-edited.txt', 2],
    ]);
  });
});

describe('names', () => {
  const names = [
    ' space ',
    '"quoted"',
    'tab\there',
    'line\nbreak',
    '-n',
    '--output=x',
    ':(glob)*',
    ':x',
    'back\\slash',
    '*',
    '#',
    '!',
    'é',
    'e\u0301',
    '\u{1f600}',
    '\u001b[31m',
    '{a => b}',
    'a => b',
  ];

  test('G13 are exact: committed, renamed, changed and untracked', async () => {
    const repository = makeRepository();
    for (const name of names) repository.write(`old/${name}`, numberedLines(20, name));
    const base = repository.commit();
    for (const name of names) {
      repository.remove(`old/${name}`);
      repository.write(`new/${name}`, numberedLines(20, name));
    }
    repository.commit();
    for (const name of names) repository.write(`new/${name}`, `${numberedLines(20, name)}more\n`);
    for (const name of names) repository.write(name, 'untracked\n');
    const change = await measure(repository.root, { base });
    const renamed = change.files.filter((file) => file.status === 'renamed');
    expect(renamed.map((file) => [file.oldPath, file.path, file.added]).sort()).toEqual(
      names.map((name) => [`old/${name}`, `new/${name}`, 1]).sort(),
    );
    expect(
      change.files
        .filter((file) => file.status === 'added')
        .map((file) => file.path)
        .sort(),
    ).toEqual([...names].sort());
    const lines = await change.snapshot.readLines();
    expect(lines.map((file) => file.path)).toEqual(change.files.map((file) => file.path));
    expect(lines.every((file) => file.added.length === 1)).toBe(true);
    const files = await change.snapshot.listFiles();
    expect(files.map((file) => file.path)).toEqual(expect.arrayContaining(names));
  });

  test('G13 that are not UTF-8 survive', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    const name = Buffer.from([0x61, 0xff, 0xfe, 0x2e, 0x74]);
    writeFileSync(Buffer.concat([Buffer.from(`${repository.root}/`), name]), 'x\n');
    const untracked = await measure(repository.root, { base });
    repository.commit();
    const committed = await measure(repository.root, { base });
    for (const change of [untracked, committed]) {
      expect(change.files.map((file) => file.path)).toEqual(['a\udcff\udcfe.t']);
      expect(change.files[0]?.path).toBe(pathFromBytes(name));
      expect((await change.snapshot.readLines())[0]?.path).toBe(pathFromBytes(name));
    }
  });
});

describe('G21 contents that git would convert', () => {
  test('LFS pointers are pointers, an unchanged LFS file is none, and no filter runs', async () => {
    const repository = makeRepository();
    const content = `${'large '.repeat(5_000)}\n`;
    const digest = execFileSync('sha256sum', { input: content, encoding: 'utf8' }).slice(0, 64);
    const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${digest}\nsize ${content.length}\n`;
    const base = repository.commit();
    repository.write('.gitattributes', '*.psd filter=lfs diff=lfs merge=lfs -text\n');
    repository.write('a.psd', pointer);
    repository.write('b.psd', pointer);
    repository.commit();
    repository.git('config', 'filter.lfs.clean', 'touch pwned');
    repository.git('config', 'filter.lfs.process', 'touch pwned');
    repository.git('config', 'filter.lfs.required', 'true');
    mkdirSync(path.join(repository.root, '.git', 'lfs'));
    expect(summarize(await measure(repository.root, { base }))).toEqual([
      'A .gitattributes +1 -0',
      'A a.psd +3 -0',
      'A b.psd +3 -0',
    ]);

    repository.write('a.psd', content);
    repository.write('b.psd', `\0${content}changed`);
    const change = await measure(repository.root, { base: 'HEAD' });
    expect(summarize(change)).toEqual([`M b.psd bin ${pointer.length}→${content.length + 8}`]);
    expect(() => execFileSync('ls', [path.join(repository.root, 'pwned')], { stdio: 'ignore' })).toThrow();
  });

  test('a flip of line endings that was committed counts every line', async () => {
    const repository = makeRepository();
    repository.write('a.txt', numberedLines(30));
    const base = repository.commit();
    repository.write('a.txt', numberedLines(30).replaceAll('\n', '\r\n'));
    repository.commit();
    repository.write('.gitattributes', '* text=auto eol=lf -diff whitespace=cr-at-eol\n');
    repository.git('config', 'core.whitespace', 'cr-at-eol');
    expect(summarize(await measure(repository.root, { base }))).toEqual([
      'A .gitattributes +1 -0',
      'M a.txt +30 -30',
    ]);
  });

  test('a binary is told by its bytes', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    repository.write('big.bin', Buffer.alloc(5_000_000));
    repository.commit();
    expect((await measure(repository.root, { base })).files).toMatchObject([
      { path: 'big.bin', binary: true, added: 0, newBytes: 5_000_000 },
    ]);
  });
});

describe('what git itself can be told', () => {
  test('replace references and grafts change neither contents nor history', async () => {
    const repository = makeRepository();
    repository.write('a.txt', 'a\n');
    const base = repository.commit();
    repository.write('a.txt', numberedLines(40));
    const head = repository.commit();
    const harmless = execFileSync('git', ['hash-object', '-w', '--stdin'], {
      cwd: repository.root,
      env: gitEnvironment(),
      input: 'a\n',
      encoding: 'utf8',
    }).trim();
    repository.git('replace', repository.git('rev-parse', 'HEAD:a.txt'), harmless);
    repository.git('replace', base, head);
    repository.write('.git/info/grafts', `${head}\n`);
    const change = await measure(repository.root, { base });
    expect(summarize(change)).toEqual(['M a.txt +40 -1']);
    expect((await change.snapshot.readLines())[0]?.added).toHaveLength(40);
  });

  test('attributes of any kind hide no line', async () => {
    const repository = makeRepository();
    const base = repository.commit();
    repository.write(
      '.gitattributes',
      '* -diff binary -text linguist-generated export-ignore ident\n[attr]x -diff\n*.txt x\n',
    );
    repository.write('.git/info/attributes', '* -diff\n');
    repository.write('a.txt', numberedLines(40));
    repository.commit();
    repository.write('b.txt', numberedLines(40));
    expect(summarize(await measure(repository.root, { base }))).toEqual([
      'A .gitattributes +3 -0',
      'A a.txt +40 -0',
      'A b.txt +40 -0',
    ]);
  });
});
