import type { ManifestFinding, ManifestStage, RunManifest } from './manifest.ts';

/** Replaces what is secret in a text. */
type TextRedaction = (text: string) => string;

function orNull(text: string | null, redact: TextRedaction): string | null {
  return text === null ? null : redact(text);
}

function redactStage(stage: ManifestStage, redact: TextRedaction): ManifestStage {
  return {
    ...stage,
    title: redact(stage.title),
    detail: orNull(stage.detail, redact),
    origin: redact(stage.origin),
    command: orNull(stage.command, redact),
    cwd: orNull(stage.cwd, redact),
    tests: stage.tests === null ? null : { ...stage.tests, source: redact(stage.tests.source) },
  };
}

function redactFinding(finding: ManifestFinding, redact: TextRedaction): ManifestFinding {
  return {
    ...finding,
    title: redact(finding.title),
    body: redact(finding.body),
    path: orNull(finding.path, redact),
    suggestion: orNull(finding.suggestion, redact),
  };
}

/**
 * Every text of a manifest that comes from the change, the configuration or the environment, redacted.
 * Ids, closed lists, times, digests and the names of evidence files are the gate's own and stay.
 */
export function redactManifest(manifest: RunManifest, redact: TextRedaction): RunManifest {
  const { change, policy, notes, pipeline } = manifest;
  return {
    ...manifest,
    pipeline: { id: pipeline.id, title: redact(pipeline.title) },
    status_detail: orNull(manifest.status_detail, redact),
    change: {
      ...change,
      base_source: orNull(change.base_source, redact),
      branch: orNull(change.branch, redact),
    },
    policy: {
      ...policy,
      ref: orNull(policy.ref, redact),
      path: orNull(policy.path, redact),
      settings_changed: policy.settings_changed.map(redact),
      stage_commands_changed: policy.stage_commands_changed.map(redact),
    },
    notes: {
      goal: redact(notes.goal),
      summary: redact(notes.summary),
      risks: redact(notes.risks),
      questions: redact(notes.questions),
    },
    stages: manifest.stages.map((stage) => redactStage(stage, redact)),
    findings: manifest.findings.map((finding) => redactFinding(finding, redact)),
    waivers: manifest.waivers.map((waiver) => ({
      ...waiver,
      reason: redact(waiver.reason),
      actor: orNull(waiver.actor, redact),
    })),
    warnings: manifest.warnings.map(redact),
  };
}
