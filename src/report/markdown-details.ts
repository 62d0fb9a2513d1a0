import { formatByteSize } from '../kernel/byte-size.ts';
import { plural } from '../kernel/text.ts';
import { MARKDOWN_MAX_LIST } from './limits.ts';
import { findingList } from './markdown-failures.ts';
import { codeSpan, inlineText } from './markdown-text.ts';
import type { GateReport, LabelledText } from './report-model.ts';
import { visibleLines } from './visible-text.ts';

/** A collapsed section. The summary is ours alone: nothing of the change may stand in HTML. */
function section(summary: string, lines: readonly string[]): string[] {
  return ['<details>', `<summary>${summary}</summary>`, '', ...lines, '', '</details>'];
}

function list<T>(items: readonly T[], toLine: (item: T) => string): string[] {
  const left = items.length - MARKDOWN_MAX_LIST;
  const lines = items.slice(0, MARKDOWN_MAX_LIST).map((item) => `- ${toLine(item)}`);
  return left > 0 ? [...lines, `- and ${left} more, see \`manifest.json\``] : lines;
}

function labelled({ label, text }: LabelledText): string {
  return `${label}: ${inlineText(text)}`;
}

function noteLines({ label, text }: LabelledText): string[] {
  const lines = visibleLines(text).filter((line) => line !== '');
  return [`**${label}**`, ...lines.slice(0, MARKDOWN_MAX_LIST).flatMap((line) => ['', inlineText(line)])];
}

function notesSection(report: GateReport): string[][] {
  if (report.notes.length === 0) return [];
  return [
    section(
      'Notes of the author',
      report.notes.flatMap((part, at) => [...(at === 0 ? [] : ['']), ...noteLines(part)]),
    ),
  ];
}

function policySection(report: GateReport): string[][] {
  const { policy } = report;
  const title =
    policy.edit !== null
      ? 'Policy ⚠️ edited by this change'
      : policy.commandsChanged.length > 0
        ? 'Policy ⚠️ this change edits what stages run'
        : 'Policy';
  const lines = [`- Policy: ${inlineText(policy.words)}`];
  if (policy.digest !== null) lines.push(`- SHA-256: ${codeSpan(policy.digest)}`);
  if (policy.edit !== null) lines.push(`- ${inlineText(policy.edit)}`);
  if (policy.settingsChanged.length > 0) {
    lines.push('', 'Settings that this change edits:', '', ...list(policy.settingsChanged, inlineText), '');
  }
  if (policy.commandsChanged.length > 0) {
    lines.push('', 'This change edits what the stages run:', '', ...list(policy.commandsChanged, inlineText));
  }
  return [section(title, lines)];
}

function waiverSection(report: GateReport): string[][] {
  if (report.waivers.length === 0) return [];
  const lines = list(
    report.waivers,
    (waiver) =>
      `${codeSpan(waiver.kind)} set aside by ${waiver.actor === null ? 'an unknown actor' : codeSpan(waiver.actor)} (${codeSpan(waiver.source)}): ${inlineText(waiver.reason)}`,
  );
  return [section(`Waivers (${report.waivers.length})`, lines)];
}

function hintSection(report: GateReport, blobUrl: string | null): string[][] {
  if (report.hints.length === 0) return [];
  const title = `Findings that do not block (${report.hints.length})`;
  return [section(title, findingList(report.hints, blobUrl, MARKDOWN_MAX_LIST))];
}

function flakySection(report: GateReport): string[][] {
  const flaky = report.stages.filter((row) => row.flaky);
  if (flaky.length === 0) return [];
  return [
    section(
      `Flaky stages (${flaky.length})`,
      list(flaky, (row) => `${inlineText(row.id)}: ${inlineText(row.summary.replace(/^flaky: /, ''))}`),
    ),
  ];
}

function evidenceSection(report: GateReport): string[][] {
  const { files, totalBytes } = report.evidence;
  if (files.length === 0) return [];
  const lines = list(files, (file) => {
    const where = file.uploaded ? '' : ', not in this copy';
    return `${codeSpan(file.path)} ${formatByteSize(file.bytes)}${where}, SHA-256 ${codeSpan(file.sha256)}`;
  });
  return [section(`Evidence (${plural(files.length, 'file')}, ${formatByteSize(totalBytes)})`, lines)];
}

/** The collapsed sections, each a block of lines: what is rarely needed, but must be there. */
export function detailSections(report: GateReport, blobUrl: string | null): string[][] {
  return [
    ...notesSection(report),
    ...waiverSection(report),
    ...hintSection(report, blobUrl),
    ...flakySection(report),
    ...policySection(report),
    section('Environment', list(report.environment, labelled)),
    ...evidenceSection(report),
  ];
}
