import { describe, expect, test } from '@jest/globals';
import { lockfileOwner } from '../../../src/stages/diff-budget/lockfiles.ts';

describe('lockfiles', () => {
  test.each([
    ...[
      'package-lock.json',
      'npm-shrinkwrap.json',
      'yarn.lock',
      'pnpm-lock.yaml',
      'bun.lock',
      'bun.lockb',
      'deno.lock',
    ],
    ...[
      'Cargo.lock',
      'go.sum',
      'poetry.lock',
      'Pipfile.lock',
      'uv.lock',
      'pdm.lock',
      'composer.lock',
      'Gemfile.lock',
    ],
    ...['mix.lock', 'pubspec.lock', 'Podfile.lock', 'Package.resolved', 'packages.lock.json', 'flake.lock'],
    ...[
      'gradle.lockfile',
      'buildscript-gradle.lockfile',
      'conan.lock',
      'MODULE.bazel.lock',
      '.terraform.lock.hcl',
    ],
  ])('%s, at the top and below', (name) => {
    expect(lockfileOwner(name)).not.toBeNull();
    expect(lockfileOwner(`packages/a/${name}`)).toBe(lockfileOwner(name));
  });

  test.each([
    'package.json',
    'src/lock.ts',
    'yarn.lock.ts',
    'my-yarn.lock',
    'yarn.lock/index.ts',
    'go.mod',
    'src/file.lock',
    'Cargo.toml',
    'docs/package-lock.json.md',
    '',
  ])('"%s" is none', (path) => {
    expect(lockfileOwner(path)).toBeNull();
  });
});
