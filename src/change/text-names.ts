/** Endings of files that people write as text; `.ts` is TypeScript, not a video. */
const ENDINGS =
  'js jsx mjs cjs ts tsx mts cts py pyi rb go rs java kt kts scala sbt groovy swift c h cc cpp cxx hpp hxx m mm cs fs vb php pl pm lua sh bash zsh fish ps1 psm1 bat cmd sql r jl dart zig nim ex exs erl hs ml clj el vue svelte astro html htm css scss sass less hbs ejs erb md mdx rst adoc txt yaml yml toml json jsonc json5 xml svg ini cfg conf properties env gradle cmake mk tf hcl nix proto graphql sol';

const NAMES =
  'Makefile GNUmakefile Dockerfile Jenkinsfile Rakefile Gemfile Procfile .gitattributes .gitmodules';

const TEXT_NAME = new RegExp(
  `\\.(?:${ENDINGS.replaceAll(' ', '|')})$|(?:^|/)(?:${NAMES.replaceAll('.', '\\.').replaceAll(' ', '|')})$`,
  'i',
);

/** Whether people write a file of this name as text, whatever bytes it holds. */
export function isTextName(file: string): boolean {
  return TEXT_NAME.test(file);
}

/** `js`, `JS`, `Js`: git compares a plain ending in no time, a pattern of character classes in a great deal. */
function inUsualCases(word: string): string[] {
  const capital = `${word.charAt(0).toUpperCase()}${word.slice(1)}`;
  return [...new Set([word, word.toLowerCase(), word.toUpperCase(), capital])];
}

/**
 * Lines for a file of attributes: git compares files of these names line by line, even with a NUL in them. An ending in
 * an odd mix of cases (`.jS`) is not among them; such a file counts by its bytes then, and that is told.
 */
export const TEXT_ATTRIBUTES = [
  ...ENDINGS.split(' ').flatMap((ending) => inUsualCases(ending).map((written) => `*.${written}`)),
  ...NAMES.split(' ').flatMap(inUsualCases),
]
  .map((pattern) => `${pattern} diff\n`)
  .join('');
