import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { buildReport } from '../../src/report/gate-report.ts';
import { COMMENT_MAX_CHARS, SUMMARY_MAX_BYTES } from '../../src/report/limits.ts';
import { type MarkdownOptions, renderMarkdown } from '../../src/report/markdown.ts';
import { allNodes, type MarkdownNode, parseMarkdown, proseOf } from './github-markdown.ts';
import { HOSTILE_PIECES, hostileRun, largeRun } from './hostile-manifests.ts';
import { manifestFinding, manifestOf } from './manifest-builder.ts';

const BLOB_URL = 'https://github.com/org/shop/blob/9f8e7d6c5b4a';
const EVIDENCE_URL = 'https://github.com/org/shop/actions/runs/1';

/** What the platform turns into something in text outside of code. */
const ACTIVE: readonly RegExp[] = [
  /(?:^|[^A-Za-z0-9`])@[A-Za-z0-9]/,
  /(?:^|\W)#\d/,
  /\bGH-\d/i,
  /\b(?=\d*[a-f])[0-9a-f]{7,40}\b/,
  /:[a-z0-9_+-]+:/i,
  /\$/,
  /https?:|www\.|mailto:|xmpp:|ftp:/i,
];

/** Controls, bidirectional, invisible and broken characters: none may stand anywhere, code included. */
const STEERING =
  /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\p{Surrogate}]/u;

const OWN_HTML = /^(?:<details>\n<summary>[^<>\n&]+<\/summary>|<\/details>)$/u;

const INERT_TYPES = new Set(
  ['link', 'linkReference', 'image', 'imageReference', 'definition', 'footnoteReference'].concat([
    'footnoteDefinition',
    'blockquote',
    'delete',
  ]),
);

function isOwnLink(node: MarkdownNode): boolean {
  return node.type === 'link' && (node.url?.startsWith(`${BLOB_URL}/`) === true || node.url === EVIDENCE_URL);
}

/** Fails unless a text is our own Markdown with hostile texts inert in it. */
function expectInertMarkdown(text: string, options: MarkdownOptions): void {
  expect(text.length).toBeLessThanOrEqual(options.maxChars);
  expect(STEERING.exec(text)?.[0] ?? null).toBeNull();
  const tree = parseMarkdown(text);
  const nodes = allNodes(tree);
  const foreign = nodes.filter((node) => INERT_TYPES.has(node.type) && !isOwnLink(node));
  expect(foreign).toEqual([]);
  const html = nodes.filter((node) => node.type === 'html').map((node) => node.value ?? '');
  expect(html.filter((value) => !OWN_HTML.test(value))).toEqual([]);
  expect(html.filter((value) => value === '</details>')).toHaveLength(html.length / 2);
  expect(nodes.filter((node) => node.type === 'listItem' && (node.checked ?? null) !== null)).toEqual([]);
  for (const code of nodes.filter((node) => node.type === 'code')) {
    const source = text.slice(code.position?.start.offset, code.position?.end.offset);
    expect(source).toMatch(/\n *(`{3,})$/);
  }
  const prose = proseOf(tree);
  for (const pattern of ACTIVE) expect(pattern.exec(prose)?.[0] ?? null).toBeNull();
}

/** The hostile pieces, so many at a time. */
function piecesInGroups(size: number): [string, readonly string[]][] {
  const starts = Array.from({ length: Math.ceil(HOSTILE_PIECES.length / size) }, (_, at) => at * size);
  return starts.map((start) => {
    const pieces = HOSTILE_PIECES.slice(start, start + size);
    return [`${start + 1} to ${start + pieces.length}`, pieces];
  });
}

const options: fc.Arbitrary<MarkdownOptions> = fc.record(
  {
    maxChars: fc.constantFrom(400, 2_000, COMMENT_MAX_CHARS),
    blobUrl: fc.constant(BLOB_URL),
    evidenceUrl: fc.constant(EVIDENCE_URL),
  },
  { requiredKeys: ['maxChars'] },
);

describe('a report in a comment, whatever the manifest holds', () => {
  test('hostile texts are text: no link, image, HTML, mention or reference comes of them', () => {
    fc.assert(
      fc.property(hostileRun, options, ({ manifest, logTails }, room) => {
        expectInertMarkdown(renderMarkdown(buildReport(manifest, { logTails }), room), room);
      }),
      { numRuns: 120, endOnFailure: true },
    );
  });

  test.each(piecesInGroups(12))('hostile pieces %s are inert wherever they stand', (_, pieces) => {
    const texts = pieces.flatMap((piece) => [`${piece}${piece}`, `a ${piece} b\n${piece}c\n`]);
    const room = { maxChars: 1_000_000, blobUrl: BLOB_URL };
    const stages = texts.map((text) => ({
      id: text,
      reason: text,
      detail: text,
      command: text,
      cwd: text,
      title: text,
    }));
    const manifest = manifestOf(
      stages.map((stage) => ({ ...stage, status: 'failed' })),
      {
        verdict: 'failed',
        status_detail: texts[0] ?? null,
        warnings: texts,
        notes: { goal: texts.join('\n'), summary: '', risks: '', questions: '' },
        findings: texts.map((text) => {
          const body = `x\n${text}`;
          return manifestFinding({
            ...{ stage: text, rule_id: text, title: text, body, priority: 0, path: text, suggestion: text },
          });
        }),
        waivers: texts.map((text) => ({ kind: text, reason: text, actor: text, source: text })),
        evidence: texts.map((path) => ({ path, bytes: 1, sha256: '1'.repeat(64), uploaded: true })),
      },
    );
    const report = buildReport(manifest, { logTails: new Map(texts.map((text) => [text, text])) });
    expectInertMarkdown(renderMarkdown(report, room), room);
  });

  test('the shape stays: headings, rows and cells are ours alone', () => {
    fc.assert(
      fc.property(hostileRun, ({ manifest, logTails }) => {
        const report = buildReport(manifest, { logTails });
        const nodes = allNodes(parseMarkdown(renderMarkdown(report, { maxChars: 10_000_000 })));
        const of = (type: string) => nodes.filter((node) => node.type === type);
        expect(of('heading').map((node) => node.depth)).toEqual([3, ...report.failures.map(() => 4)]);
        expect(of('tableRow')).toHaveLength(report.stages.length + 2);
        const cells = new Set(of('tableRow').map((row) => row.children?.length));
        expect(cells.size).toBe(1);
        expect(of('thematicBreak')).toHaveLength(1);
        expect(of('emphasis')).toEqual([]);
      }),
      { numRuns: 80, endOnFailure: true },
    );
  });
});

describe('a report that is too long', () => {
  test('two hundred stages with bodies of 200 KB fit into a comment, fences and details closed', () => {
    const { manifest, logTails } = largeRun(200);
    const report = buildReport(manifest, { logTails });
    const room = { maxChars: COMMENT_MAX_CHARS, blobUrl: BLOB_URL, evidenceUrl: EVIDENCE_URL };
    const text = renderMarkdown(report, room);
    expectInertMarkdown(text, room);
    expect(text.startsWith('### ❌ failed: `stage-1`, `stage-2`, ')).toBe(true);
    expect(text).toContain(`Shortened to fit. The whole report is in [the evidence](${EVIDENCE_URL}).`);
  });

  test('a job summary keeps to its bytes', () => {
    const { manifest, logTails } = largeRun(800);
    const report = buildReport(manifest, { logTails });
    const text = renderMarkdown(report, { maxChars: SUMMARY_MAX_BYTES, maxBytes: SUMMARY_MAX_BYTES });
    const bytes = Buffer.byteLength(text);
    expect(bytes).toBeLessThanOrEqual(SUMMARY_MAX_BYTES);
    expect(bytes).toBeGreaterThan(SUMMARY_MAX_BYTES / 2);
    expect(text).toContain('Shortened to fit.');
    expect(text.isWellFormed()).toBe(true);
  });

  test('code within a line that looks like a fence does not confuse a cut', () => {
    const text = '```'.repeat(2);
    const stages = Array.from({ length: 12 }, (_, at) => `s${at}`).map((id) => ({
      id,
      status: 'failed' as const,
      reason: 'findings',
      detail: text,
    }));
    const report = buildReport(manifestOf(stages, { status: 'failed', verdict: 'failed' }));
    for (let maxChars = 900; maxChars < 1_700; maxChars += 40)
      expectInertMarkdown(renderMarkdown(report, { maxChars }), { maxChars });
  });

  test('whatever the room, it is not exceeded, and the verdict is there as long as it fits', () => {
    const { manifest, logTails } = largeRun(9);
    const report = buildReport(manifest, { logTails });
    for (let maxChars = 0; maxChars < 60_000; maxChars = Math.ceil(maxChars * 1.3) + 7) {
      const text = renderMarkdown(report, { maxChars, evidenceUrl: EVIDENCE_URL });
      expect(text.length).toBeLessThanOrEqual(maxChars);
      if (maxChars > 20) expect(text.startsWith('### ❌ failed')).toBe(true);
      expect(text.isWellFormed()).toBe(true);
    }
  });
});
