import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ManifestFinding } from '../../src/evidence/manifest.ts';
import { renderSarif } from '../../src/report/sarif.ts';
import { hostileRun, largeRun } from './hostile-manifests.ts';
import { manifestFinding, manifestOf } from './manifest-builder.ts';
import { readSarif, sarifOf } from './sarif-document.ts';

/** GitHub: "For each gzip-compressed SARIF file, SARIF upload supports a maximum size of 10 MB". */
const UPLOAD_MAX_BYTES = 10_000_000;

const PRIORITIES = [3, 1, 2, 0] as const;

function manyFindings(count: number, body: string): ManifestFinding[] {
  return Array.from({ length: count }, (_, at) =>
    manifestFinding({
      stage: 'docs',
      rule_id: `docs/rule-${at % 40}`,
      title: `Finding ${at}`,
      body,
      priority: PRIORITIES[at % PRIORITIES.length] ?? 3,
      path: `src/folder ${at % 300}/file-${at}.ts`,
      start_line: (at % 900) + 1,
      end_line: (at % 900) + 1,
      fingerprint: String(at).padStart(32, '0'),
    }),
  );
}

/** Text that gzip finds little to shorten in, the same for the same seed. */
function noise(seed: string): string {
  return createHash('shake256', { outputLength: 1_425 }).update(seed).digest('base64');
}

describe('the limits of an upload', () => {
  test('10,000 findings are listed, with their rules', () => {
    const manifest = manifestOf([{ id: 'docs' }], { findings: manyFindings(10_000, 'Mend it.') });
    const before = process.cpuUsage();
    const text = renderSarif(manifest);
    const { user, system } = process.cpuUsage(before);
    // Of this process, so that a busy machine does not count.
    expect((user + system) / 1_000).toBeLessThan(2_000);
    const run = readSarif(text);
    expect(run.results).toHaveLength(10_000);
    expect(run.tool.driver.rules).toHaveLength(40);
    expect(run.invocations[0].toolExecutionNotifications).toEqual([]);
  });

  test('more than 25,000 results: the worst stay, the rest is counted', () => {
    const source = { id: 's', version: '1', model: null };
    const findings = Array.from({ length: 26_000 }, (_, at) =>
      manifestFinding({
        ...{ stage: 's', rule_id: 'r', title: 'x', path: 'a', fingerprint: String(at), source },
        priority: at < 2_000 ? 3 : 1,
      }),
    );
    const run = sarifOf(manifestOf([{ id: 's' }], { findings }));
    expect(run.results).toHaveLength(25_000);
    expect(run.results.filter(({ level }) => level === 'note')).toHaveLength(1_000);
    expect(run.invocations[0].toolExecutionNotifications).toEqual([
      {
        level: 'warning',
        message: {
          text: '1000 more findings did not fit; the worst 25000 are listed, the manifest has all',
        },
      },
    ]);
  });

  test('more than an upload takes: cut before 10 MB, also when nothing can be compressed', () => {
    const findings = manyFindings(3_000, '').map((finding, at) => ({
      ...finding,
      title: noise(`title ${at}`),
      body: noise(`body ${at}`),
    }));
    const text = renderSarif(manifestOf([{ id: 'docs' }], { findings }));
    const run = readSarif(text);
    expect(gzipSync(text).length).toBeLessThan(UPLOAD_MAX_BYTES);
    expect(run.results.length).toBeGreaterThan(1_500);
    expect(run.results.length).toBeLessThan(3_000);
    expect(run.invocations[0].toolExecutionNotifications).toHaveLength(1);
  });

  test('thousands of warnings become a number', () => {
    const warnings = Array.from({ length: 3_000 }, (_, at) => `warning ${at}`);
    const [{ toolExecutionNotifications: told }] = sarifOf(manifestOf([], { warnings })).invocations;
    expect(told).toHaveLength(50);
    expect(told.at(-1)?.message.text).toBe('2951 more messages stand in the manifest');
  });
});

describe('manifests that somebody hostile wrote', () => {
  test('are valid SARIF that steers neither a terminal nor a runner', () => {
    fc.assert(
      fc.property(hostileRun, ({ manifest }) => {
        const text = renderSarif(manifest);
        const run = readSarif(text);
        expect(run.results).toHaveLength(manifest.findings.length);
        expect(text.isWellFormed()).toBe(true);
        expect(text).not.toMatch(/\\ud[89a-f]/i);
        expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069]|##\[/);
        for (const { message } of run.results) {
          expect(message.text.trim()).not.toBe('');
          expect(message.text).not.toMatch(/\]\(|\{\d+\}/);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('stay within the limits whatever they hold', () => {
    const { manifest } = largeRun(400);
    const text = renderSarif(manifest);
    expect(readSarif(text).results).toHaveLength(400);
    expect(Buffer.byteLength(text)).toBeLessThan(UPLOAD_MAX_BYTES);
  });
});
