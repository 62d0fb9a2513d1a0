import picomatch from 'picomatch';

/**
 * A test for paths (`/`-separated, relative to the repository's root) against any of the globs. Dot files match;
 * no globs match nothing.
 */
export function compileGlobs(globs: readonly string[]): (path: string) => boolean {
  if (globs.length === 0) return () => false;
  return picomatch([...globs], { dot: true, nonegate: true });
}
