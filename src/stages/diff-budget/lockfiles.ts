/**
 * Files that a package manager writes and nobody reads line by line: base name in small letters → who writes it.
 * From the documentation of each tool. Names that people also write by hand (`manifest.toml`) are not here.
 */
const LOCKFILES: ReadonlyMap<string, string> = new Map([
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
  ['yarn.lock', 'Yarn'],
  ['pnpm-lock.yaml', 'pnpm'],
  ['bun.lock', 'Bun'],
  ['bun.lockb', 'Bun'],
  ['deno.lock', 'Deno'],
  ['cargo.lock', 'Cargo'],
  ['go.sum', 'Go'],
  ['go.work.sum', 'Go'],
  ['gopkg.lock', 'dep'],
  ['poetry.lock', 'Poetry'],
  ['pipfile.lock', 'Pipenv'],
  ['uv.lock', 'uv'],
  ['pdm.lock', 'PDM'],
  ['pixi.lock', 'Pixi'],
  ['pylock.toml', 'Python'],
  ['conda-lock.yml', 'conda-lock'],
  ['composer.lock', 'Composer'],
  ['gemfile.lock', 'Bundler'],
  ['gems.locked', 'Bundler'],
  ['mix.lock', 'Mix'],
  ['rebar.lock', 'Rebar3'],
  ['pubspec.lock', 'pub'],
  ['podfile.lock', 'CocoaPods'],
  ['cartfile.resolved', 'Carthage'],
  ['package.resolved', 'Swift'],
  ['packages.lock.json', 'NuGet'],
  ['paket.lock', 'Paket'],
  ['flake.lock', 'Nix'],
  ['gradle.lockfile', 'Gradle'],
  ['buildscript-gradle.lockfile', 'Gradle'],
  ['conan.lock', 'Conan'],
  ['module.bazel.lock', 'Bazel'],
  ['.terraform.lock.hcl', 'Terraform'],
  ['chart.lock', 'Helm'],
  ['stack.yaml.lock', 'Stack'],
  ['cabal.project.freeze', 'Cabal'],
  ['cpanfile.snapshot', 'Carton'],
  ['shard.lock', 'Shards'],
  ['renv.lock', 'renv'],
  ['devbox.lock', 'Devbox'],
  ['buf.lock', 'Buf'],
]);

/** Where Gradle kept a file per configuration before version 7: `gradle/dependency-locks/compileClasspath.lockfile`. */
const GRADLE_LOCKS = /(?:^|\/)gradle\/dependency-locks\/[^/]+\.lockfile$/;

/** Whose lockfile a path is, at any depth and in any case; null when it is none. */
export function lockfileOwner(path: string): string | null {
  const name = (path.split('/').at(-1) ?? '').toLowerCase();
  return LOCKFILES.get(name) ?? (GRADLE_LOCKS.test(path.toLowerCase()) ? 'Gradle' : null);
}
