/** A way to write text in a language. `close` is found after `open`; a backslash escapes where `escape` says so. */
interface StringForm {
  readonly open: string;
  readonly close: string;
  readonly multiline: boolean;
  readonly escape: boolean;
}

export type LanguageFamily =
  | 'javascript'
  | 'python'
  | 'go'
  | 'java'
  | 'kotlin'
  | 'csharp'
  | 'ruby'
  | 'rust'
  | 'php'
  | 'swift'
  | 'dart'
  | 'elixir'
  | 'c'
  | 'shell'
  | 'other';

/** How a language writes comments and text: enough to tell them from code, line by line. */
export interface Language {
  readonly id: string;
  readonly family: LanguageFamily;
  /** Tokens that make the rest of a line a comment. */
  readonly line: readonly string[];
  readonly block: readonly (readonly [open: string, close: string])[];
  readonly strings: readonly StringForm[];
  /** A line comment counts only at the beginning of a line or after white space (`#` of shells, YAML). */
  readonly commentNeedsSpace: boolean;
  /** `'x'` is a character; any other quote of this kind is none (`'a` of Rust, `1'000` of C++). */
  readonly characters: boolean;
  /** Template literals with `${}` and regular expressions between slashes. */
  readonly javascript: boolean;
  /** `<<EOF`, `<<~EOF`, `<<<EOF`. */
  readonly heredoc: 'shell' | 'ruby' | 'php' | null;
}

const form = (open: string, options: { multiline?: boolean; escape?: boolean; close?: string } = {}) => ({
  open,
  close: options.close ?? open,
  multiline: options.multiline ?? false,
  escape: options.escape ?? true,
});

const DOUBLE = form('"');
const SINGLE = form("'");
const C_COMMENTS = { line: ['//'], block: [['/*', '*/']] } as const;

function define(id: string, family: LanguageFamily, parts: Partial<Language>): Language {
  return {
    id,
    family,
    line: [],
    block: [],
    strings: [],
    commentNeedsSpace: false,
    characters: false,
    javascript: false,
    heredoc: null,
    ...parts,
  };
}

const JAVASCRIPT = { ...C_COMMENTS, strings: [DOUBLE, SINGLE], javascript: true } as const;
const C_LIKE = { ...C_COMMENTS, strings: [DOUBLE], characters: true } as const;
const TRIPLE = form('"""', { multiline: true });
const HASH = { line: ['#'], commentNeedsSpace: true } as const;

const markup = (id: string) => define(id, 'other', { block: [['<!--', '-->']] });
const hash = (id: string) => define(id, 'other', HASH);

const JS = define('javascript', 'javascript', JAVASCRIPT);
const TS = define('typescript', 'javascript', JAVASCRIPT);
const COMPONENT = { ...JAVASCRIPT, block: [...C_COMMENTS.block, ['<!--', '-->']] } as const;
const VUE = define('vue', 'javascript', COMPONENT);
const PYTHON = define('python', 'python', {
  line: ['#'],
  strings: [TRIPLE, form("'''", { multiline: true }), DOUBLE, SINGLE],
});
const GO = define('go', 'go', {
  ...C_LIKE,
  strings: [DOUBLE, form('`', { multiline: true, escape: false })],
});
const JAVA = define('java', 'java', { ...C_LIKE, strings: [TRIPLE, DOUBLE] });
const KOTLIN = define('kotlin', 'kotlin', { ...C_LIKE, strings: [TRIPLE, DOUBLE] });
const SCALA = define('scala', 'java', { ...C_LIKE, strings: [TRIPLE, DOUBLE] });
const GROOVY = define('groovy', 'java', {
  ...C_COMMENTS,
  strings: [TRIPLE, form("'''", { multiline: true }), DOUBLE, SINGLE],
});
const CSHARP = define('csharp', 'csharp', {
  ...C_LIKE,
  strings: [TRIPLE, form('@"', { close: '"', multiline: true, escape: false }), DOUBLE],
});
const RUBY = define('ruby', 'ruby', {
  line: ['#'],
  commentNeedsSpace: true,
  block: [['\n=begin', '\n=end']],
  strings: [form('"', { multiline: true }), form("'", { multiline: true })],
  heredoc: 'ruby',
});
const RUST = define('rust', 'rust', {
  ...C_LIKE,
  strings: [
    form('r##"', { close: '"##', multiline: true, escape: false }),
    form('r#"', { close: '"#', multiline: true, escape: false }),
    form('r"', { close: '"', multiline: true, escape: false }),
    form('"', { multiline: true }),
  ],
});
const PHP = define('php', 'php', {
  line: ['//', '#'],
  commentNeedsSpace: true,
  block: [['/*', '*/']],
  strings: [form('"', { multiline: true }), form("'", { multiline: true })],
  heredoc: 'php',
});
const SWIFT = define('swift', 'swift', { ...C_COMMENTS, strings: [TRIPLE, DOUBLE] });
const DART = define('dart', 'dart', {
  ...C_COMMENTS,
  strings: [TRIPLE, form("'''", { multiline: true }), DOUBLE, SINGLE],
});
const ELIXIR = define('elixir', 'elixir', { line: ['#'], strings: [TRIPLE, form('"', { multiline: true })] });
const C = define('c', 'c', C_LIKE);
const SHELL = define('shell', 'shell', {
  ...HASH,
  strings: [form('"', { multiline: true }), form("'", { multiline: true, escape: false })],
  heredoc: 'shell',
});
const LUA = define('lua', 'other', {
  line: ['--'],
  block: [['--[[', ']]']],
  strings: [DOUBLE, SINGLE],
});
const SQL = define('sql', 'other', { line: ['--'], block: [['/*', '*/']], strings: [SINGLE] });
const CSS = define('css', 'other', { block: [['/*', '*/']], strings: [DOUBLE, SINGLE] });
const SCSS = define('scss', 'other', { ...C_COMMENTS, strings: [DOUBLE, SINGLE], commentNeedsSpace: true });
const HCL = define('hcl', 'other', { line: ['#', '//'], block: [['/*', '*/']], strings: [DOUBLE] });
const PROTO = define('proto', 'other', { ...C_COMMENTS, strings: [DOUBLE] });
const PERL = define('perl', 'other', { ...HASH, strings: [DOUBLE, SINGLE] });
const POWERSHELL = define('powershell', 'other', {
  ...HASH,
  block: [['<#', '#>']],
  strings: [form('"', { escape: false }), form("'", { escape: false })],
});

const BY_EXTENSION: ReadonlyMap<string, Language> = new Map([
  ...['js', 'jsx', 'mjs', 'cjs'].map((name) => [name, JS] as const),
  ...['ts', 'tsx', 'mts', 'cts'].map((name) => [name, TS] as const),
  ...['vue', 'svelte', 'astro'].map((name) => [name, VUE] as const),
  ...['py', 'pyi', 'pyw'].map((name) => [name, PYTHON] as const),
  ...['kt', 'kts'].map((name) => [name, KOTLIN] as const),
  ...['groovy', 'gradle'].map((name) => [name, GROOVY] as const),
  ...['rb', 'rake', 'gemspec', 'ru'].map((name) => [name, RUBY] as const),
  ...['ex', 'exs'].map((name) => [name, ELIXIR] as const),
  ...['c', 'h', 'cc', 'cpp', 'cxx', 'hpp', 'hh', 'm', 'mm', 'ino'].map((name) => [name, C] as const),
  ...['sh', 'bash', 'zsh', 'ksh', 'bats'].map((name) => [name, SHELL] as const),
  ...['scss', 'less', 'sass'].map((name) => [name, SCSS] as const),
  ...['tf', 'tfvars', 'hcl'].map((name) => [name, HCL] as const),
  ...['pl', 'pm'].map((name) => [name, PERL] as const),
  ...['ps1', 'psm1'].map((name) => [name, POWERSHELL] as const),
  ...['md', 'mdx', 'markdown', 'html', 'htm', 'xml', 'svg', 'csproj', 'props', 'targets', 'xaml'].map(
    (name) => [name, markup(name)] as const,
  ),
  ...['yml', 'yaml', 'toml', 'ini', 'cfg', 'conf', 'properties', 'env', 'mk', 'cmake', 'r', 'nix'].map(
    (name) => [name, hash(name)] as const,
  ),
  ['go', GO],
  ['java', JAVA],
  ['scala', SCALA],
  ['cs', CSHARP],
  ['rs', RUST],
  ['php', PHP],
  ['swift', SWIFT],
  ['dart', DART],
  ['lua', LUA],
  ['sql', SQL],
  ['css', CSS],
  ['proto', PROTO],
  ['jsonc', define('jsonc', 'other', { ...C_COMMENTS, strings: [DOUBLE] })],
  ['json5', define('json5', 'other', { ...C_COMMENTS, strings: [DOUBLE, SINGLE] })],
]);

const BY_NAME: ReadonlyMap<string, Language> = new Map([
  ['dockerfile', hash('dockerfile')],
  ['containerfile', hash('dockerfile')],
  ['makefile', hash('makefile')],
  ['justfile', hash('makefile')],
  ['jenkinsfile', GROOVY],
  ['gemfile', RUBY],
  ['rakefile', RUBY],
  ['podfile', RUBY],
  ['vagrantfile', RUBY],
  ['.env', hash('env')],
  ['codeowners', hash('codeowners')],
  ['.gitignore', hash('gitignore')],
]);

/** The language of a file by its name; null for data without comments (JSON, CSV) and what is not known. */
export function languageOf(path: string): Language | null {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  const byName = BY_NAME.get(name) ?? (/^(?:dockerfile|\.env)\./.test(name) ? hash(name) : undefined);
  if (byName !== undefined) return byName;
  const dot = name.lastIndexOf('.');
  return dot === -1 ? null : (BY_EXTENSION.get(name.slice(dot + 1)) ?? null);
}
