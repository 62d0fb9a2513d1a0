import type { ManifestFinding, RunManifest } from '../evidence/manifest.ts';
import { clip } from '../kernel/text.ts';
import { linesOf, messageOf, nameOf, ruleNameOf } from './finding-facts.ts';
import { TEXT_MAX_CHARS } from './limits.ts';
import { uriOfPath } from './sarif-uri.ts';
import { visible } from './visible-text.ts';

/** Our fingerprint's name; the version changes when `fingerprintFinding` does. */
const FINGERPRINT = 'implementationGate/v1';

/**
 * The place of a finding about no file. GitHub rejects a whole upload for one result without any
 * ("locationFromSarifResult: expected at least one location"); a name that is no file's is what it takes instead.
 */
const NO_FILE = { physicalLocation: { artifactLocation: { uri: 'no%20file' } } } as const;

type Level = 'error' | 'warning' | 'note';

function levelOf(priority: ManifestFinding['priority']): Level {
  if (priority <= 1) return 'error';
  return priority === 2 ? 'warning' : 'note';
}

/**
 * A text of ours as a message of SARIF: `[text](target)` would be a link there (§3.11.6) and `{0}` a placeholder
 * (§3.11.5). Other braces are not doubled, though §3.11.5 asks for it: readers show them as they stand.
 */
export function sarifText(text: string): string {
  return text.replace(/\](?=\()/g, '] ').replace(/\{(?=\d+\})/g, '{ ');
}

/** Why the findings of a stage do not count, by stage id: those of a stage that passed by a waiver. */
type Waived = ReadonlyMap<string, string>;

/** The stages whose findings a waiver set aside, with its reason. */
export function waivedStages(manifest: RunManifest): Waived {
  const waived = manifest.stages.filter(({ status, reason }) => status === 'passed' && reason === 'waived');
  return new Map(
    waived.map(({ id, kind, detail }) => {
      const waiver = manifest.waivers.find((each) => each.kind === id || each.kind === kind);
      return [id, visible(clip(waiver?.reason ?? detail ?? '', TEXT_MAX_CHARS))];
    }),
  );
}

/** §3.27.23: either every result of a run has `suppressions` or none has. */
function suppressionsOf(finding: ManifestFinding, waived: Waived) {
  if (waived.size === 0) return {};
  const justification = waived.get(finding.stage);
  if (justification === undefined) return { suppressions: [] };
  const status = 'accepted';
  return {
    suppressions: [{ kind: 'external', status, ...(justification === '' ? {} : { justification }) }],
  };
}

function locationOf(finding: ManifestFinding, uri: string | null) {
  if (uri === null) return NO_FILE;
  const lines = linesOf(finding);
  return {
    physicalLocation: {
      artifactLocation: { uri, uriBaseId: '%SRCROOT%' },
      ...(lines === null ? {} : { region: { startLine: lines.start, endLine: lines.end } }),
    },
  };
}

/** One finding as a `result`; its place in the list of rules is not known yet. */
export function buildResult(finding: ManifestFinding, waived: Waived) {
  const { path, source } = finding;
  const uri = path === null ? null : uriOfPath(path);
  const stray = path === null || uri !== null ? '' : `\n\nIn ${visible(clip(path, TEXT_MAX_CHARS))}`;
  const fingerprint = nameOf(finding.fingerprint);
  // GitHub compares by `primaryLocationLineHash`. Its upload action computes it from the file and warns about any
  // other value, so it is ours only where there is no file to read.
  const lineHash = uri === null ? { primaryLocationLineHash: fingerprint } : {};
  return {
    ruleId: ruleNameOf(finding),
    level: levelOf(finding.priority),
    message: { text: sarifText(messageOf(finding) + stray) },
    locations: [locationOf(finding, uri)],
    partialFingerprints: { [FINGERPRINT]: fingerprint, ...lineHash },
    ...suppressionsOf(finding, waived),
    properties: {
      priority: finding.priority,
      confidence: finding.confidence,
      stage: nameOf(finding.stage),
      source: {
        id: nameOf(source.id),
        version: nameOf(source.version),
        model: source.model === null ? null : nameOf(source.model),
      },
    },
  };
}

/** `docs/broken-link` in words: `Broken link (docs)`. */
function describeRule(id: string): string {
  const slash = id.lastIndexOf('/');
  const words = id
    .slice(slash + 1)
    .replace(/[-_]+/g, ' ')
    .trim();
  if (words === '') return id;
  const start = `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
  return slash <= 0 ? start : `${start} (${id.slice(0, slash)})`;
}

/**
 * The rule behind a finding as a `reportingDescriptor`. The manifest knows rules by their ids only, so the
 * descriptions, which GitHub requires, say no more. The level is that of this finding: ask with the worst.
 */
export function buildRule(finding: ManifestFinding) {
  const id = ruleNameOf(finding);
  const level = levelOf(finding.priority);
  const stage = nameOf(finding.stage);
  const about = sarifText(
    `Rule ${id} of the stage ${stage}. Each result says what is wrong and how to mend it.`,
  );
  return {
    id,
    shortDescription: { text: sarifText(describeRule(id)) },
    fullDescription: { text: about },
    help: { text: about },
    defaultConfiguration: { level },
    properties: {
      ...(stage === '' ? {} : { tags: [stage] }),
      'problem.severity': level === 'note' ? 'recommendation' : level,
    },
  };
}

export type SarifResult = ReturnType<typeof buildResult>;
export type SarifRule = ReturnType<typeof buildRule>;
