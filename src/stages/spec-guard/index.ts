import type { Change, TreeFile } from '../../change/change.ts';
import type { SpecGuardStage } from '../../config/gate-config.ts';
import { compileGlobs } from '../../config/glob.ts';
import { oneLine, plural } from '../../kernel/text.ts';
import type { BuiltinContext, BuiltinStage } from '../../run/builtin-stage.ts';
import { type Finding, fingerprintFinding } from '../../run/finding.ts';
import { failed, notEvaluated, passed, type StageResult, skipped } from '../../run/stage-result.ts';
import { isLivingPlan, judgeSpecText, type SpecProblem } from './change-rule.ts';
import {
  type CodeRuleMend,
  describeUncovered,
  findUncoveredCode,
  findUnusableGlobs,
  listNames,
} from './code-rule.ts';
import { type FreshnessProblem, judgeSpec } from './freshness-rule.ts';
import { findKnownThings } from './known-things.ts';
import { formatDay } from './review-date.ts';
import { EXEMPT_STATUSES, readSpecFile, type SpecFile } from './spec-file.ts';
import { readSpecText } from './spec-text.ts';

/** Texts that can carry a review date; pictures and data beside them are no specs. */
const SPEC_TEXT = /\.(?:md|markdown|mdx|txt|rst|adoc)$/i;

/** A specification is read by people; a larger file is not one. */
const MAX_SPEC_BYTES = 4 * 1_048_576;

/** Which files of a tree are specs, and which only lie beside them. */
interface SpecSelection {
  readonly specs: readonly TreeFile[];
  readonly leftOut: readonly TreeFile[];
}

function selectSpecs(files: readonly TreeFile[], matches: (path: string) => boolean): SpecSelection {
  const matched = files.filter((file) => matches(file.path));
  const isText = (file: TreeFile) =>
    SPEC_TEXT.test(file.path) && file.mode.startsWith('100') && file.bytes <= MAX_SPEC_BYTES;
  return { specs: matched.filter(isText), leftOut: matched.filter((file) => !isText(file)) };
}

/** The specs' contents in one batch; null when an object is missing from the clone. */
async function readSpecs(change: Change, files: readonly TreeFile[]): Promise<readonly SpecFile[] | null> {
  const contents = await change.snapshot.readBlobs(files.map((file) => file.blob));
  const specs: SpecFile[] = [];
  for (const [index, file] of files.entries()) {
    const content = contents[index];
    if (content === undefined || content === null) return null;
    specs.push(readSpecFile(file.path, content));
  }
  return specs;
}

/** `docs/specs/<topic>.md` for `docs/specs/**`. */
function suggestSpecPath(globs: readonly string[]): string {
  const parts = (globs[0] ?? '').split('/').slice(0, -1);
  const magic = parts.findIndex((part) => /[*?[\]{}()!+@]/.test(part));
  const folder = magic === -1 ? parts : parts.slice(0, magic);
  return oneLine([...folder, '<topic>.md'].join('/'));
}

function makeFinding(
  context: BuiltinContext,
  ruleId: string,
  at: { readonly path: string; readonly line: number | null; readonly lineText: string },
  title: string,
  body: string,
): Finding {
  return {
    ruleId,
    title,
    body,
    priority: 1,
    confidence: null,
    path: at.path,
    startLine: at.line,
    endLine: at.line,
    side: 'new',
    suggestion: null,
    fingerprint: fingerprintFinding(ruleId, at.path, at.lineText),
    source: { id: 'spec-guard', version: context.toolVersion, model: null },
  };
}

/** Rule 1 as findings and as parts of the stage's line. */
function applyCodeRule(
  settings: SpecGuardStage,
  context: BuiltinContext,
  specs: readonly SpecFile[],
): readonly { readonly finding: Finding; readonly line: string }[] {
  if (!settings.requireUpdate) {
    context.log('require_update is off: changed code needs no spec');
    return [];
  }
  const matchesSpec = compileGlobs(settings.specs);
  const groups = findUncoveredCode({
    changed: context.change.files,
    codeGlobs: settings.code,
    specs,
    isSpec: (path) => matchesSpec(path) && SPEC_TEXT.test(path),
  });
  const mend: CodeRuleMend = {
    specPaths: specs.filter((spec) => !spec.exempt).map((spec) => spec.path),
    specGlobs: settings.specs,
    newSpecPath: suggestSpecPath(settings.specs),
    today: formatDay(context.nowMs),
  };
  return groups.map((group) => {
    const line = describeUncovered(group, mend);
    const owners = group.owners.length === 0 ? '' : `\nOwned by: ${listNames(group.owners, 20)}`;
    const body = `${line}\n\nChanged: ${listNames(group.files, 50)}${owners}`;
    const at = { path: group.files[0] ?? '', line: null, lineText: group.owners.join('\n') };
    const title = `${plural(group.files.length, 'changed file')} without a change of the spec`;
    return { finding: makeFinding(context, 'spec-guard/code-without-spec', at, title, body), line };
  });
}

/** Rule 2 as findings. */
function applyFreshnessRule(
  settings: SpecGuardStage,
  context: BuiltinContext,
  specs: readonly SpecFile[],
): readonly { readonly finding: Finding; readonly line: string }[] {
  return specs
    .map((spec) => judgeSpec(spec, settings.maxAgeDays, context.nowMs))
    .filter((problem): problem is FreshnessProblem => problem !== null)
    .map((problem) => {
      const title = `${oneLine(problem.path)} ${problem.what}`;
      const line = `${title} – ${problem.mend}`;
      const body = `${title}.\n\nTo mend it, ${problem.mend}.`;
      return { finding: makeFinding(context, problem.ruleId, problem, title, body), line };
    });
}

/** Rule 3 as findings: changed specs, and changed plans wherever they are. */
async function applyChangeRule(
  context: BuiltinContext,
  isSpec: (path: string) => boolean,
): Promise<readonly { readonly finding: Finding; readonly line: string }[]> {
  const { change } = context;
  const texts = change.files.filter(
    ({ path, newBlob, newBytes, newMode }) =>
      newBlob !== null && newBytes <= MAX_SPEC_BYTES && newMode.startsWith('100') && SPEC_TEXT.test(path),
  );
  if (texts.length === 0) return [];
  const contents = await change.snapshot.readBlobs(texts.flatMap(({ newBlob }) => newBlob ?? []));
  const specs = texts
    .map(({ path }, at) => ({ path, text: readSpecText(path, contents[at] ?? Buffer.alloc(0)) }))
    .filter(({ path, text }) => isSpec(path) || isLivingPlan(text));
  if (specs.length === 0) return [];
  const lines = await change.snapshot.readLines();
  const added = new Map(lines.map((file) => [file.path, new Set(file.added.map(({ line }) => line))]));
  const known = await findKnownThings(
    change,
    specs.flatMap(({ text }) => text.tasks.flatMap((task) => task.commits)),
  );
  const problems: SpecProblem[] = specs.flatMap(({ path, text }) =>
    EXEMPT_STATUSES.some((status) => status === text.status)
      ? []
      : judgeSpecText(path, text, known, (line) => added.get(path)?.has(line) === true),
  );
  return problems.map((problem) => {
    const at = problem.line === null ? '' : `:${problem.line}`;
    const title = `${oneLine(problem.path)} ${problem.what}`;
    const finding = makeFinding(
      context,
      problem.ruleId,
      problem,
      title,
      `${title}.\n\nTo mend it, ${problem.mend}.`,
    );
    return { finding, line: `${oneLine(problem.path)}${at} ${problem.what} – ${problem.mend}` };
  });
}

function logSelection(context: BuiltinContext, selection: SpecSelection, specs: readonly SpecFile[]): void {
  const exempt = specs.filter((spec) => spec.exempt);
  context.log(`${plural(specs.length, 'spec')}, ${exempt.length} exempt by status`);
  if (selection.leftOut.length > 0) {
    const names = listNames(selection.leftOut.map((file) => file.path));
    context.log(`not specs (no text, a link, or larger than 4 MiB): ${names}`);
  }
  for (const spec of specs) {
    if (spec.unreadableCodeLine === null) continue;
    const at = `${oneLine(spec.path)}:${spec.unreadableCodeLine}`;
    context.log(`${at}: "code" is neither a glob nor a list of globs; the spec owns nothing`);
  }
}

/** What people should know though it fails nothing. */
function collectWarnings(specs: readonly SpecFile[], baseHadSpecs: boolean): readonly string[] {
  const unreadable = specs.filter((spec) => spec.unreadableCodeLine !== null).map((spec) => spec.path);
  const unusable = specs.flatMap((spec) => {
    const globs = findUnusableGlobs(spec);
    return globs.length === 0
      ? []
      : [`"code" of ${oneLine(spec.path)}: ${listNames(globs)} cannot be used and owns nothing`];
  });
  return [
    ...unusable,
    ...(specs.length === 0 && baseHadSpecs ? ['this change removes the last spec'] : []),
    ...(unreadable.length === 0
      ? []
      : [`"code" in the front matter of ${listNames(unreadable)} is neither a glob nor a list of globs`]),
  ];
}

async function guardSpecs(settings: SpecGuardStage, context: BuiltinContext): Promise<StageResult> {
  const { snapshot } = context.change;
  const matches = compileGlobs(settings.specs);
  const selection = selectSpecs(await snapshot.listFiles(), matches);
  const baseHadSpecs =
    selection.specs.length > 0 || selectSpecs(await snapshot.listBaseFiles(), matches).specs.length > 0;
  if (settings.where === null && !baseHadSpecs) {
    const globs = settings.specs.map(oneLine).join(', ');
    const mend = `add ${suggestSpecPath(settings.specs)} or name yours in stages.spec-guard.specs`;
    return skipped('nothing_detected', `no specs under ${globs} – ${mend}`);
  }
  const specs = await readSpecs(context.change, selection.specs);
  if (specs === null) {
    const mend = 'fetch the whole history (fetch-depth: 0, no filter)';
    return notEvaluated('could_not_evaluate', `the contents of a spec are missing from this clone – ${mend}`);
  }
  logSelection(context, selection, specs);
  const problems = [
    ...applyCodeRule(settings, context, specs),
    ...applyFreshnessRule(settings, context, specs),
    ...(await applyChangeRule(context, matches)),
  ];
  const warnings = collectWarnings(specs, baseHadSpecs);
  if (problems.length === 0) return passed({ warnings });
  for (const problem of problems) context.log(problem.line);
  const more = problems.length - 3;
  const shown = problems.slice(0, 3).map((problem) => problem.line);
  const detail = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ');
  return failed('guard_violated', detail, { findings: problems.map((problem) => problem.finding), warnings });
}

/**
 * The stage `spec-guard`: code needs its spec (rule 1), specs are fresh (2), a changed spec and the change fit together
 * (3). It reads the pinned snapshot, and the disk only for evidence of earlier runs.
 *
 * Without configuration a repository that has no spec before and after the change is `skipped`: nobody there has
 * asked for specs. Once `stages.spec-guard` is configured, changed code without any spec fails.
 */
export const specGuardStage: BuiltinStage = async (settings, context) => {
  if (settings.kind !== 'spec-guard')
    throw new Error(`spec-guard was given the settings of ${settings.kind}`);
  return await guardSpecs(settings, context);
};
