import { lstatSync } from 'node:fs';
import path from 'node:path';
import type { DocsStage, GateConfig } from '../config/gate-config.ts';
import { makeDirectories } from '../host/directory.ts';
import { readFileBounded, writeFileDurably } from '../host/durable-file.ts';
import { createGit } from '../host/git.ts';
import { evaluationFailure, type GateFailure, usageFailure } from '../kernel/failure.ts';
import { err, ok, type Result } from '../kernel/result.ts';
import { oneLine, plural } from '../kernel/text.ts';
import { builtinSourceOf } from '../request/builtin-source.ts';
import type { Preparation } from '../request/preparation.ts';
import { prepareRun } from '../request/prepare.ts';
import type { BuiltinContext } from '../run/builtin-stage.ts';
import { renderBaseline } from '../stages/docs/baseline.ts';
import { selectDocs } from '../stages/docs/doc-selection.ts';
import { listDocsFindings, preloadDocs } from '../stages/docs/index.ts';
import { parseRegistry } from '../stages/docs/registry.ts';
import { renderRegistry } from '../stages/docs/write-registry.ts';
import type { Arguments } from './arguments.ts';
import type { CommandContext } from './command-context.ts';
import { requestOf } from './gate-request-flags.ts';

/** Where the two files go when the configuration names no place. */
const DEFAULT_REGISTRY = 'docs/freshness.json';
const DEFAULT_BASELINE = 'docs/docs-baseline.json';

const MAX_REGISTRY_BYTES = 4 * 1_048_576;

function docsSettings(config: GateConfig): DocsStage {
  const stage = config.stages.get('docs');
  if (stage?.kind !== 'docs') throw new Error('the configuration has no docs stage');
  return stage;
}

/** Writes a file of the repository; folders on the way must be real ones. */
function writeIn(root: string, name: string, text: string): Result<void> {
  const made = makeDirectories(root, path.posix.dirname(name));
  return made.ok ? writeFileDurably(path.join(root, name), text) : made;
}

/** Entries of the registry that is there; a damaged one is never written over. */
function readEntries(root: string, name: string): Result<ReturnType<typeof parseRegistry>['entries']> {
  const file = path.join(root, name);
  if (lstatSync(file, { throwIfNoEntry: false }) === undefined) return ok([]);
  const bytes = readFileBounded(file, MAX_REGISTRY_BYTES);
  if (!bytes.ok) return bytes;
  const { entries, faults } = parseRegistry(bytes.value.toString('utf8'));
  const [fault] = faults;
  if (fault === undefined) return ok(entries);
  return err(usageFailure(fault.what, { where: `${name}:${fault.line}`, mend: fault.mend }));
}

async function writeRegistry(
  { root, config }: Preparation,
  { change }: BuiltinContext,
): Promise<Result<string>> {
  const { paths, freshnessRegistry } = docsSettings(config);
  const name = freshnessRegistry ?? DEFAULT_REGISTRY;
  const entries = readEntries(root, name);
  if (!entries.ok) return entries;
  const docs = selectDocs(await change.snapshot.listFiles(), paths).docs.map((doc) => doc.path);
  const text = renderRegistry(entries.value, docs, new Date().toISOString());
  const written = writeIn(root, name, text);
  const hint =
    freshnessRegistry === null ? `; name it in the configuration: stages.docs.freshness.registry` : '';
  return written.ok ? ok(`${oneLine(name)}: ${plural(docs.length, 'document')}${hint}`) : written;
}

async function writeBaseline(
  { root, config }: Preparation,
  context: BuiltinContext,
): Promise<Result<string>> {
  const settings = docsSettings(config);
  const name = settings.baseline ?? DEFAULT_BASELINE;
  await preloadDocs();
  const findings = await listDocsFindings(settings, context);
  if (findings === null) {
    const mend = 'fetch the whole history (fetch-depth: 0, no filter)';
    return err(evaluationFailure('contents of the documents are missing from this clone', { mend }));
  }
  const written = writeIn(root, name, renderBaseline(findings));
  const hint = settings.baseline === null ? '; name it in the configuration: stages.docs.baseline' : '';
  return written.ok ? ok(`${oneLine(name)}: ${plural(findings.length, 'known finding')}${hint}`) : written;
}

/**
 * `gate docs --write-registry`: starts or renews the registry of freshness. `--write-baseline`: takes down what the
 * docs stage finds today, so that an old repository can adopt it and only new findings block.
 */
export async function docsCommand(given: Arguments, context: CommandContext): Promise<number | GateFailure> {
  const wanted = ['write-registry', 'write-baseline'].filter((name) => given.switches.has(name));
  if (wanted.length === 0) {
    return usageFailure('nothing to write is named', { mend: 'give --write-registry or --write-baseline' });
  }
  const request = requestOf(given, context);
  if (!request.ok) return request.error;
  const prepared = await prepareRun(request.value, createGit());
  if (!prepared.ok) return prepared.error;
  const { reading } = prepared.value;
  if (!reading.measured) return reading.unmeasured.reason;
  try {
    const source = builtinSourceOf(prepared.value, { wallMs: () => Date.now() });
    if (!source.measured) return source.reason;
    const look = source.context(() => {});
    for (const name of wanted) {
      const write = name === 'write-registry' ? writeRegistry : writeBaseline;
      const line = await write(prepared.value, look);
      if (!line.ok) return line.error;
      context.stdout.write(`written: ${line.value}\n`);
    }
    return 0;
  } finally {
    await reading.change.snapshot.close();
  }
}
