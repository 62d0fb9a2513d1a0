import { readFileBounded } from '../host/durable-file.ts';
import { readVariable } from './gate-request.ts';
import { pullRequestNumber } from './task-id.ts';

/** What the workflow run that the gate is part of says of itself; all null outside of one. */
export interface WorkflowEvent {
  /** `pull_request`, `push`, `merge_group`, … */
  readonly name: string | null;
  readonly prNumber: number | null;
  readonly fromFork: boolean | null;
  /** Commit the event compares with; not checked to exist. */
  readonly baseSha: string | null;
  /** Head of the pull request; with it HEAD is known as the merge commit that the platform made. */
  readonly headSha: string | null;
  /** Text of the pull request, in which the author's notes may stand. */
  readonly body: string | null;
  /** Lines for the user. */
  readonly warnings: readonly string[];
}

const NOTHING: WorkflowEvent = {
  name: null,
  prNumber: null,
  fromFork: null,
  baseSha: null,
  headSha: null,
  body: null,
  warnings: [],
};

/** An event's payload is at most 25 MB, says the platform's documentation of webhooks; a body is 64 KiB. */
const MAX_EVENT_BYTES = 26_214_400;

const OBJECT_ID = /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/;
const NO_COMMIT = /^0+$/;

/** A field of parsed JSON by its path; undefined wherever the way ends early. */
function pick(value: unknown, ...names: readonly string[]): unknown {
  let current: unknown = value;
  for (const name of names) {
    if (typeof current !== 'object' || current === null || !Object.hasOwn(current, name)) return undefined;
    current = Reflect.get(current, name);
  }
  return current;
}

function commitAt(payload: unknown, ...names: readonly string[]): string | null {
  const value = pick(payload, ...names);
  return typeof value === 'string' && OBJECT_ID.test(value) && !NO_COMMIT.test(value) ? value : null;
}

/** The pull request's base, the merge queue's base, or what the pushed branch was before. */
function baseOf(name: string, payload: unknown): string | null {
  switch (name) {
    case 'pull_request':
    case 'pull_request_target':
      return commitAt(payload, 'pull_request', 'base', 'sha');
    case 'merge_group':
      return commitAt(payload, 'merge_group', 'base_sha');
    case 'push':
      return commitAt(payload, 'before');
    default:
      return null;
  }
}

/** The pull request's head; of a run that follows another workflow, only when that ran for a pull request. */
function headOf(name: string, payload: unknown): string | null {
  if (name !== 'workflow_run') return commitAt(payload, 'pull_request', 'head', 'sha');
  const followed = pick(payload, 'workflow_run', 'event');
  const isForOne = followed === 'pull_request' || followed === 'pull_request_target';
  return isForOne ? commitAt(payload, 'workflow_run', 'head_sha') : null;
}

function forkOf(payload: unknown): boolean | null {
  const head = pick(payload, 'pull_request', 'head', 'repo', 'id');
  const base = pick(payload, 'pull_request', 'base', 'repo', 'id');
  return typeof head === 'number' && typeof base === 'number' ? head !== base : null;
}

function readPayload(file: string | null): { readonly payload: unknown; readonly warning: string | null } {
  const refuse = (cause: string) => ({
    payload: null,
    warning: `the event of the workflow run is not used: GITHUB_EVENT_PATH ${cause}`,
  });
  if (file === null) return refuse('is not set');
  const bytes = readFileBounded(file, MAX_EVENT_BYTES);
  if (!bytes.ok) return refuse(`cannot be read: ${bytes.error.message}`);
  try {
    const payload: unknown = JSON.parse(bytes.value.toString('utf8'));
    return { payload, warning: null };
  } catch {
    return refuse('is no JSON');
  }
}

/**
 * Reads the event of the workflow run, if there is one. The file is untrusted and may be missing, cut or
 * anything: what is not there in the right form is null, and the gate goes on.
 */
export function readWorkflowEvent(environment: Readonly<Record<string, string | undefined>>): WorkflowEvent {
  const name = readVariable(environment, 'GITHUB_EVENT_NAME');
  if (name === null) return NOTHING;
  const { payload, warning } = readPayload(readVariable(environment, 'GITHUB_EVENT_PATH'));
  const number = pick(payload, 'pull_request', 'number');
  const body = pick(payload, 'pull_request', 'body');
  return {
    name,
    prNumber:
      typeof number === 'number' && Number.isSafeInteger(number) && number > 0
        ? number
        : pullRequestNumber(environment),
    fromFork: forkOf(payload),
    baseSha: baseOf(name, payload),
    headSha: headOf(name, payload),
    body: typeof body === 'string' ? body : null,
    warnings: warning === null ? [] : [warning],
  };
}
