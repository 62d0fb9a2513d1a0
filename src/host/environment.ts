/**
 * What a job hands to the gate and not to the code it runs: tokens, the files by which a step talks to the
 * runner, and the inputs of an action. Names as the runner's documentation gives them ("Default environment
 * variables", "Workflow commands"); compared without case, as Windows does.
 */
const WITHHELD_NAMES: ReadonlySet<string> = new Set([
  'GITHUB_TOKEN',
  'GH_TOKEN',
  'GITHUB_ENTERPRISE_TOKEN',
  'GH_ENTERPRISE_TOKEN',
  'GITHUB_OUTPUT',
  'GITHUB_ENV',
  'GITHUB_PATH',
  'GITHUB_STATE',
  'GITHUB_STEP_SUMMARY',
  'GITHUB_ARTIFACTS',
]);

/** Runtime token, identity token, results and cache services (`ACTIONS_…`), inputs of an action (`INPUT_…`). */
const WITHHELD_PREFIXES = ['ACTIONS_', 'INPUT_'] as const;

function isWithheld(name: string): boolean {
  const upper = name.toUpperCase();
  return WITHHELD_NAMES.has(upper) || WITHHELD_PREFIXES.some((prefix) => upper.startsWith(prefix));
}

/**
 * The environment of this process without what belongs to the gate alone; everything else (`PATH`, `HOME`, `CI`,
 * `GITHUB_SHA`, …) stays. A process of the same user can still read the gate's own environment from the system:
 * only a job that holds no token is safe from that.
 */
export function scrubEnvironment(
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  const kept: Record<string, string> = {};
  for (const [name, value] of Object.entries(environment)) {
    if (value !== undefined && !isWithheld(name)) kept[name] = value;
  }
  return kept;
}
