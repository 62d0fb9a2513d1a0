import path from 'node:path';
import { readFileBounded } from '../host/durable-file.ts';
import { usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import type { Approval } from '../run/approval.ts';
import { type GateRequest, readVariable } from './gate-request.ts';

const VARIABLE = 'GATE_APPROVALS';
const MAX_BYTES = 4 * 1_048_576;
const KEYS = ['user', 'state', 'commit_id', 'permission'] as const;

function parseApproval(value: unknown): Approval | null {
  if (typeof value !== 'object' || value === null) return null;
  const [user, state, commitSha, permission] = KEYS.map((key) =>
    Object.hasOwn(value, key) ? Reflect.get(value, key) : undefined,
  );
  return typeof user === 'string' &&
    typeof state === 'string' &&
    typeof commitSha === 'string' &&
    typeof permission === 'string'
    ? { user, state, commitSha, permission }
    : null;
}

function parseList(text: string): readonly (Approval | null)[] | null {
  try {
    const list: unknown = JSON.parse(text);
    return Array.isArray(list) ? list.map(parseApproval) : null;
  } catch {
    return null;
  }
}

/**
 * Who approved, from the file that `GATE_APPROVALS` names: a JSON list of `{user, state, commit_id, permission}`, oldest
 * first, as a workflow step gets it from the platform before the gate runs. Null without the variable. A file that
 * is not of this form is a usage failure: half a list could hide a refusal.
 */
export function readApprovals(
  request: Pick<GateRequest, 'environment' | 'startedIn'>,
): Result<readonly Approval[] | null> {
  const name = readVariable(request.environment, VARIABLE);
  if (name === null) return ok(null);
  const bytes = readFileBounded(path.resolve(request.startedIn, name), MAX_BYTES);
  if (!bytes.ok) return err(usageFailure(bytes.error.message, { where: VARIABLE }));
  const list = parseList(bytes.value.toString('utf8'));
  const approvals = list?.filter((approval) => approval !== null) ?? [];
  if (list !== null && approvals.length === list.length) return ok(approvals);
  const mend = `write a JSON list of { ${KEYS.join(', ')} }`;
  return err(usageFailure('the file is no list of approvals', { where: VARIABLE, mend }));
}
