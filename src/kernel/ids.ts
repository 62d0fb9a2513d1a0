import { randomBytes } from 'node:crypto';
import { usageFailure } from './failure.ts';
import { err, ok, type Result } from './result.ts';

const TASK_ID = /^[A-Za-z0-9_-][A-Za-z0-9._-]{0,127}$/;
const RUN_ID = /^\d{4}-\d{2}-\d{2}T\d{2}-\d{2}-\d{2}-\d{3}Z-[0-9a-f]{8}$/;

/** Device names that Windows resolves in every folder, with or without an extension. */
const WINDOWS_DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/** A task id names a folder: 1–128 of `A-Z a-z 0-9 . _ -`, no leading dot, no device name. */
export function parseTaskId(text: string, where: string): Result<string> {
  if (TASK_ID.test(text) && !WINDOWS_DEVICE.test(text) && !text.endsWith('.')) return ok(text);
  return err(
    usageFailure(`"${text.slice(0, 80)}" is not a task id`, {
      where,
      mend: 'use 1 to 128 of A-Z a-z 0-9 . _ - and do not start or end with a dot',
    }),
  );
}

/** Whether a text has the form of a run id; anything else is never joined to a path. */
export function isRunId(text: string): boolean {
  return RUN_ID.test(text);
}

/** A new run id from a wall-clock time (ms since the epoch): sortable by time, unique by 8 random hex. */
export function newRunId(wallMs: number): string {
  return `${new Date(wallMs).toISOString().replace(/[:.]/g, '-')}-${randomBytes(4).toString('hex')}`;
}

/** A branch as a task id: unsafe characters become `-`; null when nothing is left. */
export function slugTaskId(branch: string): string | null {
  const slug = branch
    .replace(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[.-]+|[.-]+$/g, '')
    .slice(0, 128)
    .replace(/[.-]+$/g, '');
  return slug !== '' && TASK_ID.test(slug) && !WINDOWS_DEVICE.test(slug) ? slug : null;
}
