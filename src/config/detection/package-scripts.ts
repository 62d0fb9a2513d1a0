import { configFailure } from '../../kernel/failure.ts';
import { err, ok, type Result } from '../../kernel/result.ts';
import { isMapping } from '../config-value.ts';
import { DETECTED_STAGE_IDS, type DetectedStageId } from '../gate-config.ts';
import { readJson } from '../json-text.ts';
import type { DetectedCommand, EcosystemReading } from './ecosystem.ts';
import { findPackageManager, scriptCommand } from './package-manager.ts';
import type { ProjectFiles } from './project-files.ts';

const FILE = 'package.json';

/**
 * Script names by stage, the most common first. Only names that cannot mean anything else: `check`, `verify` or
 * `typecheck` stand for different things in different repositories.
 */
const SCRIPT_NAMES: Readonly<Record<DetectedStageId, readonly string[]>> = {
  build: ['build', 'compile'],
  lint: ['lint', 'lint:check', 'check:lint', 'lint:ci', 'eslint'],
  test: ['test', 'test:ci', 'test:run', 'test:all', 'test:unit'],
};

/** What a script should not do in a gate; another script of the stage is taken if there is one. */
const UNFIT: Readonly<Record<DetectedStageId, { readonly pattern: RegExp; readonly effect: string }>> = {
  build: { pattern: /\s--watch(?=\s|$)/, effect: 'watches files and does not end' },
  lint: { pattern: /\s(?:--fix|--write)(?=\s|$)/, effect: 'changes files instead of checking them' },
  test: { pattern: /\s--watch(?:All)?(?=\s|$)/, effect: 'watches files and does not end' },
};

/**
 * Scripts that check nothing: npm's own placeholder (`echo "Error: no test specified" && exit 1`), a mere message,
 * a constant exit.
 */
const PLACEHOLDER = /^(?:(?:echo|printf) [^&|;<>]*(?:(?:&&|;) *exit \d+)?|true|:|exit \d+)$/;

/** A longer script does something. */
const MAX_PLACEHOLDER_CHARS = 500;

function isPlaceholder(script: string): boolean {
  const trimmed = script.trim();
  return trimmed === '' || (trimmed.length <= MAX_PLACEHOLDER_CHARS && PLACEHOLDER.test(trimmed));
}

function readScripts(text: string): Result<ReadonlyMap<string, string>> {
  if (text.startsWith('\ufffd') || text.includes('\u0000')) {
    const mend = 'save it as UTF-8';
    return err(configFailure('is not UTF-8 (UTF-16, or no text at all)', { where: FILE, mend }));
  }
  const reading = readJson(text);
  if (!reading.ok) return err(configFailure('not valid JSON', { where: `${FILE}:${reading.line}` }));
  if (!isMapping(reading.value)) return err(configFailure('is not a JSON object', { where: FILE }));
  const { scripts = {} } = reading.value;
  if (!isMapping(scripts)) return err(configFailure('"scripts" is not a JSON object', { where: FILE }));
  const named = Object.entries(scripts).flatMap(([name, script]) =>
    typeof script === 'string' ? [[name, script] as const] : [],
  );
  return ok(new Map(named));
}

interface ScriptChoice {
  readonly name: string | null;
  /** Why there is none, or what is wrong with the one there is. */
  readonly remark: string | null;
}

function chooseScript(scripts: ReadonlyMap<string, string>, stage: DetectedStageId): ScriptChoice {
  const [usual = stage] = SCRIPT_NAMES[stage];
  const candidates = SCRIPT_NAMES[stage].filter((name) => {
    const script = scripts.get(name);
    return script !== undefined && !isPlaceholder(script);
  });
  const { pattern, effect } = UNFIT[stage];
  const fit = candidates.find((name) => !pattern.test(scripts.get(name) ?? ''));
  if (fit !== undefined) return { name: fit, remark: null };
  const [unfit] = candidates;
  if (unfit !== undefined) {
    const remark = `${FILE} script "${unfit}" ${effect}: set stages.${stage}.run to a command that checks and ends`;
    return { name: unfit, remark };
  }
  const remark = scripts.has(usual)
    ? `the script "${usual}" in ${FILE} is a placeholder that checks nothing`
    : `no script "${usual}" in ${FILE}`;
  return { name: null, remark };
}

/** Commands from the scripts of package.json; null when there is no such file, a failure when it cannot be read. */
export function detectScripts(
  files: ProjectFiles,
  names: ReadonlySet<string>,
): Result<EcosystemReading | null> {
  if (!names.has(FILE)) return ok(null);
  const text = files.readText(FILE);
  if (text === null) {
    const message = 'cannot be read: it is no regular file of at most 1 MiB inside this folder';
    return err(configFailure(message, { where: FILE }));
  }
  const scripts = readScripts(text);
  if (!scripts.ok) return scripts;
  const manager = findPackageManager(text, names);
  const commands = new Map<DetectedStageId, DetectedCommand>();
  const missing = new Map<DetectedStageId, string>();
  const warnings = new Map<DetectedStageId, readonly string[]>();
  for (const stage of DETECTED_STAGE_IDS) {
    const { name, remark } = chooseScript(scripts.value, stage);
    if (name === null) {
      missing.set(stage, remark ?? '');
      continue;
    }
    commands.set(stage, { run: scriptCommand(manager.name, name), origin: `${FILE} script "${name}"` });
    warnings.set(
      stage,
      [manager.warning, remark].filter((line) => line !== null),
    );
  }
  return ok({ commands, missing, warnings });
}
