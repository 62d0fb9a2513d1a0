/**
 * Places where copies of other people's work are kept by convention: a folder's name at any depth, and what puts it
 * there. Built output (`dist`, `build`) is not here: what a change commits there, it answers for, unless the base's
 * attributes say otherwise.
 */
const FOLDERS: ReadonlyMap<string, string> = new Map([
  ['node_modules', 'npm packages'],
  ['bower_components', 'Bower packages'],
  ['jspm_packages', 'jspm packages'],
  ['vendor', 'vendored code'],
  ['vendors', 'vendored code'],
  ['_vendor', 'vendored code'],
  ['third_party', 'third-party code'],
  ['third-party', 'third-party code'],
  ['thirdparty', 'third-party code'],
  ['3rdparty', 'third-party code'],
  ['godeps', 'Go packages'],
  ['pods', 'CocoaPods'],
  ['carthage', 'Carthage packages'],
  ['site-packages', 'Python packages'],
]);

/** Files that tools drop into a repository, by path: wrappers, releases of a package manager, minified scripts. */
const FILES: readonly (readonly [RegExp, string])[] = [
  [/(?:^|\/)\.yarn\/(?:releases|plugins|sdks|versions|unplugged|cache)\//, 'Yarn’s own files'],
  [/(?:^|\/)\.pnp\.(?:c|loader\.m)?js$/, 'Yarn’s own files'],
  [
    /(?:^|\/)(?:gradlew|gradlew\.bat|gradle\/wrapper\/gradle-wrapper\.(?:jar|properties))$/,
    'Gradle’s wrapper',
  ],
  [/(?:^|\/)(?:mvnw|mvnw\.cmd|\.mvn\/wrapper\/[^/]+)$/, 'Maven’s wrapper'],
  [/\.min\.(?:js|css|mjs|cjs)$/i, 'minified'],
];

/** Whose work a path holds by convention; null when it is the repository's own. */
export function vendoredKind(path: string): string | null {
  for (const folder of path.split('/').slice(0, -1)) {
    const kind = FOLDERS.get(folder.toLowerCase());
    if (kind !== undefined) return kind;
  }
  return FILES.find(([pattern]) => pattern.test(path))?.[1] ?? null;
}
