import type { TreeFile } from '../../change/change.ts';
import { compileGlobs } from '../../config/glob.ts';

/** What is read as Markdown. */
export const MARKDOWN_FILE = /\.(?:md|markdown|mdx)$/i;

/** Folders with documents of others, or with documents that are broken on purpose. */
const ASIDE = [
  'node_modules',
  'bower_components',
  'vendor',
  'third_party',
  'third-party',
  'fixtures',
  'fixture',
  '__fixtures__',
  'testdata',
  '__snapshots__',
  'golden',
  'goldens',
] as const;

/** The documents that the stage looks at, and those that match but are not looked at. */
export interface DocSelection {
  readonly docs: readonly TreeFile[];
  /** In folders of other people's or of broken documents. */
  readonly aside: readonly TreeFile[];
}

/**
 * Selects the Markdown files that match. Documents below `node_modules`, `vendor`, `fixtures` and the like count only
 * when a glob names that folder.
 */
export function selectDocs(files: readonly TreeFile[], globs: readonly string[]): DocSelection {
  const matches = compileGlobs(globs);
  const passedOver = new Set<string>(ASIDE.filter((name) => !globs.some((glob) => glob.includes(name))));
  const docs: TreeFile[] = [];
  const aside: TreeFile[] = [];
  for (const file of files) {
    if (!MARKDOWN_FILE.test(file.path) || !file.mode.startsWith('100') || !matches(file.path)) continue;
    const isAside = file.path
      .split('/')
      .slice(0, -1)
      .some((part) => passedOver.has(part.toLowerCase()));
    (isAside ? aside : docs).push(file);
  }
  return { docs, aside };
}
