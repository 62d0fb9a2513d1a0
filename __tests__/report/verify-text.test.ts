import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { VerifyReport } from '../../src/evidence/verify.ts';
import { stripAnsi } from '../../src/kernel/text.ts';
import { renderVerify, verifyDocument } from '../../src/report/verify-text.ts';
import { expectGolden } from './golden-files.ts';
import { hostileText } from './hostile-manifests.ts';
import { expectInertLines } from './inert-lines.ts';

const RUN = '2026-01-06T11-18-00-343Z-6ee17f0e';

const INTACT: VerifyReport = {
  runId: RUN,
  intact: true,
  files: [
    { path: 'manifest.json', state: 'ok', detail: null },
    { path: 'logs/01-build.log', state: 'ok', detail: null },
    { path: 'logs/02-test.log', state: 'not_in_copy', detail: 'left out of the artifact on purpose' },
    { path: 'report.md', state: 'ok', detail: null },
    { path: 'notes.txt', state: 'extra', detail: 'not part of the evidence' },
  ],
};

const BROKEN: VerifyReport = {
  runId: RUN,
  intact: false,
  files: [
    { path: 'manifest.json', state: 'ok', detail: null },
    { path: 'logs/01-build.log', state: 'changed', detail: 'has 12 bytes, 2048 were recorded' },
    { path: 'logs/02-test.log', state: 'missing', detail: null },
    { path: 'logs/03-a-stage-whose-name-is-longer-than-others.log', state: 'ok', detail: null },
    { path: 'report.md', state: 'changed', detail: 'another content of the same size' },
  ],
};

const DAMAGED: VerifyReport = {
  runId: null,
  intact: false,
  files: [{ path: 'manifest.json', state: 'changed', detail: 'does not match manifest.sha256' }],
};

const OPEN: VerifyReport = {
  runId: RUN,
  intact: true,
  files: [{ path: 'manifest.json', state: 'ok', detail: 'the run is not finished' }],
};

describe('what "gate verify" says', () => {
  test.each([
    ['intact', INTACT],
    ['broken', BROKEN],
    ['damaged', DAMAGED],
    ['open', OPEN],
  ])('about evidence that is %s', (name, report) => {
    const narrow = renderVerify(report, { width: 40, color: false });
    const text = renderVerify(report, { width: 80, color: false });
    expectGolden(`verify.${name}.txt`, `${text}\n${'-'.repeat(40)}\n${narrow}`);
    expect(stripAnsi(renderVerify(report, { width: 80, color: true }))).toBe(text);
  });

  test('the same for scripts', () => {
    expect(verifyDocument(BROKEN)).toEqual({
      run_id: RUN,
      intact: false,
      counts: { ok: 2, changed: 2, missing: 1, not_in_copy: 0, extra: 0 },
      files: BROKEN.files,
    });
    expect(verifyDocument(DAMAGED)).toMatchObject({ run_id: null, intact: false });
  });

  test('names of files are inert, and a long list is counted', () => {
    const files = Array.from({ length: 120 }, (_, at) => ({
      path: `x/${at}`,
      state: 'extra' as const,
      detail: null,
    }));
    const text = renderVerify({ runId: RUN, intact: true, files }, { width: 80, color: false });
    expect(text.split('\n').length).toBeLessThan(60);
    expect(text).toContain('and 70 more not evidence');
    fc.assert(
      fc.property(
        hostileText,
        hostileText,
        fc.constantFrom(40, 80),
        fc.boolean(),
        (path, detail, width, color) => {
          const hostile = INTACT.files.map((file) => ({ ...file, path, detail }));
          expectInertLines(
            renderVerify({ runId: path, intact: false, files: hostile }, { width, color }),
            width,
          );
        },
      ),
      { numRuns: 200 },
    );
  });
});
