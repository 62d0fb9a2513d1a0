import type { LanguageFamily } from './language.ts';
import { newHits } from './line-hits.ts';
import { quoteText } from './quoted-text.ts';
import { isWritten, type ReviewFile, type ReviewLine } from './review-file.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const SUPPRESSED: Rule = {
  id: 'review/suppressed-check',
  priority: 2,
  title: 'Check switched off',
  looksFor:
    'Comments and attributes that silence a linter, a type checker, a scanner or the measuring of coverage: `eslint-disable`, `@ts-ignore`, `@ts-nocheck`, `# noqa`, `# type: ignore`, `//nolint`, `@SuppressWarnings`, `#[allow(…)]`, `rubocop:disable`, `NOSONAR` and their like, at the beginning of a comment. Text about them is no finding, nor what switches a check on again.',
  mend: 'Mend what the check says; if it is wrong here, keep the narrowest form (one line, one rule) with its reason.',
  hit: '// eslint-disable-next-line no-eval',
  nearMiss: '// We do not use eslint-disable in this folder.',
};

const UNSAFE_CAST: Rule = {
  id: 'review/unsafe-cast',
  priority: 2,
  title: 'Type check bypassed',
  looksFor: 'The cast `as any` in TypeScript code (P3 in tests).',
  mend: 'Name the type, or take `unknown` and narrow it.',
  hit: 'const user = body as any;',
  nearMiss: "const text = 'as any other text';",
};

export const SUPPRESSION_RULES: readonly Rule[] = [SUPPRESSED, UNSAFE_CAST];

/** A directive stands at the beginning of a comment, or of a further one on its line. */
const BEGIN = '(?:^\\s{0,80}\\*?|(?:^|\\s)(?:\\/\\/+|\\/\\*+|#|--|<!--|;|%))\\s{0,4}!?\\s{0,4}';

/** Directives of any language's tools, as each tool documents them. */
const DIRECTIVES =
  '(?:eslint-disable(?:-next-line|-line)?\\b|eslint\\s[\\w@/-]{1,60}\\s?:\\s?(?:0|"off"|\'off\'|off)|jshint\\s{1,4}ignore|tslint:disable|biome-ignore|oxlint-disable|deno-lint-ignore|stylelint-disable|' +
  '@ts-ignore\\b|@ts-nocheck\\b|\\$FlowFixMe|flow-disable|svelte-ignore|' +
  'noqa\\b|type:\\s?ignore\\b|pyright:\\s?ignore|mypy:\\s?ignore-errors|pylint:\\s?disable|pyre-(?:ignore|fixme)|ruff:\\s?noqa|flake8:\\s?noqa|bandit:\\s?skip|nosec\\b|pragma:\\s?no\\s?cover|' +
  'nolint\\b|lint:(?:file-)?ignore\\b|' +
  'rubocop:\\s?(?:disable|todo)|standard:disable|:nocov:|sorbet:\\s?ignore|typed:\\s?ignore|' +
  'phpcs:(?:ignore|disable)|@phpstan-ignore|@psalm-suppress|phpstan-ignore|@codeCoverageIgnore|' +
  'swiftlint:disable|ktlint-disable|noinspection\\s|detekt:disable|CHECKSTYLE:OFF|NOPMD\\b|NOSONAR\\b|NOLINT(?:NEXTLINE|BEGIN)?\\b|LCOV_EXCL|cppcheck-suppress|coverity\\[|' +
  'istanbul\\s{1,4}ignore|c8\\s{1,4}ignore|v8\\s{1,4}ignore|' +
  'shellcheck\\s{1,4}disable|hadolint\\s{1,4}ignore|yamllint\\s{1,4}disable|markdownlint-disable|sqlfluff:\\s?noqa|noqa:\\s|ansible-lint\\s{1,4}disable|' +
  'nosemgrep\\b|checkov:skip|tfsec:ignore|trivy:ignore|kics-scan\\s{1,4}ignore|zizmor:\\s?ignore|secretlint-disable|gitleaks:allow|ggignore\\b|trufflehog:ignore|pragma:\\s?allowlist|gate-ignore(?:-file)?\\s{1,4}review\\/|' +
  'credo:disable|dialyzer\\s|ignore_for_file:|ignore:\\s?[a-z_]{4,60}$|luacheck:\\s?ignore|solhint-disable|slither-disable)';

const COMMENT = new RegExp(`${BEGIN}${DIRECTIVES}`);

/** Attributes and annotations: code, not comments. */
const CODE: Partial<Record<LanguageFamily, RegExp>> = {
  java: /@SuppressWarnings\b|@SuppressFBWarnings\b|@SuppressLint\b/,
  kotlin: /@(?:file:)?Suppress\(|@SuppressLint\b|@SuppressWarnings\b/,
  csharp:
    /^\s*#pragma\s{1,4}warning\s{1,4}disable\b|\[(?:assembly:\s{0,2})?(?:SuppressMessage|UnconditionalSuppressMessage)\b|^\s*#nullable\s{1,4}disable\b/,
  rust: /#!?\[allow\(/,
  c: /^\s*#\s{0,4}pragma\s{1,4}(?:GCC|clang)\s{1,4}diagnostic\s{1,4}ignored\b|^\s*#pragma\s{1,4}warning\s{0,2}\(\s{0,2}disable/,
  elixir: /^\s*@dialyzer\b/,
  php: /#\[(?:SuppressWarnings|CodeCoverageIgnore)\b/,
  swift: /@available\(\*,\s{0,2}noasync\)\s{0,2}@_unsafe/,
};

/** The reason that directives ask for changes nothing, but what switches a check on again is fine. */
const SWITCHED_ON = /(?:eslint|rubocop|pylint|swiftlint|tslint|stylelint|shellcheck)(?:-|:\s?|\s)enable/;

function silences(line: ReviewLine, family: LanguageFamily): boolean {
  if (line.comment !== '' && COMMENT.test(line.comment) && !SWITCHED_ON.test(line.comment)) return true;
  return CODE[family]?.test(line.code) === true;
}

const CAST = /^(?!\s*(?:import|export)\s{0,4}(?:type\s{0,4})?\{).*\bas\s{1,4}any\b(?!\s{0,4}[:=(])/;

/** What switches the check off, as it stands there. */
function describe({ comment, text }: ReviewLine): string {
  return `${SUPPRESSED.title}: ${quoteText(comment === '' ? text : comment, 100)}`;
}

function isTypeScript(path: string): boolean {
  return /\.(?:[cm]?ts|tsx|vue|svelte)$/.test(path);
}

/** Checks that added lines switch off. Generated and copied code is not written here. */
export function checkSuppressions(files: readonly ReviewFile[]): readonly Draft[] {
  return files.flatMap((file) => {
    const { language, isVendored, isProse, isFixture, isTest } = file.traits;
    if (language === null || isVendored || isProse || isFixture || file.isGenerated) return [];
    const silenced = newHits(file, (line) => isWritten(line) && silences(line, language.family));
    const casts = isTypeScript(file.path)
      ? newHits(file, (line) => isWritten(line) && CAST.test(line.code))
      : [];
    const priority = isTest ? 3 : null;
    const at = ({ line, text }: ReviewLine) => ({ path: file.path, line, identity: text });
    return [
      ...silenced.map((line) => draft(SUPPRESSED, { ...at(line), title: describe(line) })),
      ...casts.map((line) =>
        draft(UNSAFE_CAST, { ...at(line), title: `${UNSAFE_CAST.title}: as any`, priority }),
      ),
    ];
  });
}
