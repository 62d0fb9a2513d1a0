import { oneLine } from '../../kernel/text.ts';
import { holdsWorkspace, isLocked, lockedDependencies } from './lock-contents.ts';
import type { Dependencies, Ecosystem } from './manifest-formats.ts';
import { ecosystemOf, foldersAbove, lockedEcosystem } from './manifests.ts';
import { baseName, folderOf, traitsOf } from './path-traits.ts';
import { quoteText } from './quoted-text.ts';
import type { BothSides, ReviewInput } from './review-input.ts';
import { type Draft, draft, type Rule } from './rule.ts';

const OUT_OF_STEP: Rule = {
  id: 'review/lockfile-out-of-step',
  priority: 1,
  title: 'Manifest and lockfile out of step',
  looksFor:
    'Dependencies that change in a manifest while the lockfile does not know them, a lockfile of npm or pnpm whose own list of direct dependencies differs from the manifest, a lockfile that is deleted. Only dependency fields count, workspaces are followed to the lockfile that holds them, and a project without a lockfile is no finding. npm, Yarn, pnpm, Bun, Cargo, Go, Poetry, uv, PDM, Pipenv, Composer, Bundler, Mix, pub, CocoaPods, NuGet.',
  mend: 'Run the package manager and commit manifest and lockfile together.',
  hit: '"left-pad": "^1.3.0" added to package.json, package-lock.json unchanged',
  nearMiss: '"scripts" changed in package.json, package-lock.json unchanged',
};

export const AGREEMENT_RULES: readonly Rule[] = [OUT_OF_STEP];

/** Names in a title before "and n more". */
const NAMES_SHOWN = 3;

interface Lock {
  readonly path: string;
  readonly text: string;
  /** The manifest's folder relative to the lockfile's, without a final slash. */
  readonly folder: string;
}

function packageNameOf(text: string): string | null {
  return /^\s*name\s{0,20}=\s{0,20}"([^"\n]{1,100})"/m.exec(text)?.[1] ?? null;
}

/** The lockfile that answers for a manifest: beside it, or above it when it holds the manifest's package. */
async function findLock(
  manifest: string,
  text: string,
  eco: Ecosystem,
  input: ReviewInput,
): Promise<Lock | null> {
  const folders = eco.hasWorkspaces ? foldersAbove(manifest) : [folderOf(manifest)];
  const known = new Map(input.newTree.map(({ path }) => [path.toLowerCase(), path]));
  for (const above of folders) {
    const paths = eco.lockfiles
      .map((name) => known.get(`${above}${name}`.toLowerCase()))
      .filter((path) => path !== undefined && folderOf(path) === above);
    for (const path of paths) {
      if (path === undefined) continue;
      const content = (await input.readTree([path])).get(path) ?? null;
      if (content === null) return null;
      const folder = folderOf(manifest).slice(above.length).replace(/\/$/, '');
      const isOwn = folder === '' || holdsWorkspace(path, content, folder, packageNameOf(text));
      if (isOwn) return { path, text: content, folder };
    }
    // A lockfile that does not hold the package ends the search: what lies above holds it even less.
    if (paths.length > 0) return null;
  }
  return null;
}

function changedNames(before: Dependencies, after: Dependencies, eco: Ecosystem): readonly string[] {
  return [...after.keys()].filter((name) => {
    const old = before.get(name);
    return old === undefined || (eco.locksRanges && old !== after.get(name));
  });
}

/** Names on which the lockfile's own list of direct dependencies differs; null when it has no such list. */
function differingNames(lock: Lock, wanted: Dependencies): readonly string[] | null {
  const locked = lockedDependencies(lock.path, lock.text, lock.folder);
  if (locked === null) return null;
  const names = new Set([...locked.keys(), ...wanted.keys()]);
  return [...names].filter((name) => {
    const range = wanted.get(name);
    // pnpm writes overridden and catalogued ranges in its own way.
    if (range !== undefined && /^(?:catalog|workspace|file|link):/.test(range)) return false;
    return locked.get(name) !== range;
  });
}

function listNames(names: readonly string[]): string {
  const shown = names.slice(0, NAMES_SHOWN).map((name) => quoteText(name, 60));
  const more = names.length - shown.length;
  return more > 0 ? `${shown.join(', ')} and ${more} more` : shown.join(', ');
}

function findLine(input: ReviewInput, path: string, names: readonly string[]): number | null {
  const file = input.files.find((candidate) => candidate.path === path);
  const line = file?.added.find(({ text }) => names.some((name) => text.includes(name)));
  return line?.line ?? null;
}

function makeDraft(
  input: ReviewInput,
  at: string,
  lock: string,
  names: readonly string[],
  eco: Ecosystem,
): Draft {
  const what = `${baseName(at)} and ${oneLine(lock)} do not agree on ${listNames(names)}`;
  return draft(OUT_OF_STEP, {
    title: `${what}; ${eco.mend}`,
    path: at,
    line: findLine(input, at, names),
    identity: names.join(' '),
  });
}

async function checkManifest(side: BothSides, eco: Ecosystem, input: ReviewInput): Promise<readonly Draft[]> {
  const { file, newText, oldText } = side;
  if (newText === null) return [];
  const after = eco.extract(newText);
  const before = oldText === null ? new Map<string, string>() : eco.extract(oldText);
  if (after === null || before === null) return [];
  const lock = await findLock(file.path, newText, eco, input);
  if (lock === null) return [];
  const changed = changedNames(before, after, eco);
  const gone = [...before.keys()].filter((name) => !after.has(name));
  if (changed.length + gone.length === 0) return [];
  const isLockChanged = input.files.some(({ path }) => path === lock.path);
  const differing = differingNames(lock, after);
  const names =
    differing?.filter((name) => changed.includes(name) || gone.includes(name)) ??
    changed.filter((name) => !isLockedAfter(lock, name, after, isLockChanged, eco));
  return names.length === 0 ? [] : [makeDraft(input, file.path, lock.path, names, eco)];
}

function isLockedAfter(
  lock: Lock,
  name: string,
  after: Dependencies,
  isLockChanged: boolean,
  eco: Ecosystem,
): boolean {
  const isKnown = isLocked(lock.path, lock.text, name, after.get(name) ?? '');
  // Formats with a digest of the manifest (Poetry, Pipenv, Composer, …) change with every range.
  const hasOpaqueRanges = eco.locksRanges && !/^(?:yarn\.lock|bun\.lock|go\.sum)$/.test(baseName(lock.path));
  return isKnown && (isLockChanged || !hasOpaqueRanges);
}

/** A lockfile that changes alone is fine as long as its direct dependencies are those of the manifest. */
async function checkLockfile(side: BothSides, eco: Ecosystem, input: ReviewInput): Promise<readonly Draft[]> {
  const { file, newText } = side;
  const folder = folderOf(file.path);
  const manifest = input.newTree.find(
    ({ path }) => folderOf(path) === folder && eco.manifest.test(baseName(path)),
  )?.path;
  if (manifest === undefined) return [];
  if (file.status === 'deleted') {
    const others = input.newTree.some(
      ({ path }) => folderOf(path) === folder && lockedEcosystem(path) === eco,
    );
    if (others) return [];
    const title = `Lockfile deleted, ${baseName(manifest)} is still there`;
    return [draft(OUT_OF_STEP, { title, path: file.path, side: 'old', identity: '' })];
  }
  if (newText === null || input.sides.has(manifest)) return [];
  const text = (await input.readTree([manifest])).get(manifest) ?? null;
  const wanted = text === null ? null : eco.extract(text);
  if (wanted === null) return [];
  const names = differingNames({ path: file.path, text: newText, folder: '' }, wanted) ?? [];
  return names.length === 0 ? [] : [makeDraft(input, file.path, manifest, names, eco)];
}

/** Manifests and lockfiles that do not change together. Fixtures and copied code are not built here. */
export async function checkAgreement(input: ReviewInput): Promise<readonly Draft[]> {
  const drafts: Draft[] = [];
  for (const [path, side] of input.sides) {
    const { isFixture, isVendored } = traitsOf(path);
    if (isFixture || isVendored) continue;
    const eco = ecosystemOf(path);
    const locked = lockedEcosystem(path);
    if (eco !== null) drafts.push(...(await checkManifest(side, eco, input)));
    else if (locked !== null) drafts.push(...(await checkLockfile(side, locked, input)));
  }
  return drafts;
}
