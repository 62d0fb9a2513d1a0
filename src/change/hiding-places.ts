import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../host/errno.ts';
import { clip, oneLine } from '../kernel/text.ts';
import type { Change } from './change.ts';
import type { Repository } from './repository.ts';
import { isTextName } from './text-names.ts';

/** Lines of each kind that are told; a change that tries more often has made its point. */
const MAX_LINES = 10;
const MAX_LINE_CHARS = 120;

/** Attributes by which a diff, a count or a review can be made blind. */
const BLINDING =
  /(?:^|\s)(?:-diff|!diff|diff=\S+|-text|binary|filter=\S+|-merge|linguist-\S+|export-ignore)(?=\s|$)/;

/** In a larger change nobody looks for a NUL: its lines count all the same, and reading them all takes memory. */
const MAX_SEARCHED_FILES = 20_000;

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

/** Text files by name that a plain git would take for binary. */
async function describeNuls(change: Change): Promise<string[]> {
  const texts = change.files.filter(
    ({ newBlob, newMode, path: file }) => newBlob !== null && newMode.startsWith('100') && isTextName(file),
  );
  if (texts.length === 0) return [];
  const isHuge = texts.length > MAX_SEARCHED_FILES;
  const read = isHuge ? [] : await change.snapshot.readLines();
  const lines = new Map(read.map((file) => [file.path, file.added]));
  return texts
    .filter(
      ({ binary, path: file }) => binary || lines.get(file)?.some(({ text }) => text.includes('\0')) === true,
    )
    .map(
      ({ path: file }) => `${oneLine(file)} contains a NUL byte, which hides its lines from a plain git diff`,
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
  return [...cut(await describeSettings(change)), ...cut(await describeNuls(change)), ...replaced];
}
