import type { TreeFile } from '../../change/change.ts';
import type { DocsStage } from '../../config/gate-config.ts';
import { clip, oneLine, plural } from '../../kernel/text.ts';
import type { BuiltinContext, BuiltinStage } from '../../run/builtin-stage.ts';
import type { Finding } from '../../run/finding.ts';
import { failed, notEvaluated, passed, type StageResult, skipped } from '../../run/stage-result.ts';
import { type Baseline, readBaseline } from './baseline.ts';
import { type DescribedFinding, makeFindings } from './doc-findings.ts';
import { type DocChecks, passOverDocs } from './doc-pass.ts';
import { selectDocs } from './doc-selection.ts';
import { preloadDocs } from './markdown-parser.ts';
import { MentionCollector } from './mention-rule.ts';
import { type Problem, showPath } from './problem.ts';
import { definesScripts, readProjectScripts, readScriptsOf } from './project-scripts.ts';
import { judgeRegistry } from './registry-rule.ts';
import { findRemovedNames } from './removed-names.ts';
import { type Repository, readRepository } from './repository.ts';
import type { RunnableNames } from './script-rule.ts';

export { preloadDocs } from './markdown-parser.ts';

/** More findings of one run are counted only. */
const MAX_NEW = 1_000;
const MAX_KNOWN = 200;

const MAX_REGISTRY_BYTES = 4 * 1_048_576;

async function readNames(context: BuiltinContext, repository: Repository): Promise<RunnableNames> {
  const { snapshot, files } = context.change;
  const older = files.flatMap((file) => {
    const path = file.oldPath ?? file.path;
    const old = definesScripts(path) ? repository.before.file(path) : undefined;
    return old === undefined ? [] : [old];
  });
  const [now, before] = await Promise.all([
    readProjectScripts(snapshot, repository.now),
    readScriptsOf(snapshot, older),
  ]);
  const minus = (names: ReadonlySet<string>, known: ReadonlySet<string> | null) =>
    new Set([...names].filter((name) => known?.has(name) !== true));
  return {
    now,
    removedScripts: minus(before.scripts, now.scripts),
    removedTargets: minus(before.targets, now.targets),
    pipelineIds: context.pipelineIds,
  };
}

/** Everything that the documents are held against, read before the first of them. */
async function prepareChecks(
  settings: DocsStage,
  context: BuiltinContext,
  repository: Repository,
): Promise<{ readonly checks: DocChecks; readonly warnings: readonly string[] }> {
  if (!settings.scripts) {
    return { checks: { repository, links: settings.links, names: null, mentions: null }, warnings: [] };
  }
  const [names, removed] = await Promise.all([
    readNames(context, repository),
    findRemovedNames(context.change.snapshot),
  ]);
  const mentions = removed.names.size === 0 ? null : new MentionCollector(removed.names, names.now.programs);
  const warnings =
    removed.remark === null ? [] : [`not all removed names were looked for in the docs: ${removed.remark}`];
  return { checks: { repository, links: settings.links, names, mentions }, warnings };
}

async function checkRegistry(
  path: string,
  context: BuiltinContext,
  repository: Repository,
  docs: readonly TreeFile[],
): Promise<readonly Problem[]> {
  const file = repository.now.file(path);
  const isReadable = file?.mode.startsWith('100') === true && file.bytes <= MAX_REGISTRY_BYTES;
  const [contents] = isReadable ? await context.change.snapshot.readBlobs([file.blob]) : [];
  return judgeRegistry({
    path,
    text: contents?.toString('utf8') ?? null,
    docs: docs.map((doc) => doc.path),
    now: repository.now,
    nowMs: context.nowMs,
  });
}

/** `a; b; c; and 4 more`: what to do, the worst first. */
function summarize(lines: readonly string[], total: number): string {
  const shown = lines.slice(0, 3);
  return [...shown, ...(total > shown.length ? [`and ${total - shown.length} more`] : [])].join('; ');
}

/** A finding that was there before: a hint, whatever it was. */
function asKnown({ finding, line }: DescribedFinding): DescribedFinding {
  const title = `known: ${finding.title}`;
  return {
    finding: { ...finding, title, body: `known: ${finding.body}`, priority: 3 },
    line: `known: ${line}`,
  };
}

/** What is known already, with what is to be said about the baseline itself. */
interface Known {
  readonly fingerprints: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly warnings: readonly string[];
}

const NOTHING_KNOWN: Known = { fingerprints: new Set(), problems: [], warnings: [] };

function describeBaseline(path: string, { fingerprints, source, fault }: Baseline): Known {
  const name = showPath(path);
  if (source === 'none') {
    return { ...NOTHING_KNOWN, warnings: [`there is no baseline ${name}: every finding is new`] };
  }
  const ruleId = 'docs/baseline-invalid';
  const rest = { line: null, mend: 'write it anew', priority: 1, suggest: null } as const;
  const problems = fault === null ? [] : [{ ruleId, path, what: fault, ...rest } as const];
  const warnings = source === 'change' ? [`the baseline ${name} comes from this change itself`] : [];
  return { fingerprints, problems, warnings };
}

async function readKnown(
  settings: DocsStage,
  context: BuiltinContext,
  repository: Repository,
): Promise<Known> {
  const path = settings.baseline;
  if (path === null) return NOTHING_KNOWN;
  const { snapshot } = context.change;
  return describeBaseline(path, await readBaseline(snapshot, path, repository.before, repository.now));
}

/** The end of the stage: new findings block, known ones are hints. */
function conclude(
  context: BuiltinContext,
  found: readonly DescribedFinding[],
  known: ReadonlySet<string>,
  warnings: readonly string[],
): StageResult {
  const fresh = found.filter(({ finding }) => !known.has(finding.fingerprint));
  const old = found.filter(({ finding }) => known.has(finding.fingerprint)).map(asKnown);
  const mended = known.size - new Set(old.map(({ finding }) => finding.fingerprint)).size;
  if (mended > 0) context.log(`${plural(mended, 'known finding')} of the baseline no longer found`);
  const shown = [...fresh.slice(0, MAX_NEW), ...old.slice(0, MAX_KNOWN)];
  for (const { line } of shown) context.log(line);
  const unsaid = found.length - shown.length;
  const more = unsaid > 0 ? [`${plural(unsaid, 'further finding')} not listed`] : [];
  const facts = { findings: shown.map(({ finding }) => finding), warnings: [...warnings, ...more] };
  const detail = summarize(
    fresh.map(({ line }) => line),
    fresh.length,
  );
  if (fresh.some(({ finding }) => finding.priority <= 1)) return failed('findings', detail, facts);
  if (found.length === 0) return passed(facts);
  const hints = fresh.length > 0 ? detail : `${plural(old.length, 'known finding')}, none new`;
  return passed(facts, 'findings', hints);
}

/** What is wrong with the documents; null when the contents of one are missing from the clone. */
async function findProblems(
  settings: DocsStage,
  context: BuiltinContext,
  repository: Repository,
  docs: readonly TreeFile[],
): Promise<{ readonly problems: readonly Problem[]; readonly warnings: readonly string[] } | null> {
  const { snapshot } = context.change;
  const { checks, warnings } = await prepareChecks(settings, context, repository);
  const fromDocs = await passOverDocs(snapshot, docs, checks);
  if (fromDocs === null) return null;
  const stale = (await checks.mentions?.judge(snapshot, await snapshot.listFiles())) ?? [];
  const registry = settings.freshnessRegistry;
  const fromRegistry = registry === null ? [] : await checkRegistry(registry, context, repository, docs);
  return { problems: [...fromDocs, ...stale, ...fromRegistry], warnings };
}

async function checkDocs(settings: DocsStage, context: BuiltinContext): Promise<StageResult> {
  const { snapshot } = context.change;
  const { docs, aside } = selectDocs(await snapshot.listFiles(), settings.paths);
  const hadDocs =
    docs.length > 0 || selectDocs(await snapshot.listBaseFiles(), settings.paths).docs.length > 0;
  const globs = clip(settings.paths.map(oneLine).join(', '), 200);
  if (settings.where === null && !hadDocs) {
    const mend = 'add a README.md or name yours in stages.docs.paths';
    return skipped('nothing_detected', `no Markdown under ${globs} – ${mend}`);
  }
  await preloadDocs();
  const repository = await readRepository(context.change);
  const checked = await findProblems(settings, context, repository, docs);
  if (checked === null) {
    const what = 'the contents of a document are missing from this clone';
    return notEvaluated(
      'could_not_evaluate',
      `${what} – fetch the whole history (fetch-depth: 0, no filter)`,
    );
  }
  const setAside = aside.length === 0 ? '' : `, ${aside.length} set aside (vendored, fixtures)`;
  context.log(`${plural(docs.length, 'document')}${setAside}`);
  const known = await readKnown(settings, context, repository);
  const problems = [...checked.problems, ...known.problems];
  const found = await makeFindings(problems, snapshot, repository.now, context.toolVersion);
  const nothing = docs.length === 0 ? [`no Markdown matches ${globs}`] : [];
  const warnings = [...nothing, ...checked.warnings, ...known.warnings];
  return conclude(context, found, known.fingerprints, warnings);
}

/**
 * Everything that is wrong with the documents today, known or not, without the limits of a report: what a baseline is
 * written from. Null: the contents of a document are missing from the clone.
 */
export async function listDocsFindings(
  settings: DocsStage,
  context: BuiltinContext,
): Promise<readonly Finding[] | null> {
  const { snapshot } = context.change;
  const { docs } = selectDocs(await snapshot.listFiles(), settings.paths);
  await preloadDocs();
  const repository = await readRepository(context.change);
  const checked = await findProblems(settings, context, repository, docs);
  if (checked === null) return null;
  const found = await makeFindings(checked.problems, snapshot, repository.now, context.toolVersion);
  return found.map(({ finding }) => finding);
}

/**
 * The stage `docs`: what the documents say is there. Links and anchors lead somewhere, named paths, scripts and
 * pipelines exist, names that the change removes are gone from the docs too, and reviews are in time. It reads the
 * pinned snapshot only and no address of other hosts.
 *
 * What is certain is P1 and fails the stage; guesses are P3. Findings of the baseline (`stages.docs.baseline`, as it
 * was before the change) are hints. Without configuration a repository that has no documents before and after the
 * change is `skipped`.
 */
export const docsStage: BuiltinStage = async (settings, context) => {
  if (settings.kind !== 'docs') throw new Error(`docs was given the settings of ${settings.kind}`);
  return await checkDocs(settings, context);
};
