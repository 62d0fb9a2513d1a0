import type { ManifestFinding, RunManifest } from '../evidence/manifest.ts';
import { linesOf, messageOf, nameOf, ruleNameOf, worstFirst } from './finding-facts.ts';
import { jsonLine } from './json-line.ts';
import { visible } from './visible-text.ts';

function severityOf(priority: ManifestFinding['priority']): 'ERROR' | 'WARNING' | 'INFO' {
  if (priority <= 1) return 'ERROR';
  return priority === 2 ? 'WARNING' : 'INFO';
}

/**
 * Where a finding is. Without columns a range is whole lines, its end included. A name that is no UTF-8 cannot be said
 * in JSON as others read it: it is shown with escapes. A finding about no file stands at the root, because reviewdog
 * takes none without a location.
 */
function locationOf(finding: ManifestFinding) {
  const { path } = finding;
  const lines = linesOf(finding);
  return {
    path: path === null || path === '' ? '.' : path.isWellFormed() ? path : visible(path),
    ...(lines === null ? {} : { range: { start: { line: lines.start }, end: { line: lines.end } } }),
  };
}

/**
 * The findings of a run in the Reviewdog Diagnostic Format (`rdjson`) on one line, the worst first. The same manifest
 * gives the same bytes. There are no `suggestions`: those are edits of lines, ours are words and stand in the message.
 */
export function renderRdjson(manifest: RunManifest): string {
  const findings = worstFirst(manifest.findings);
  const worst = findings[0];
  return jsonLine({
    source: { name: nameOf(manifest.tool.name) || 'implementation-gate' },
    ...(worst === undefined ? {} : { severity: severityOf(worst.priority) }),
    diagnostics: findings.map((finding) => ({
      message: messageOf(finding),
      location: locationOf(finding),
      severity: severityOf(finding.priority),
      code: { value: ruleNameOf(finding) },
    })),
  });
}
