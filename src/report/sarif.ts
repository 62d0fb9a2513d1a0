import type { ManifestStage, RunManifest } from '../evidence/manifest.ts';
import { clip, plural } from '../kernel/text.ts';
import { nameOf, worstFirst } from './finding-facts.ts';
import { jsonLine } from './json-line.ts';
import {
  SARIF_MAX_NOTIFICATIONS,
  SARIF_MAX_RESULTS,
  SARIF_MAX_RESULTS_BYTES,
  TEXT_MAX_CHARS,
} from './limits.ts';
import {
  buildResult,
  buildRule,
  type SarifResult,
  type SarifRule,
  sarifText,
  waivedStages,
} from './sarif-results.ts';
import { visible } from './visible-text.ts';

/** As GitHub's documentation names it. */
const SCHEMA = 'https://json.schemastore.org/sarif-2.1.0.json';

/** Semantic Versioning 2.0. */
const SEMANTIC = /^\d+\.\d+\.\d+(?:-[0-9A-Za-z.-]+)?(?:\+[0-9A-Za-z.-]+)?$/;

function sizeOf(value: object): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/** The findings that fit, the worst first, with their rules; the rules are in order of their ids. */
function listFindings(manifest: RunManifest): {
  results: (SarifResult & { ruleIndex: number })[];
  rules: SarifRule[];
} {
  const waived = waivedStages(manifest);
  const results: SarifResult[] = [];
  const rules = new Map<string, SarifRule>();
  let bytes = 0;
  for (const finding of worstFirst(manifest.findings).slice(0, SARIF_MAX_RESULTS)) {
    const result = buildResult(finding, waived);
    const rule = rules.has(result.ruleId) ? null : buildRule(finding);
    bytes += sizeOf(result) + (rule === null ? 0 : sizeOf(rule));
    if (bytes > SARIF_MAX_RESULTS_BYTES) break;
    results.push(result);
    if (rule !== null) rules.set(rule.id, rule);
  }
  const sorted = [...rules.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const places = new Map(sorted.map((rule, index) => [rule.id, index]));
  const numbered = results.map((result) => ({ ...result, ruleIndex: places.get(result.ruleId) ?? 0 }));
  return { results: numbered, rules: sorted };
}

function notification(level: 'error' | 'warning', text: string) {
  return { level, message: { text: sarifText(visible(clip(text, TEXT_MAX_CHARS))) } };
}

/** A stage whose question stayed open: its missing findings do not mean that there are none. */
function openStage({ id, status, required, detail }: ManifestStage) {
  const words = status === 'cancelled' ? 'was cancelled' : 'could not be evaluated';
  const cause = detail === null ? '' : `: ${detail}`;
  return notification(required ? 'error' : 'warning', `The stage ${id} ${words}${cause}`);
}

/** What a reader must know beyond the results: open stages, what was cut, the warnings of the run. */
function notificationsOf(manifest: RunManifest, listed: number) {
  const open = manifest.stages.filter(({ status }) => status === 'not_evaluated' || status === 'cancelled');
  const cut = manifest.findings.length - listed;
  const all = [
    ...(cut === 0
      ? []
      : [
          notification(
            'warning',
            `${plural(cut, 'more finding')} did not fit; the worst ${listed} are listed, the manifest has all`,
          ),
        ]),
    ...open.map(openStage),
    ...manifest.warnings.map((line) => notification('warning', line)),
  ];
  if (all.length <= SARIF_MAX_NOTIFICATIONS) return all;
  const kept = all.slice(0, SARIF_MAX_NOTIFICATIONS - 1);
  return [
    ...kept,
    notification('warning', `${all.length - kept.length} more messages stand in the manifest`),
  ];
}

function driverOf({ tool }: RunManifest, rules: readonly SarifRule[]) {
  const version = nameOf(tool.version);
  return {
    name: nameOf(tool.name) || 'implementation-gate',
    ...(version === '' ? {} : { version }),
    ...(SEMANTIC.test(version) ? { semanticVersion: version } : {}),
    rules,
  };
}

/** What was looked at. The address of the repository is not known, so it cannot be `versionControlProvenance`. */
function propertiesOf({ run_id, status, verdict, change }: RunManifest) {
  const orNull = (text: string | null) => (text === null ? null : nameOf(text));
  return {
    runId: nameOf(run_id),
    status,
    verdict,
    revision: orNull(change.head_sha),
    baseRevision: orNull(change.merge_base_sha ?? change.base_sha),
    branch: orNull(change.branch),
    uncommittedFiles: change.dirty,
  };
}

/**
 * The findings of a run as SARIF 2.1.0 on one line, within the limits of GitHub's code scanning: the worst first, and
 * what does not fit is counted. The same manifest gives the same bytes. Findings that a waiver set aside are
 * suppressed; `executionSuccessful` is false when the run gave no answer.
 */
export function renderSarif(manifest: RunManifest): string {
  const { results, rules } = listFindings(manifest);
  const notifications = notificationsOf(manifest, results.length);
  const pipeline = nameOf(manifest.pipeline.id) || 'gate';
  return jsonLine({
    $schema: SCHEMA,
    version: '2.1.0',
    runs: [
      {
        tool: { driver: driverOf(manifest, rules) },
        // What stands before the last slash is the category: a later upload of the pipeline replaces this one.
        automationDetails: { id: `${pipeline}/` },
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        invocations: [
          {
            executionSuccessful: manifest.verdict === 'passed' || manifest.verdict === 'failed',
            toolExecutionNotifications: notifications,
          },
        ],
        results,
        properties: propertiesOf(manifest),
      },
    ],
  });
}
