import { isMapping } from '../config-value.ts';
import { readJson } from '../json-text.ts';

export type PackageManager = 'npm' | 'pnpm' | 'yarn' | 'bun';

const MANAGERS: readonly PackageManager[] = ['npm', 'pnpm', 'yarn', 'bun'];

/** Lockfiles, those of managers that people choose on purpose first: npm's is often left over. */
const LOCKFILES: readonly (readonly [string, PackageManager])[] = [
  ['pnpm-lock.yaml', 'pnpm'],
  ['yarn.lock', 'yarn'],
  ['bun.lock', 'bun'],
  ['bun.lockb', 'bun'],
  ['package-lock.json', 'npm'],
  ['npm-shrinkwrap.json', 'npm'],
];

/** Which manager runs the scripts, and what is doubtful about that. */
export interface ManagerChoice {
  readonly name: PackageManager;
  readonly warning: string | null;
}

function knownManager(name: unknown): PackageManager | null {
  return MANAGERS.find((manager) => manager === name) ?? null;
}

/** `packageManager: "pnpm@9.1.0"` (Corepack), else `devEngines.packageManager.name`. */
function declaredManager(manifest: unknown): PackageManager | null {
  if (!isMapping(manifest)) return null;
  const { packageManager, devEngines } = manifest;
  const declared = typeof packageManager === 'string' ? knownManager(packageManager.split('@')[0]) : null;
  if (declared !== null || !isMapping(devEngines)) return declared;
  const wanted: unknown = devEngines['packageManager'];
  const first: unknown = Array.isArray(wanted) ? wanted[0] : wanted;
  return isMapping(first) ? knownManager(first['name']) : null;
}

/** The manager that package.json declares, else the one whose lockfile stands beside it, else npm. */
export function findPackageManager(packageJson: string, names: ReadonlySet<string>): ManagerChoice {
  const reading = readJson(packageJson);
  const declared = reading.ok ? declaredManager(reading.value) : null;
  if (declared !== null) return { name: declared, warning: null };
  const found = LOCKFILES.filter(([file]) => names.has(file));
  const name = found[0]?.[1] ?? 'npm';
  const isClear = found.every(([, manager]) => manager === name);
  const list = found.map(([file]) => file).join(', ');
  const warning = `${list}: taken as ${name}; name one in "packageManager" of package.json or remove the others`;
  return { name, warning: isClear ? null : warning };
}

/** Command line of a script. `bun test` is bun's own runner, `npm test` what everybody writes. */
export function scriptCommand(manager: PackageManager, script: string): string {
  if (script === 'test' && (manager === 'npm' || manager === 'pnpm')) return `${manager} test`;
  return `${manager} run ${script}`;
}
