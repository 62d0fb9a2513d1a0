import { describe, expect, test } from '@jest/globals';
import type { RunManifest } from '../../src/evidence/manifest.ts';
import { runDocument } from '../../src/report/run-document.ts';
import {
  ABORTED,
  CANCELLED,
  FAILED,
  FAILED_STRICT,
  IN_PROGRESS,
  PARTIAL,
  PASSED,
  PASSED_WITH_REMARKS,
} from './report-scenes.ts';

const PLACES = {
  manifestPath: '/r/.runs/t/cli/1/manifest.json',
  artifactRoot: '/r/.runs/t/cli/1',
  logPath: '/r/.runs/t/cli/1/logs',
  exitCode: 1,
};

const documentOf = (manifest: RunManifest) => runDocument(manifest, PLACES);

describe('the JSON document about a run', () => {
  test('has exactly the fields that scripts rely on', () => {
    const document = documentOf(FAILED.manifest);
    expect(Object.keys(document)).toEqual([
      ...['run_id', 'task_id', 'pipeline', 'status', 'verdict', 'exit_code', 'manifest', 'artifact_root'],
      ...['log_path', 'duration_ms', 'failed_stages', 'stages', 'comparison'],
    ]);
    expect(document).toMatchObject({
      run_id: '2026-01-06T11-18-00-343Z-6ee17f0e',
      task_id: 'feature-login',
      pipeline: 'implementation-gate',
      status: 'failed',
      verdict: 'failed',
      exit_code: 1,
      manifest: PLACES.manifestPath,
      artifact_root: PLACES.artifactRoot,
      log_path: PLACES.logPath,
      duration_ms: 1_259_743,
      failed_stages: ['spec-guard', 'build', 'test', 'e2e', 'docs', 'diff-budget', 'review'],
      comparison: [],
    });
    expect(JSON.parse(JSON.stringify(document))).toEqual(document);
  });

  test('a stage has a reason only where there is one', () => {
    const { stages } = documentOf(FAILED.manifest);
    expect(stages[1]).toEqual({ id: 'build', status: 'failed', duration_ms: 12_420, reason: 'exit_nonzero' });
    expect(documentOf(PASSED.manifest).stages[1]).toEqual({
      id: 'build',
      status: 'passed',
      duration_ms: 12_420,
    });
  });

  test('every verdict is the one of the manifest', () => {
    const verdicts = [PASSED, PARTIAL, CANCELLED, ABORTED, IN_PROGRESS].map(({ manifest }) => {
      const { status, verdict, failed_stages } = documentOf(manifest);
      return [status, verdict, failed_stages];
    });
    expect(verdicts).toEqual([
      ['succeeded', 'passed', []],
      ['failed', 'not_evaluated', []],
      ['cancelled', 'cancelled', []],
      ['aborted', null, []],
      ['in_progress', null, []],
    ]);
  });

  test('an optional stage that failed is named, too', () => {
    const stages = PASSED.manifest.stages.map((stage) =>
      stage.id === 'lint' ? { ...stage, status: 'failed' as const, required: false } : stage,
    );
    const document = documentOf({ ...PASSED.manifest, stages });
    expect([document.verdict, document.failed_stages]).toEqual(['passed', ['lint']]);
  });

  test('a stage that failed because nothing was found for it is named', () => {
    expect(documentOf(FAILED_STRICT.manifest).failed_stages).toEqual(['lint']);
    const passed = { ...FAILED_STRICT.manifest, verdict: 'passed', status_detail: null } as const;
    expect(documentOf(passed).failed_stages).toEqual([]);
  });

  test('the comparison is handed on as it was recorded, and the exit code may be unknown', () => {
    const { manifest } = PASSED_WITH_REMARKS;
    const document = runDocument(manifest, { ...PLACES, exitCode: null });
    expect(document.comparison).toBe(manifest.comparison);
    expect(document.exit_code).toBeNull();
  });
});
