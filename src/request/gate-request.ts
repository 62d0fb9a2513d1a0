/** What a user asks of `gate run` and `gate plan`, before anything is looked up. Null: not given. */
export interface GateRequest {
  readonly pipeline: string | null;
  /** Absolute folder the command was started in. */
  readonly startedIn: string;
  readonly workingDirectory: string | null;
  readonly base: string | null;
  readonly config: string | null;
  /** Commit whose configuration counts. */
  readonly policyRef: string | null;
  readonly task: string | null;
  readonly stages: readonly string[] | null;
  readonly notes: string | null;
  readonly onFailure: 'keep-going' | 'fail-fast' | null;
  readonly runsDir: string | null;
  readonly strict: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** An environment variable; an empty one counts as unset, as a workflow passes absent inputs. */
export function readVariable(
  environment: Readonly<Record<string, string | undefined>>,
  name: string,
): string | null {
  const value = environment[name];
  return value === undefined || value.trim() === '' ? null : value;
}
