// biome-ignore-all lint/suspicious/noTemplateCurlyInString: source code of other languages

import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { languageOf } from '../../../src/stages/review/language.ts';
import { maskSource } from '../../../src/stages/review/source-mask.ts';

function mask(
  file: string,
  text: string,
): { readonly code: readonly string[]; readonly comment: readonly string[] } {
  const language = languageOf(file);
  if (language === null) throw new Error(`no language for ${file}`);
  const masked = maskSource(text, language);
  const lines = Array.from({ length: masked.lineCount }, (_, index) => index);
  return { code: lines.map((at) => masked.codeAt(at)), comment: lines.map((at) => masked.commentAt(at)) };
}

describe('code, text and comments', () => {
  test.each([
    ['a.ts', "const a = 'x // y'; // z", "const a = '      ';     ", '// z'],
    ['a.ts', 'f(`a ${b + `c`} d`); /* e */', 'f(`  ${b + ` `}  `);        ', '/* e */'],
    ['a.js', 'x = /["\'`]/.test(y) / 2; // q', 'x = /     /.test(y) / 2;     ', '// q'],
    ['a.js', 'a = b / c; d = e / f; // g', 'a = b / c; d = e / f;     ', '// g'],
    ['a.py', 'x = "#" + r"\\d"  # end', 'x = " " + r"  "       ', '# end'],
    ['a.rs', "fn f<'a>(c: char) { c == '\"' } // x", "fn f<'a>(c: char) { c == ' ' }     ", '// x'],
    ['a.cc', "int x = 1'000; char c = '\\''; // y", "int x = 1'000; char c = '  ';     ", '// y'],
    ['a.sh', 'echo "$#" ${#a} \'it\'  # c', 'echo "  " ${#a} \'  \'     ', '# c'],
    ['a.php', "#[Attr] $a = '#'; # c", "#[Attr] $a = ' ';    ", '# c'],
    ['a.cs', 'var p = @"C:\\"; // x', 'var p = @"   ";     ', '// x'],
    ['a.yml', 'color: "#fff" # c', 'color: "#fff"    ', '# c'],
    ['a.html', '<a href="//x"><!-- y --></a>', '<a href="//x">          </a>', '<!-- y -->'],
    ['a.sql', "SELECT '--' -- c", "SELECT '  '     ", '-- c'],
    ['a.lua', 'x = "--" -- c', 'x = "  "     ', '-- c'],
  ])('%s: %s', (file, text, code, comment) => {
    expect(mask(file, text)).toEqual({ code: [code], comment: [comment] });
  });

  test('over several lines', () => {
    const { code, comment } = mask('a.py', 'def f():\n  """Doc\n  # no\n  """\n  return 1  # yes');
    expect(code.map((line) => line.trim())).toEqual(['def f():', '"""', '', '"""', 'return 1']);
    expect(comment).toEqual(['', '', '', '', '# yes']);
  });

  test('heredocs are text', () => {
    const { code } = mask('a.sh', "cat <<-'EOF' > x\n# a\n\tEOF\necho # b");
    expect(code.map((line) => line.trim())).toEqual(["cat <<-'EOF' > x", '', 'EOF', 'echo']);
    expect(mask('a.rb', 'q = <<~SQL\n  x # y\nSQL\nz # w').comment).toEqual(['', '', '', '# w']);
  });

  test('comments of blocks span lines', () => {
    expect(mask('a.go', 'a /* b\nc */ d').comment).toEqual(['/* b', 'c */']);
    expect(mask('a.rb', 'a\n=begin\nb # c\n=end\nd').code.map((line) => line.trim())).toEqual([
      'a',
      '',
      '',
      '',
      'd',
    ]);
  });

  test('an apostrophe in a sentence costs one line', () => {
    expect(mask('a.tsx', "<p>Don't</p>\nconst a = 1; // b").comment).toEqual(['', '// b']);
  });
});

describe('any text', () => {
  const pieces = fc.constantFrom(
    '"',
    "'",
    '`',
    '${',
    '}',
    '/',
    '*',
    '#',
    '\n',
    '<<EOF',
    'EOF',
    '\\',
    '//',
    '=',
    'a',
  );
  const files = fc.constantFrom(
    'a.ts',
    'a.py',
    'a.rs',
    'a.rb',
    'a.sh',
    'a.php',
    'a.cs',
    'a.md',
    'a.yml',
    'a.lua',
  );

  test('keeps the length of every line, and never makes up code', () => {
    fc.assert(
      fc.property(files, fc.array(fc.oneof(pieces, fc.string()), { maxLength: 40 }), (file, parts) => {
        const text = parts.join('');
        const { code, comment } = mask(file, text);
        for (const [index, line] of text.split('\n').entries()) {
          expect(code[index]).toHaveLength(line.length);
          const isKept = [...(code[index] ?? '')].every((char, at) => char === ' ' || char === line[at]);
          expect(isKept).toBe(true);
          expect(line.includes(comment[index] ?? '') || (comment[index] ?? '').length > 0).toBe(true);
        }
      }),
    );
  });
});
