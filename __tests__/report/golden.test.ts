import { describe, expect, test } from '@jest/globals';
import { stripAnsi } from '../../src/kernel/text.ts';
import { buildReport } from '../../src/report/gate-report.ts';
import { COMMENT_MAX_CHARS } from '../../src/report/limits.ts';
import { renderMarkdown } from '../../src/report/markdown.ts';
import { renderStatus } from '../../src/report/status-text.ts';
import { renderTerminal } from '../../src/report/terminal.ts';
import { expectGolden } from './golden-files.ts';
import { SCENES } from './report-scenes.ts';

const EVIDENCE = '.runs/feature-login/cli/2026-01-06T11-18-00-343Z-6ee17f0e';
const BLOB_URL = 'https://github.com/org/shop/blob/9f8e7d6c5b4a1111111111111111111111111111';

describe.each(Object.entries(SCENES))('the report on a run that is %s', (name, { manifest, logTails }) => {
  const report = buildReport(manifest, { logTails });
  const terminal = (width: number, color: boolean) =>
    renderTerminal(report, { width, color, evidencePath: EVIDENCE });

  test('reads as it should on a terminal of 80 and of 40 columns', () => {
    expectGolden(`${name}.80.txt`, terminal(80, false));
    expectGolden(`${name}.40.txt`, terminal(40, false));
    expect(`${terminal(80, false)}${terminal(40, false)}`).not.toMatch(/[ \t]$/m);
  });

  test('is the same in colour, but for the colour', () => {
    expectGolden(`${name}.80.color.txt`, terminal(80, true));
    expect(stripAnsi(terminal(80, true))).toBe(terminal(80, false));
    expect(stripAnsi(terminal(40, true))).toBe(terminal(40, false));
  });

  test('reads as it should in a comment', () => {
    expectGolden(`${name}.md`, renderMarkdown(report, { maxChars: COMMENT_MAX_CHARS, blobUrl: BLOB_URL }));
  });

  test('can be taken in at a glance', () => {
    const options = { width: 80, color: false, evidencePath: EVIDENCE };
    expectGolden(
      `${name}.status.txt`,
      renderStatus(buildReport(manifest), { ...options, nowMs: Date.UTC(2026, 0, 6, 11, 20) }),
    );
  });
});
