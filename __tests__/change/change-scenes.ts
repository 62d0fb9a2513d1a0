import { afterEach } from '@jest/globals';
import type { Change, FileLines, UnmeasuredChange } from '../../src/change/change.ts';
import { openRepository } from '../../src/change/open-repository.ts';
import { type ChangeRequest, readChange } from '../../src/change/read-change.ts';
import type { Repository } from '../../src/change/repository.ts';
import { createGit } from '../../src/host/git.ts';
import type { Git } from '../../src/host/ports.ts';
import type { GateFailure } from '../../src/kernel/failure.ts';
import { createRepository, type RepositoryOptions, type TestRepository } from '../fakes/git-repository.ts';

/** What happens at the end of each test of a file that imports this one. */
const cleanups: (() => void | Promise<void>)[] = [];

afterEach(async () => {
  for (const clean of cleanups.splice(0).reverse()) await clean();
});

/** Runs something after the test, the last one first. */
export function atEnd(clean: () => void | Promise<void>): void {
  cleanups.push(clean);
}

/** A repository that is gone after the test. */
export function makeRepository(options: RepositoryOptions = {}): TestRepository {
  const repository = createRepository(options);
  atEnd(() => repository.dispose());
  return repository;
}

/** Lines as plain data, which `toEqual` compares in full: a reader's own take them apart only when asked. */
export function plainLines(files: readonly FileLines[]): readonly FileLines[] {
  return files.map(({ path, oldPath, added, removed, clipped }) => ({
    path,
    oldPath,
    added,
    removed,
    clipped,
  }));
}

export interface MeasureOptions extends Partial<ChangeRequest> {
  /** Shorthand for one explicit base from `--base`. */
  readonly base?: string;
  readonly git?: Git;
  readonly startedIn?: string;
}

export type Outcome =
  | { readonly kind: 'measured'; readonly change: Change }
  | { readonly kind: 'unmeasured'; readonly unmeasured: UnmeasuredChange }
  | { readonly kind: 'failure'; readonly failure: GateFailure };

export async function open(folder: string, git: Git = createGit()): Promise<Repository> {
  const opened = await openRepository(git, folder);
  if (!opened.ok) throw new Error(opened.error.message);
  return opened.value;
}

/** Reads the change of a folder, whatever comes out; the snapshot is closed after the test. */
export async function attempt(folder: string, options: MeasureOptions = {}): Promise<Outcome> {
  const git = options.git ?? createGit();
  const repository = await openRepository(git, options.startedIn ?? folder);
  if (!repository.ok) return { kind: 'failure', failure: repository.error };
  const named = options.base === undefined ? [] : [{ ref: options.base, source: '--base', explicit: true }];
  const reading = await readChange(git, repository.value, {
    bases: options.bases ?? named,
    excluded: options.excluded ?? ['.runs', 'out'],
    temporary: options.temporary ?? null,
    ...(options.unattended === undefined ? {} : { unattended: options.unattended }),
  });
  if (!reading.ok) return { kind: 'failure', failure: reading.error };
  if (!reading.value.measured) return { kind: 'unmeasured', unmeasured: reading.value.unmeasured };
  const { change } = reading.value;
  atEnd(() => change.snapshot.close());
  return { kind: 'measured', change };
}

/** Reads a change that must be measurable. */
export async function measure(folder: string, options: MeasureOptions = {}): Promise<Change> {
  const outcome = await attempt(folder, options);
  if (outcome.kind === 'measured') return outcome.change;
  throw new Error(JSON.stringify(outcome));
}

/** The failure of a reading that must fail. */
export async function failureOf(folder: string, options: MeasureOptions = {}): Promise<GateFailure> {
  const outcome = await attempt(folder, options);
  if (outcome.kind === 'failure') return outcome.failure;
  throw new Error(`not a failure: ${outcome.kind}`);
}

/** Why a change is not measured, which must be so. */
export async function reasonOf(folder: string, options: MeasureOptions = {}): Promise<GateFailure> {
  const outcome = await attempt(folder, options);
  if (outcome.kind === 'unmeasured') return outcome.unmeasured.reason;
  throw new Error(`not unmeasured: ${JSON.stringify(outcome)}`);
}

/** `M a.ts +1 -2`, `R old → new +0 -0`; a binary has `bin` and its sizes. */
export function summarize(change: Change): readonly string[] {
  return change.files.map((file) => {
    const name = file.oldPath === null ? file.path : `${file.oldPath} → ${file.path}`;
    const weight = file.binary ? `bin ${file.oldBytes}→${file.newBytes}` : `+${file.added} -${file.deleted}`;
    return `${(file.status[0] ?? '').toUpperCase()} ${name} ${weight}`;
  });
}

export function numberedLines(count: number, text = 'line'): string {
  return Array.from({ length: count }, (_, index) => `${text} ${index + 1}\n`).join('');
}
