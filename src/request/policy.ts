import path from 'node:path';
import type { Change, ChangeReading } from '../change/change.ts';
import { describeCommandChanges } from '../change/command-changes.ts';
import type { Repository } from '../change/repository.ts';
import { resolveCommit } from '../change/resolve-commit.ts';
import { describeDifference } from '../config/config-difference.ts';
import type { GateConfig } from '../config/gate-config.ts';
import { createDiskReader, loadConfig } from '../config/locate-config.ts';
import type { ManifestPolicy } from '../evidence/manifest.ts';
import type { Git } from '../host/ports.ts';
import { type GateFailure, usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { GateRequest } from './gate-request.ts';
import { createTreeReader } from './tree-reader.ts';
import { isUnattended } from './unattended.ts';

/** The settings that count, and which copy of them it is. */
export interface Policy {
  readonly config: GateConfig;
  readonly facts: ManifestPolicy;
  /** Lines for the user that change no verdict. */
  readonly warnings: readonly string[];
  /** Why a green verdict would prove nothing: the policy that should count could not be read. Null: all is well. */
  readonly unproven: string | null;
  /** What fails the run whatever its stages say; null: nothing. */
  readonly violation: string | null;
}

/** Where the gate works. */
export interface PolicyPlace {
  readonly root: string;
  readonly directory: string;
}

/** Lines of a difference that are kept in the manifest. */
const MAX_LINES = 50;

function foldersOf({ root, directory }: PolicyPlace): readonly string[] {
  const folder = path.relative(root, directory).split(path.sep).join('/');
  return folder === '' ? [''] : [folder, ''];
}

/** The configuration as the work tree has it; it must be valid, whichever copy counts. */
export function loadWorkingConfig(request: GateRequest, place: PolicyPlace): Promise<Result<GateConfig>> {
  return loadConfig({
    reader: createDiskReader(place.root),
    folders: foldersOf(place),
    file: request.config === null ? null : path.resolve(request.startedIn, request.config),
  });
}

/** The configuration as a commit has it; the defaults when it has none. */
function loadConfigAt(
  change: Change,
  commit: string,
  request: GateRequest,
  place: PolicyPlace,
): Promise<Result<GateConfig>> {
  return loadConfig({
    reader: createTreeReader(change.snapshot, commit, place.root),
    folders: foldersOf(place),
    file: request.config === null ? null : path.resolve(request.startedIn, request.config),
  });
}

function workingPolicy(config: GateConfig): Policy {
  return {
    config,
    facts: {
      source: config.file === null ? 'defaults' : 'working_tree',
      ref: null,
      path: config.file,
      digest: config.digest,
      changed_in_change: false,
      settings_changed: [],
      stage_commands_changed: [],
    },
    warnings: [],
    unproven: null,
    violation: null,
  };
}

function cut(lines: readonly string[]): readonly string[] {
  const left = lines.length - MAX_LINES;
  return left > 0 ? [...lines.slice(0, MAX_LINES), `and ${left} more`] : lines;
}

/** Adds what the change does to the policy and to the commands behind the stages. */
async function compare(
  policy: Policy,
  atBase: GateConfig,
  working: GateConfig,
  change: Change,
): Promise<Policy> {
  const commands = await describeCommandChanges(change);
  const violation =
    policy.config.strictCommands && commands.length > 0
      ? `strict_commands: this change edits what the stages run: ${commands.slice(0, 3).join('; ')}`
      : null;
  return {
    ...policy,
    violation,
    facts: {
      ...policy.facts,
      changed_in_change: atBase.file !== working.file || atBase.digest !== working.digest,
      settings_changed: cut(describeDifference(atBase, working)),
      stage_commands_changed: commands,
    },
  };
}

/** A failure of the policy's own copy: it names the commit it was read from. */
function atCommit(failure: GateFailure, commit: string): GateFailure {
  return { ...failure, where: `${failure.where ?? 'the configuration'} at ${commit.slice(0, 12)}` };
}

/**
 * Decides which configuration counts. On a developer's machine the work tree's, so that it can be tried; unattended
 * (CI) the one of the base commit, so that a change is judged by rules that it did not write; `--policy-ref` beats
 * both. A base without a configuration means that the gate is being adopted: the change's own counts, and that is said.
 */
export async function resolvePolicy(
  request: GateRequest,
  place: PolicyPlace,
  working: GateConfig,
  reading: ChangeReading,
  access: { readonly git: Git; readonly repository: Repository },
): Promise<Result<Policy>> {
  const own = workingPolicy(working);
  const unattended = isUnattended(request.environment);
  if (!reading.measured) {
    if (request.policyRef === null && !unattended) return ok(own);
    return ok({ ...own, unproven: 'the policy of the base could not be read, only the one of the change' });
  }
  const { change } = reading;
  const compared = change.baseSha;
  const ref =
    request.policyRef === null
      ? ok(compared)
      : await resolveCommit(access.git, access.repository, request.policyRef);
  if (!ref.ok) return ref;
  if (ref.value === null) return ok(await compare(own, working, working, change));
  const atBase = await loadConfigAt(change, ref.value, request, place);
  const counts = request.policyRef !== null || unattended;
  if (!atBase.ok) {
    // The old one cannot be read: only a failure where it counts.
    return counts ? err(atCommit(atBase.error, ref.value)) : ok(await compare(own, working, working, change));
  }
  if (!counts) return ok(await compare(own, atBase.value, working, change));
  if (atBase.value.file === null && request.policyRef !== null) {
    const where = `--policy-ref ${request.policyRef}`;
    return err(usageFailure('that commit has no configuration', { where, mend: 'name one that has' }));
  }
  if (atBase.value.file === null) {
    const adopting =
      working.file === null ? [] : [`the base has no policy yet: ${working.file} of this change counts`];
    const policy = { ...own, warnings: adopting };
    return ok(await compare(policy, working, working, change));
  }
  const { file, digest } = atBase.value;
  const facts: ManifestPolicy = { ...own.facts, source: 'base', ref: ref.value, path: file, digest };
  return ok(await compare({ ...own, config: atBase.value, facts }, atBase.value, working, change));
}
