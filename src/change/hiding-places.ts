import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../host/errno.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { Change } from './change.ts';
import type { Repository } from './repository.ts';

/** Lines of each kind that are told; a change that tries more often has made its point. */
const MAX_LINES = 10;
const MAX_LINE_CHARS = 120;

/** Names of files that people write as text: a NUL in one of them hides its lines from most tools. */
const TEXT_NAME =
  /\.(?:[cm]?[jt]sx?|py|rb|go|rs|java|kt|kts|scala|swift|c|h|cc|cpp|hpp|cs|php|pl|lua|sh|bash|zsh|ps1|sql|r|ex|exs|erl|hs|ml|clj|vue|svelte|html?|css|scss|less|md|mdx|rst|txt|ya?ml|toml|json|jsonc|xml|ini|cfg|conf|gradle|tf|proto|graphql)$|(?:^|\/)(?:Makefile|Dockerfile|Jenkinsfile|Rakefile|Gemfile)$/i;

/** Attributes by which a diff, a count or a review can be made blind. */
const BLINDING =
  /(?:^|\s)(?:-diff|!diff|diff=\S+|-text|binary|filter=\S+|-merge|linguist-\S+|export-ignore)(?=\s|$)/;

function quote(line: string): string {
  return `"${clip(oneLine(line.trim()), MAX_LINE_CHARS)}"`;
}

function isCalled(file: string, name: string): boolean {
  return file === name || file.endsWith(`/${name}`);
}

/** Lines that the change adds to files of attributes and submodules, as far as they can hide something. */
async function describeSettings(change: Change): Promise<string[]> {
  const isWanted = (file: string) => isCalled(file, '.gitattributes') || isCalled(file, '.gitmodules');
  if (!change.files.some((file) => isWanted(file.path))) return [];
  const lines = await change.snapshot.readLines();
  return lines
    .filter((file) => isWanted(file.path))
    .flatMap(({ path: file, added }) =>
      added.flatMap(({ line, text }): string[] => {
        const where = `${oneLine(file)}:${line} says ${quote(text)}`;
        if (isCalled(file, '.gitmodules')) {
          return /^\s*ignore\s*=/i.test(text) ? [`${where}: submodules are compared all the same`] : [];
        }
        return BLINDING.test(text)
          ? [`${where}: no line is hidden by it, and the base’s attributes count`]
          : [];
      }),
    );
}

/** Text files by name that git takes for binary. */
function describeNuls(change: Change): string[] {
  return change.files
    .filter(
      ({ binary, newBlob, newMode, path: file }) =>
        binary && newBlob !== null && newMode.startsWith('100') && TEXT_NAME.test(file),
    )
    .map(
      ({ path: file }) =>
        `${oneLine(file)} contains a NUL byte, so that git takes it for binary: it counts by its bytes`,
    );
}

/** Whether `git replace` has put other objects in the place of some. */
function hasReplaceRefs({ commonDir }: Repository): boolean {
  try {
    if (readdirSync(path.join(commonDir, 'refs', 'replace')).length > 0) return true;
  } catch (error) {
    if (errnoOf(error) === null) throw error;
  }
  try {
    return readFileSync(path.join(commonDir, 'packed-refs'), 'utf8').includes(' refs/replace/');
  } catch (error) {
    if (errnoOf(error) === null) throw error;
    return false;
  }
}

function cut(lines: readonly string[]): readonly string[] {
  const left = lines.length - MAX_LINES;
  return left > 0 ? [...lines.slice(0, MAX_LINES), `and ${left} more like it`] : lines;
}

/**
 * What in the change or the repository would hide lines from a plain `git diff`, one line each. None of it has an
 * effect on the gate; people should know that it is there.
 */
export async function describeHidingPlaces(
  change: Change,
  repository: Repository,
): Promise<readonly string[]> {
  const replaced = hasReplaceRefs(repository)
    ? ['this repository replaces objects (git replace): the gate reads the real ones']
    : [];
  return [...cut(await describeSettings(change)), ...cut(describeNuls(change)), ...replaced];
}
