import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { loadSchemas } from '../../src/evidence/manifest-schema.ts';
import { displayWidth } from '../../src/report/display-width.ts';
import { buildReport } from '../../src/report/gate-report.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { hostileRun, hostileText, largeRun } from './hostile-manifests.ts';
import { expectInertLines } from './inert-lines.ts';

const { manifest: schema } = await loadSchemas();

const layout = fc.record({
  width: fc.constantFrom(0, 12, 40, 41, 57, 80, 120, 400, Number.NaN),
  color: fc.boolean(),
});

describe('a report on a terminal, whatever the manifest holds', () => {
  test('the hostile manifests are manifests', () => {
    fc.assert(
      fc.property(hostileRun, ({ manifest }) => {
        expect(schema.safeParse(manifest).error).toBeUndefined();
      }),
      { numRuns: 50 },
    );
  });

  test('it renders, no line is wider than the window, and nothing steers the terminal', () => {
    fc.assert(
      fc.property(
        hostileRun,
        layout,
        fc.option(hostileText, { nil: undefined }),
        ({ manifest, logTails }, { width, color }, path) => {
          const report = buildReport(manifest, { logTails });
          const options = { width, color, ...(path === undefined ? {} : { evidencePath: path }) };
          expectInertLines(renderTerminal(report, options), width);
          expectInertLines(renderStatus(report, { ...options, nowMs: 1_767_698_400_000 }), width);
        },
      ),
      { numRuns: 150, endOnFailure: true },
    );
  });

  test('two hundred stages with bodies of 200 KB stay readable', () => {
    const { manifest, logTails } = largeRun(200);
    const text = renderTerminal(buildReport(manifest, { logTails }), { width: 80, color: false });
    expectInertLines(text, 80);
    expect(text).toContain('✖ failed: stage-1, stage-2, stage-4, stage-5, stage-7, stage-8, stage-10,');
    expect(text).toContain('67 of 200 passed, 133 failed');
    expect(Math.max(...text.split('\n').map(displayWidth))).toBeLessThanOrEqual(80);
  });

  test('a name made of marks, of wide characters or of escapes keeps its line in shape', () => {
    for (const id of ['\u0301'.repeat(500), '漢'.repeat(100), '\u001b[2J'.repeat(40), '', ' '.repeat(100)]) {
      const { manifest } = largeRun(2);
      const stages = manifest.stages.map((stage) => ({ ...stage, id }));
      const text = renderTerminal(buildReport({ ...manifest, stages }), { width: 40, color: true });
      expectInertLines(text, 40);
    }
  });
});
