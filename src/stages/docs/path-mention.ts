/** A repository path that a code span names. */
export interface PathMention {
  /** As written, without a leading `./` and without line numbers behind it. */
  readonly path: string;
  /** A known file extension: the path is meant as a file. */
  readonly isFile: boolean;
  /** Written with a final slash: the path is meant as a folder. */
  readonly isFolder: boolean;
}

/** Longer texts are no paths. */
const MAX_PATH_CHARS = 200;

/** Extensions by which a name is a file's; others may be versions, hosts or properties (`a/b.default`). */
const EXTENSIONS = new Set(
  (
    'ts tsx mts cts js jsx mjs cjs json jsonc json5 yml yaml toml md mdx markdown txt rst adoc html htm css scss ' +
    'sass less styl py pyi rb go rs java kt kts c h cc cpp cxx hpp hh m mm cs fs php swift scala clj ex exs erl hs ' +
    'ml zig lua dart pl r jl sh bash zsh fish ps1 bat cmd sql proto graphql gql vue svelte astro lock xml ini cfg ' +
    'conf env csv tsv svg png jpg jpeg gif webp ico pdf ipynb tf hcl nix gradle mk cmake snap wasm map ejs hbs pug ' +
    'liquid njk tmpl tpl template d patch diff plist properties tex bib'
  ).split(' '),
);

/** Letters, digits and `._@+-`, in segments; nothing that is a pattern, a placeholder or code. */
const SEGMENT = /^(?!\.{3,}$)[\p{L}\p{N}_.@+-]+$/u;

/** `:12`, `:12:3`, `#L10-L20` behind a path. */
const POSITION = /(?::\d{1,7}(?:[:-]\d{1,7})?|#L\d{1,7}(?:-L?\d{1,7})?)$/;

/** MIME types, and units that look like paths: `application/json`, `km/h`. */
const MIME = /^(?:application|audio|font|image|message|model|multipart|text|video|x-[\w-]+)\/[\w.+-]+$/;

/** The extension of a file name in small letters, also of `Makefile`-like dot names; empty without one. */
export function extensionOf(path: string): string {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const dot = name.lastIndexOf('.');
  return dot === -1 ? '' : name.slice(dot + 1).toLowerCase();
}

/**
 * Reads the text of a code span as a path; null when it is anything else: a command, a pattern (`src/**`), a
 * placeholder (`<name>/x`), an address, a package (`@scope/name`), a MIME type, a date, a number.
 */
export function readPathMention(span: string): PathMention | null {
  if (!span.includes('/') && !span.includes('.')) return null;
  const written = span.trim();
  if (written.length < 3 || written.length > MAX_PATH_CHARS || /[\s:]\/|^[@/~-]|\/\//.test(written))
    return null;
  const path = written.replace(POSITION, '').replace(/^(?:\.\/)+/, '');
  const isFolder = path.endsWith('/');
  const bare = isFolder ? path.slice(0, -1) : path;
  const segments = bare.split('/');
  if (!segments.every((segment) => SEGMENT.test(segment))) return null;
  if (
    MIME.test(bare) ||
    /^[\d./-]+$/.test(bare) ||
    /(?:^|\/)YYYY|(?:^|\/)[A-Z]+_[A-Z_]+(?:\/|$)/.test(bare)
  ) {
    return null;
  }
  const isFile = !isFolder && EXTENSIONS.has(extensionOf(bare));
  if (segments.length === 1 && !isFile) return null;
  return { path: bare, isFile, isFolder };
}

/** Programs whose first argument is a script. */
const RUNNERS =
  /^(?:\$ )?(?:node|bash|sh|zsh|python3?|ruby|tsx|ts-node|perl|php|source)\s+((?:\.\/)?[\w@.+-]+(?:\/[\w@.+-]+)+)(?=\s|$)/;
const DIRECT = /^(?:\$ )?\.\/([\w@.+-]+(?:\/[\w@.+-]+)+)(?=\s|$)/;

/** The script that a command line runs by its path: `node scripts/x.mjs --all`; null when it runs none. */
export function readScriptPath(command: string): PathMention | null {
  const line = command.trim().slice(0, MAX_PATH_CHARS * 2);
  const path = RUNNERS.exec(line)?.[1] ?? DIRECT.exec(line)?.[1];
  const mention = path === undefined ? null : readPathMention(path);
  return mention?.isFile === true ? mention : null;
}
